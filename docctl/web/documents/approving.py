"""Signing a revision: read what changed, read the text, then sign with the password, or send it back.

A signature names the content that the page showed; where it is another one by then, nothing is signed.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.documents.signing import signing
from docctl.rules.actions import Action
from docctl.usecases.documents import approving
from docctl.web.documents import drafting
from docctl.web.kit import again, forms, here, language

bp = Blueprint("revisions", __name__)


@bp.get("/documents/<path:number>/sign")
def sign_form(number: str) -> ResponseReturnValue:
    """What changed, what it says, who signed, who waits; below it the signature."""
    return _page(number)


@bp.post("/documents/<path:number>/sign")
@again.shown_again
def sign(number: str) -> ResponseReturnValue:
    """Sign the step whose turn it is."""
    signature = approving.sign_revision(
        here.writing(Action.REVISION_SIGN),
        number,
        comment=forms.text(request.form, "comment") or None,
        shown=request.form.get("shown", ""),
    )
    flash(gettext("Signed: %(meaning)s.", meaning=language.word(signature.meaning)))
    return redirect(drafting.after(number))


@bp.get("/documents/<path:number>/reject")
def reject_form(number: str) -> ResponseReturnValue:
    """The page of the signature: whoever rejects reads the same."""
    return _page(number)


@bp.post("/documents/<path:number>/reject")
@again.shown_again
def reject(number: str) -> ResponseReturnValue:
    """Send it back to its author."""
    reason = forms.text(request.form, "reason")
    approving.reject_revision(here.writing(Action.REVISION_REJECT), number, reason=reason)
    flash(gettext("Sent back to its author."))
    return redirect(drafting.after(number))


@bp.get("/documents/<path:number>/retract")
def retract_form(number: str) -> ResponseReturnValue:
    """Ask for the reason."""
    seen = signing(here.reading(), number, drafting.figure_address(number))
    return render_template("documents/revision_retract.html", seen=seen)


@bp.post("/documents/<path:number>/retract")
@again.shown_again
def retract(number: str) -> ResponseReturnValue:
    """Take it back, as its author."""
    reason = forms.text(request.form, "reason")
    approving.retract_revision(here.writing(Action.REVISION_RETRACT), number, reason=reason)
    flash(gettext("Taken back. It is a draft again."))
    return redirect(drafting.after(number))


def _page(number: str) -> str:
    seen = signing(here.reading(), number, drafting.figure_address(number))
    return render_template("documents/revision_sign.html", seen=seen)
