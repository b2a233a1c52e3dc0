"""What an act puts into its event: an image of every row that it changed, however it changed it."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from docctl.errors import (
    Invalid,
)
from docctl.models.configuration import WorkCalendar
from docctl.models.people import AccountPassword
from docctl.rules.words import Words
from tests.support.crash import assert_whole
from tests.support.planted import (
    DEPARTMENT,
    asked,
    department,
    events,
    new_department,
    recorded,
    title,
)
from tests.support.sites import World


def test_what_core_inserts_with_the_stamp_is_covered_by_the_event(shared_world: World) -> None:
    with recorded(shared_world) as act:
        key = act.seq << 16 | 700
        values = {"key": f"core-{act.seq}", "title": Words(zh="新"), "aliases": []}
        act.session.execute(insert(DEPARTMENT).values(id=key, last_seq=act.seq, **values))
    assert [row["k"] for row in events(shared_world)[-1]["rows"]] == [key]
    assert_whole(shared_world)


def test_a_bulk_update_is_legal_with_before_images(shared_world: World) -> None:
    with recorded(shared_world) as act:
        ids = act.session.scalars(select(DEPARTMENT.c.id)).all()
        act.touch(DEPARTMENT, ids)
        act.touch(DEPARTMENT, ids)
        act.session.execute(update(DEPARTMENT).values(title=Words(zh="All alike"), last_seq=act.seq))
    assert {tuple(row["was"]) for row in events(shared_world)[-1]["rows"]} == {("title",)}
    assert_whole(shared_world)


def test_a_row_made_and_changed_in_one_act_is_new(shared_world: World) -> None:
    with recorded(shared_world) as act:
        row = new_department(f"twice-{act.seq}")
        act.add(row)
        act.flush()
        row.title = Words(zh="Changed at once")
        act.touch(DEPARTMENT, [row.id])
    (image,) = events(shared_world)[-1]["rows"]
    assert image.keys() == {"t", "k", "row"}
    assert image["row"]["title"] == '{"zh":"Changed at once"}'
    assert_whole(shared_world)


def test_a_row_added_without_the_act_gets_its_key_from_it(shared_world: World) -> None:
    with recorded(shared_world) as act:
        row = new_department(f"added-{act.seq}")
        act.session.add(row)
    assert row.id >> 16 == act.seq
    assert_whole(shared_world)


def test_a_row_changed_and_set_back_stays_in_the_event(shared_world: World) -> None:
    with recorded(shared_world) as act:
        row = department(act.session)
        old, row.title = row.title, Words(zh="Changed")
        act.flush()
        row.title = old
    (image,) = events(shared_world)[-1]["rows"]
    assert image["was"] == {}
    assert_whole(shared_world)


def test_a_row_given_its_own_value_is_not_in_the_event(shared_world: World) -> None:
    with recorded(shared_world) as act:
        row = department(act.session)
        row.title = Words(row.title)
    assert events(shared_world)[-1]["rows"] == []


def test_rows_outside_the_ledger_change_in_an_act_and_enter_no_event(shared_world: World) -> None:
    with recorded(shared_world) as act:
        password = act.session.scalars(select(AccountPassword).limit(1)).one()
        act.session.delete(password)
        act.flush()
        act.session.add(AccountPassword(person_id=password.person_id, hash="x", changed_at=act.at))
    assert events(shared_world)[-1]["rows"] == []


def test_json_cannot_be_changed_in_place(shared_world: World) -> None:
    """The session would not see it, and the change would be lost in silence."""
    with recorded(shared_world) as act:
        aliases = department(act.session, "quality").aliases
        with pytest.raises((TypeError, AttributeError)):
            aliases.append("new")
        calendar = act.session.scalars(select(WorkCalendar).limit(1)).one()
        with pytest.raises(TypeError):
            calendar.content["name"] = "changed"


def test_a_savepoint_given_up_leaves_no_trace_and_one_kept_does(shared_world: World) -> None:
    with recorded(shared_world) as act:
        given_up = act.session.begin_nested()
        department(act.session).title = Words(zh="Given up")
        act.add(new_department(f"given-up-{act.seq}"))
        act.flush()
        given_up.rollback()
        with act.session.begin_nested():
            department(act.session, "quality").title = Words(zh=f"Kept by {act.seq}")
    (image,) = events(shared_world)[-1]["rows"]
    assert image["row"]["key"] == "quality"
    assert title(shared_world) != "Given up"
    assert_whole(shared_world)


def test_expiring_all_rows_loses_nothing(shared_world: World) -> None:
    with recorded(shared_world) as act:
        department(act.session).title = Words(zh=f"Before {act.seq}")
        act.flush()
        act.session.expire_all()
        row = department(act.session)
        row.aliases = ["again"]
    (image,) = events(shared_world)[-1]["rows"]
    assert image["was"].keys() == {"title", "aliases"}
    assert image["row"]["aliases"] == '["again"]'
    assert_whole(shared_world)


def test_many_rows_are_read_in_parts(shared_world: World) -> None:
    with recorded(shared_world) as act:
        act.add(*(new_department(f"part-{act.seq}-{n}") for n in range(501)))
    assert len(events(shared_world)[-1]["rows"]) == 501
    with recorded(shared_world) as act:
        act.touch(DEPARTMENT, act.session.scalars(select(DEPARTMENT.c.id)).all())
        act.session.execute(update(DEPARTMENT).values(title=Words(zh="Many"), last_seq=act.seq))
    assert_whole(shared_world)


def test_what_enters_the_ledger_is_in_one_written_form(shared_world: World) -> None:
    with asked(shared_world) as act:
        act.record(department(act.session), reason="Cafe\u0301", note="Cafe\u0301")
    event = events(shared_world)[-1]
    assert (event["why"], event["details"]) == ("Caf\u00e9", {"note": "Caf\u00e9"})
    with pytest.raises(Invalid), asked(shared_world) as act:
        act.record(department(act.session), reason="half a character: \ud800")
    with pytest.raises(Invalid), asked(shared_world) as act:
        act.record(department(act.session), share=0.5)
