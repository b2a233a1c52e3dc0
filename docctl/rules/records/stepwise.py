"""The steps of a record: whose turn it is, who performs and who has performed them. Knows values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docctl.errors import Invalid
from docctl.errors.message import Joined, Message, Named, Post, either
from docctl.rules import languages
from docctl.rules.records.entries import EntryFacts
from docctl.rules.words import NOTHING, Words


@dataclass(frozen=True)
class StepFacts:
    """A step of the pinned template, and the ids of the people who signed it on this record.

    `roles` are roles or departments, any one of which may act. `by` is somebody outside, such as the
    customer, for whom the performers of the step before write, with `evidence` of what was said. With
    `when` it is a step of those records only of whose values that condition holds (PR-49 to PR-54).
    `other_than` names earlier steps: who took part in one of them takes no part in this one (four eyes).
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
    other_than: tuple[str, ...] = ()

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


def steps_from(steps: Sequence[StepFacts], name: str | None) -> frozenset[str]:
    """The names of the step `name` and those after it; of all without a name. Raises Invalid."""
    names = [step.name for step in steps]
    if name is not None and name not in names:
        raise Invalid(
            {"step": Message("there is no step {name}; the steps are {names}", name=name, names=names)}
        )
    return frozenset(names[names.index(name) :] if name is not None else names)


def _step(source: Mapping[str, Any]) -> StepFacts:
    role, title, others = source.get("role", ()), source.get("title") or {}, source.get("other_than", ())
    return StepFacts(
        source["name"],
        tuple(source.get("fields", ())),
        (role,) if isinstance(role, str) else tuple(role),
        source.get("by", ""),
        source.get("evidence", ""),
        clause=source.get("clause", ""),
        title=Words(title),
        when=source.get("when", ""),
        other_than=(others,) if isinstance(others, str) else tuple(others),
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
