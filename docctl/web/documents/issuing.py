"""Issuing a revision, cancelling an issue whose day is still ahead, withdrawing a document.

Each page says first what the act will do: what it takes the place of, and which copies it asks back.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from docctl.queries.documents.issue_preview import issue_preview
from docctl.queries.documents.master_list import recalled_by
from docctl.rules.actions import Action
from docctl.usecases.documents import issuing
from docctl.web.documents import drafting
from docctl.web.kit import again, forms, here

bp = Blueprint("issuing", __name__)


@bp.get("/documents/<path:number>/issue")
def issue_form(number: str) -> ResponseReturnValue:
    """From which day, and what that does."""
    return _page(number, Action.REVISION_ISSUE, "documents/revision_issue.html")


@bp.post("/documents/<path:number>/issue")
@again.shown_again
def issue(number: str) -> ResponseReturnValue:
    """Put it in force. Its PDF is made meanwhile."""
    effective = forms.day(request.form, "effective")
    issued = issuing.issue_revision(here.writing(Action.REVISION_ISSUE), number, effective=effective)
    recalled = len(recalled_by(here.reading(), issued.id))
    flash(
        gettext("%(label)s is issued, in force from %(day)s.", label=issued.label, day=issued.effective_day)
    )
    if recalled:
        flash(ngettext("%(num)d copy is called back.", "%(num)d copies are called back.", recalled))
    return redirect(drafting.after(number))


@bp.get("/documents/<path:number>/cancel")
def cancel_form(number: str) -> ResponseReturnValue:
    """Ask for the reason."""
    return _page(number, Action.REVISION_CANCEL, "documents/revision_cancel.html")


@bp.post("/documents/<path:number>/cancel")
@again.shown_again
def cancel(number: str) -> ResponseReturnValue:
    """Take the issue back."""
    reason = forms.text(request.form, "reason")
    cancelled = issuing.cancel_revision(here.writing(Action.REVISION_CANCEL), number, reason=reason)
    flash(gettext("The issue of %(label)s is cancelled.", label=cancelled.label))
    return redirect(drafting.after(number))


@bp.get("/documents/<path:number>/withdraw")
def withdraw_form(number: str) -> ResponseReturnValue:
    """Ask for the reason."""
    return _page(number, Action.DOCUMENT_WITHDRAW, "documents/document_withdraw.html")


@bp.post("/documents/<path:number>/withdraw")
@again.shown_again
def withdraw(number: str) -> ResponseReturnValue:
    """Take the document out of use."""
    reason = forms.text(request.form, "reason")
    issuing.withdraw_document(here.writing(Action.DOCUMENT_WITHDRAW), number, reason=reason)
    flash(gettext("The document is withdrawn. Its copies are called back."))
    return redirect(drafting.after(number))


def _page(number: str, action: Action, template: str) -> str:
    return render_template(template, seen=issue_preview(here.reading(), number, action))
