"""Whether the pages can be read, for whoever watches the machine. Tells nothing of people or documents."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from docctl.queries.desk.overview import organisation_name
from docctl.web.kit import here

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """`ok` where the database answers; where it does not, this ends as every page does: 503."""
    with here.site().reading() as session:
        organisation_name(session)
    answer = make_response("ok\n")
    answer.content_type = "text/plain; charset=utf-8"
    return answer
