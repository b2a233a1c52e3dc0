"""Documents: the master list of a day."""

from __future__ import annotations

from functools import cache
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.desk.remembered import newest_event
from docctl.queries.documents.carded import classes
from docctl.queries.documents.columns import MASTER_LIST
from docctl.queries.documents.listing import Asked, Part, document_part
from docctl.rules.documents.revisions import Status
from docctl.web.kit import export, forms, here, stored

bp = Blueprint("documents", __name__)

LINES: Final = 50


@bp.get("/documents")
def index() -> ResponseReturnValue:
    """The list as it stood on a day, by what was asked; `?as=xlsx` is all of it as a workbook."""
    ctx, asked = here.reading(), _asked()
    if export.is_wanted():
        return export.export(MASTER_LIST, document_part(ctx, asked).lines)
    part = cache(lambda: document_part(ctx, asked, after=request.args.get("after", ""), most=LINES))
    return stored.kept(newest_event(ctx), lambda: _page(part(), asked), few_eyes=lambda: part().is_for_few)


def _page(part: Part, asked: Asked) -> str:
    return render_template(
        "documents/documents.html",
        listed=MASTER_LIST,
        lines=part.lines,
        total=part.total,
        following=part.following,
        statuses={status.value: status for status in Status},
        levels=sorted({*part.levels, asked.level} - {""}),
        departments=sorted({*part.departments, asked.department} - {""}),
        classes={key: kind.title for key, kind in classes(here.reading()).items()},
    )


def _asked() -> Asked:
    names = ("q", "status", "level", "department", "keeper", "applies")
    said = {name: request.args.get(name, "") for name in names}
    return Asked(on=forms.day(request.args, "on"), kind=request.args.get("class", ""), **said)
