"""Records being made: fill, correct, sign.

An entry is only ever added (DC-97). While its step is unsigned, a field that is filled again gets a new entry
that points at the old one; once it is signed, a changed value needs a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Named
from docctl.models.records import Record, RecordEntry, RecordSignature
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import attachments, entries, gates, life, stepwise
from docctl.rules.records.computed import Outcome
from docctl.rules.records.entries import Cause, EntryFacts
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.roles import posts_held
from docctl.standing import find, lapsing, namesakes
from docctl.standing.loading import entry_facts, load
from docctl.standing.record import SENT_BACK, Executed
from docctl.store.schema import check_values
from docctl.store.typed import parse_value
from docctl.store.values import new_salt
from docctl.usecases.records import resting


@retried(Action.RECORD_FILL)
def fill_record(ctx: Context, number: str, values: Mapping[str, str], *, shown: str | None = None) -> Record:
    """Enter values as they were typed, into the step whose turn it is. Nothing is stored if one is wrong.

    Blank text takes a value away, and is nothing where there is none. `shown` is the content of the step
    that the writer had before them; where somebody has entered something since, nothing is stored.
    """
    with ctx.act(Action.RECORD_FILL) as act:
        executed = about(act, number)
        steps = [step for step in executed.steps if not values.keys().isdisjoint(step.fields)]
        for asked in [[step] for step in steps] or [[]]:
            act.require(executed.subject(*asked))
        life.after(executed.record.state, act.action, executed.record.number)
        for step in steps:
            life.check_fill(executed.steps, step)
            executed.check_another(step, act.actor.person_id)
            _check_unchanged(executed, step, shown)
        entered = _entered(act, executed, values)
        _write(act, executed, entered)
        entered |= _fixed_anew(act, executed, entered)
        act.record(executed.record, fields=sorted(entered))
        return executed.record


@retried(Action.RECORD_CORRECT)
def correct_record(ctx: Context, number: str, field: str, value: str, *, reason: str) -> Record:
    """Add an entry that takes the place of another, with a reason; the old one stays readable (DC-97).

    In a signed step this is also how a field that was left empty is entered late.
    """
    with ctx.act(Action.RECORD_CORRECT) as act:
        executed = about(act, number)
        step = next((step for step in executed.steps if field in step.fields), None)
        act.require(_corrector(act, executed, step, field))
        life.after(executed.record.state, act.action, executed.record.number)
        step = stepwise.step_of(executed.steps, field)
        executed.check_another(step, act.actor.person_id)
        _check_typed(executed, field)
        entries.corrected(executed.entries, field, reason, late=bool(step.signed))
        entered = _entered(act, executed, {field: value})
        if not entered:
            raise Invalid({field: Message("has this value already; there is nothing to correct")})
        _write(act, executed, entered, reason)
        anew = _fixed_anew(act, executed, entered, reason)
        act.record(executed.record, reason=reason, fields=[field, *sorted(anew)])
        return executed.record


@retried(Action.RECORD_SIGN)
def sign_record(ctx: Context, number: str, *, shown: str | None = None) -> Record:
    """Sign the actor's step. A field for the signature gets the signer's name.

    `shown` is the content of the step that the signer saw; it must still be the same.
    """
    with ctx.act(Action.RECORD_SIGN) as act:
        executed = about(act, number)
        step = stepwise.step_to_sign(executed.steps, posts_held(act.actor))
        act.require(executed.subject(*([step] if step else ())))
        assert step is not None  # who has no step was refused above
        executed.check_hand(step, act.actor.person_id)
        life.after(executed.record.state, act.action, executed.record.number)
        lapsing.check_counts(executed, act.at)
        faults = executed.faults(step.fields)
        needed = executed.required, executed.values, faults, executed.file_fields
        life.check_sign(executed.steps, step, *needed)
        _check_unchanged(executed, step, shown)
        _check_gates(executed, step)
        names = dict.fromkeys(executed.signature_fields(step), namesakes.signed_as(act))
        added = _write(act, executed, names | _to_fix(executed, [step], executed.computed))
        mark(act, executed, executed.content(step.fields, added=added), step=step.name)
        act.record(executed.record, step=step.name)
        return executed.record


def about(act: Act, number: str) -> Executed:
    """The record of this number as it stands inside the act. Raises NotFound."""
    return load(act.turn.site, act.session, find.record(act.session, number))


def mark(
    act: Act, executed: Executed, content: str, *, step: str | None = None, reason: str | None = None
) -> RecordSignature:
    """The actor's name under what was done to the record; `content` is what it names."""
    row = RecordSignature(
        record_id=executed.record.id,
        meaning=act.action.verb,
        step=step,
        person_id=act.actor.person_id,
        person_name=namesakes.signed_as(act),
        content=content,
        signed_at=act.at,
        reason=reason,
    )
    act.add(row)
    return row


def _write(
    act: Act, executed: Executed, entered: Mapping[str, Any], reason: str | None = None
) -> list[EntryFacts]:
    """Add an entry for each value: the value to the record's file, on disk at once, its seal to the row.

    A row whose event is never written leaves a line that nothing names.
    """
    record, counting = executed.record, entries.current(executed.entries)
    added = []
    for field, value in entered.items():
        old = counting.get(field)
        cause, why = (Cause.CORRECTED, reason) if reason else _sent_back_since(executed, old)
        row = RecordEntry(
            record_id=record.id,
            field=field,
            by_id=act.actor.person_id,
            at=act.at,
            corrects_id=old.id if old else None,
            cause=cause,
            reason=why,
        )
        act.add(row)
        row.seal = act.turn.site.values.add(record.year, record.number, row.id, new_salt(), value)
        added.append(entry_facts(row))
    return added


