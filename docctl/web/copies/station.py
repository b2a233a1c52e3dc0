"""The scanning station: a field that a hand scanner types into, an answer at once, one act for the pile.

The pile is in the address of the page, so that it needs no script and nothing is stored before it is
registered; the browser's own button takes the last scan back.
"""

from __future__ import annotations

from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.copies.station import station
from docctl.rules.actions import Action
from docctl.rules.station import MOST, Mode
from docctl.usecases.copies import several
from docctl.web.copies.register import bp as bp
from docctl.web.copies.words import FORMS
from docctl.web.kit import forms, here

ACTIONS: Final = (Action.COPY_RETURN, Action.COPY_ACKNOWLEDGE)


@bp.get("/copies/station")
def station_form() -> ResponseReturnValue:
    """The field, the answer to the last scan, and the pile."""
    mode = _mode()
    seen = station(here.reading(), mode, request.args.getlist("copy"), forms.text(request.args, "scan"))
    return render_template(
        "copies/station.html", seen=seen, mode=mode, modes=[*Mode], words_of=FORMS, actions=ACTIONS, done=None
    )


@bp.post("/copies/station")
def register_pile() -> ResponseReturnValue:
    """Register all of the pile: each is an act of its own, and a refusal of one stops none of the others."""
    mode, done = _mode(), []
    for action in ACTIONS:
        if numbers := request.form.getlist(action.verb)[:MOST]:
            done += [(action, one) for one in several.each(here.writing(action), action, numbers)]
    here.read_afresh()
    return render_template(
        "copies/station.html", seen=None, mode=mode, modes=[*Mode], words_of=FORMS, actions=ACTIONS, done=done
    )


def _mode() -> Mode:
    asked = request.values.get("mode", "")
    return next((mode for mode in Mode if mode.value == asked), Mode.EXCHANGE)
