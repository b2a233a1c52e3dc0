"""What is still to be done in a record, in sentences. Reads a record that was loaded; changes nothing."""

from __future__ import annotations

from datetime import datetime

from docctl.errors.message import Message, Named
from docctl.rules.actions import Action
from docctl.rules.records import entries as forms
from docctl.rules.records import gates, outsiders, stepwise
from docctl.rules.records.life import GONE, State
from docctl.standing.record import Executed

# What is done next, and may have a gate before it.
_NEXT = {
    State.OPEN: (Action.RECORD_COMPLETE,),
    State.COMPLETED: (Action.RECORD_VERIFY, Action.RECORD_CLOSE),
    State.VERIFIED: (Action.RECORD_CLOSE,),
}


def outstanding(executed: Executed, now: datetime) -> list[Message]:
    """What is still to be done. Of a closed record what it was closed without; once gone nothing."""
    if executed.record.state in GONE:
        return []
    if executed.record.state is State.CLOSED:
        return _without_evidence(executed, closed=True)
    lacking = {**executed.faults(), **forms.missing(executed.required, executed.values, executed.file_fields)}
    found = [
        Message("{name}: {why}", name=_named(executed, name), why=why) if name else why
        for name, why in sorted(lacking.items())
    ]
    found += [
        Message("step {step} is to be signed ({who})", step=s.called, who=s.who)
        for s in executed.steps
        if not s.signed
    ]
    found += [
        Message("clock {clock} is overdue since {due}", clock=_named(executed, r.name), due=r.due)
        for r in executed.readings(now)
        if r.overdue and r.due is not None
    ]
    return found + _without_evidence(executed) + _shut_gates(executed)


def _without_evidence(executed: Executed, *, closed: bool = False) -> list[Message]:
    missing = outsiders.missing_evidence(executed.steps, executed.attached, closed=closed)
    return [
        Message("step {step}: {why}", step=_named(executed, name), why=why) for name, why in missing.items()
    ]


def _shut_gates(executed: Executed) -> list[Message]:
    """The gates before what comes next, once no missing field can be what keeps them shut."""
    step = stepwise.current_step(executed.steps)
    if step is None:
        nearest = [(a, "", gates.before_what(a, None)) for a in _NEXT[executed.record.state]]
    elif forms.missing(set(executed.required).intersection(step.fields), executed.values):
        return []
    else:
        before = gates.before_what(Action.RECORD_SIGN, step.called)
        nearest = [(Action.RECORD_SIGN, step.name, before)]
    return [
        Message(
            "the gate before {what} is shut; needed is {needed}",
            what=what,
            needed=gate.called(executed.in_words),
        )
        for action, name, what in nearest
        for gate in gates.shut(executed.template.gates, action, executed.values, executed.evaluate, step=name)
    ]


def _named(executed: Executed, name: str) -> Named:
    return Named(name, executed.called(name))
