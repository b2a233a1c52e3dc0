"""The way of a revision in review is changed: one more signs, back to a step, somebody else takes over."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.rerouting import Reroute
from docctl.queries.documents.rerouting import way
from docctl.rules.actions import Action
from docctl.rules.documents.approval import Meaning
from docctl.rules.roles import SIGNERS
from docctl.usecases.documents import rerouting
from docctl.web.documents import drafting
from docctl.web.kit import act_pages, forms, here, language
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("rerouting", __name__)

MEANINGS: Final = (Meaning.REVIEW, Meaning.COUNTERSIGN, Meaning.EXAMINE, Meaning.STANDARDS_CHECK)
"""What a step can be that is added; who approves stands in the chain."""


def _add_page(number: str) -> str:
    seen = way(here.reading(), number, Action.REVISION_ADD_SIGNER)
    return render_template(
        "documents/reroute_add.html",
        seen=seen,
        meanings=[(meaning.value, language.word(meaning)) for meaning in MEANINGS],
        posts=[role.value for role in SIGNERS],
        befores=[(n, n) for n in seen.places],
    )


def _back_page(number: str) -> str:
    seen = way(here.reading(), number, Action.REVISION_SEND_BACK)
    return render_template("documents/reroute_back.html", seen=seen, steps=[(n, n) for n in seen.back])


def _hand_over_page(number: str) -> str:
    return render_template(
        "documents/reroute_hand_over.html", seen=way(here.reading(), number, Action.REVISION_HAND_OVER)
    )


def _add(ctx: Context, number: str) -> Reroute:
    meaning, post = forms.text(request.form, "meaning"), forms.text(request.form, "chain")
    return rerouting.add_signer_revision(
        ctx, number, step=f"{meaning}:{post}", before=_step("before"), reason=forms.reason()
    )


def _back(ctx: Context, number: str) -> Reroute:
    return rerouting.send_back_revision(ctx, number, step=_step("step") or 0, reason=forms.reason())


def _hand_over(ctx: Context, number: str) -> Reroute:
    return rerouting.hand_over_revision(ctx, number, to=forms.text(request.form, "to"), reason=forms.reason())


def _step(field: str) -> int | None:
    typed = forms.text(request.form, field)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None


PAGES: Final = (
    ActPage(
        action=Action.REVISION_ADD_SIGNER,
        form=_add_page,
        does=_add,
        said=lambda made: [gettext("Another signature is asked for, as step %(step)s.", step=made.step + 1)],
        then=drafting.after,
    ),
    ActPage(
        action=Action.REVISION_SEND_BACK,
        form=_back_page,
        does=_back,
        said=lambda made: [
            gettext("Sent back to step %(step)s. What was signed before it stands.", step=made.step + 1)
        ],
        then=drafting.after,
    ),
    ActPage(
        action=Action.REVISION_HAND_OVER,
        form=_hand_over_page,
        does=_hand_over,
        said=lambda made: [gettext("Handed over to %(name)s, who is asked now.", name=made.to_name)],
        then=drafting.after,
    ),
)
act_pages.add(bp, "/documents/<path:number>", PAGES)
