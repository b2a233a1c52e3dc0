"""Somebody with the database, and without the key, signs as nobody: passwords, locks and sessions are bound."""

from __future__ import annotations

import hashlib

import pytest

from docctl.door import accounts
from docctl.errors import Unauthenticated
from docctl.queries.integrity import check_site
from docctl.queries.people.presence import presence
from docctl.rules.actions import Action
from docctl.standing import find
from docctl.usecases.people import accounts as people
from docctl.usecases.people import signing_in
from tests.support.shell import shell
from tests.support.sites import PASSWORD, World

OTHER = "another horse battery"


def findings(world: World) -> set[tuple[str, str]]:
    return {(f.what, f.where) for f in check_site(world.site).findings if f.what == "password differs"}


def id_of(world: World, login: str) -> int:
    with world.site.reading() as session:
        return find.person(session, login).id


def signs(world: World, login: str, password: str) -> bool:
    try:
        accounts.writer(world.site, login, password, Action.REVISION_SIGN).close()
    except Unauthenticated:
        return False
    return True


def test_a_password_that_was_put_into_the_table_opens_nothing_and_is_found(world: World) -> None:
    key = id_of(world, "rep")
    assert signs(world, "rep", PASSWORD)
    with shell(world) as run:
        run("UPDATE account_password SET hash = ? WHERE person_id = ?", accounts.hash_password(OTHER), key)
    assert not signs(world, "rep", OTHER)
    assert not signs(world, "rep", PASSWORD)
    assert accounts.prove(world.site, "rep", OTHER) is None
    assert findings(world) == {("password differs", f"account_password {key}")}


def test_a_locked_person_does_not_come_back_by_a_row(world: World) -> None:
    key = id_of(world, "rep")
    token = signing_in.begin(world.site, key, source="")
    with shell(world) as run:
        (old, at) = run("SELECT hash, changed_at FROM account_password WHERE person_id = ?", key)[0]
    people.lock_user(world.as_("admin"), "rep", reason="离职")
    assert presence(world.site, token, world.clock()) is None
    with shell(world) as run:
        run("INSERT INTO account_password (person_id, hash, changed_at) VALUES (?, ?, ?)", key, old, at)
    assert not signs(world, "rep", PASSWORD)
    assert accounts.prove(world.site, "rep", PASSWORD) is None
    assert presence(world.site, token, world.clock()) is None
    assert findings(world) == {("password differs", f"account_password {key}")}


def test_a_one_time_password_does_not_become_a_lasting_one(world: World) -> None:
    key = id_of(world, "rep")
    people.set_user_password(world.as_("admin"), "rep", OTHER)
    assert findings(world) == set()
    with shell(world) as run:
        run("DELETE FROM account_one_time WHERE person_id = ?", key)
    assert not signs(world, "rep", OTHER)
    assert findings(world) == {("password differs", f"account_password {key}")}


def test_a_new_account_without_a_password_is_locked_until_one_is_set(world: World) -> None:
    people.add_user(world.as_("admin"), "new", name="新", department="sales", roles=["staff"])
    key = id_of(world, "new")
    with shell(world) as run:
        run(
            "INSERT INTO account_password (person_id, hash, changed_at) VALUES (?, ?, '2026-03-02T01:00:00.000000Z')",
            *(key, accounts.hash_password(OTHER)),
        )
    assert not signs(world, "new", OTHER)
    people.set_user_password(world.as_("admin"), "new", OTHER, lasting=True)
    assert signs(world, "new", OTHER)


@pytest.mark.regulation("P11-200a2/3")
def test_who_made_the_secret_of_somebody_else_cannot_sign_with_it(world: World) -> None:
    people.set_user_password(world.as_("admin"), "rep", OTHER)
    people.add_user(world.as_("admin"), "new", name="新", department="sales", roles=["staff"], password=OTHER)
    for login in ("rep", "new"):
        assert not signs(world, login, OTHER)
        people.set_user_password(world.as_(login), login, f"my own {OTHER}")
        assert signs(world, login, f"my own {OTHER}")


def test_a_password_of_before_the_upgrade_is_good_for_setting_ones_own(world: World) -> None:
    key = id_of(world, "rep")
    with shell(world) as run:
        run("UPDATE person SET secret = NULL WHERE id = ?", key)
    token = signing_in.sign_in(world.site, "rep", PASSWORD, source="")
    there = presence(world.site, token, world.clock())
    assert there is not None
    assert there.one_time
    with pytest.raises(Unauthenticated, match="before this site was upgraded"):
        accounts.writer(world.site, "rep", PASSWORD, Action.REVISION_SIGN)
    accounts.writer(world.site, "rep", PASSWORD, Action.USER_PASSWORD).close()


@pytest.mark.parametrize("turned", ["the row", "a row of one's own making"])
def test_a_session_is_of_whom_it_was_begun_for(world: World, turned: str) -> None:
    mine, theirs = id_of(world, "staff"), id_of(world, "rep")
    token = signing_in.begin(world.site, mine, source="")
    assert presence(world.site, token, world.clock()) is not None
    with shell(world) as run:
        if turned == "the row":
            run("UPDATE session_login SET person_id = ?", theirs)
        else:
            token = f"{theirs:x}.of-my-own-making"
            digest = hashlib.sha256(token.encode()).hexdigest()
            run("UPDATE session_login SET person_id = ?, token_sha256 = ?", theirs, digest)
    assert presence(world.site, token, world.clock()) is None
