"""What a clock says of a record, cell by cell: the same on its page and on paper."""

from __future__ import annotations

import pytest

from docctl.rules.records.clock_verdicts import Verdict, verdict
from docctl.rules.records.life import State


@pytest.mark.parametrize(
    ("state", "met", "overdue", "excused", "started", "says"),
    [
        (State.VOID, True, False, False, True, Verdict.NO_LONGER),
        (State.OPEN, True, False, True, True, Verdict.MET),
        (State.OPEN, None, False, True, True, Verdict.EXCUSED),
        (State.CLOSED, False, False, True, True, Verdict.EXCUSED),
        (State.OPEN, None, False, False, False, Verdict.NOT_STARTED),
        (State.OPEN, False, True, False, True, Verdict.OVERDUE),
        (State.CLOSED, False, True, False, True, Verdict.NOT_MET),
        (State.OPEN, False, False, False, True, Verdict.NOT_MET),
        (State.CLOSED, None, False, False, True, Verdict.NOT_STOPPED),
        (State.OPEN, None, False, False, True, Verdict.RUNNING),
    ],
)
def test_a_clock_says_one_thing(
    state: State, met: bool | None, overdue: bool, excused: bool, started: bool, says: Verdict
) -> None:
    assert verdict(state, met=met, overdue=overdue, excused=excused, started=started) is says
