"""Nothing is done to somebody's account without their being told, and a trace shows it beside what they signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from docctl.errors import Unauthenticated, WrongState
from docctl.queries.desk.inbox import inbox
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trace import trace
from docctl.queries.people.own import own_account
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.notices import SHOWN_FOR
from docctl.rules.permissions import refusal
from docctl.rules.roles import Actor
from docctl.usecases.people import accounts, noting, signing_in
from docctl.usecases.people.attempts import FORGOTTEN_AFTER
from tests.support.pages import Reader, hidden_fields, reader, text_of
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.support.terminal import Terminal

NUMBER, NEW = "LX-CX-2019-101", "a new password"


def told(world: World, login: str) -> list[tuple[str, str]]:
    """What this person's inbox says of their account, and by whom."""
    ctx = world.as_(login)
    ctx.session.rollback()
    return [(item.title.told("en"), str(item.note)) for item in inbox(ctx).account_told]


@pytest.mark.regulation("P11-200a2/3")
@pytest.mark.rule("SE-42")
def test_who_is_locked_or_given_a_password_or_roles_is_told(world: World) -> None:
    admin = world.as_("admin")
    accounts.set_user_password(admin, "staff", NEW)
    accounts.lock_user(admin, "staff", reason="离职")
    accounts.change_user_roles(admin, "staff", grant=["author"])
    assert told(world, "staff") == [
        ("somebody else set your password", "管理员"),
        ("your account was locked", "管理员"),
        ("your roles were changed", "管理员"),
    ]
    assert told(world, "staff2") == told(world, "admin") == []
    noting.note_user(world.as_("staff"))
    assert told(world, "staff") == []
    assert [bool(n.noted) for n in own_account(world.as_("staff")).notices] == [True] * 3
    with pytest.raises(WrongState, match="not taken note"):
        noting.note_user(world.as_("staff"))
    assert check_site(world.site).findings == ()


def test_what_one_does_to_oneself_is_no_news(world: World) -> None:
    accounts.set_user_password(world.as_("staff"), "staff", NEW)
    assert told(world, "staff") == []


def test_a_newcomer_who_chose_a_password_is_told_nothing_of_the_first(world: World) -> None:
    given = {"name": "新人", "department": "sales", "roles": ["staff"]}
    accounts.add_user(world.as_("admin"), "new", password=PASSWORD, **given)  # type: ignore[arg-type]
    accounts.set_user_password(world.as_("admin"), "new", "forgot the first")
    accounts.set_user_password(world.as_("new"), "new", NEW)
    assert told(world, "new") == []
    accounts.set_user_password(world.as_("admin"), "new", "somebody else's")
    accounts.set_user_password(world.as_("new"), "new", "by whoever has it")
    assert len(told(world, "new")) == 1, "whoever used it does not silence it"


@pytest.mark.regulation("P11-200a2/3")
@pytest.mark.rule("SE-42")
def test_a_password_that_was_set_before_a_signature_stands_beside_it(world: World) -> None:
    accounts.set_user_password(world.as_("admin"), "rep", NEW)
    accounts.set_user_password(world.as_("rep"), "rep", PASSWORD)
    world.clock.advance(days=29)
    issue(world, procedure())
    traced = trace(world.as_("auditor"), NUMBER)
    marked = {a["by"]: a["reset"] for a in traced["revisions"][0]["approvals"]}
    assert marked["author"] is None
    assert marked["rep"]["by"] == "管理员"
    assert traced["verified"]
    page = text_of(reader(world, "auditor").get(f"/trace/{NUMBER}").text)
    assert "管平 (rep)" in page
    assert "password set by 管理员 at" in page
    noting.note_user(world.as_("rep"))
    world.as_("auditor").session.rollback()
    assert trace(world.as_("auditor"), NUMBER)["verified"]


def test_a_password_of_long_before_or_after_a_signature_does_not(world: World) -> None:
    accounts.set_user_password(world.as_("admin"), "rep", NEW)
    accounts.set_user_password(world.as_("rep"), "rep", PASSWORD)
    world.clock.advance(seconds=(SHOWN_FOR + timedelta(hours=1)).total_seconds())
    issue(world, procedure())
    accounts.set_user_password(world.as_("admin"), "rep", NEW)
    traced = trace(world.as_("auditor"), NUMBER)
    assert [a["reset"] for a in traced["revisions"][0]["approvals"]] == [None, None]


@pytest.mark.regulation("P11-300d")
@pytest.mark.rule("SE-42")
def test_whoever_signs_in_hears_of_wrong_passwords_and_sees_who_came(sqlite_world: World) -> None:
    world = sqlite_world
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            signing_in.sign_in(world.site, "staff", "guess", source="203.0.113.9")
        world.clock.advance(minutes=1)
    owner = reader(world, "staff")
    said = "3 wrong passwords were tried for your account since you last signed in."
    assert said in text_of(owner.get("/inbox").text)
    assert said not in text_of(owner.get("/inbox").text), "it is said once"
    page = text_of(owner.get("/account").text)
    assert "new 3 open" in page
    world.clock.advance(seconds=FORGOTTEN_AFTER.total_seconds())
    owner.sign_in("staff")
    assert "known – open" in text_of(owner.get("/account").text)


def test_the_account_is_ones_own(sqlite_world: World) -> None:
    accounts.set_user_password(sqlite_world.as_("admin"), "rep", NEW)
    for login in ("staff", "auditor", "admin"):
        page = text_of(reader(sqlite_world, login).get("/account").text)
        assert "somebody else set your password" not in page
    rep = Reader(sqlite_world.site).sign_in("rep", NEW)
    assert rep.get("/account").status_code == 302, "first of all they choose their own"


def test_one_takes_note_on_the_page_and_by_command(sqlite_world: World) -> None:
    admin = sqlite_world.as_("admin")
    for login in ("staff", "staff2"):
        accounts.change_user_roles(admin, login, grant=["author"])
    staff = reader(sqlite_world, "staff", "zh")
    inbox_page = staff.get("/inbox").text
    assert "他人对您账户的操作" in inbox_page
    assert 'href="/account"' in inbox_page
    assert staff.send("/account/note", "/account").status_code == 302
    assert "您的角色被更改" not in staff.get("/inbox").text
    key = hidden_fields(staff.get("/account").text)["csrf_token"]
    assert staff.post("/account/note", csrf_token=key).status_code == 409
    terminal = Terminal(sqlite_world)
    assert [item["note"] for item in terminal.ok("staff2", "inbox")["account_told"]] == ["管理员"]
    terminal.ok("staff2", "user note")
    assert terminal.ok("staff2", "inbox")["account_told"] == []
    assert terminal("staff2", "user note").code == 4


def test_nobody_takes_note_for_somebody_else() -> None:
    admin = Actor(1, "admin", frozenset({"admin"}))
    assert refusal(Action.USER_NOTE, admin, Subject(account=1)) is None
    assert refusal(Action.USER_NOTE, admin, Subject(account=2)) is not None
