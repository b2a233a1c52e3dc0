"""The life of a record: its states, and what must be there before it goes on.

Knows values only. Who may do something is asked of `permissions`; `stepwise` gives it the facts.
Where a person is wrong the answer is Forbidden, where the moment is wrong WrongState, where the content is
wrong Invalid, asked in this order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.errors.message import Message, Post
from docctl.rules.actions import Action
from docctl.rules.not_now import not_now
from docctl.rules.records import entries as forms
from docctl.rules.records.stepwise import StepFacts, current_step, posts
from docctl.rules.words import Own


class State(StrEnum):
    """What is stored. A sealed record is closed."""

    OPEN = "open"
    COMPLETED = "completed"
    VERIFIED = "verified"
    CLOSED = "closed"
    VOID = "void"
    DESTROYED = "destroyed"

    @property
    def words(self) -> Own:
        return _WORDS[self]


ENDED: Final = frozenset({State.CLOSED, State.VOID, State.DESTROYED})
"""States after which nothing is done with a record any more, but to destroy it when its time has come."""
UNSEALED: Final = tuple(state for state in State if state not in ENDED)
"""The states in which something is still to be done with a record."""
GONE: Final = frozenset({State.VOID, State.DESTROYED})
"""States in which a record counts for nothing that is worked out."""


class Verification(StrEnum):
    """The template's `verify`: who must verify before the record can be closed."""

    NONE = "none"
    OTHER_PERSON = "other-person"
    OTHER_DEPARTMENT = "other-department"


_ITSELF: Final = Message("This record")

# A closed record is sealed under its hash and does not change, not even to void: what turns out wrong later
# goes into a new record that links to it. So voiding (DC-100) ends before closing.
TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = MappingProxyType(
    {
        (State.OPEN, Action.RECORD_FILL): State.OPEN,
        (State.OPEN, Action.RECORD_CORRECT): State.OPEN,
        (State.OPEN, Action.RECORD_SIGN): State.OPEN,
        (State.OPEN, Action.RECORD_COMPLETE): State.COMPLETED,
        (State.COMPLETED, Action.RECORD_VERIFY): State.VERIFIED,
        (State.COMPLETED, Action.RECORD_SEND_BACK): State.OPEN,
        (State.VERIFIED, Action.RECORD_SEND_BACK): State.OPEN,
        (State.VERIFIED, Action.RECORD_CLOSE): State.CLOSED,
        (State.OPEN, Action.RECORD_VOID): State.VOID,
        (State.COMPLETED, Action.RECORD_VOID): State.VOID,
        (State.VERIFIED, Action.RECORD_VOID): State.VOID,
        (State.CLOSED, Action.DISPOSAL_DESTROY): State.DESTROYED,
        (State.VOID, Action.DISPOSAL_DESTROY): State.DESTROYED,
    }
)


def after(
    state: State,
    action: Action,
    what: str | Message = _ITSELF,
    *,
    verification: Verification = Verification.OTHER_PERSON,
) -> State:
    """The state that `action` leads to. Raises WrongState; `what` names the record in its sentence.

    Closing follows verifying, unless the template says `verify: none`.
    """
    if (state, action, verification) == (State.COMPLETED, Action.RECORD_CLOSE, Verification.NONE):
        return State.CLOSED
    to = TRANSITIONS.get((state, action))
    if to is None:
        needed = (before for before, act in TRANSITIONS if act is action)
        raise not_now(what, state, action, needed, _NEXT[state])
    return to


def check_fill(steps: Sequence[StepFacts], step: StepFacts) -> None:
    """Raises WrongState: a step is filled in its turn, and once signed it changes only by correction."""
    if step.signed:
        raise WrongState(
            "Step {step} is signed. Correct its entry, with a reason; the old value stays readable. "
            "What was left empty is entered in the same way.",
            step=step.called,
        )
    _check_turn(steps, step)


def check_sign(
    steps: Sequence[StepFacts],
    step: StepFacts,
    required: Iterable[str],
    values: Mapping[str, Any],
    faults: Mapping[str, Message] = MappingProxyType({}),
    files: Collection[str] = (),
) -> None:
    """Raises WrongState if `step` is signed already or before its turn, Invalid for the fields it lacks.

    `required` are those of the whole template; `faults` what else is wrong with the step's values; `files`
    the fields that hold files.
    """
    if step.signed:
        raise WrongState("Step {step} is signed already. {next}", step=step.called, next=_whose_turn(steps))
    _check_turn(steps, step)
    problems = forms.missing([field for field in required if field in step.fields], values, files)
    if problems or faults:
        raise Invalid({**faults, **problems})


