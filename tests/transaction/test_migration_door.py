"""The door of a schema migration asks for itself who is there, whatever its caller asked or forgot."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from docctl.door import accounts, transaction
from docctl.errors import Forbidden
from docctl.ledger import journal
from tests.support.planted import head
from tests.support.sites import PEOPLE, World


def migrating(done: list[int]) -> Any:
    """The work of a migration that changes nothing, and notes that it was let in."""

    def work(_: Connection, at: journal.Head) -> dict[str, Any]:
        done.append(at.seq)
        return {}

    return work


@pytest.mark.parametrize("login", ["admin", *PEOPLE])
def test_no_account_gets_through_the_door_of_a_migration(shared_world: World, login: str) -> None:
    before, done = head(shared_world), list[int]()
    with pytest.raises(Forbidden):
        transaction.migrate(shared_world.as_(login), 2, migrating(done))
    assert (head(shared_world), done) == (before, [])


def test_the_operator_gets_through_it_with_one_event(sqlite_world: World) -> None:
    before, done = head(sqlite_world), list[int]()
    seq = transaction.migrate(accounts.operator(sqlite_world.site, "tester"), 2, migrating(done))
    assert (seq, done) == (before + 1, [before])
    assert head(sqlite_world) == seq
