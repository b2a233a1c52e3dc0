"""A document goes to another department."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.documents import Document
from docctl.queries.documents.moving import move_preview
from docctl.rules.actions import Action
from docctl.usecases.documents import moving
from docctl.web.kit import act_pages, forms, here, words
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("moving", __name__)


def _page(number: str) -> str:
    return render_template("documents/document_move.html", seen=move_preview(here.reading(), number))


def _move(ctx: Context, number: str) -> Document:
    department = forms.text(request.form, "department")
    return moving.move_document(ctx, number, department=department, reason=forms.reason())


MOVE: Final = ActPage(
    action=Action.DOCUMENT_MOVE,
    form=_page,
    does=_move,
    said=lambda document: [
        gettext(
            "%(number)s belongs to %(department)s now.",
            number=document.number,
            department=words.department(document.department),
        )
    ],
    then=lambda number: url_for("documents.show", number=number),
)
act_pages.add(bp, "/documents/<path:number>", [MOVE])
