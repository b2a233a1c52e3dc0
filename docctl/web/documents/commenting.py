"""Review comments: one page lists them, takes new ones, and has the form of each answer."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.comments import ReviewComment
from docctl.queries.documents.comments import comments_on
from docctl.rules.actions import Action
from docctl.usecases.documents import commenting
from docctl.web.kit import act_pages, forms, here
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("comments", __name__)


@bp.get("/documents/<path:number>/comments")
def index(number: str) -> ResponseReturnValue:
    """What was said of the revision that was begun last, and what became of it."""
    return _page(number)


def _page(number: str) -> ResponseReturnValue:
    return render_template("documents/comments.html", seen=comments_on(here.reading(), number))


def _add(ctx: Context, number: str) -> ReviewComment:
    said, clause = forms.text(request.form, "comment"), forms.text(request.form, "clause")
    return commenting.add_comment(ctx, number, said, clause=clause)


def _adopt(ctx: Context, number: str) -> ReviewComment:
    return commenting.adopt_comment(ctx, number, _running(), changed=forms.text(request.form, "changed"))


def _refuse(ctx: Context, number: str) -> ReviewComment:
    return commenting.refuse_comment(ctx, number, _running(), reason=forms.reason())


def _running() -> int:
    said = request.form.get("running", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _then(number: str) -> str:
    return url_for("comments.index", number=number)


PAGES: Final = (
    ActPage(
        action=Action.COMMENT_ADD,
        form=_page,
        does=_add,
        said=lambda _: [gettext("Your comment is kept. It waits for its answer.")],
        then=_then,
    ),
    ActPage(
        action=Action.COMMENT_ADOPT,
        form=_page,
        does=_adopt,
        said=lambda _: [gettext("The comment is adopted.")],
        then=_then,
    ),
    ActPage(
        action=Action.COMMENT_REFUSE,
        form=_page,
        does=_refuse,
        said=lambda _: [gettext("Approved: the comment is not adopted.")],
        then=_then,
    ),
)
act_pages.add(bp, "/documents/<path:number>/comments", PAGES)
