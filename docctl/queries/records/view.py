"""A record as its page shows it: step by step, in the words of its template, with what can be done next.

Adds to record_show what stands in the template; works nothing out that the rules do not say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from docctl.door.context import Context
from docctl.errors import Forbidden, Invalid, WrongState
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.records.attached import markable, places
from docctl.queries.records.given import Given, given
from docctl.queries.records.hands import Lacking, lacking
from docctl.queries.records.reading import readable, told
from docctl.rules.actions import Action
from docctl.rules.records import life, stepwise
from docctl.rules.records.attachments import holds_files
from docctl.rules.records.gates import Gate
from docctl.rules.records.giving import CHECKED
from docctl.rules.records.life import State, Verification
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.words import Words
from docctl.standing.bearers import bearers
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


@dataclass(frozen=True)
class FieldView:
    """A field of the record. `entries` are those of `record_show`, oldest first; the last one counts.

    `signs`: the signature of the step fills it. `correctable`: the reader may enter it anew, with a reason.
    `files` are attachments of `record_show`; `takes_files`: the reader can attach one here now.
    """

    name: str
    schema: Mapping[str, Any]
    value: Any
    entries: tuple[Mapping[str, Any], ...]
    required: bool
    signs: bool
    correctable: bool
    files: tuple[Mapping[str, Any], ...]
    takes_files: bool


@dataclass(frozen=True)
class StepView:
    """A step. `content` is what a signature under it would name now. `files` are those without a field."""

    name: str
    title: Words
    clause: str
    by: str
    posts: tuple[str, ...]
    evidence: str
    lacks_evidence: bool
    fields: tuple[FieldView, ...]
    signatures: tuple[Mapping[str, Any], ...]
    content: str
    is_current: bool
    files: tuple[Mapping[str, Any], ...]
    takes_files: bool

    @property
    def is_signed(self) -> bool:
        return any(not signature["void"] for signature in self.signatures)


@dataclass(frozen=True)
class ClockView:
    """A clock, called by what stops it; `clause` is its limit's. `met` is None until it is due or met."""

    name: str
    title: Words
    due: datetime | None
    met: bool | None
    overdue: bool
    excuse: str
    clause: str


@dataclass(frozen=True)
class GateView:
    """A gate that is shut: what it needs, with fields by their titles."""

    needs: Words
    clause: str


@dataclass(frozen=True)
class RecordView:
    """`told` is what `record_show` says. `acts` is what the reader may do with it as it stands now.

    `nobody_can`: what of it nobody could do as people and roles are now. `titles` are those of every step
    of the template; one that was signed may have gone. `files` are those of the whole record; `markable` is
    what the reader can say of each attachment.
    """

    told: Mapping[str, Any]
    nobody_can: tuple[Lacking, ...]
    state: State
    steps: tuple[StepView, ...]
    clocks: tuple[ClockView, ...]
    gates: tuple[GateView, ...]
    titles: Mapping[str, Words]
    acts: frozenset[Action]
    content: str
    given: tuple[Given, ...]
    files: tuple[Mapping[str, Any], ...]
    takes_files: bool
    markable: Mapping[int, frozenset[Action]]

    @property
    def current(self) -> StepView | None:
        """The step whose turn it is."""
        return next((step for step in self.steps if step.is_current), None)

    def field(self, name: str) -> FieldView:
        """A field of one of its steps. Raises Invalid."""
        for step in self.steps:
            for field in step.fields:
                if field.name == name:
                    return field
        raise Invalid(
            "{number} has no field {name}; choose one on its page", number=self.told["number"], name=name
        )


