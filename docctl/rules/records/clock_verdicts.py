"""What a clock of a record says, in one word for page and paper. Knows values only."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.rules.records.life import GONE, State
from docctl.rules.words import Own


class Verdict(StrEnum):
    """How a clock stands. On a page a running or overdue one has its time beside it."""

    NO_LONGER = "no-longer"
    MET = "met"
    EXCUSED = "excused"
    NOT_STARTED = "not-started"
    OVERDUE = "overdue"
    NOT_MET = "not-met"
    NOT_STOPPED = "not-stopped"
    RUNNING = "running"

    @property
    def words(self) -> Own:
        return _WORDS[self]


def verdict(state: State, *, met: bool | None, overdue: bool, excused: bool, started: bool) -> Verdict:
    """By what it shows (clocks.Reading) and the state of its record; `started`: it has a due time."""
    if state in GONE:
        return Verdict.NO_LONGER
    if met:
        return Verdict.MET
    if excused:
        return Verdict.EXCUSED
    if not started:
        return Verdict.NOT_STARTED
    if overdue and state is not State.CLOSED:
        return Verdict.OVERDUE
    if met is False:
        return Verdict.NOT_MET
    return Verdict.NOT_STOPPED if state is State.CLOSED else Verdict.RUNNING


_WORDS: Final[Mapping[Verdict, Own]] = MappingProxyType(
    {
        Verdict.NO_LONGER: Own(zh="不再计时", en="no longer counts"),
        Verdict.MET: Own(zh="达标", en="met"),
        Verdict.EXCUSED: Own(zh="已免责", en="excused"),
        Verdict.NOT_STARTED: Own(zh="未开始计时", en="not started"),
        Verdict.OVERDUE: Own(zh="已超时限", en="overdue"),
        Verdict.NOT_MET: Own(zh="未达标", en="not met"),
        Verdict.NOT_STOPPED: Own(zh="未停止", en="not stopped"),
        Verdict.RUNNING: Own(zh="进行中", en="running"),
    }
)
