"""Four eyes: a step that somebody else does than another step of the same record. Knows values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from docctl.errors import Forbidden
from docctl.rules.records import attachments
from docctl.rules.records import entries as forms
from docctl.rules.records.attachments import AttachmentFacts
from docctl.rules.records.entries import EntryFacts
from docctl.rules.records.stepwise import StepFacts

Hands = Mapping[str, frozenset[int]]
"""Who took part in each step, by its name."""


def check_another(steps: Iterable[StepFacts], step: StepFacts, person: int, hands: Hands) -> None:
    """Raises Forbidden where this person took part in a step that `step` does not share its hands with.

    It holds both ways: who checked something does not enter late what was to be checked.
    """
    for other in kept_apart(steps, step):
        if person in hands[other.name]:
            raise Forbidden(
                "Step {step} is done by somebody else than step {other}, in which you took part. Ask {who}.",
                step=step.called,
                other=other.called,
                who=step.who,
            )


def kept_apart(steps: Iterable[StepFacts], step: StepFacts) -> Iterator[StepFacts]:
    """The steps whose performers `step` asks not to be its own, and those that ask it of `step`."""
    for other in steps:
        if other.name in step.other_than or step.name in other.other_than:
            yield other


def hands_of(
    steps: Iterable[StepFacts], entries: Iterable[EntryFacts], files: Iterable[AttachmentFacts]
) -> Hands:
    """Who signed each step, made an entry in it that counts, or attached a file there that does."""
    by_field = {field: entry.by for field, entry in forms.current(entries).items()}
    filed = [(one.field, one.step, one.by) for one in attachments.counting(files)]

    def of(step: StepFacts) -> frozenset[int]:
        entered = {by_field[field] for field in step.fields if field in by_field}
        attached = {by for field, name, by in filed if name == step.name or field in step.fields}
        return frozenset(step.signed) | entered | attached

    return {step.name: of(step) for step in steps}


def is_alone(steps: Iterable[StepFacts], step: StepFacts, able: Mapping[str, Collection[int]]) -> bool:
    """Whether the one person who could do `step` is the only one for a step from which it is kept apart, too.

    `able`: who could do each step, by its name. Of a step that is signed already the hands are known.
    """
    others = (other for other in steps if other.name in step.other_than and not other.signed)
    return any(len({*able[step.name], *able[other.name]}) == 1 for other in others if able[other.name])
