"""The members of an event: what was written before is what would be written now, byte for byte."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import fields
from itertools import pairwise
from typing import Any

import pytest

from docctl.door import accounts, event, transaction
from docctl.door.event import Said, Who
from docctl.door.site import Site
from docctl.errors import Forbidden
from docctl.ledger import journal
from docctl.ledger.entry import dumps
from docctl.ledger.upcast import SCHEMA
from docctl.models.people import Person
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from tests.support.old_sites import OldSite
from tests.support.planted import events, head, recorded
from tests.support.sites import World

MEMBERS = {"v", "log", "seq", "at", "schema", "act", "actor", "via", "op", "object", "why", "details", "rows"}


def made_again(told: dict[str, Any]) -> bytes:
    """The event with these members, as a writer of today makes it."""
    who = Who(**told["actor"], **told["via"], op=told["op"])
    said = Said(act=told["act"], who=who, why=told["why"], details=told["details"], object=told["object"])
    return dumps(
        event.body(told["log"], told["seq"], told["at"], said, rows=told["rows"], schema=told["schema"])
    )


def test_every_event_of_an_old_ledger_would_be_written_in_the_same_bytes_today(old_site: OldSite) -> None:
    site = Site.open(old_site.folder, environ=old_site.environ, any_schema=True)
    try:
        with site.reading() as session:
            entries = list(journal.events(session.connection()))
    finally:
        site.close()
    acts = Counter(entry.event["act"] for entry in entries)
    assert len(acts) > 20, "a ledger with little in it proves little"
    differing = [entry.seq for entry in entries if made_again(json.loads(entry.body)) != entry.body]
    assert differing == []


def attempt(world: World) -> None:
    with pytest.raises(Forbidden):
        world.as_("staff").permit(Action.REVISION_ISSUE, Subject())


def every_writer(world: World) -> None:
    """An act, a refused attempt, attempts that were only counted, a locked account, a migration."""
    with recorded(world):
        pass
    for _ in range(7):
        attempt(world)
    world.clock.advance(minutes=15)
    attempt(world)
    with world.site.reading() as session:
        person = session.get_one(Person, world.as_("staff").actor.person_id)
    transaction.locked(world.site, person, 10)
    with closing(accounts.operator(world.site, "root")) as operator:
        transaction.migrate(operator, SCHEMA, lambda *_: {"from": SCHEMA, "to": SCHEMA})


def test_all_writers_write_the_same_members(world: World) -> None:
    before = head(world)
    every_writer(world)
    told = {each["act"]: each for each in events(world, before)}
    assert {"site.configure", "revision.issue.refused", "attempts.counted"} <= told.keys()
    assert {"account.locked", "schema.migrate"} <= told.keys()
    assert all(each.keys() == MEMBERS for each in told.values())
    assert {each["schema"] for each in told.values()} == {SCHEMA}


@pytest.mark.regulation("DI-01")
def test_each_writer_says_who_it_was_and_how_they_came(world: World) -> None:
    before = head(world)
    every_writer(world)
    told = {each["act"]: each for each in events(world, before)}
    staff = world.as_("staff").actor.person_id
    assert told["revision.issue.refused"]["actor"] == {"id": staff, "login": "staff", "name": "员工周"}
    assert told["revision.issue.refused"]["via"] == {"channel": "cli", "system_user": None}
    assert told["attempts.counted"]["actor"]["login"] == "staff"
    assert told["attempts.counted"]["via"] == {"channel": "docctl", "system_user": None}
    assert told["account.locked"]["via"] == {"channel": "web", "system_user": None}
    assert told["schema.migrate"]["actor"] == {"id": 0, "login": "operator", "name": "operator"}
    assert told["schema.migrate"]["via"] == {"channel": "cli", "system_user": "root"}
    assert told["site.configure"]["object"] == {"type": "department", "key": "sales"}
    assert all(each["object"] is None for act, each in told.items() if act != "site.configure")


def test_the_chain_goes_on_over_several_events_of_one_writing(world: World) -> None:
    """Two that are written in one transaction follow on each other, in number, hash and time."""
    before = head(world)
    every_writer(world)
    with world.site.reading() as session:
        written = list(journal.events(session.connection(), before))
    for one, other in pairwise(written):
        assert (other.seq, other.prev_hash) == (one.seq + 1, one.entry_hash)
        assert other.event["at"] > one.event["at"]


def test_what_a_new_member_would_be_is_asked_of_one_function() -> None:
    """All that an event may say of its own stands in `Said` and `Who`; the rest is put round it in `body`."""
    said = Said(act="x", who=Who(id=1, login="l", name="n", channel="c"), details={})
    made = event.body("docctl-1", 1, "2026-03-02T01:00:00.000000Z", said, rows=[], schema=SCHEMA)
    assert made.keys() == MEMBERS
    assert {f.name for f in fields(Said)} == {"act", "who", "details", "why", "object"}
    assert {f.name for f in fields(Who)} == {"id", "login", "name", "channel", "system_user", "op"}
