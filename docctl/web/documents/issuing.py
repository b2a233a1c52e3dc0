"""Issuing a revision, cancelling an issue whose day is still ahead, withdrawing a document.

Each page says first what the act will do: what it takes the place of, and which copies it asks back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext, ngettext

from docctl.door.context import Context
from docctl.models.documents import Revision
from docctl.queries.copies.hand_out import waits_for_exchange
from docctl.queries.documents.issue_preview import issue_preview
from docctl.queries.documents.master_list import recalled_by
from docctl.rules.actions import Action
from docctl.usecases.documents import issuing
from docctl.web.documents import drafting
from docctl.web.kit import act_pages, forms, here
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("issuing", __name__)


def _page(number: str, *, action: Action, template: str) -> str:
    return render_template(template, seen=issue_preview(here.reading(), number, action))


def _issue(ctx: Context, number: str) -> Revision:
    """Put it in force. Its PDF is made meanwhile."""
    effective: date | None = forms.day(request.form, "effective")
    return issuing.issue_revision(ctx, number, effective=effective)


def _issued(revision: Revision) -> Iterable[str]:
    yield gettext(
        "%(label)s is issued, in force from %(day)s.", label=revision.label, day=revision.effective_day
    )
    if recalled := len(recalled_by(here.reading(), revision.id)):
        yield ngettext("%(num)d copy is called back.", "%(num)d copies are called back.", recalled)


def _after_issue(number: str) -> str:
    """On to the hand-out where somebody waits for a copy of it: all of them are chosen there (DC-52)."""
    if waits_for_exchange(here.reading(), number):
        return url_for("copies.issue", document=number)
    return drafting.after(number)


PAGES: Final = (
    ActPage(
        action=Action.REVISION_ISSUE,
        form=partial(_page, action=Action.REVISION_ISSUE, template="documents/revision_issue.html"),
        does=_issue,
        said=_issued,
        then=_after_issue,
    ),
    ActPage(
        action=Action.REVISION_CANCEL,
        form=partial(_page, action=Action.REVISION_CANCEL, template="documents/revision_cancel.html"),
        does=lambda ctx, number: issuing.cancel_revision(ctx, number, reason=forms.reason()),
        said=lambda revision: [gettext("The issue of %(label)s is cancelled.", label=revision.label)],
        then=drafting.after,
    ),
    ActPage(
        action=Action.DOCUMENT_WITHDRAW,
        form=partial(_page, action=Action.DOCUMENT_WITHDRAW, template="documents/document_withdraw.html"),
        does=lambda ctx, number: issuing.withdraw_document(ctx, number, reason=forms.reason()),
        said=lambda _: [gettext("The document is withdrawn. Its copies are called back.")],
        then=drafting.after,
    ),
)
act_pages.add(bp, "/documents/<path:number>", PAGES)
