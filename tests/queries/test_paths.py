"""Merkle paths from kept subtrees: right at every size, and right without them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, event, func, insert, select, update

from docctl.door import checkpoints, transaction
from docctl.ledger import journal
from docctl.models.ledger import CacheFrontier, CacheSubtree
from docctl.queries.ledger.paths import paths
from docctl.queries.ledger.trace import trace
from docctl.usecases.people import accounts
from docctl.usecases.site import rebuilding
from tests.support.plain_ledger import inclusion_proof
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


@pytest.fixture
def long_ledger(sqlite_world: World) -> World:
    """Some 80 events, signed at odd places."""
    issue(sqlite_world, procedure())
    for n in range(60):
        accounts.add_user(
            sqlite_world.as_("admin"), f"more{n}", name="某", department="sales", roles=["staff"]
        )
        if n % 7 == 0:
            transaction.make_checkpoint(sqlite_world.site, sqlite_world.clock(), commit=False)
    transaction.make_checkpoint(sqlite_world.site, sqlite_world.clock())
    return sqlite_world


@pytest.fixture
def connection(long_ledger: World) -> Iterator[Connection]:
    with long_ledger.site.readers.connect() as connection:
        yield connection


def all_hashes(connection: Connection) -> list[bytes]:
    return journal.hashes(connection, 0, journal.head(connection).seq)


def kept_levels(connection: Connection) -> dict[int, int]:
    """How many subtrees of each level are kept."""
    counts = select(CacheSubtree.level, func.count()).group_by(CacheSubtree.level)
    return {row[0]: row[1] for row in connection.execute(counts)}


def complete_levels(size: int) -> dict[int, int]:
    """How many there are in a tree of `size` leaves, from sixteen leaves on."""
    return {level: size >> level for level in range(4, size.bit_length())}


def test_paths_are_those_of_rfc_6962_at_every_signed_size(connection: Connection) -> None:
    leaves = all_hashes(connection)
    assert len(leaves) > 64
    for size in (1, 15, 16, 17, 33, 64, 65, len(leaves)):
        expected = {seq: inclusion_proof(leaves[:size], seq - 1) for seq in range(1, size + 1)}
        assert paths(connection, expected, size) == expected
        assert paths(connection, expected, size, kept=False) == expected


def test_every_complete_subtree_of_sixteen_and_more_is_kept(connection: Connection) -> None:
    assert kept_levels(connection) == complete_levels(len(all_hashes(connection)))


def test_a_path_reads_a_few_hashes_only(long_ledger: World, connection: Connection) -> None:
    size, read = len(all_hashes(connection)), []
    event.listen(long_ledger.site.readers, "before_cursor_execute", lambda *a: read.append(len(a[3])))
    paths(connection, [20], size)
    assert len(read) == 2
    assert sum(read) <= 2 * 16 + 2 * size.bit_length()


def test_damaged_subtrees_are_worked_out_again_from_the_events(long_ledger: World) -> None:
    with long_ledger.site.engine.begin() as connection:
        connection.execute(update(CacheSubtree).values(hash=bytes(32)))
    told = trace(long_ledger.as_("auditor"), NUMBER)
    assert told["verified"] is True, told["findings"]
    assert told["proof"]["inclusion"] != []


def test_lost_subtrees_come_back_when_the_frontier_was_lost_with_them(long_ledger: World) -> None:
    with long_ledger.site.engine.begin() as connection:
        connection.execute(delete(CacheFrontier))
        connection.execute(update(CacheSubtree).values(hash=bytes(32)))
        connection.execute(insert(CacheSubtree), [{"upto": 1 << 40, "level": 4, "hash": bytes(32)}])
    transaction.make_checkpoint(long_ledger.site, long_ledger.clock(), commit=False)
    with long_ledger.site.readers.connect() as connection:
        leaves = all_hashes(connection)
        assert connection.scalar(select(func.max(CacheSubtree.upto))) == len(leaves) >> 4 << 4
        assert paths(connection, [3], len(leaves))[3] == inclusion_proof(leaves, 2)


def test_the_smallest_kept_subtree_has_sixteen_events() -> None:
    assert 1 << checkpoints.SMALLEST_KEPT == 16


def test_a_rebuilt_site_keeps_the_subtrees_too(long_ledger: World, tmp_path: Path) -> None:
    rebuilt = rebuilding.rebuild(
        tmp_path / "rebuilt", long_ledger.site.path, clock=long_ledger.clock, environ={}
    )
    with closing(rebuilt.site), rebuilt.site.readers.connect() as connection:
        assert kept_levels(connection) == complete_levels(len(all_hashes(connection)))
