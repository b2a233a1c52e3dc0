"""A long ledger in seconds: events that real acts made, told again and again with keys of their own.

The rows go in with the guards off and are guarded again afterwards; chain, images, checkpoints and the
segments in the library are as acts leave them, so that a check finds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, column, insert, table, text

from docctl.door import transaction
from docctl.ledger import checkpoint, journal
from docctl.ledger.entry import dumps, entry_hash, flat
from docctl.ledger.merkle import Frontier
from docctl.models import guards
from docctl.models.base import LEDGER
from docctl.models.ledger import LedgerEvent, OutboxCheckpoint
from docctl.rules.text import instant
from tests.support.sites import World

AT_ONCE = 4_000
"""Events that are written in one go, and then put into the library."""

SIGNED_EVERY = 100
"""Events between two signed notes, as acts make them."""

Event = dict[str, Any]


def acts_since(world: World, seq: int) -> list[Event]:
    """The events after number `seq`: what `grow` is to tell again."""
    with world.site.reading() as session:
        return [json.loads(entry.body) for entry in journal.events(session.connection(), seq)]


def head(world: World) -> int:
    """The number of the newest event."""
    with world.site.reading() as session:
        return journal.head(session.connection()).seq


def grow(world: World, cycle: Sequence[Event], times: int) -> int:
    """Tell the events of `cycle`, which follow on each other, again as often as `times`; the new size."""
    first, waiting = head(world) + 1, list[Event]()
    at, frontier = world.clock(), _frontier(world)
    for n in range(times):
        at += timedelta(milliseconds=len(cycle))
        waiting += _again(cycle, first + n * len(cycle), at)
        if len(waiting) >= AT_ONCE:
            _write(world, waiting, frontier)
            waiting = []
    world.clock.now = at
    if waiting:
        _write(world, waiting, frontier)
    return head(world)


def _again(cycle: Sequence[Event], first: int, at: datetime) -> Iterator[Event]:
    """The same events with new numbers, and with new keys, names and tokens for the rows they make."""
    shift = first - cycle[0]["seq"]
    seqs = {event["seq"]: event["seq"] + shift for event in cycle}
    names: dict[str, str] = {}
    for k, event in enumerate(cycle):
        for change in event["rows"]:
            for name in ("number", "login", "token"):
                if "was" not in change and name in change["row"]:
                    names[change["row"][name]] = f"{change['row'][name][:12]}-{first + k}"
        rows = [_row_again(change, seqs, names, first) for change in event["rows"]]
        obj = event["object"] | {"key": names.get(event["object"]["key"], event["object"]["key"])}
        when = {"seq": seqs[event["seq"]], "at": instant(at + timedelta(milliseconds=k))}
        yield event | {"rows": rows, "object": obj} | when


def _row_again(change: Event, seqs: Mapping[int, int], names: Mapping[str, str], first: int) -> Event:
    row = {name: _cell(name, value, seqs, names) for name, value in change["row"].items()}
    if "running" in row and "was" not in change:
        row["running"] = first
    if "running" in row and "was" in change:
        row["running"] = min(seqs.values())
    again = change | {"row": row, "k": row["id"]}
    if "prev" in change:
        again["prev"] = seqs[change["prev"]]
    return again


def _cell(name: str, value: Any, seqs: Mapping[int, int], names: Mapping[str, str]) -> Any:
    if name.endswith("_seq"):
        return seqs.get(value, value)
    if isinstance(value, int):
        return seqs[value >> 16] << 16 | value & 0xFFFF if value >> 16 in seqs else value
    return names.get(value, value) if isinstance(value, str) else value


def _frontier(world: World) -> Frontier:
    frontier = Frontier()
    with world.site.reading() as session:
        for leaf in journal.hashes(session.connection(), 0, head(world)):
            frontier.append(leaf)
    return frontier


def _write(world: World, events: Sequence[Event], frontier: Frontier) -> None:
    site = world.site
    guarded = [*(t.name for t in guards.controlled_tables()), LEDGER]
    with site.engine.begin() as connection:
        guards.remove(connection, guarded)
    with site.engine.begin() as connection:
        last = journal.head(connection)
        assert events[0]["seq"] == last.seq + 1
        prev, entries, notes = last.entry_hash, [], []
        for event in events:
            body = flat(event)
            hashed = entry_hash(prev, body)
            entries.append({"seq": event["seq"], "body": body, "prev_hash": prev, "entry_hash": hashed})
            prev = hashed
            frontier.append(hashed)
            if event["seq"] % SIGNED_EVERY == 0:
                note = checkpoint.sign(site.settings.origin, event["seq"], frontier.root(), site.key)
                notes.append(
                    {"size": event["seq"], "note": note, "made_at": datetime.fromisoformat(event["at"])}
                )
        assert entries[0]["body"] == dumps(events[0])
        connection.execute(insert(LedgerEvent), entries)
        _put_rows(connection, events)
        if notes:
            connection.execute(insert(OutboxCheckpoint), notes)
    with site.engine.begin() as connection:  # PostgreSQL makes no trigger while deferred keys wait for COMMIT
        guards.install(connection, guarded)
    transaction.make_checkpoint(site, datetime.fromisoformat(events[-1]["at"]))


def _put_rows(connection: Connection, events: Sequence[Event]) -> None:
    """The rows as the last of these events left them."""
    rows: dict[str, dict[int, Mapping[str, Any]]] = {}
    for event in events:
        for change in event["rows"]:
            rows.setdefault(change["t"], {})[change["k"]] = change["row"]
    for name, found in rows.items():
        cells = list(found.values())
        connection.execute(insert(table(name, *(column(c) for c in cells[0]))), cells)


def analyse(world: World) -> None:
    """Let the database count its rows, as it does by itself in the course of a day."""
    with world.site.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
