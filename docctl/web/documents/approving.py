"""Signing a revision: read what changed, read the text, then sign with the password, or send it back.

A signature names the content that the page showed; where it is another one by then, nothing is signed.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.documents import Signature
from docctl.queries.documents.signing import Signing, signing
from docctl.queries.documents.urging import urge_preview
from docctl.rules.actions import Action
from docctl.usecases.documents import approving, urging
from docctl.web.documents import drafting
from docctl.web.kit import act_pages, forms, here, language
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("revisions", __name__)


def _seen(number: str) -> Signing:
    first = language.of_request()
    return signing(here.reading(), number, drafting.figure_address(number), first=first)


def _sign_page(number: str) -> str:
    """What changed, what it says, who signed, who waits; whoever rejects reads the same."""
    seen = _seen(number)
    return render_template("documents/revision_sign.html", seen=seen)


def _retract_page(number: str) -> str:
    seen = _seen(number)
    return render_template("documents/revision_retract.html", seen=seen)


def _urge_page(number: str) -> str:
    return render_template("documents/revision_urge.html", seen=urge_preview(here.reading(), number))


def _sign(ctx: Context, number: str) -> Signature:
    comment, shown = forms.text(request.form, "comment") or None, request.form.get("shown", "")
    return approving.sign_revision(ctx, number, comment=comment, shown=shown)


PAGES: Final = (
    ActPage(
        action=Action.REVISION_SIGN,
        form=_sign_page,
        does=_sign,
        said=lambda signature: [gettext("Signed: %(meaning)s.", meaning=language.word(signature.meaning))],
        then=drafting.after,
    ),
    ActPage(
        action=Action.REVISION_REJECT,
        form=_sign_page,
        does=lambda ctx, number: approving.reject_revision(ctx, number, reason=forms.reason()),
        said=lambda _: [gettext("Sent back to its author.")],
        then=drafting.after,
    ),
    ActPage(
        action=Action.REVISION_RETRACT,
        form=_retract_page,
        does=lambda ctx, number: approving.retract_revision(ctx, number, reason=forms.reason()),
        said=lambda _: [gettext("Taken back. It is a draft again.")],
        then=drafting.after,
    ),
    ActPage(
        action=Action.REVISION_URGE,
        form=_urge_page,
        does=urging.urge_revision,
        said=lambda _: [gettext("They are reminded: it is marked in their inbox.")],
        then=drafting.after,
    ),
)
act_pages.add(bp, "/documents/<path:number>", PAGES)
