"""The start page: where a paper copy is checked; and what is issued, where the site shows it to everybody."""

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
    """Where to go next; before that figures and the master list, if strangers are to see them."""
    now = here.now()
    if not here.site().settings.public_list:
        return render_template("desk/start.html", seen=None, now=now, zone=here.site().zone)
    seen = overview(here.site(), now.date(), _page())
    statuses = {status.value: status for status in Status}
    return render_template(
        "desk/start.html", seen=seen, now=now, zone=here.site().zone, statuses=statuses, colours=_COLOURS
    )


def _page() -> int:
    """`?page=`; what is no number is the first page."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