@as_recorded(About.RECORD)
def record_view(ctx: Context, number: str) -> RecordView:
    """One record for its page. Raises NotFound, Forbidden, Tampered."""
    executed = readable(ctx, number)
    data = told(ctx, executed)
    state = executed.record.state
    current = stepwise.current_step(executed.steps) if state is State.OPEN else None
    room = places(ctx, executed)
    return RecordView(
        told=data,
        nobody_can=lacking(executed, bearers(ctx.session, ctx.now())),
        state=state,
        steps=tuple(_step(ctx, executed, data, step, room) for step in executed.steps),
        clocks=tuple(_clock(executed, line) for line in data["clocks"]),
        gates=tuple(_gate(executed, gate) for gate in _gates(executed, current)),
        titles={step.name: step.heading for step in executed.every_step},
        acts=_acts(ctx, executed, current),
        content=executed.content(),
        given=tuple(given(ctx, executed.record.id)),
        files=tuple(one for one in data["attachments"] if one["step"] is None),
        takes_files="" in room,
        markable=markable(ctx, executed),
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
    if action is Action.RECORD_SIGN and current is not None:
        executed.check_stands_in(current, ctx.actor.person_id)
    life.after(executed.record.state, action, number, verification=executed.template.verify)
    if current is None:
        raise WrongState("All steps of {number} are signed; complete the record next.", number=number)
    raise WrongState("Step {step} of {number} is to be signed first.", step=current.called, number=number)


def _step(
    ctx: Context, executed: Executed, data: Mapping[str, Any], step: StepFacts, room: Collection[str]
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
        fields=tuple(_field(ctx, executed, data, step, name, room) for name in step.fields),
        signatures=tuple(signing),
        content=executed.content(step.fields),
        is_current=executed.record.state is State.OPEN and step == stepwise.current_step(executed.steps),
        files=tuple(a for a in data["attachments"] if (a["step"], a["field"]) == (step.name, None)),
        takes_files=bool(step.by) and step.name in room,
    )


def _field(
    ctx: Context,
    executed: Executed,
    data: Mapping[str, Any],
    step: StepFacts,
    name: str,
    room: Collection[str],
) -> FieldView:
    entries = tuple(e for e in data["entries"] if e["field"] == name)
    signs = name in executed.signature_fields(step)
    mine = entries[-1]["by"] == ctx.actor.login if entries else _fills(ctx, executed, step)
    is_open, holds = executed.record.state is State.OPEN, holds_files(executed.fields[name])
    return FieldView(
        name=name,
        schema=executed.fields[name],
        value=executed.values.get(name),
        entries=entries,
        required=name in executed.required,
        signs=signs,
        # In a step that is not signed yet, a value is entered anew by filling; the older one stays readable.
        correctable=is_open and not signs and bool(step.signed) and mine and not holds,
        files=tuple(a for a in data["attachments"] if a["field"] == name),
        takes_files=holds and name in room,
    )


def _fills(ctx: Context, executed: Executed, step: StepFacts) -> bool:
    return ctx.may(Action.RECORD_FILL, executed.subject(step))


def _clock(executed: Executed, line: Mapping[str, Any]) -> ClockView:
    due = datetime.fromisoformat(line["due"]) if line["due"] else None
    clause = line["limit"].get("clause", "")
    title = executed.called(line["name"])
    return ClockView(line["name"], title, due, line["met"], line["overdue"], line["excuse"], clause)


def _gates(executed: Executed, current: StepFacts | None) -> list[Gate]:
    """The conditions of the template that still keep something shut."""
    if executed.record.state in (State.CLOSED, State.VOID):
        return []
    known = [g for g in executed.template.gates if not g.step or (current and g.step == current.name)]
    return [gate for gate in known if not executed.evaluate(gate.needs, executed.values)]


def _gate(executed: Executed, gate: Gate) -> GateView:
    return GateView(executed.in_words(gate.needs), gate.clause)


def _acts(ctx: Context, executed: Executed, current: StepFacts | None) -> frozenset[Action]:
    found = set()
    for action in ACTS:
        subject = executed.subject()
        if action in (Action.RECORD_FILL, Action.RECORD_SIGN):
            if current is None:
                continue
            subject = executed.subject(current)
        elif action is Action.RECORD_COMPLETE and current is not None:
            continue
        if action is Action.RECORD_SIGN and current is not None and not _stands_in(ctx, executed, current):
            continue
        if _is_time(executed, action) and ctx.may(action, subject):
            found.add(action)
    if executed.record.state in CHECKED and ctx.may(Action.RECORD_GIVE, executed.subject()):
        found.add(Action.RECORD_GIVE)
    return frozenset(found)


def _stands_in(ctx: Context, executed: Executed, step: StepFacts) -> bool:
    try:
        executed.check_stands_in(step, ctx.actor.person_id)
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