def check_complete(
    steps: Sequence[StepFacts],
    required: Iterable[str],
    values: Mapping[str, Any],
    faults: Mapping[str, Message] = MappingProxyType({}),
    files: Collection[str] = (),
) -> None:
    """Raises Invalid for missing fields (DC-97) and other `faults`, else WrongState for unsigned steps.

    The fields come first: while one is missing its step cannot be signed, so it is what to do next.
    """
    problems = {**faults, **forms.missing(required, values, files)}
    unsigned = tuple(step.called for step in steps if not step.signed)
    if problems and unsigned:
        problems[""] = Message("steps still to be signed: {steps}", steps=unsigned)
    if problems:
        raise Invalid(problems)
    if unsigned:
        raise WrongState("Steps still to be signed before the record is complete: {steps}.", steps=unsigned)


def check_verifier(verification: Verification, department: str, performed: Iterable[str]) -> None:
    """Raises Forbidden if the template asks for another department than those that performed (PR-76).

    That it is another person is a permission.
    """
    if verification is Verification.OTHER_DEPARTMENT and department in set(performed):
        raise Forbidden(
            "This record is verified by another department than the one that acted. {department} "
            "performed a step of it; a verifier of another department has to do it.",
            department=Post(department),
        )


def check_closer(state: State, *, performed: bool) -> None:
    """Raises Forbidden: what nobody verified is closed by somebody who did none of it."""
    if performed and state is State.COMPLETED:
        raise Forbidden(
            "Nobody verified this record: whoever performed a step of it does not close it too. "
            "Another document controller closes it, or a verifier verifies it first."
        )


def check_voiding(number: str, later: str, state: State, *, is_signed: bool) -> None:
    """Raises Invalid where no step of the later record can have voided this one (DC-100)."""
    if later == number:
        raise Invalid({"by": Message("is this record itself; name the later one")})
    if state in GONE:
        raise Invalid({"by": Message("is {status} itself", status=state)})
    if not is_signed:
        raise Invalid(
            {"by": Message("has no signed step yet; sign the one first that makes this record void")}
        )


def check_reason(reason: str) -> None:
    """Raises Invalid: sending back and voiding need a reason (DC-100)."""
    if not reason.strip():
        raise Invalid({"reason": Message("is required; it stays on the record for good")})


def _check_turn(steps: Sequence[StepFacts], step: StepFacts) -> None:
    if step != current_step(steps):
        raise WrongState(
            "It is not yet the turn of step {step}. {next}",
            step=step.called,
            next=_whose_turn(steps),
        )


def _whose_turn(steps: Sequence[StepFacts]) -> Message:
    step = current_step(steps)
    if step is None:
        return Message("All steps are signed; complete the record next.")
    who = tuple(Post(key) for key in sorted(posts(steps, step)))
    return Message("Step {step} comes first ({posts}).", step=step.called, posts=who)


_WORDS: Final[Mapping[State, Own]] = MappingProxyType(
    {
        State.OPEN: Own(zh="填写中", en="open"),
        State.COMPLETED: Own(zh="已完成", en="completed"),
        State.VERIFIED: Own(zh="已验证", en="verified"),
        State.CLOSED: Own(zh="已封存", en="closed"),
        State.VOID: Own(zh="作废", en="void"),
        State.DESTROYED: Own(zh="已销毁", en="destroyed"),
    }
)

_NEXT: Final[Mapping[State, Message]] = MappingProxyType(
    {
        State.OPEN: Message("Fill and sign its steps, then complete it."),
        State.COMPLETED: Message("It is verified next, or sent back with a reason."),
        State.VERIFIED: Message("It is closed next, or sent back with a reason."),
        State.CLOSED: Message("It is sealed for good. Open a new record that links to it."),
        State.VOID: Message("It stays readable. Open a new record in its place."),
        State.DESTROYED: Message("What it said is gone; its page says who destroyed it, and when."),
    }
)

MEANINGS: Final[Mapping[str, Own]] = MappingProxyType(
    {
        "sign": Own(zh="步骤签名", en="step signed"),
        "complete": Own(zh="完成", en="completed"),
        "verify": Own(zh="验证", en="verified"),
        "send_back": Own(zh="退回", en="sent back"),
        "close": Own(zh="封存", en="closed and sealed"),
        "void": Own(zh="作废", en="voided"),
        "destroy": Own(zh="销毁", en="destroyed"),
    }
)
"""What a signature of a record means, by the verb of its act."""
