"""What happens to a record: filled in, signed, corrected, completed, verified, sent back, closed, voided.

Each act has a page that shows what it is about, and asks once more; the act itself decides.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.errors import Forbidden, Invalid
from docctl.models.records import Record
from docctl.queries.records.shown import RecordView
from docctl.queries.records.view import record_before, record_view
from docctl.rules.actions import Action
from docctl.rules.records import entries
from docctl.rules.records.attachments import holds_files
from docctl.rules.records.disposal import MEANINGS
from docctl.rules.records.life import State
from docctl.usecases.records import recording, sealing
from docctl.web.kit import act_pages, again, forms, here
from docctl.web.kit.act_pages import ActPage
from docctl.web.kit.language import marked
from docctl.web.records import fields, step_form
from docctl.web.records.listing import bp as bp

__all__ = ["bp"]

bp.record(lambda state: step_form.install(cast("Flask", state.app)))


@bp.get("/records/<path:number>")
def show(number: str) -> ResponseReturnValue:
    """The record as it stands: what governs it, what was entered, who signed, how its clocks run."""
    states = {state.value: state for state in State}
    record = record_view(here.reading(), number)
    return render_template("records/record.html", record=record, states=states, disposal_meanings=MEANINGS)


@bp.get("/records/<path:number>/fill")
def fill_form(number: str) -> ResponseReturnValue:
    """The form of the step whose turn it is."""
    record = record_before(here.reading(), number, Action.RECORD_FILL)
    assert record.current is not None  # without one it was refused
    return render_template(
        "records/record_fill.html",
        record=record,
        step=record.current,
        boxes=step_form.boxes(record.current),
        labels=step_form.labels(record),
    )


@bp.post("/records/<path:number>/fill")
@again.shown_again
def fill(number: str) -> ResponseReturnValue:
    """Keep what was entered. `more` asks for more lines of a table, `then` leads on to the signature."""
    if request.form.get("more"):
        return fill_form(number)
    record = record_view(here.reading(), number)
    step = record.current
    values = step_form.changed(step) if step is not None else {}
    if values or step is None:
        with step_form.beside_its_box(record):
            shown = request.form.get("shown", "")
            recording.fill_record(here.writing(Action.RECORD_FILL), number, values, shown=shown)
    if request.form.get("then") == "sign":
        _require_filled(number)
    flash(gettext("Saved.") if values else gettext("Nothing was changed."))
    then, _, field = request.form.get("then", "").partition(":")
    if then == "sign":
        return redirect(url_for("records.sign", number=number))
    if then == "attach":
        return redirect(url_for("records.attach_form", number=number, to=field, back="fill"))
    return redirect(url_for("records.show", number=number))


def _require_filled(number: str) -> None:
    """What is empty is said on the form, not where it is signed (DC-97). What was entered is kept."""
    here.read_afresh()
    record = record_view(here.reading(), number)
    asked = record.current.fields if record.current is not None else ()
    with step_form.beside_its_box(record):
        empty = entries.missing(
            [field.name for field in asked if field.required and not field.signs],
            {field.name: field.value for field in asked},
            [field.name for field in asked if holds_files(field.schema)],
        )
        if empty:
            raise Invalid(empty)


@bp.get("/records/<path:number>/correct")
def correct_form(number: str) -> ResponseReturnValue:
    """One field with what stands there, and the reason for another value."""
    record = record_view(here.reading(), number)
    field = record.field(request.values.get("field", ""))
    if not field.correctable:
        raise Forbidden(
            "An entry of {number} is corrected by who made it, as long as the record is open.", number=number
        )
    box = step_form.box_of(field, typed=True)
    labels = step_form.labels(record)
    return render_template("records/record_correct.html", record=record, field=field, box=box, labels=labels)


@bp.post("/records/<path:number>/correct")
@again.shown_again
def correct(number: str) -> ResponseReturnValue:
    """Add an entry that takes the place of the old one, which stays readable."""
    if request.form.get("more"):
        return correct_form(number)
    record = record_view(here.reading(), number)
    field = record.field(request.form.get("field", ""))
    with step_form.beside_its_box(record, [field.name]):
        recording.correct_record(
            here.writing(Action.RECORD_CORRECT),
            number,
            field.name,
            step_form.typed_into(field) or "",
            reason=forms.text(request.form, "reason"),
        )
    flash(gettext("Corrected. The old entry stays readable."))
    return redirect(url_for("records.show", number=number) + f"#{fields.PREFIX}{field.name}")


def _page(number: str, *, action: Action) -> str:
    """What the act is about: the entries of a step, or all of the record."""
    record: RecordView = record_before(here.reading(), number, action)
    labels = step_form.labels(record)
    return render_template("records/record_act.html", record=record, action=action, labels=labels)


def _sign(ctx: Context, number: str) -> Record:
    with step_form.beside_its_box(record_view(here.reading(), number)):
        return recording.sign_record(ctx, number, shown=request.form.get("shown", ""))


def _whole(act: Callable[[Context, str], Record]) -> Callable[[Context, str], Record]:
    """An act on all of the record: what is wrong with a field is told beside it."""

    def run(ctx: Context, number: str) -> Record:
        with step_form.beside_its_box(record_view(here.reading(), number)):
            return act(ctx, number)

    return run


def _send_back(ctx: Context, number: str) -> Record:
    """From which step on it is done again, and why."""
    step = forms.text(request.form, "step") or None
    return sealing.send_back_record(ctx, number, reason=forms.reason(), step=step)


def _void(ctx: Context, number: str) -> Record:
    return sealing.void_record(ctx, number, reason=forms.reason(), by=forms.text(request.form, "by"))


def _act(action: Action, does: Callable[[Context, str], Any], said: str) -> ActPage[Any]:
    """`said` is the sentence for afterwards, as the catalogues know it."""
    return ActPage(
        action=action,
        form=partial(_page, action=action),
        does=does,
        said=lambda _: [gettext(said)],
        then=lambda number: url_for("records.show", number=number),
    )


PAGES: Final = (
    _act(Action.RECORD_SIGN, _sign, marked("The step is signed.")),
    _act(Action.RECORD_COMPLETE, _whole(sealing.complete_record), marked("The record is complete.")),
    _act(Action.RECORD_VERIFY, _whole(sealing.verify_record), marked("The record is verified.")),
    _act(Action.RECORD_SEND_BACK, _send_back, marked("The record is sent back.")),
    _act(Action.RECORD_CLOSE, _whole(sealing.close_record), marked("The record is closed and sealed.")),
    _act(Action.RECORD_VOID, _void, marked("The record is void. It stays readable.")),
)
act_pages.add(bp, "/records/<path:number>", PAGES)
