"""The audit trail of the whole site: every event, newest first, and the checkpoints that were signed.

Events are kept as bytes, so a filter looks at the bytes before it reads them; one answer looks at so many
events and no more, and says from where to go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.door.refusals import REFUSAL
from docctl.errors import NotFound
from docctl.errors.message import Message
from docctl.ledger.entry import quoted
from docctl.models.ledger import LedgerEvent, OutboxCheckpoint
from docctl.queries.ledger.reasons import reason_of
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject

MOST: Final = 50
"""Events in one answer."""
LOOKED_AT: Final = 20_000
"""Events that are looked through for one answer of a filter."""
UNREADABLE: Final = "unreadable"
"""Stands for the name of an event whose bytes cannot be read any more: a finding of `docctl check`."""
_BATCH: Final = 500


@dataclass(frozen=True)
class Event:
    """One event. `act` is its name, `key` and `type` its object (of a refused attempt there is none).

    `details` is what the act says beside that. Without `at` the event cannot be read.
    """

    seq: int
    at: datetime | None
    act: str
    by: str
    login: str
    channel: str
    system_user: str
    type: str
    key: str
    why: Message | str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A part of the trail: of one login, of one act and refused attempts at it, any part of a key."""

    login: str = ""
    act: str = ""
    key: str = ""


@dataclass(frozen=True)
class Trail:
    """`following`: the number of the event behind which older ones come, else None.

    `upto`: where the filter stopped looking before it had a full answer, else None.
    """

    events: tuple[Event, ...]
    following: int | None
    upto: int | None

    @property
    def left_out(self) -> Message | None:
        """What a file of these events has to say of the older ones."""
        if self.following is None:
            return None
        return Message(
            "events before {seq}; export once more with {seq} under “Before event” (--before {seq})",
            seq=self.following,
        )


@dataclass(frozen=True)
class Cell:
    """A column of a changed row: what it holds after the event, and what it held before."""

    name: str
    was: str | None
    now: str | None

    @property
    def changed(self) -> bool:
        return self.was != self.now


@dataclass(frozen=True)
class RowImage:
    """A row that an event made or changed. `before`: the event that had changed it last."""

    table: str
    key: int
    before: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class EventView:
    """One event with the images of its rows, and the hashes that chain it to the one before."""

    event: Event
    rows: tuple[RowImage, ...]
    prev_hash: str
    entry_hash: str


@dataclass(frozen=True)
class CheckpointLine:
    """A signed checkpoint: it covers the first `size` events. `in_library`: it has left the database."""

    size: int
    made_at: datetime
    root: str
    in_library: bool


def ledger_trail(ctx: Context, wanted: Wanted, before: int | None = None, *, most: int = MOST) -> Trail:
    """The newest events that were asked for (fifty), or those before an event. Raises Forbidden."""
    ctx.require(Action.TRAIL_READ, Subject())
    found: list[Event] = []
    for seq, event in _looked_through(ctx, wanted, before):
        if event is None:
            return Trail(tuple(found), seq, seq)
        if len(found) == most:
            return Trail(tuple(found), found[-1].seq, None)
        found.append(event)
    return Trail(tuple(found), None, None)


def ledger_event(ctx: Context, seq: int) -> EventView:
    """One event and all that it changed. Raises NotFound, Forbidden."""
    ctx.require(Action.TRAIL_READ, Subject())
    row = ctx.session.get(LedgerEvent, seq) if 0 < seq < 2**63 else None
    if row is None:
        raise NotFound("there is no event {seq}", seq=seq)
    body = bytes(row.body)
    hashes = bytes(row.prev_hash).hex(), bytes(row.entry_hash).hex()
    return EventView(_event(seq, body), tuple(_images(body)), *hashes)


def checkpoint_list(ctx: Context, most: int = 10) -> list[CheckpointLine]:
    """The newest checkpoints. Raises Forbidden."""
    ctx.require(Action.TRAIL_READ, Subject())
    rows = ctx.session.scalars(select(OutboxCheckpoint).order_by(OutboxCheckpoint.size.desc()).limit(most))
    return [CheckpointLine(r.size, r.made_at, _root(bytes(r.note)), r.commit_id is not None) for r in rows]


def _looked_through(ctx: Context, wanted: Wanted, before: int | None) -> Iterator[tuple[int, Event | None]]:
    """The events that agree; (number, None) where enough were looked at."""
    needles, looked = list(_needles(wanted)), 0
    while True:
        part = select(LedgerEvent.seq, LedgerEvent.body).order_by(LedgerEvent.seq.desc()).limit(_BATCH)
        rows = ctx.session.execute(part if before is None else part.where(LedgerEvent.seq < before)).all()
        for seq, stored in rows:
            body = bytes(stored)
            if needles and not all(needle in body.lower() for needle in needles):
                continue
            event = _event(seq, body)
            if _agrees(event, wanted):
                yield seq, event
        looked += len(rows)
        if len(rows) < _BATCH:
            return
        before = rows[-1].seq
        if looked >= LOOKED_AT:
            yield rows[-1].seq, None
            return


def _needles(wanted: Wanted) -> Iterator[bytes]:
    """What the bytes of an event hold if it agrees. Only letters of ASCII are alike in both cases."""
    for text in (wanted.login, wanted.act, wanted.key):
        if text:
            yield quoted(text.encode("utf-8", "replace"))[1:-1].lower()


def _agrees(event: Event, wanted: Wanted) -> bool:
    return (
        (not wanted.login or event.login == wanted.login)
        and (not wanted.act or event.act in {wanted.act, f"{wanted.act}.refused"})
        and (not wanted.key or _alike(wanted.key) in _alike(event.key))
    )


def _alike(text: str) -> bytes:
    return text.encode("utf-8", "replace").lower()


def _event(seq: int, body: bytes) -> Event:
    """What a body says; of one that cannot be read its number only, for the others are still to be shown."""
    try:
        said = json.loads(body)
        actor, via, about = said.get("actor") or {}, said.get("via") or {}, said.get("object") or {}
        return Event(
            seq=seq,
            at=datetime.fromisoformat(said["at"]),
            act=str(said["act"]),
            by=actor.get("name") or "",
            login=actor.get("login") or "",
            channel=via.get("channel") or "",
            system_user=via.get("system_user") or "",
            type=about.get("type") or "",
            key=about.get("key") or "",
            why=reason_of(said),
            details={name: one for name, one in (said.get("details") or {}).items() if name != REFUSAL},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Event(seq, None, UNREADABLE, "", "", "", "", "", "", "", {})


def _images(body: bytes) -> Iterator[RowImage]:
    try:
        rows = json.loads(body)["rows"]
    except (ValueError, KeyError, TypeError):
        return
    for image in rows:
        was = image.get("was", {})
        new = "prev" not in image
        cells = [
            Cell(name, None if new else _text(was.get(name, value)), _text(value))
            for name, value in image["row"].items()
            if name not in {"id", "last_seq"}
        ]
        yield RowImage(image["t"], image["k"], image.get("prev"), tuple(cells))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _root(note: bytes) -> str:
    """The third line of a note: origin, size, root."""
    return note.decode("utf-8", "replace").split("\n")[2:3][0] if note.count(b"\n") > 2 else ""
