"""Who is there: a login for reading, a password for writing, and the same words for every refusal."""

from __future__ import annotations

from contextlib import closing

import pytest
from argon2 import Type
from sqlalchemy import select, update

from docctl.door import accounts
from docctl.errors import Invalid, Unauthenticated
from docctl.models.people import AccountPassword, Person
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.roles import Role
from docctl.usecases.people import accounts as people
from tests.support import passwords
from tests.support.planted import head
from tests.support.sites import PASSWORD, World

REFUSAL = r"^unknown account or wrong password$"


def deactivate(world: World, login: str) -> None:
    """Nobody can do this by a command yet; the row knows it."""
    with world.as_("admin").act(Action.USER_CHANGE_ROLES) as act:
        act.require(Subject(account=0))
        person = act.session.scalars(select(Person).where(Person.login == login)).one()
        person.active = False
        act.record(person)


def test_a_reader_needs_an_active_account(sqlite_world: World) -> None:
    with closing(accounts.reader(sqlite_world.site, "rep")) as ctx:
        assert (ctx.actor.login, ctx.name, ctx.actor.department) == ("rep", "管平", "quality")
        assert ctx.actor.roles == {Role.MANAGEMENT_REPRESENTATIVE}
    deactivate(sqlite_world, "rep")
    for login in ("rep", "nobody"):
        with pytest.raises(Unauthenticated, match=f"no active account {login}"):
            accounts.reader(sqlite_world.site, login)


def test_a_writer_needs_the_password_too(world: World) -> None:
    with closing(
        accounts.writer(world.site, "rep", PASSWORD, Action.REVISION_SIGN, system_user="li", op="k")
    ) as ctx:
        assert (ctx.actor.login, ctx.channel, ctx.system_user, ctx.op) == ("rep", "cli", "li", "k")


@pytest.mark.parametrize(
    ("login", "password"), [("rep", "wrong horse"), ("nobody", PASSWORD), ("rep", ""), ("rep", "x" * 1025)]
)
def test_who_is_not_known_and_what_is_wrong_are_refused_in_the_same_words(
    sqlite_world: World, login: str, password: str
) -> None:
    with pytest.raises(Unauthenticated, match=REFUSAL):
        accounts.writer(sqlite_world.site, login, password, Action.USER_ADD)


def test_an_inactive_account_is_refused_even_with_its_password(sqlite_world: World) -> None:
    deactivate(sqlite_world, "rep")
    before = head(sqlite_world)
    with pytest.raises(Unauthenticated, match=REFUSAL):
        accounts.writer(sqlite_world.site, "rep", PASSWORD, Action.REVISION_SIGN)
    assert head(sqlite_world) == before


def test_an_account_without_a_password_says_what_it_needs(sqlite_world: World) -> None:
    people.add_user(sqlite_world.as_("admin"), "new", name="新", department="sales", roles=["staff"])
    with pytest.raises(Unauthenticated, match="needs: docctl user password new"):
        accounts.writer(sqlite_world.site, "new", PASSWORD, Action.USER_ADD)


def test_an_unknown_name_costs_one_hash_like_a_known_one(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def compare(stored: str, password: str) -> bool:
        compared.append(stored)
        return False

    monkeypatch.setattr(accounts, "matches", compare)
    for login in ("rep", "nobody"):
        with pytest.raises(Unauthenticated):
            accounts.writer(sqlite_world.site, login, PASSWORD, Action.USER_ADD)
    assert len(compared) == 2
    assert all(stored.startswith("$argon2id$") for stored in compared)


def test_a_stored_hash_that_is_none_lets_nobody_in(sqlite_world: World) -> None:
    with sqlite_world.as_("admin").note() as session:
        session.execute(update(AccountPassword).values(hash="not a hash"))
    with pytest.raises(Unauthenticated, match=REFUSAL):
        accounts.writer(sqlite_world.site, "rep", PASSWORD, Action.USER_ADD)


@pytest.mark.regulation("A11-03")
def test_a_password_has_a_shortest_and_a_longest_length() -> None:
    for password in ("x" * 7, "x" * 1025):
        with pytest.raises(Invalid, match="password: has"):
            accounts.hash_password(password)
    assert accounts.matches(accounts.hash_password("x" * 8), "x" * 8)
    assert not accounts.matches(accounts.hash_password("x" * 8), "x" * 9)


def test_a_guess_costs_what_argon2id_is_advised_to_cost() -> None:
    """RFC 9106 by way of OWASP: 19 MiB and two passes. Other tests hash for less."""
    spent = passwords.own()
    assert (spent.type, spent.parallelism) == (Type.ID, 1)
    assert spent.memory_cost >= 19 * 1024
    assert spent.time_cost >= 2


def test_the_operator_is_nobody_with_an_account(sqlite_world: World) -> None:
    with closing(accounts.operator(sqlite_world.site, "root")) as ctx:
        assert ctx.actor.operator
        assert (ctx.actor.person_id, ctx.system_user) == (0, "root")
