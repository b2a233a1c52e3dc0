"""Copies of a checked record that went back to somebody: what the page of the record shows, and the form."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.queries.records import given as queries
from docctl.rules.actions import Action
from docctl.rules.records.giving import Meaning
from docctl.usecases.records import giving
from docctl.web.kit import again, forms, here
from docctl.web.records.listing import bp as bp


@bp.get("/records/<path:number>/give")
def give_form(number: str) -> ResponseReturnValue:
    """To whom, what it says, and when it was given."""
    ctx = here.reading()
    return render_template(
        "records/record_give.html",
        number=queries.require_give(ctx, number),
        meanings={meaning.value: meaning for meaning in Meaning},
        today=ctx.today(),
    )


@bp.post("/records/<path:number>/give")
@again.shown_again
def give(number: str) -> ResponseReturnValue:
    """The copy is registered."""
    giving.give_record(
        here.writing(Action.RECORD_GIVE),
        number,
        receiver=forms.text(request.form, "receiver"),
        meaning=_meaning(request.form.get("meaning", "")),
        day=forms.day(request.form, "day"),
    )
    flash(gettext("The copy is registered."))
    return redirect(url_for("records.show", number=number))


def _meaning(text: str) -> Meaning:
    found = next((one for one in Meaning if one.value == text), None)
    if found is None:
        raise Invalid({"meaning": Message("Choose what the copy says.")})
    return found
