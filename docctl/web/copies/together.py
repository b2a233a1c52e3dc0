"""Several copies at once: chosen from a list, looked at once more, done, and each told of."""

from __future__ import annotations

from typing import Final

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.copies import together as queries
from docctl.rules.actions import Action
from docctl.usecases.copies import several
from docctl.web.copies.register import bp as bp
from docctl.web.copies.words import FORMS
from docctl.web.kit import forms, here

MOST: Final = 100
"""Copies in one list, and in one act."""


@bp.get("/copies/together/<verb>")
def together_form(verb: str) -> ResponseReturnValue:
    """The copies to choose from, by document and holder; with `chosen`, those that were, to be looked at."""
    action = _action(verb)
    chosen = request.args.getlist("copy")[:MOST]
    asked = queries.Wanted(
        document=forms.text(request.args, "document"),
        holder=forms.text(request.args, "holder"),
        numbers=tuple(chosen) if "chosen" in request.args else None,
    )
    seen = queries.open_to(here.reading(), action, asked, most=MOST)
    return render_template(
        "copies/copies_together.html", seen=seen, action=action, form=FORMS[action], done=None
    )


@bp.post("/copies/together/<verb>")
def together(verb: str) -> ResponseReturnValue:
    """Do it to each; a refusal of one stops none of the others, and is told."""
    action = _action(verb)
    done = several.each(here.writing(action), action, request.form.getlist("copy")[:MOST])
    here.read_afresh()
    return render_template(
        "copies/copies_together.html", seen=None, action=action, form=FORMS[action], done=done
    )


def _action(verb: str) -> Action:
    action = next((one for one in several.ACTS if one.verb == verb), None)
    if action is None:
        abort(404)
    return action
