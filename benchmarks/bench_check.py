"""How fast a check replays the ledger, and what it is made of."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from hashlib import sha256
from statistics import median

from sqlalchemy import text

from benchmarks import ledgers
from benchmarks.rounds import seconds
from docctl.models.engine import freeze
from docctl.queries.integrity import ledger
from docctl.queries.integrity.moment import take
from docctl.usecases.copies import handing
from docctl.usecases.people import accounts
from docctl.usecases.records import opening, recording
from tests.support.sites import World, issue, procedure, template

EVENTS = 40_000
ROUNDS = 5
GOAL = 20_000
GOAL_OF_THE_FLOOR = 7.0
"""Beside reading, hashing and parsing alone: that holds on a machine of any speed."""

_BODIES = text("SELECT prev_hash, body FROM ledger_event ORDER BY seq")


def test_a_check_replays_the_ledger(world: World, figure: Callable[..., None]) -> None:
    """Chain, replay, every row compared, every checkpoint verified, every segment compared.

    On SQLite by the time of this process, which another program on the machine does not stretch; it waits
    for nothing. With PostgreSQL half of the work is the server's, so that there is no other time than the
    clock's.
    """
    cycle = filled_and_added(world)
    size = ledgers.grow(world, cycle, EVENTS // len(cycle))
    floor, wall, own = [], [], []
    for _ in range(ROUNDS if on_sqlite(world) else 2):
        floor.append(seconds(bare, world))
        begun = time.process_time()
        wall.append(seconds(check, world))
        own.append(time.process_time() - begun)
    each = sum(len(json.dumps(event, ensure_ascii=False).encode()) for event in cycle) / len(cycle)
    name = f"check on {world.site.engine.dialect.name}, {size:,} events of {each:.0f} bytes"
    rates = f"{size / median(own):,.0f} events a second of processor, {size / median(wall):,.0f} by the clock"
    times = median(w / f for w, f in zip(wall, floor, strict=True))
    figure(name, rates, f">= {GOAL:,}" if on_sqlite(world) else "")
    figure(
        f"{name}, beside reading, hashing and parsing them", f"{times:.1f} times", f"<= {GOAL_OF_THE_FLOOR}"
    )
    assert times <= GOAL_OF_THE_FLOOR


def test_a_check_of_larger_events(sqlite_world: World, figure: Callable[..., None]) -> None:
    """Copies handed out and acknowledged: twice the bytes, and a row changed by every second event."""
    number, before = issue(sqlite_world, procedure()), ledgers.head(sqlite_world)
    [copy] = handing.issue_copies(sqlite_world.as_("controller"), number, holders=["staff"])
    handing.acknowledge_copy(sqlite_world.as_("staff"), copy.number)
    size = ledgers.grow(sqlite_world, ledgers.acts_since(sqlite_world, before), EVENTS // 4)
    begun = time.process_time()
    check(sqlite_world)
    rate = size / (time.process_time() - begun)
    figure(
        f"check on sqlite, {size:,} events of 1,100 bytes, two rows each",
        f"{rate:,.0f} events a second of processor",
    )


def filled_and_added(world: World) -> list[ledgers.Event]:
    """What is done most often, and what leaves two rows: a field filled, a person added."""
    issue(world, procedure())
    issue(world, template())
    number = opening.open_record(world.as_("staff"), "LX-R-101").number
    before = ledgers.head(world)
    recording.fill_record(world.as_("staff"), number, {"customer": "某厂"})
    accounts.add_user(world.as_("admin"), "newcomer", name="新人", department="sales", roles=["staff"])
    return ledgers.acts_since(world, before)


def check(world: World) -> None:
    """The part of a check that grows with the ledger."""
    with world.site.reading() as session:
        connection = freeze(session)
        told = ledger.examine(world.site, connection, take(world.site, connection))
    assert told.findings == []


def bare(world: World) -> None:
    """The least that anybody could do who does not believe the hashes."""
    with world.site.readers.connect() as connection:
        for prev, body in connection.execute(_BODIES):
            sha256(b"\0" + prev + body).digest()
            json.loads(body)


def on_sqlite(world: World) -> bool:
    return world.site.engine.dialect.name == "sqlite"
