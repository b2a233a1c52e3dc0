"""The start page: what is kept here and how it stands, without an account and without a name."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.desk.overview import overview
from docctl.rules.documents.revisions import Status
from docctl.web.kit import here

bp = Blueprint("start", __name__)

_COLOURS = {Status.EFFECTIVE: "green", Status.ISSUED: "amber"}


@bp.get("/")
def show() -> ResponseReturnValue:
    """Figures, the master list of what was issued, and where to go next."""
    now = here.now()
    seen = overview(here.site(), now.date(), _page())
    statuses = {status.value: status for status in Status}
    return render_template(
        "desk/start.html", seen=seen, now=now, zone=here.site().zone, statuses=statuses, colours=_COLOURS
    )


def _page() -> int:
    """`?page=`; what is no number is the first page."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
