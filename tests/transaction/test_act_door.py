"""The door to controlled tables, with violations planted in the act: each is refused and leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from docctl.door import act as acts
from docctl.door.transaction import Act
from docctl.errors import (
    Busy,
    Defect,
    Forbidden,
    Tampered,
    Unchecked,
    Uncovered,
    Unrecorded,
)
from docctl.ledger import journal
from docctl.models.configuration import Department
from docctl.models.people import Person
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.text import instant
from docctl.rules.words import Words
from docctl.usecases.people import accounts
from tests.support.crash import assert_whole
from tests.support.planted import (
    DEPARTMENT,
    asked,
    department,
    events,
    head,
    new_department,
    recorded,
    shell,
    title,
)
from tests.support.sites import World

Attack = Callable[[Act], object]


@pytest.fixture
def untouched(shared_world: World) -> Any:
    """Afterwards: the same events, the same refs, the same row, and all of it in order."""
    before = head(shared_world), shared_world.site.library.refs(), title(shared_world)
    yield shared_world
    assert (head(shared_world), shared_world.site.library.refs(), title(shared_world)) == before
    assert_whole(shared_world)


def _unasked(world: World) -> None:
    with world.as_("controller").act(Action.SITE_CONFIGURE) as act:
        row = department(act.session)
        row.title = Words(zh="Changed")
        act.record(row)


def _undeterred(world: World) -> None:
    with world.as_("staff").act(Action.SITE_CONFIGURE) as act:
        with suppress(Forbidden):
            act.require(Subject())
        act.record(department(act.session))


@pytest.mark.parametrize("violation", [_unasked, _undeterred])
def test_an_act_without_a_permission_is_unchecked(
    untouched: World, violation: Callable[[World], None]
) -> None:
    with pytest.raises(Unchecked):
        violation(untouched)


@pytest.mark.regulation("P11-10e1", "A11-16")
def test_an_act_without_an_event_is_unrecorded(untouched: World) -> None:
    with pytest.raises(Unrecorded), asked(untouched) as act:
        department(act.session).title = Words(zh="Changed")


def test_an_act_is_recorded_once(untouched: World) -> None:
    with pytest.raises(Defect, match="recorded twice"), recorded(untouched) as act:
        act.record(department(act.session))


def _trip(act: Act) -> None:
    department(act.session).title = Words(zh="Changed")
    act.add(new_department("new"))
    act.flush()
    raise ZeroDivisionError


def test_an_exception_rolls_all_back(untouched: World) -> None:
    with pytest.raises(ZeroDivisionError), recorded(untouched) as act:
        _trip(act)


def _without_stamp(act: Act) -> object:
    return act.session.execute(update(DEPARTMENT).values(title=Words(zh="Changed")))


def _with_forged_stamp(act: Act) -> object:
    return act.session.execute(update(DEPARTMENT).values(title=Words(zh="Changed"), last_seq=act.seq))


def _by_text(act: Act) -> object:
    statement = text("UPDATE department SET title = 'Changed', last_seq = :n WHERE \"key\" = 'sales'")
    return act.session.connection().execute(statement, {"n": act.seq})


def _stamped_by_hand(act: Act) -> object:
    row = department(act.session)
    row.title, row.last_seq = Words(zh="Changed"), act.seq
    return None


def _in_bulk(act: Act) -> object:
    row = department(act.session)
    mapper: Any = Department
    act.session.bulk_update_mappings(mapper, [{"id": row.id, "title": Words(zh="Changed")}])
    return None


def _with_a_key_of_its_own(act: Act) -> object:
    row = new_department("own-key")
    row.id = 5
    act.session.add(row)
    return None


def _deleted_by_the_orm(act: Act) -> object:
    act.session.delete(department(act.session))
    return None


def _deleted_by_core(act: Act) -> object:
    return act.session.execute(DEPARTMENT.delete().where(DEPARTMENT.c.key == "sales"))


def _with_another_key(act: Act) -> object:
    return act.session.execute(update(DEPARTMENT).values(id=DEPARTMENT.c.id + 1, last_seq=act.seq))


@pytest.mark.regulation("P11-10e1", "A11-16")
@pytest.mark.parametrize(
    ("attack", "refusal"),
    [
        (_without_stamp, DBAPIError),
        (_with_forged_stamp, Uncovered),
        (_by_text, Uncovered),
        (_stamped_by_hand, Uncovered),
        (_in_bulk, DBAPIError),
        (_with_a_key_of_its_own, Uncovered),
        (_deleted_by_the_orm, Uncovered),
        (_deleted_by_core, DBAPIError),
        (_with_another_key, DBAPIError),
    ],
)
@pytest.mark.rule("SE-24")
def test_no_change_gets_past_the_images(untouched: World, attack: Attack, refusal: type[Exception]) -> None:
    with pytest.raises(refusal), recorded(untouched) as act:
        attack(act)


def _commit(act: Act) -> None:
    act.session.commit()


def _commit_in_a_savepoint(act: Act) -> None:
    act.session.begin_nested()
    act.session.commit()


def _roll_back(act: Act) -> None:
    act.session.rollback()


def _roll_back_and_go_on(act: Act) -> None:
    """The second transaction would be without the writer's lock, and without what was done in the first."""
    act.session.rollback()
    department(act.session).title = Words(zh="Changed")


def _commit_the_connection(act: Act) -> None:
    act.flush()
    act.session.connection().commit()


