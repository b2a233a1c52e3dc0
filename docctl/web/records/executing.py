"""What happens to a record: filled in, signed, corrected, completed, verified, sent back, closed, voided.

Each act has a page that shows what it is about, and asks once more; the act itself decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.errors import Forbidden
from docctl.queries.records.view import RecordView, record_before, record_view
from docctl.rules.actions import Action
from docctl.usecases.records import recording, sealing
from docctl.web.kit import again, forms, here
from docctl.web.kit.language import marked
from docctl.web.records import fields, step_form
from docctl.web.records.listing import bp

__all__ = ["bp"]

DONE: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.RECORD_COMPLETE: marked("The record is complete."),
        Action.RECORD_VERIFY: marked("The record is verified."),
        Action.RECORD_SEND_BACK: marked("The record is sent back."),
        Action.RECORD_CLOSE: marked("The record is closed and sealed."),
        Action.RECORD_VOID: marked("The record is void. It stays readable."),
    }
)

bp.record(lambda state: step_form.install(cast("Flask", state.app)))


@bp.get("/records/<path:number>")
def show(number: str) -> ResponseReturnValue:
    """The record as it stands: what governs it, what was entered, who signed, how its clocks run."""
    return render_template("records/record.html", record=record_view(here.reading(), number))


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
    flash(gettext("Saved.") if values else gettext("Nothing was changed."))
    if request.form.get("then") == "sign":
        return redirect(url_for("records.sign", number=number))
    return redirect(url_for("records.show", number=number))


@bp.get("/records/<path:number>/sign")
def sign_form(number: str) -> ResponseReturnValue:
    """What is signed: the entries of the step, as they are stored."""
    return _page(number, Action.RECORD_SIGN)


@bp.post("/records/<path:number>/sign")
@again.shown_again
def sign(number: str) -> ResponseReturnValue:
    """Sign the step."""
    record = record_view(here.reading(), number)
    with step_form.beside_its_box(record):
        shown = request.form.get("shown", "")
        recording.sign_record(here.writing(Action.RECORD_SIGN), number, shown=shown)
    flash(gettext("The step is signed."))
    return redirect(url_for("records.show", number=number))


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


@bp.get("/records/<path:number>/complete")
def complete_form(number: str) -> ResponseReturnValue:
    """What is declared complete."""
    return _page(number, Action.RECORD_COMPLETE)


@bp.post("/records/<path:number>/complete")
@again.shown_again
def complete(number: str) -> ResponseReturnValue:
    """Declare it complete."""
    return _done(number, Action.RECORD_COMPLETE, sealing.complete_record)


@bp.get("/records/<path:number>/verify")
def verify_form(number: str) -> ResponseReturnValue:
    """All of the record, to be found right."""
    return _page(number, Action.RECORD_VERIFY)


@bp.post("/records/<path:number>/verify")
@again.shown_again
def verify(number: str) -> ResponseReturnValue:
    """Verify it, as somebody who performed no step."""
    return _done(number, Action.RECORD_VERIFY, sealing.verify_record)


@bp.get("/records/<path:number>/send-back")
def send_back_form(number: str) -> ResponseReturnValue:
    """From which step on it is done again, and why."""
    return _page(number, Action.RECORD_SEND_BACK)


@bp.post("/records/<path:number>/send-back")
@again.shown_again
def send_back(number: str) -> ResponseReturnValue:
    """Have it done again."""
    reason, step = forms.text(request.form, "reason"), forms.text(request.form, "step") or None
    return _done(number, Action.RECORD_SEND_BACK, sealing.send_back_record, reason=reason, step=step)


@bp.get("/records/<path:number>/close")
def close_form(number: str) -> ResponseReturnValue:
    """What is sealed for good."""
    return _page(number, Action.RECORD_CLOSE)


@bp.post("/records/<path:number>/close")
@again.shown_again
def close(number: str) -> ResponseReturnValue:
    """Seal it."""
    return _done(number, Action.RECORD_CLOSE, sealing.close_record)


@bp.get("/records/<path:number>/void")
def void_form(number: str) -> ResponseReturnValue:
    """Ask for the reason."""
    return _page(number, Action.RECORD_VOID)


@bp.post("/records/<path:number>/void")
@again.shown_again
def void(number: str) -> ResponseReturnValue:
    """Take it out of use."""
    reason = forms.text(request.form, "reason")
    return _done(number, Action.RECORD_VOID, sealing.void_record, reason=reason)


def _page(number: str, action: Action) -> str:
    record: RecordView = record_before(here.reading(), number, action)
    labels = step_form.labels(record)
    return render_template("records/record_act.html", record=record, action=action, labels=labels)


def _done(number: str, action: Action, act: Callable[..., Any], **given: str | None) -> ResponseReturnValue:
    with step_form.beside_its_box(record_view(here.reading(), number), () if given else None):
        act(here.writing(action), number, **given)
    flash(gettext(DONE[action]))
    return redirect(url_for("records.show", number=number))
