"""What happens when a request comes again: by its key, or because the database asked for another try."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from docctl.door import retries
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.errors import Invalid
from docctl.models.configuration import Department
from docctl.models.documents import Revision
from docctl.models.people import AccountPassword, Person
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.words import Words
from docctl.usecases.copies import handing
from docctl.usecases.documents import drafting, issuing
from tests.support.crash import assert_whole
from tests.support.planted import department, events, head, recorded, request, shell
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


@retried(Action.SITE_CONFIGURE)
def touch_departments(ctx: Context, keys: Sequence[str]) -> list[Department]:
    """A use case that answers with rows in an order of its own, perhaps with none."""
    with ctx.act(Action.SITE_CONFIGURE) as act:
        act.require(Subject())
        found = [department(act.session, key) for key in keys]
        act.record(department(act.session), rows=found)
        return found


def test_a_request_that_comes_again_makes_one_event_and_gives_the_same_rows(world: World) -> None:
    issue(world, procedure())
    before = head(world)
    with request(world, "controller", "copies-1") as ctx:
        first = handing.issue_copies(ctx, NUMBER, holders=["staff2", "staff"])
        again = handing.issue_copies(ctx, NUMBER, holders=["staff2", "staff"])
    assert [(c.id, c.holder) for c in first] == [(c.id, c.holder) for c in again]
    with request(world, "controller", "return-1") as ctx:
        assert handing.return_copy(ctx, first[0].number).id == handing.return_copy(ctx, first[0].number).id
    assert [e["op"] for e in events(world, before)] == ["copies-1", "return-1"]
    assert_whole(world)


def test_an_act_that_cannot_be_done_twice_is_answered_twice(world: World) -> None:
    """The first answer made the second request impossible: it is stopped before its state is looked at."""
    drafting.register_document(world.as_("author"), procedure)
    works: dict[str, Callable[[Context], Revision]] = {
        "save": lambda ctx: drafting.save_draft(ctx, NUMBER, procedure),
        "submit": lambda ctx: drafting.submit_revision(ctx, NUMBER, reason="x"),
    }
    for op, work in works.items():
        with request(world, "author", op) as ctx:
            assert work(ctx).id == work(ctx).id
    with request(world, "author", "register") as ctx:
        other = lambda: procedure("LX-CX-2019-102")  # noqa: E731
        assert drafting.register_document(ctx, other).id == drafting.register_document(ctx, other).id


def test_an_answer_that_is_a_list_comes_back_in_its_order_and_may_be_empty(shared_world: World) -> None:
    for op, keys in (("ordered", ["sales", "quality", "logistics"]), ("empty", [])):
        with request(shared_world, "controller", f"{op}-{head(shared_world)}") as ctx:
            first, again = touch_departments(ctx, keys), touch_departments(ctx, keys)
        assert [d.key for d in first] == keys
        assert [d.key for d in again] == keys


def test_a_key_belongs_to_one_thing(world: World) -> None:
    """The answer about one copy must not be taken for that about another."""
    number = issue(world, procedure())
    copies = handing.issue_copies(world.as_("controller"), number, holders=["staff", "staff2"])
    with request(world, "controller", "return") as ctx:
        handing.return_copy(ctx, copies[0].number)
        with pytest.raises(Invalid, match="used for another request"):
            handing.return_copy(ctx, copies[1].number)
        with pytest.raises(Invalid, match="used for another request"):
            handing.return_copy(ctx, copy_number=copies[1].number)
        assert handing.return_copy(ctx, copy_number=copies[0].number).id == copies[0].id


def test_a_key_belongs_to_one_person_and_one_action(world: World) -> None:
    with request(world, "controller", "mine") as ctx:
        touch_departments(ctx, ["sales"])
    before = head(world)
    with request(world, "admin", "mine") as ctx, pytest.raises(Invalid, match="used for another request"):
        touch_departments(ctx, ["sales"])
    with request(world, "controller", "mine") as ctx, pytest.raises(Invalid, match="take a new one"):
        issuing.withdraw_document(ctx, issue(world, procedure()), reason="x")
    assert {e["op"] for e in events(world, before)} == {None}


class Refusing:
    """A use case that is refused with `sqlstate` so many times."""

    def __init__(self, times: int, sqlstate: str | None) -> None:
        self.times, self.calls = times, 0
        self.error = psycopg.Error() if sqlstate is None else psycopg.errors.lookup(sqlstate)()

    def __call__(self, ctx: Context) -> int:
        self.calls += 1
        if self.calls <= self.times:
            raise OperationalError("UPDATE …", {}, self.error)
        return self.calls


again = retried(Action.SITE_CONFIGURE)


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_the_database_may_ask_for_another_try_four_times(
    sqlite_world: World, sqlstate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    ctx = sqlite_world.as_("controller")
    assert again(Refusing(retries.TIMES - 1, sqlstate))(ctx) == retries.TIMES
    assert pauses == [retries.PAUSE * n for n in (1, 2, 4, 8)]
    hopeless = Refusing(retries.TIMES, sqlstate)
    with pytest.raises(OperationalError):
        again(hopeless)(ctx)
    assert hopeless.calls == retries.TIMES


@pytest.mark.parametrize("sqlstate", ["57P01", None])
def test_another_error_of_the_database_is_not_tried_again(sqlite_world: World, sqlstate: str | None) -> None:
    broken = Refusing(1, sqlstate)
    with pytest.raises(OperationalError):
        again(broken)(sqlite_world.as_("controller"))
    assert broken.calls == 1


def test_an_error_is_not_taken_for_a_lock_because_it_speaks_of_one(sqlite_world: World) -> None:
    def look(ctx: Context) -> None:
        with ctx.act(Action.SITE_CONFIGURE) as act:
            act.session.execute(text("SELECT 'locked and busy' FROM nowhere"))

    with pytest.raises(OperationalError, match="no such table"):
        look(sqlite_world.as_("controller"))


@pytest.mark.postgres
def test_an_act_that_was_the_victim_of_a_deadlock_is_done_at_the_second_try(
    postgres_world: World,
) -> None:
    """A real one: two rows of passwords, taken in two orders. PostgreSQL says `blocked by` when it tells of it."""
    world, calls = postgres_world, []
    with world.site.reading() as session:
        ours, theirs = session.scalars(select(Person.id).order_by(Person.id).limit(2)).all()

    @retried(Action.SITE_CONFIGURE)
    def change(ctx: Context) -> int:
        with ctx.act(Action.SITE_CONFIGURE) as act:
            act.require(Subject())
            calls.append(act.seq)
            password = update(AccountPassword).values(hash="x")
            act.session.execute(password.where(AccountPassword.person_id == ours))
            held.set()
            waiting.wait(5)
            time.sleep(0.1)
            act.session.execute(password.where(AccountPassword.person_id == theirs))
            act.record(department(act.session))
            return act.seq

    held, waiting = threading.Event(), threading.Event()

    def cross() -> None:
        with shell(world) as other:
            other.execute("SET deadlock_timeout = '30s'")
            other.execute("BEGIN")
            other.execute(f"UPDATE account_password SET hash = 'y' WHERE person_id = {theirs}")
            held.wait(5)
            waiting.set()
            other.execute(f"UPDATE account_password SET hash = 'y' WHERE person_id = {ours}")
            other.execute("COMMIT")

    thread = threading.Thread(target=cross)
    thread.start()
    assert change(world.as_("controller")) == calls[0] == calls[1]
    thread.join()
    assert_whole(world)


def test_a_use_case_reads_what_is_true_now_and_not_what_its_caller_saw(shared_world: World) -> None:
    with closing(replace(shared_world.as_("controller"))) as ctx:
        assert department(ctx.session).key == "sales"
        with recorded(shared_world) as act:
            department(act.session).title = Words(zh=f"New {act.seq}")

        @retried(Action.SITE_CONFIGURE)
        def look(ctx: Context) -> str:
            return department(ctx.session).title.primary

        assert look(ctx).startswith("New ")
