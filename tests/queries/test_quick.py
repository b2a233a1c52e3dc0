"""What is asked on the bare connection of the driver: the same answers as the ordinary way, and no stale ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from docctl.models.quick import Question, Quick
from docctl.queries.copies import scan
from docctl.queries.desk import remembered
from docctl.queries.ledger.written import QuicklyKnown
from docctl.queries.people import presence
from docctl.rules.secrets import session_digest
from docctl.usecases.copies import handing
from tests.support.pages import reader
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


def asked(world: World) -> list[tuple[Question, dict[str, Any]]]:
    """Every question with something that it finds."""
    issue(world, procedure())
    (copy,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    with reader(world, "staff").client.session_transaction() as kept:
        token = kept["_user_id"]
    day = date(2026, 3, 2)
    return [
        (remembered._HEAD, {}),
        (presence._ASKED, {"token": session_digest(world.site.session_key, token)}),
        (scan._BY_TOKEN, {"token": copy.token, "day": day}),
        (scan._BY_NUMBER, {"key": NUMBER, "running": 1, "day": day}),
    ]


def test_an_answer_is_the_same_as_the_ordinary_way(world: World) -> None:
    for question, values in asked(world):
        with world.site.reading() as session:
            ordinary = [*session.execute(question.statement, values)]
        quick = world.site.quickly.ask(question, **values)
        assert quick
        assert [tuple(row) for row in quick] == [tuple(row) for row in ordinary]
        assert quick[0]._fields == ordinary[0]._fields


def test_a_connection_that_is_broken_is_replaced_and_the_answer_comes_all_the_same(world: World) -> None:
    head = world.site.quickly.ask(remembered._HEAD)
    with world.site.quickly.connection() as broken:
        broken.driver.close()
    assert world.site.quickly.ask(remembered._HEAD) == head
    with world.site.quickly.connection() as one:
        assert one is not broken
        assert remembered._HEAD.on(one, {}) == head


def test_no_transaction_is_left_open(world: World) -> None:
    world.site.quickly.ask(remembered._HEAD)
    with world.site.quickly.connection() as one:
        if one.dialect.name == "sqlite":
            assert not one.driver.in_transaction
        else:
            assert one.driver.info.transaction_status.name == "IDLE"


def test_what_was_found_is_known_until_somebody_writes(sqlite_world: World) -> None:
    with sqlite_world.site.quickly.connection() as one:
        known = QuicklyKnown(one)
        assert known.get("a") is None
        known["a"] = 1
        assert known.get("a") == 1
        issue(sqlite_world, procedure())
        assert known.get("a") is None


def test_what_was_found_while_somebody_wrote_is_not_known_afterwards(world: World) -> None:
    with world.site.quickly.connection() as one:
        known = QuicklyKnown(one)
        assert known.get("a") is None
        issue(world, procedure())
        known["a"] = 1
        assert known.get("a") is None


def test_a_connection_that_does_not_answer_knows_nothing(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_world.site.quickly.connection() as one:
        known = QuicklyKnown(one)
        assert known.get("a") is None
        known["a"] = 1
        one.driver.close()
        assert known.get("a") is None
        known["b"] = 1
        assert one.known == {"a": 1}


def test_a_scan_is_judged_anew_where_the_quick_answer_cannot_be_read(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_world, procedure())
    (copy,) = handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    told = scan.scan_token(sqlite_world.site, copy.token)
    assert told == scan.scan_token(sqlite_world.site, copy.token)
    monkeypatch.setattr(Quick, "rows", lambda *_: [("rubbish",)])
    assert scan.scan_token(sqlite_world.site, copy.token) == told
