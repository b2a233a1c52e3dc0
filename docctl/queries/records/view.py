"""A record as its page shows it: step by step, in the words of its template, with what can be done next.

Adds to record_show what stands in the template; works nothing out that the rules do not say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from docctl.door.context import Context
from docctl.errors import Forbidden, WrongState
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.records.attached import markable, places
from docctl.queries.records.duties import filled_by
from docctl.queries.records.ending import ending_acts
from docctl.queries.records.given import given
from docctl.queries.records.hands import lacking
from docctl.queries.records.reading import readable, told
from docctl.queries.records.shown import ClockView, FieldView, GateView, RecordView, StepView
from docctl.rules.actions import Action
from docctl.rules.records import another, life, stepwise
from docctl.rules.records.attachments import holds_files
from docctl.rules.records.gates import Gate
from docctl.rules.records.giving import CHECKED
from docctl.rules.records.life import State, Verification
from docctl.rules.records.stepwise import StepFacts
from docctl.standing import lapsing
from docctl.standing.bearers import bearers
from docctl.standing.previous import Source, sources
from docctl.standing.record import SIGNED, Executed

ACTS: Final = (
    Action.RECORD_FILL,
    Action.RECORD_SIGN,
    Action.RECORD_COMPLETE,
    Action.RECORD_VERIFY,
    Action.RECORD_SEND_BACK,
    Action.RECORD_CLOSE,
    Action.RECORD_VOID,
)
"""What can be done with a record as a whole, in the order of its life."""
_BY_HAND: Final = frozenset({Action.RECORD_FILL, Action.RECORD_SIGN, Action.RECORD_CLOSE})
"""What not everybody does who may, by what they did before."""


@as_recorded(About.RECORD)
def record_view(ctx: Context, number: str) -> RecordView:
    """One record for its page. Raises NotFound, Forbidden, Tampered."""
    executed = readable(ctx, number)
    data = told(ctx, executed)
    state = executed.record.state
    current = stepwise.current_step(executed.steps) if state is State.OPEN else None
    room = places(ctx, executed)
    taken = sources(ctx.site, ctx.session, executed)
    return RecordView(
        told=data,
        nobody_can=lacking(executed, bearers(ctx.session, ctx.now())),
        state=state,
        steps=tuple(_step(ctx, executed, data, step, room, taken) for step in executed.steps),
        clocks=tuple(_clock(executed, line) for line in data["clocks"]),
        gates=tuple(_gate(executed, gate) for gate in _gates(executed, current)),
        titles={step.name: step.heading for step in executed.every_step},
        acts=_acts(ctx, executed, current) | ending_acts(ctx, executed.record),
        content=executed.content(),
        given=tuple(given(ctx, executed.record.id)),
        files=tuple(one for one in data["attachments"] if one["step"] is None),
        takes_files="" in room,
        markable=markable(ctx, executed),
        fills=filled_by(ctx, executed.record),
    )


def record_before(ctx: Context, number: str, action: Action) -> RecordView:
    """The record for the page on which `action` is asked for. Raises what the act itself would say now."""
    view = record_view(ctx, number)
    if action in view.acts:
        return view
    executed = readable(ctx, number)
    current = stepwise.current_step(executed.steps)
    by_step = action in (Action.RECORD_FILL, Action.RECORD_SIGN) and current is not None
    ctx.require(action, executed.subject(*([current] if by_step else ())))
    if action in _BY_HAND:
        _check_hand(ctx, executed, action, current)
    life.after(executed.record.state, action, number, verification=executed.template.verify)
    lapsing.check_counts(executed, ctx.now())
    if current is None:
        raise WrongState("All steps of {number} are signed; complete the record next.", number=number)
    raise WrongState("Step {step} of {number} is to be signed first.", step=current.called, number=number)


def _step(
    ctx: Context,
    executed: Executed,
    data: Mapping[str, Any],
    step: StepFacts,
    room: Collection[str],
    taken: Mapping[str, Source],
) -> StepView:
    signing = [s for s in data["signatures"] if s["meaning"] == SIGNED and s["step"] == step.name]
    return StepView(
        name=step.name,
        title=step.heading,
        clause=step.clause,
        by=step.by,
        posts=tuple(sorted(stepwise.posts(executed.steps, step))),
        evidence=step.evidence,
        lacks_evidence=step.name in executed.lacks_evidence,
        fields=tuple(_field(ctx, executed, data, step, name, room, taken.get(name)) for name in step.fields),
        signatures=tuple(signing),
        content=executed.shown(step),
        is_current=executed.record.state is State.OPEN and step == stepwise.current_step(executed.steps),
        files=tuple(a for a in data["attachments"] if (a["step"], a["field"]) == (step.name, None)),
        takes_files=bool(step.by) and step.name in room,
        apart=tuple(other.heading for other in another.kept_apart(executed.steps, step)),
    )


def _field(
    ctx: Context,
    executed: Executed,
    data: Mapping[str, Any],
    step: StepFacts,
    name: str,
    room: Collection[str],
    source: Source | None,
) -> FieldView:
    entries = tuple(e for e in data["entries"] if e["field"] == name)
    signs = name in executed.signature_fields(step)
    mine = entries[-1]["by"] == ctx.actor.login if entries else _fills(ctx, executed, step)
    found = executed.computed.get(name)
    is_open, holds = executed.record.state is State.OPEN, holds_files(executed.fields[name])
    return FieldView(
        name=name,
        schema=executed.fields[name],
        value=executed.values.get(name),
        entries=entries,
        required=name in executed.required,
        signs=signs,
        # In a step that is not signed yet, a value is entered anew by filling; the older one stays readable.
        correctable=is_open and not (signs or found or holds) and bool(step.signed) and mine,
        files=tuple(a for a in data["attachments"] if a["field"] == name),
        takes_files=holds and name in room,
        taken_from=source.number if source else "",
        moved_on=source is not None and source.value != executed.values.get(name),
        formula=executed.formula(name) if found else None,
        waits=found.why if found else None,
    )


def _fills(ctx: Context, executed: Executed, step: StepFacts) -> bool:
    return ctx.may(Action.RECORD_FILL, executed.subject(step)) and _is_in_hand(
        ctx, executed, Action.RECORD_FILL, step
    )


def _clock(executed: Executed, line: Mapping[str, Any]) -> ClockView:
    due = datetime.fromisoformat(line["due"]) if line["due"] else None
    clause = line["limit"].get("clause", "")
    title = executed.called(line["name"])
    return ClockView(line["name"], title, due, line["met"], line["overdue"], line["excuse"], clause)


def _gates(executed: Executed, current: StepFacts | None) -> list[Gate]:
    """The conditions of the template that still keep something shut."""
    if executed.record.state in life.ENDED:
        return []
    known = [g for g in executed.template.gates if not g.step or (current and g.step == current.name)]
    return [gate for gate in known if not executed.evaluate(gate.needs, executed.values)]


def _gate(executed: Executed, gate: Gate) -> GateView:
    return GateView(executed.in_words(gate.needs), gate.clause)


def _acts(ctx: Context, executed: Executed, current: StepFacts | None) -> frozenset[Action]:
    found = set()
    over = lapsing.ENDED_BY_IT if lapsing.lapsed(executed, ctx.now()) else frozenset[Action]()
    for action in ACTS:
        subject = executed.subject()
        if action in over:
            continue
        if action in (Action.RECORD_FILL, Action.RECORD_SIGN):
            if current is None:
                continue
            subject = executed.subject(current)
        elif action is Action.RECORD_COMPLETE and current is not None:
            continue
        if action in _BY_HAND and not _is_in_hand(ctx, executed, action, current):
            continue
        if _is_time(executed, action) and ctx.may(action, subject):
            found.add(action)
    if executed.record.state in CHECKED and ctx.may(Action.RECORD_GIVE, executed.subject()):
        found.add(Action.RECORD_GIVE)
    return frozenset(found)


def _check_hand(ctx: Context, executed: Executed, action: Action, step: StepFacts | None) -> None:
    """Raises Forbidden where somebody else does it: another step is theirs, or nobody else looked at it."""
    me = ctx.actor.person_id
    if action is Action.RECORD_CLOSE:
        life.check_closer(executed.record.state, performed=me in executed.performers)
    elif step is not None:
        (executed.check_hand if action is Action.RECORD_SIGN else executed.check_another)(step, me)


def _is_in_hand(ctx: Context, executed: Executed, action: Action, step: StepFacts | None) -> bool:
    try:
        _check_hand(ctx, executed, action, step)
    except Forbidden:
        return False
    return True


def _is_time(executed: Executed, action: Action) -> bool:
    verify = executed.template.verify
    if action is Action.RECORD_VERIFY and verify is Verification.NONE:
        return False
    try:
        life.after(executed.record.state, action, verification=verify)
    except WrongState:
        return False
    return True