@pytest.mark.parametrize(
    ("ending", "refusal"),
    [
        (_commit, Defect),
        (_commit_in_a_savepoint, Defect),
        (_roll_back, Defect),
        (_roll_back_and_go_on, Defect),
        # Past all listeners, but not past the key: the row carries the number of an event that is not there.
        (_commit_the_connection, IntegrityError),
    ],
)
def test_nothing_but_the_act_ends_its_transaction(
    untouched: World, ending: Attack, refusal: type[Exception]
) -> None:
    def change(act: Act) -> None:
        department(act.session).title = Words(zh="Changed")
        ending(act)

    with pytest.raises(refusal), recorded(untouched) as act:
        change(act)


@pytest.mark.rule("CP-39")
def test_after_a_refused_commit_the_connection_serves_the_next_act(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = head(shared_world)
    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr(journal, "append", lambda *_: b"")
            with pytest.raises(IntegrityError), recorded(shared_world) as act:
                department(act.session).title = Words(zh="Changed")
    assert head(shared_world) == before
    with recorded(shared_world) as act:
        department(act.session).title = Words(zh="After the refusal")
    assert title(shared_world) == "After the refusal"
    assert_whole(shared_world)


def test_an_act_makes_a_limited_number_of_rows(untouched: World) -> None:
    def go_on(act: Act) -> None:
        act._keys = acts.MOST_KEYS - 2
        act.add(new_department("the-last"), new_department("one-more"))

    with pytest.raises(Defect, match="more than 65536"), recorded(untouched) as act:
        go_on(act)


def test_an_act_changes_a_limited_number_of_rows(untouched: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert journal.MOST_ROWS == 10_000
    monkeypatch.setattr(journal, "MOST_ROWS", 3)
    with pytest.raises(Defect, match="more than 3 rows"), recorded(untouched) as act:
        act.add(*(new_department(f"many-{n}") for n in range(4)))


def test_a_clock_that_went_back_a_little_is_led_on(shared_world: World) -> None:
    with recorded(shared_world) as act:
        first = act.at
    shared_world.clock.now -= timedelta(seconds=1)
    with recorded(shared_world) as act:
        second = act.at
    assert second == first + timedelta(microseconds=1)
    shared_world.clock.advance(seconds=5)
    assert_whole(shared_world)


@pytest.mark.regulation("DI-05")
def test_a_clock_that_went_back_further_stops_writing(untouched: World) -> None:
    untouched.clock.advance(hours=-2)
    with pytest.raises(Busy, match="set the clock right"), recorded(untouched):
        pytest.fail("no act begins")
    untouched.clock.advance(hours=2)


@pytest.mark.regulation("P11-10g")
def test_a_right_taken_away_a_moment_ago_is_gone(world: World) -> None:
    author = world.as_("author")
    accounts.change_user_roles(world.as_("admin"), "author", revoke=["author"], grant=["staff"])
    with pytest.raises(Forbidden, match="may not"), author.act(Action.DOCUMENT_REGISTER) as act:
        act.require(Subject())
    assert [e["act"] for e in events(world)[-2:]] == ["user.change_roles", "document.register.refused"]
    with world.as_("admin").act(Action.USER_CHANGE_ROLES) as act:
        act.require(Subject(account=0))
        act.session.scalars(select(Person).where(Person.login == "author")).one().active = False
        act.record(act.session.scalars(select(Person).where(Person.login == "author")).one())
    with pytest.raises(Forbidden, match="not active"), author.act(Action.DOCUMENT_REGISTER):
        pytest.fail("no act begins")


def test_a_row_stamped_beforehand_is_not_adopted_by_the_next_act(world: World) -> None:
    """Somebody past keys and guards gives a role: the next event, of anybody, would have made it its own."""
    following = head(world) + 1
    postgres = world.site.engine.dialect.name == "postgresql"
    with shell(world) as connection:
        if postgres:
            connection.execute("SET session_replication_role = replica")
        connection.execute(
            "INSERT INTO person_role (id, last_seq, person_id, role, granted_at)"
            f" SELECT {following << 16 | 1}, {following}, id, 'admin', '{instant(world.clock())}'"
            " FROM person WHERE login = 'staff'"
        )
    with pytest.raises(Tampered, match=f"person_role {following << 16 | 1}"), recorded(world):
        pytest.fail("no act begins")
    assert head(world) == following - 1


def test_the_session_that_reads_writes_nothing(shared_world: World) -> None:
    for session in (shared_world.as_("controller").session, shared_world.site.reading()):
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.execute(text("UPDATE account_password SET hash = 'x'"))
        session.rollback()
        session.close()


def test_the_snapshot_of_the_reader_is_renewed_by_an_act(shared_world: World) -> None:
    ctx = shared_world.as_("controller")
    assert ctx.session.scalar(select(func.count()).select_from(DEPARTMENT))
    with recorded(shared_world) as act:
        department(act.session, "quality").title = Words(zh=f"Seen {act.seq}")
    assert department(ctx.session, "quality").title == Words(zh=f"Seen {act.seq}")
    ctx.session.rollback()


def test_a_session_of_sqlalchemy_cannot_change_a_row_without_its_event(untouched: World) -> None:
    with Session(untouched.site.engine) as session:
        department(session).title = Words(zh="Changed")
        with pytest.raises(DBAPIError):
            session.flush()
