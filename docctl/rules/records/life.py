"""The life of a record: its states, whose turn it is, what must be there before it goes on.

Knows values only. Who may do something is asked of `permissions`; `posts` and `performers` give it the facts.
Where a person is wrong the answer is Forbidden, where the moment is wrong WrongState, where the content is
wrong Invalid, asked in this order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.errors.message import Joined, Message, Named, Post, either
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.not_now import not_now
from docctl.rules.records import entries as forms
from docctl.rules.records.entries import EntryFacts
from docctl.rules.words import NOTHING, Words


class State(StrEnum):
    """What is stored. A sealed record is closed."""

    OPEN = "open"
    COMPLETED = "completed"
    VERIFIED = "verified"
    CLOSED = "closed"
    VOID = "void"

    @property
    def zh(self) -> str:
        return _ZH[self]


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
    }
)


@dataclass(frozen=True)
class StepFacts:
    """A step of the pinned template, and the ids of the people who signed it on this record.

    `roles` are roles or departments, any one of which may act. `by` is somebody outside, such as the
    customer, for whom the performers of the step before write, with `evidence` of what was said. With
    `when` it is a step of those records only of whose values that condition holds (PR-49 to PR-54).
    """

    name: str
    fields: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    by: str = ""
    evidence: str = ""
    signed: tuple[int, ...] = ()
    clause: str = ""
    title: Words = NOTHING
    when: str = ""

    @property
    def heading(self) -> Words:
        """Its title, or where it has none its name."""
        return self.title or Words({languages.PRIMARY: self.name})

    @property
    def who(self) -> Joined:
        """Who performs it, in words."""
        return either(Post(key) for key in ([self.by] if self.by else self.roles))

    @property
    def called(self) -> Named:
        """What it is called in a sentence."""
        return Named(self.name, self.title)


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


def parse_steps(template: Iterable[Mapping[str, Any]]) -> tuple[StepFacts, ...]:
    """The steps as the template has them. Raises Invalid with all problems, each under its step."""
    found: list[StepFacts] = []
    problems: dict[str, Message] = {}
    for source in template:
        step = _step(source)
        problem = _problem(step, found)
        if problem is not None:
            problems[f"steps.{step.name}"] = problem
        found.append(step)
    if problems:
        raise Invalid(problems)
    return tuple(found)


def current_step(steps: Iterable[StepFacts]) -> StepFacts | None:
    """The first step that nobody has signed: its turn it is."""
    return next((step for step in steps if not step.signed), None)


def step_of(steps: Iterable[StepFacts], field: str) -> StepFacts:
    """The step that fills `field`. Raises Invalid."""
    for step in steps:
        if field in step.fields:
            return step
    raise Invalid({field: Message("is no field that a step of this template fills; see its fields")})


def posts(steps: Sequence[StepFacts], step: StepFacts) -> frozenset[str]:
    """The roles and departments that fill and sign `step`; for somebody outside, those of the step before."""
    own = [s.roles for s in steps[: steps.index(step) + 1] if s.roles]
    return frozenset(own[-1] if own else ())


def step_to_sign(steps: Sequence[StepFacts], held: Collection[str]) -> StepFacts | None:
    """The step that a bearer of the posts `held` (roles and department) means to sign.

    The current one if it is theirs, else the next of theirs, else their last: so that who comes too early or
    twice hears that, and only who has no step at all that they may not. Without one, the current step.
    """
    theirs = [step for step in steps if not posts(steps, step).isdisjoint(held)]
    unsigned = [step for step in theirs if not step.signed]
    if unsigned:
        return unsigned[0]
    return theirs[-1] if theirs else current_step(steps)


def performers(steps: Iterable[StepFacts], entries: Iterable[EntryFacts]) -> frozenset[int]:
    """Everybody who signed a step or made an entry, also one that was corrected since."""
    return frozenset(person for step in steps for person in step.signed) | {entry.by for entry in entries}


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
) -> None:
    """Raises WrongState if `step` is signed already or before its turn, Invalid for the fields it lacks.

    `required` are those of the whole template; `faults` what else is wrong with the step's values.
    """
    if step.signed:
        raise WrongState("Step {step} is signed already. {next}", step=step.called, next=_whose_turn(steps))
    _check_turn(steps, step)
    problems = forms.missing([field for field in required if field in step.fields], values)
    if problems or faults:
        raise Invalid({**faults, **problems})


def check_complete(
    steps: Sequence[StepFacts],
    required: Iterable[str],
    values: Mapping[str, Any],
    faults: Mapping[str, Message] = MappingProxyType({}),
) -> None:
    """Raises Invalid for missing fields (DC-97) and other `faults`, else WrongState for unsigned steps.

    The fields come first: while one is missing its step cannot be signed, so it is what to do next.
    """
    problems = {**faults, **forms.missing(required, values)}
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


def steps_from(steps: Sequence[StepFacts], name: str | None) -> frozenset[str]:
    """The names of the step `name` and those after it; of all without a name. Raises Invalid."""
    names = [step.name for step in steps]
    if name is not None and name not in names:
        raise Invalid(
            {"step": Message("there is no step {name}; the steps are {names}", name=name, names=names)}
        )
    return frozenset(names[names.index(name) :] if name is not None else names)


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


def _step(source: Mapping[str, Any]) -> StepFacts:
    role, title = source.get("role", ()), source.get("title") or {}
    return StepFacts(
        source["name"],
        tuple(source.get("fields", ())),
        (role,) if isinstance(role, str) else tuple(role),
        source.get("by", ""),
        source.get("evidence", ""),
        clause=source.get("clause", ""),
        title=Words(title),
        when=source.get("when", ""),
    )


def _problem(step: StepFacts, before: Sequence[StepFacts]) -> Message | None:
    if bool(step.roles) == bool(step.by):
        return Message("must have either a role (a role or a department) or by (somebody outside)")
    if step.by and not any(s.roles for s in before):
        return Message(
            "is by {outsider}, so a step of ours must come before it, whose performers write for them",
            outsider=Post(step.by),
        )
    if any(s.name == step.name for s in before):
        return Message("is the name of two steps")
    twice = sorted({field for s in before for field in s.fields}.intersection(step.fields))
    return Message("fills {fields}, which another step fills already", fields=twice) if twice else None


_ZH: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.OPEN: "填写中",
        State.COMPLETED: "已完成",
        State.VERIFIED: "已验证",
        State.CLOSED: "已封存",
        State.VOID: "作废",
    }
)

_NEXT: Final[Mapping[State, Message]] = MappingProxyType(
    {
        State.OPEN: Message("Fill and sign its steps, then complete it."),
        State.COMPLETED: Message("It is verified next, or sent back with a reason."),
        State.VERIFIED: Message("It is closed next, or sent back with a reason."),
        State.CLOSED: Message("It is sealed for good. Open a new record that links to it."),
        State.VOID: Message("It stays readable. Open a new record in its place."),
    }
)
