"""An event as it stands in the ledger: which members it has, and when it may say that it was.

Three write events: an act, a migration, and what records attempts that were refused. Each says its own part;
what every event has is put round it here, so that a new member has one place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import Connection

from docctl.door import steady
from docctl.door.extending import require_extension
from docctl.door.site import Site
from docctl.door.turn import Turn
from docctl.errors import Busy, see
from docctl.ledger import journal
from docctl.ledger.upcast import SCHEMA
from docctl.models.people import Person
from docctl.rules.text import instant, plain

LONGEST_SILENCE: Final = timedelta(days=366)
"""A longer pause between two acts may be a clock that is ahead: somebody has to say that it is none."""
LARGEST_JUMP: Final = timedelta(minutes=5)
"""How much further the clock may have gone than time did, while one process runs."""
SLACK: Final = timedelta(seconds=2)
"""How far the clock may step back before writing stops: time in the ledger never runs backwards."""


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who acted, or tried to, and how they came. `op` is the key of their request."""

    id: int
    login: str
    name: str
    channel: str
    system_user: str | None = None
    op: str | None = None

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """The person of this turn."""
        return cls(
            id=turn.actor.person_id,
            login=turn.actor.login,
            name=turn.name,
            channel=turn.channel,
            system_user=turn.system_user,
            op=turn.op,
        )

    @classmethod
    def named(cls, person: Person, channel: str) -> Self:
        """Somebody about whom the program itself says something."""
        return cls(id=person.id, login=person.login, name=person.name, channel=channel)

    @classmethod
    def nobody(cls, channel: str) -> Self:
        """Somebody who is not known here."""
        return cls(id=0, login="-", name="-", channel=channel)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one event says: what was done to which `object` (its type and key), by whom, why, and the rest."""

    act: str
    who: Who
    details: Mapping[str, Any]
    why: str | None = None
    object: Mapping[str, str] | None = None


def append(
    connection: Connection,
    site: Site,
    head: journal.Head,
    at: datetime,
    said: Said,
    *,
    rows: Sequence[journal.Image] = (),
    schema: int = SCHEMA,
) -> journal.Head:
    """Write the event that follows on `head`, with the images of its rows; the new head.

    Raises Diverged where what was signed before knows other events.
    """
    require_extension(site, connection, head.seq)
    event = body(site.settings.origin, head.seq + 1, instant(at), said, rows=rows, schema=schema)
    return journal.append(connection, head.seq + 1, head.entry_hash, event)


def body(
    log: str, seq: int, at: str, said: Said, *, rows: Sequence[journal.Image], schema: int
) -> dict[str, Any]:
    """All members of an event. Canonical JSON puts them in order."""
    who = said.who
    return {
        "v": 1,
        "log": log,
        "seq": seq,
        "at": at,
        "schema": schema,
        "act": said.act,
        "actor": {"id": who.id, "login": who.login, "name": who.name},
        "via": {"channel": who.channel, "system_user": who.system_user},
        "op": plain(who.op),
        "object": None if said.object is None else dict(said.object),
        "why": plain(said.why),
        "details": plain(said.details),
        "rows": list(rows),
    }


def time_of(site: Site, head: journal.Head, now: datetime, *, believed: bool = False) -> datetime:
    """When an act happens: `now`, unless the clock of the machine cannot be right. Raises Busy then.

    `believed`: somebody answers for the clock, and whatever it shows is taken.
    """
    return steady.keep(site, now if believed else believable(site, head, now))


def believable(site: Site, head: journal.Head, now: datetime) -> datetime:
    """The same, only asked: nothing is remembered of it."""
    if not head.seq:
        return now
    last = datetime.fromisoformat(json.loads(head.body)["at"])
    jumped = steady.jump(site, now)
    if now - last > LONGEST_SILENCE or jumped > LARGEST_JUMP:
        raise Busy(
            "the clock of this machine ({now}) is far ahead of the last event ({last}) or has just jumped; "
            "set it right. If it is right, an admin says so once: {how}",
            now=instant(now),
            last=instant(last),
            how=see.SET_CLOCK,
        )
    return not_before(head, now)


def not_before(head: journal.Head, now: datetime) -> datetime:
    """`now`, or a moment after the newest event if the clock went back a little. Raises Busy beyond that."""
    if not head.seq:
        return now
    last = datetime.fromisoformat(json.loads(head.body)["at"])
    if now > last:
        return now
    if last - now > SLACK:
        raise Busy(
            "the clock of this machine ({now}) is behind the last event ({last}); set the clock right, "
            "then try again. If it was ahead before and is right now, an admin says so once: {how}",
            now=instant(now),
            last=instant(last),
            how=see.SET_CLOCK,
        )
    return last + timedelta(microseconds=1)
