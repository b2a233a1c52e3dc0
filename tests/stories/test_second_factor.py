"""A second factor: whoever has only the password of somebody comes no further than the code."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from docctl.door import accounts
from docctl.door import factors as door
from docctl.errors import Forbidden, Invalid, Throttled, Unauthenticated, WrongState
from docctl.ledger.finding import What
from docctl.models.sessions import SessionLogin
from docctl.queries.integrity import check_site
from docctl.queries.people.presence import presence
from docctl.rules.actions import Action
from docctl.rules.notices import About
from docctl.standing import configuration, find
from docctl.usecases.people import accounts as people
from docctl.usecases.people import factors, noting, signing_in
from docctl.usecases.people.signing_in import Halfway
from docctl.usecases.site import configuring
from tests.support.phones import PAPER, SECRET, Phone, with_phone
from tests.support.shell import shell
from tests.support.sites import PASSWORD, World


def halfway(world: World, login: str = "rep") -> str:
    begun = signing_in.prove(world.site, login, PASSWORD, source="")
    assert isinstance(begun, Halfway), "the password alone began a session"
    return begun.half


def comes_in(world: World, code: str, login: str = "rep") -> bool:
    try:
        token = signing_in.go_on(world.site, login, halfway(world, login), code, source="")
    except Unauthenticated:
        return False
    there = presence(world.site, token, world.clock())
    return there is not None and there.actor.login == login


def signs(world: World, login: str, code: str | None = None, action: Action = Action.REVISION_SIGN) -> bool:
    try:
        accounts.writer(world.site, login, PASSWORD, action, code=code).close()
    except Unauthenticated:
        return False
    return True


def findings(world: World) -> set[tuple[str, str]]:
    """Without the guards, which somebody with a shell takes away."""
    return {(f.what, f.where) for f in check_site(world.site).findings if f.what is not What.GUARD}


def ask(world: World, whom: str) -> None:
    world.as_("controller").session.rollback()
    decided = {"accounts": {"signing_roles": "two", "second_factor": whom}}
    configuring.configure_site(world.as_("controller"), decided)


@pytest.mark.regulation("A11-22")
@pytest.mark.rule("SE-07")
def test_the_password_alone_opens_nothing_any_more(world: World) -> None:
    assert signs(world, "rep")
    phone = with_phone(world, "rep")
    with pytest.raises(Unauthenticated, match="a code of your second factor is needed"):
        signing_in.sign_in(world.site, "rep", PASSWORD, source="")
    assert not signs(world, "rep")
    assert not signs(world, "rep", "000000")
    assert not comes_in(world, "000000")
    assert comes_in(world, phone.next())
    assert signs(world, "rep", phone.next())
    assert signs(world, "staff"), "nobody else is asked"
    assert findings(world) == set()


@pytest.mark.rule("SE-08")
def test_a_code_is_good_once_and_so_is_one_on_paper(world: World) -> None:
    phone = with_phone(world, "rep")
    code = phone.code()
    assert comes_in(world, code)
    assert not comes_in(world, code)
    assert not signs(world, "rep", code)
    assert comes_in(world, PAPER[0].upper().replace("-", " "))
    assert not comes_in(world, PAPER[0])
    assert comes_in(world, PAPER[1])
    assert not comes_in(world, "zzzz-zzzz-zzzz-zzzz")


def test_the_code_that_set_it_up_does_not_sign_in(world: World) -> None:
    phone = Phone(world)
    code = phone.code()
    factors.enrol_factor(world.as_("rep"), SECRET, code, PAPER)
    assert not comes_in(world, code)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_slow_or_fast(world: World, steps: int, good: bool) -> None:
    phone = with_phone(world, "rep")
    world.clock.advance(seconds=120)
    assert comes_in(world, phone.code(steps)) is good


@pytest.mark.rule("SE-01")
def test_codes_are_not_guessed_even_by_whoever_knows_the_password(world: World) -> None:
    phone = with_phone(world, "rep")
    half = halfway(world)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            signing_in.go_on(world.site, "rep", half, "000000", source="")
    with pytest.raises(Throttled):
        signing_in.go_on(world.site, "rep", half, phone.code(), source="")
    with pytest.raises(Throttled):
        halfway(world)
    world.clock.advance(minutes=16)
    assert comes_in(world, phone.code()), "its owner waits, and needs nobody"


def test_a_right_password_takes_no_wrong_code_back(world: World) -> None:
    with_phone(world, "rep")
    for _ in range(5):
        assert not comes_in(world, "000000")
    with pytest.raises(Throttled):
        comes_in(world, "000000")


def test_who_has_mistyped_often_is_asked_for_the_code_without_another_wait(world: World) -> None:
    phone = with_phone(world, "rep")
    for _ in range(12):
        with pytest.raises(Unauthenticated):
            signing_in.prove(world.site, "rep", "guess", source="")
        world.clock.advance(minutes=16)
    assert comes_in(world, phone.code())
    with world.site.reading() as session:
        assert session.scalar(select(SessionLogin.failures)) == 12


@pytest.mark.parametrize("changed", ["nothing", "login", "time", "password", "letters"])
def test_who_is_halfway_goes_on_as_themselves_and_soon(world: World, changed: str) -> None:
    phone, login = with_phone(world, "rep"), "rep"
    with_phone(world, "gm")
    half = halfway(world)
    if changed == "login":
        login = "gm"
    elif changed == "time":
        world.clock.advance(seconds=signing_in.HALFWAY_FOR + 1)
    elif changed == "password":
        people.set_user_password(world.as_("admin"), "rep", "another horse")
    elif changed == "letters":
        half = f"9{half}"
    if changed == "nothing":
        assert signing_in.go_on(world.site, login, half, phone.code(), source="")
    else:
        with pytest.raises(Unauthenticated, match="took too long"):
            signing_in.go_on(world.site, login, half, phone.code(), source="")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM account_factor",
        "UPDATE account_factor SET sealed = 'x'",
        "DELETE FROM account_recovery WHERE digest = (SELECT min(digest) FROM account_recovery)",
        "INSERT INTO account_recovery (person_id, digest) SELECT person_id, 'x' FROM account_factor",
    ],
)
def test_rows_that_are_changed_beside_docctl_open_nothing_and_are_found(world: World, sql: str) -> None:
    phone = with_phone(world, "rep")
    with world.site.reading() as session:
        key = find.person(session, "rep").id
    assert findings(world) == set()
    with shell(world) as run:
        run(sql)
    assert not comes_in(world, phone.code())
    assert not comes_in(world, PAPER[1])
    assert not signs(world, "rep")
    assert findings(world) == {("second factor differs", f"account_factor {key}")}


def test_a_second_factor_that_somebody_puts_there_is_found(world: World) -> None:
    with world.site.reading() as session:
        key = find.person(session, "staff").id
    with shell(world) as run:
        run("INSERT INTO account_factor (person_id, sealed, last_step) VALUES (?, 'x', 0)", key)
    assert signs(world, "staff")
    assert findings(world) == {("second factor differs", f"account_factor {key}")}


def test_neither_the_ledger_nor_the_database_tells_what_is_on_the_phone(world: World) -> None:
    with_phone(world, "rep")
    with shell(world) as run:
        told = [
            *run("SELECT body FROM ledger_event"),
            *run("SELECT * FROM account_factor"),
            *run("SELECT * FROM account_recovery"),
        ]
    everything = json.dumps([[str(cell) for cell in row] for row in told]).lower()
    assert "factor.enrol" in everything
    assert SECRET.lower() not in everything
    assert not [code for code in PAPER if code in everything or code.replace("-", "") in everything]


def test_it_is_turned_off_with_a_code_and_set_up_again_on_another_phone(world: World) -> None:
    phone = with_phone(world, "rep")
    with pytest.raises(WrongState, match="already"):
        with_phone(world, "rep")
    with pytest.raises(Invalid, match="the code is wrong"):
        factors.drop_factor(world.as_("rep"), "000000")
    assert not signs(world, "rep")
    factors.drop_factor(world.as_("rep"), phone.next())
    assert signs(world, "rep")
    with pytest.raises(WrongState, match="no second factor"):
        factors.drop_factor(world.as_("rep"), phone.next())
    other = with_phone(world, "rep", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    assert not comes_in(world, phone.next())
    assert comes_in(world, other.next())
    assert findings(world) == set()


def test_a_wrong_code_sets_nothing_up(world: World) -> None:
    for code in ("000000", "", "１２３４５６", PAPER[0]):
        with pytest.raises(Invalid, match="the code is wrong"):
            factors.enrol_factor(world.as_("rep"), SECRET, code, PAPER)
    assert signs(world, "rep")
    assert not door.asked(world.site, "rep")


@pytest.mark.regulation("P11-300c")
@pytest.mark.rule("SE-35")
def test_a_lost_phone_is_an_admins_act_of_which_its_owner_is_told(world: World) -> None:
    with_phone(world, "rep")
    for login in ("controller", "staff", "rep"):
        with pytest.raises(Forbidden):
            factors.reset_factor(world.as_(login), "rep", reason="手机丢失")
    with pytest.raises(Invalid):
        factors.reset_factor(world.as_("admin"), "rep", reason=" ")
    factors.reset_factor(world.as_("admin"), "rep", reason="手机丢失")
    assert signs(world, "rep")
    noting.note_user(world.as_("rep"))
    with shell(world) as run:
        assert [row[0] for row in run("SELECT about FROM person_notice")] == [About.FACTOR.value]
    with pytest.raises(WrongState, match="no second factor"):
        factors.reset_factor(world.as_("admin"), "rep", reason="再来")
    assert findings(world) == set()


def test_nobody_takes_their_own_away_without_a_code(world: World) -> None:
    with_phone(world, "admin")
    with pytest.raises(Forbidden, match="without a code"):
        factors.reset_factor(world.as_("admin"), "admin", reason="手机丢失")


def test_the_machine_helps_an_admin_who_lost_the_phone_and_nobody_else(world: World) -> None:
    with_phone(world, "admin")
    with_phone(world, "rep")
    operator = accounts.operator(world.site, "root")
    with pytest.raises(WrongState, match="is no admin"):
        factors.reset_factor(operator, "rep", reason="手机丢失")
    factors.reset_factor(operator, "admin", reason="手机丢失")
    operator.close()
    assert signs(world, "admin", action=Action.USER_ADD)


@pytest.mark.regulation("P11-200a2/3")
def test_an_admin_who_has_taken_both_away_still_does_not_sign_as_somebody(world: World) -> None:
    with_phone(world, "rep")
    ask(world, "signers")
    factors.reset_factor(world.as_("admin"), "rep", reason="手机丢失")
    people.set_user_password(world.as_("admin"), "rep", PASSWORD)
    assert not signs(world, "rep")


@pytest.mark.regulation("A11-22")
@pytest.mark.parametrize(
    ("whom", "due"),
    [("nobody", set()), ("signers", {"rep", "admin"}), ("everybody", {"rep", "admin", "staff"})],
)
def test_whoever_must_have_one_does_nothing_else_before(world: World, whom: str, due: set[str]) -> None:
    ask(world, whom)
    for login in ("rep", "admin", "staff"):
        assert signs(world, login, action=Action.COPY_PLACE) is (login not in due)
        assert signs(world, login, action=Action.USER_PASSWORD)
        token = signing_in.sign_in(world.site, login, PASSWORD, source="")
        there = presence(world.site, token, world.clock())
        assert there is not None
        assert there.enrols is (login in due)
    phone = with_phone(world, "rep")
    assert signs(world, "rep", phone.code(), Action.COPY_PLACE)


def test_the_site_keeps_what_it_decided_about_second_factors(world: World) -> None:
    ask(world, "signers")
    with world.site.reading() as session:
        said = configuration.configuration(session)
    assert said["accounts"] == {"signing_roles": "two", "second_factor": "signers"}
    assert configuring.decide(said)["accounts"] == said["accounts"]
    with pytest.raises(Invalid):
        ask(world, "somebody")


def test_a_new_password_leaves_the_second_factor_as_it_is(world: World) -> None:
    phone = with_phone(world, "rep")
    people.set_user_password(world.as_("rep"), "rep", "another horse")
    people.set_user_password(world.as_("rep"), "rep", PASSWORD)
    assert not signs(world, "rep")
    assert comes_in(world, phone.next())
    assert findings(world) == set()
