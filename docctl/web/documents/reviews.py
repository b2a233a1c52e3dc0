"""Periodic review: the list of those to come, and the page on which one is done."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.models.documents import DocumentReview
from docctl.queries.documents.review_columns import REVIEW_LIST
from docctl.queries.documents.reviews import Asked, review_list, review_preview
from docctl.rules.actions import Action
from docctl.rules.documents.reviews import Standing, Verdict
from docctl.usecases.documents import reviewing
from docctl.web.documents import drafting
from docctl.web.kit import act_pages, export, forms, here, language
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("reviews", __name__)

LINES: Final = 50


@bp.get("/reviews")
def index() -> ResponseReturnValue:
    """The reviews to come, the earliest first; `?as=xlsx` is all of them as a workbook."""
    lines = review_list(here.reading(), _asked())
    if export.is_wanted():
        return export.export(REVIEW_LIST, lines)
    after = request.args.get("after", "")
    rest = [line for line in lines if line.key > after]
    return render_template(
        "documents/reviews.html",
        listed=REVIEW_LIST,
        lines=rest[:LINES],
        total=len(lines),
        following=rest[LINES - 1].key if len(rest) > LINES else None,
        standings={one.value: one for one in Standing},
    )


def _asked() -> Asked:
    said = {name: forms.text(request.args, name) for name in ("department", "standing", "year")}
    return Asked(until=forms.day(request.args, "until"), **said)


def _page(number: str) -> str:
    seen = review_preview(here.reading(), number)
    return render_template(
        "documents/document_review.html", seen=seen, verdicts={v.value: v for v in Verdict}
    )


def _review(ctx: Context, number: str) -> DocumentReview:
    try:
        verdict = Verdict(request.form.get("verdict", ""))
    except ValueError:
        raise Invalid({"verdict": Message("choose what the review ends with")}) from None
    return reviewing.review_document(
        ctx,
        number,
        verdict=verdict,
        evidence=forms.text(request.form, "evidence"),
        part=request.form.get("part", ""),
        shown=request.form.get("shown", ""),
    )


PAGES: Final = (
    ActPage(
        action=Action.DOCUMENT_REVIEW,
        form=_page,
        does=_review,
        said=lambda review: [gettext("Reviewed: %(verdict)s.", verdict=language.word(review.verdict))],
        then=drafting.after,
    ),
)
act_pages.add(bp, "/documents/<path:number>", PAGES)
