"""When the upkeep of a site wants somebody: limits, and what is to be done. Knows no site and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from docctl.errors.message import Message, See
from docctl.rules.public_address import reaches_only_itself

GIGABYTE: Final = 1_000_000_000
LEAST_FREE: Final = GIGABYTE
LEAST_SHARE: Final = 20
"""A twentieth of the disk has to be free, and a gigabyte."""
AHEAD: Final = timedelta(minutes=5)
"""So far files may be ahead of the clock: disks in the network have clocks of their own."""


class Job(StrEnum):
    """What an operator has done to a site from time to time."""

    BACKUP = "backup"
    VERIFY = "verify"
    DRILL = "drill"
    CHECK = "check"


EVERY: Final = {
    Job.BACKUP: timedelta(hours=26),
    Job.VERIFY: timedelta(days=8),
    Job.DRILL: timedelta(days=35),
    Job.CHECK: timedelta(hours=26),
}
"""A day, a week, a month, and a little more: it may begin later once."""
_COMMANDS: Final = {
    Job.BACKUP: See("docctl backup make", "backup make (by command)"),
    Job.VERIFY: See("docctl backup verify", "backup verify (by command)"),
    Job.DRILL: See("docctl backup drill", "backup drill (by command)"),
    Job.CHECK: See("docctl check", "Check the ledger"),
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """The last time that a job was done. `why` is what it stumbled over, `about` what it was done to."""

    at: datetime
    ok: bool
    events: int = 0
    about: str = ""
    why: Message | None = None


def of_job(job: Job, last: Run | None, now: datetime) -> Message | None:
    """What is to be done about a job; None: nothing."""
    if last is None:
        return Message("not done yet: {command}", command=_COMMANDS[job])
    if not last.ok:
        return last.why or Message("it found something: look at it, then do it again")
    if now - last.at > EVERY[job]:
        return Message("too long ago: {command}", command=_COMMANDS[job])
    return None


def of_disk(free: int, total: int) -> Message | None:
    """Whether the disk is nearly full."""
    if free >= LEAST_FREE and free * LEAST_SHARE >= total:
        return None
    return Message("make room: when the disk is full, nothing is written any more")


def of_files(now: datetime, written: datetime | None) -> Message | None:
    """Whether the clock of the machine agrees with that of its disk."""
    if written is not None and written > now + AHEAD:
        return Message("files are newer than the clock: set the clock of the machine or of its disk right")
    return None


def of_address(public: str) -> Message | None:
    """Whether phones reach it, and unseen by others."""
    if not public:
        return Message("set public_url in docctl.toml before the first copy is handed out")
    if reaches_only_itself(public):
        return Message("no phone reaches this name: set public_url in docctl.toml")
    if not public.startswith("https://"):
        return Message("not encrypted: put a proxy with TLS before it")
    return None
