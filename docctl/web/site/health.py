"""Whether the pages can be read, for whoever watches the machine. Tells nothing of people or documents."""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from flask import Blueprint, Response, abort, make_response, request

from docctl.queries.desk.overview import organisation_name
from docctl.queries.site.system import facts, wanting
from docctl.web.kit import here

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """`ok` where the database answers; where it does not, this ends as every page does: 503."""
    with here.site().reading() as session:
        organisation_name(session)
    return _plain("ok\n")


@bp.get("/metrics")
def metrics() -> Response:
    """Figures of the machine as Prometheus reads them. Not there unless docctl.toml names a token."""
    token = here.site().settings.metrics
    said = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
        abort(404)
    return _plain("".join(_lines()))


def _lines() -> Iterator[str]:
    found = facts(here.site())
    figures = {fact.key: fact.figure for fact in found if fact.figure is not None}
    for name, figure in {**figures, "wanting": wanting(found)}.items():
        yield f"# TYPE docctl_{name} gauge\ndocctl_{name} {figure:.15g}\n"


def _plain(text: str) -> Response:
    answer = make_response(text)
    answer.content_type = "text/plain; charset=utf-8"
    return answer