def _check_typed(executed: Executed, field: str) -> None:
    """Raises Invalid for what nobody types."""
    if field in executed.computed:
        raise Invalid("is worked out, and not typed; enter what it is worked out from")


def _to_fix(
    executed: Executed, steps: Iterable[StepFacts], outcomes: Mapping[str, Outcome]
) -> dict[str, Any]:
    """What is computed in these steps, as far as it is not what was fixed there already (decision 58)."""
    counting = entries.current(executed.entries)
    fields = [field for step in steps for field in step.fields if field in outcomes]
    kept = {field: executed.proved[counting[field].id][1] for field in fields if field in counting}
    found = {field: outcomes[field].value for field in fields}
    return {field: value for field, value in found.items() if not _same(value, kept.get(field))}


def _fixed_anew(
    act: Act, executed: Executed, entered: Mapping[str, Any], reason: str | None = None
) -> dict[str, Any]:
    """Where an input of a signed step changed, what was fixed there becomes what it comes to now."""
    signed = [step for step in executed.steps if step.signed]
    anew = _to_fix(executed, signed, executed.recomputed(entered)) if executed.computed and entered else {}
    _write(act, executed, anew, reason)
    return anew


def _entered(act: Act, executed: Executed, typed: Mapping[str, str]) -> dict[str, Any]:
    """The values as they are stored, without those that change nothing. Raises Invalid with all problems.

    What one value asks of a field that is not there yet is left to the signature.
    """
    found: dict[str, Any] = {}
    problems: dict[str, Message] = {}
    if not typed:
        problems[""] = Message("there is nothing to enter; give field=value")
    own = {field for step in executed.every_step for field in executed.signature_fields(step)}
    for field, text in typed.items():
        try:
            found[field] = _value(act, executed, field, text, own)
        except Invalid as error:
            problems[field] = error.problems.get("", error.said)
    now = act.at.astimezone(act.turn.site.zone)
    after = {f: v for f, v in {**executed.values, **found}.items() if v is not None}
    wrong = check_values(executed.template.schema, after, required=(), now=now)
    problems |= {field: why for field, why in wrong.items() if field in found}
    if problems:
        raise Invalid(problems)
    return {f: v for f, v in found.items() if not _same(v, executed.values.get(f))}


def _value(act: Act, executed: Executed, field: str, text: str, own: Iterable[str]) -> Any:
    """The value of one field, None for a blank. Raises Invalid."""
    if field not in executed.fields:
        raise Invalid(
            "is not a field of {number}; known are {fields}",
            number=executed.template.number,
            fields=tuple(executed.fields),
        )
    _check_typed(executed, field)
    if field in own:
        raise Invalid("is a signature; it is filled when its step is signed")
    if attachments.holds_files(executed.fields[field]):
        raise Invalid("holds files; attach one instead of writing something")
    step = stepwise.step_of(executed.every_step, field)
    if step not in executed.steps:
        raise Invalid(
            "belongs to step {step}, which this record has only when {when}",
            step=step.called,
            when=Named(step.when, executed.in_words(step.when)),
        )
    value = parse_value(executed.fields[field], text, act.turn.site.zone) if text.strip() else None
    resting.check_taken(act, executed, field, value)
    if value is not None:
        return value
    if field in executed.required:
        raise Invalid("is required; fill it")
    return None


def _same(a: Any, b: Any) -> bool:
    """Whether two stored values are one; 1 and true, which Python takes for equal, are not."""
    return type(a) is type(b) and bool(a == b)


def _corrector(act: Act, executed: Executed, step: StepFacts | None, field: str) -> Subject:
    """An entry is corrected by who made it. Where there is none, whoever fills the step is asked."""
    entry = entries.current(executed.entries).get(field)
    if entry is not None:
        return Subject(name=executed.record.number, entered_by=entry.by)
    subject = executed.subject(*([step] if step else ()))
    fills = not posts_held(act.actor).isdisjoint(subject.step_posts)
    return Subject(name=executed.record.number, entered_by=act.actor.person_id if fills else None)


def _sent_back_since(executed: Executed, old: EntryFacts | None) -> tuple[Cause | None, str | None]:
    """Why a value that was under a signature may be entered anew: the record was sent back since."""
    back = [row for row in executed.signatures if row.meaning == SENT_BACK and old and row.id > old.id]
    return (Cause.SENT_BACK, back[-1].reason) if back else (None, None)


def _check_unchanged(executed: Executed, step: StepFacts, shown: str | None) -> None:
    if shown is not None and shown != executed.shown(step):
        raise WrongState(
            "somebody has entered something in step {step} since it was shown to you; look at it as "
            "it stands now, then go on",
            step=step.called,
        )


def _check_gates(executed: Executed, step: StepFacts) -> None:
    gates.check_gates(
        executed.template.gates,
        Action.RECORD_SIGN,
        executed.values,
        executed.evaluate,
        executed.record.number,
        step=step.called,
        in_words=executed.in_words,
    )
