"""Whose turn a record is: what is done with it next. Knows values only."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from docctl.rules.records import stepwise
from docctl.rules.records.life import State, Verification
from docctl.rules.records.stepwise import StepFacts


class Turn(StrEnum):
    """What is done next with a record that is not sealed."""

    FILL = "fill"
    COMPLETE = "complete"
    VERIFY = "verify"
    CLOSE = "close"


def turn(state: State, steps: Sequence[StepFacts], verification: Verification) -> Turn | None:
    """What comes next; None of a record that is closed or void."""
    if state is State.OPEN:
        return Turn.COMPLETE if stepwise.current_step(steps) is None else Turn.FILL
    if state is State.COMPLETED and verification is not Verification.NONE:
        return Turn.VERIFY
    return Turn.CLOSE if state in (State.COMPLETED, State.VERIFIED) else None
