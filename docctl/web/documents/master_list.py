"""Documents: the master list of a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.desk.remembered import newest_event
from docctl.queries.documents.master_list import document_list, stands
from docctl.rules.documents.revisions import Status
from docctl.rules.words import NOTHING
from docctl.web.kit import awaited, export, forms, here, language, stored, words

bp = Blueprint("documents", __name__)

LINES: Final = 50
_ISSUED: Final = frozenset({Status.ISSUED, Status.EFFECTIVE, Status.SUPERSEDED, Status.WITHDRAWN})
"""All that who reads no drafts is shown."""


@bp.get("/documents")
def index() -> ResponseReturnValue:
    """The list as it stood on a day, by what was asked; `?as=xlsx` is all of it as a workbook."""
    ctx, day = here.reading(), forms.day(request.args, "on")
    if request.args.get("as") == "xlsx":
        return _workbook(_asked(document_list(ctx, day)))
    return stored.kept(
        newest_event(ctx),
        lambda: _page(_asked(document_list(ctx, day))),
        few_eyes=lambda: any(map(_is_for_few, document_list(ctx, day))),
    )


def _is_for_few(line: dict[str, Any]) -> bool:
    coming = line["under_way"]
    return line["status"] not in _ISSUED or (coming is not None and coming["status"] not in _ISSUED)


def _page(lines: list[dict[str, Any]]) -> str:
    after = request.args.get("after", "")
    rest = [line for line in lines if line["number"] > after] if after else lines
    return render_template(
        "documents/documents.html",
        lines=rest[:LINES],
        total=len(lines),
        following=rest[LINES - 1]["number"] if len(rest) > LINES else None,
        statuses={status.value: status for status in Status},
        levels=sorted({line["level"] for line in lines} | set(request.args.getlist("level")) - {""}),
        departments=sorted(
            {line["department"] for line in lines} | set(request.args.getlist("department")) - {""}
        ),
    )


def _asked(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that agree with the filter: an exact word for each choice, any part of number or title (DC-75).

    A status is that of the revision which is shown, or of the one under way.
    """
    if status := request.args.get("status"):
        lines = [line for line in lines if stands(line, status)]
    for name in ("level", "department"):
        if wanted := request.args.get(name):
            lines = [line for line in lines if line[name] == wanted]
    if part := request.args.get("q", "").strip().casefold():
        told = ("number", *NOTHING.keys_of("title"))
        lines = [line for line in lines if any(part in (line[n] or "").casefold() for n in told)]
    return lines


def _workbook(lines: list[dict[str, Any]]) -> ResponseReturnValue:
    statuses = {status.value: language.word(status) for status in Status}
    coming: list[dict[str, Any]] = [line["under_way"] or {} for line in lines]
    columns = {
        gettext("Document number"): [line["number"] for line in lines],
        gettext("Title"): [language.title(line) for line in lines],
        gettext("Revision"): [line["revision"] for line in lines],
        gettext("Status"): [statuses.get(line["status"], "") for line in lines],
        gettext("Effective date"): [line["effective"] for line in lines],
        gettext("Revision under way"): [one.get("revision") for one in coming],
        gettext("Its status"): [statuses.get(one.get("status", ""), "") for one in coming],
        gettext("With"): [awaited.listed(p["name"] for p in one.get("people", ())) for one in coming],
        gettext("Since"): [_day(one.get("since")) for one in coming],
        gettext("Level"): [words.level(line["level"]) for line in lines],
        gettext("Department"): [words.department(line["department"]) for line in lines],
    }
    return export.workbook(gettext("Master list"), columns)


def _day(moment: str | None) -> date | None:
    """The day of an instant at the site."""
    return datetime.fromisoformat(moment).astimezone(here.site().zone).date() if moment else None
