"""Engines: every pooled connection is durable and strict, and none is handed on with a transaction open."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from docctl.models.engine import BUSY_MS, open_engine
from docctl.rules.words import Words
from tests.support.planted import DEPARTMENT, head
from tests.support.sites import World

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "busy_timeout": BUSY_MS,
}


@pytest.mark.parametrize("writes", [True, False])
def test_each_of_fifty_connections_is_durable_and_strict(sqlite_world: World, writes: bool) -> None:
    """All open at once: whoever waits for the writer's lock holds one that reads, so the pool has no end."""
    engine = open_engine(str(sqlite_world.site.engine.url), read_only=True)
    if writes:
        engine = sqlite_world.site.engine
    many = 1 if writes else 50
    with ExitStack() as stack:
        for connection in [stack.enter_context(engine.connect()) for _ in range(many)]:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in (*PRAGMAS, "query_only")
            }
            assert found == PRAGMAS | {"query_only": int(not writes)}
    engine.dispose()


@pytest.mark.postgres
def test_postgres_reads_what_is_committed_and_waits_no_longer_than_sqlite(postgres_world: World) -> None:
    site = postgres_world.site
    for engine, reads in ((site.engine, "off"), (site.readers, "on")):
        with engine.connect() as connection:
            shown = {
                name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                for name in ("transaction_isolation", "transaction_read_only", "lock_timeout")
            }
        assert shown == {
            "transaction_isolation": "read committed",
            "transaction_read_only": reads,
            "lock_timeout": f"{BUSY_MS // 1000}s",
        }


@pytest.mark.rule("CP-39")
def test_a_connection_whose_commit_was_refused_comes_back_without_its_transaction(
    shared_world: World,
) -> None:
    engine, following = shared_world.site.engine, head(shared_world) + 1
    stamp = DEPARTMENT.update().values(title=Words(zh="x"), last_seq=following)
    for _ in range(3):
        connection = engine.connect()
        connection.execute(stamp)
        with pytest.raises(IntegrityError):
            connection.commit()
        connection.close()
    with engine.begin() as again:
        assert again.scalar(text("SELECT count(*) FROM department WHERE title LIKE '%x%'")) == 0
    assert head(shared_world) == following - 1


def test_a_connection_that_was_lost_does_no_harm_to_the_pool(shared_world: World) -> None:
    with shared_world.site.engine.connect() as connection:
        connection.invalidate()
    with shared_world.site.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    with pytest.raises(DBAPIError), shared_world.site.readers.connect() as connection:
        connection.execute(text("DELETE FROM throttle_refusal"))
