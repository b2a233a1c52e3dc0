"""Documents: the master list of a day."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.desk.remembered import newest_event
from docctl.queries.documents.columns import MASTER_LIST
from docctl.queries.documents.master_list import document_list, stands
from docctl.rules.documents.revisions import Status
from docctl.rules.words import NOTHING
from docctl.web.kit import export, forms, here, stored

bp = Blueprint("documents", __name__)

LINES: Final = 50
_ISSUED: Final = frozenset({Status.ISSUED, Status.EFFECTIVE, Status.SUPERSEDED, Status.WITHDRAWN})
"""All that who reads no drafts is shown."""


@bp.get("/documents")
def index() -> ResponseReturnValue:
    """The list as it stood on a day, by what was asked; `?as=xlsx` is all of it as a workbook."""
    ctx, day = here.reading(), forms.day(request.args, "on")
    if export.is_wanted():
        return export.export(MASTER_LIST, _asked(document_list(ctx, day)))
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
        listed=MASTER_LIST,
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
