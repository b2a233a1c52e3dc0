"""What somebody outside says, such as the customer: one of ours writes it down, and stands in for them.

Somebody else than who wrote it down signs it, or its evidence is there; what is missing of that stays named,
after the closing of the record too. Knows values only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from docctl.errors import Forbidden
from docctl.errors.message import Message
from docctl.rules.records import entries as forms
from docctl.rules.records.entries import EntryFacts
from docctl.rules.records.stepwise import StepFacts


def writers(step: StepFacts, entries: Iterable[EntryFacts]) -> frozenset[int]:
    """Who wrote down what counts in a step of somebody outside; nobody for a step of ours."""
    if not step.by:
        return frozenset()
    counting = forms.current(entries)
    return frozenset(counting[field].by for field in step.fields if field in counting)


def check_stands_in(
    step: StepFacts, person: int, entries: Iterable[EntryFacts], *, attached: Iterable[str]
) -> None:
    """Who wrote down what the customer said does not sign for the customer (PR-23, DC-99). Raises Forbidden.

    `attached`: the names of the steps whose evidence is there.
    """
    if person not in writers(step, entries) or step.name in set(attached):
        return
    raise Forbidden(
        "In step {step} you wrote down what the {who} said, so you do not sign it for them. Attach the "
        "paper that they signed, or what else shows it ({evidence}); or somebody else who fills this step "
        "signs it.",
        step=step.called,
        who=step.who,
        evidence=step.evidence or "file",
    )


def missing_evidence(
    steps: Iterable[StepFacts], with_evidence: Collection[str], *, closed: bool = False
) -> dict[str, Message]:
    """What is to be said of each signed step whose evidence is not attached (PR-23, DC-99).

    A sentence and no refusal: the paper that the customer signed may come back days later. `with_evidence`
    are the names of the steps that have an attachment. `closed`: it is filed late now.
    """
    lacking = [s for s in steps if s.evidence and s.signed and s.name not in with_evidence]
    if closed:
        return {
            s.name: Message(
                "closed without the evidence of what the {who} said: {evidence}; attach it when it comes",
                who=s.who,
                evidence=s.evidence,
            )
            for s in lacking
        }
    return {
        s.name: Message(
            "attach the evidence of what the {who} said: {evidence}", who=s.who, evidence=s.evidence
        )
        for s in lacking
    }
