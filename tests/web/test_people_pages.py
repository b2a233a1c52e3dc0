"""Accounts as pages: who may, one-time passwords, and that nobody reaches rights by themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from docctl.door import accounts
from docctl.errors import Unauthenticated
from docctl.queries.people.accounts import person_view, user_list
from docctl.rules.actions import Action
from docctl.rules.matrix import YES, matrix
from docctl.rules.people import ONE_TIME_FOR
from docctl.rules.roles import Role
from tests.support.pages import Reader, hidden_fields, reader, rows_of, text_of
from tests.support.sites import PASSWORD, PEOPLE, World

OWN = "wide open sea"
ME: dict[str, Any] = {"password": PASSWORD}
NEW: dict[str, Any] = {"login": "neu", "name": "新人", "department": "sales", "role": ["staff"], **ME}


def secret_of(page: str) -> str:
    """The one-time password that a page shows."""
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found is not None, text_of(page)
    return found[1]


def roles_of(world: World, login: str) -> set[str]:
    """The roles that stand, in the tables."""
    ctx = world.as_("auditor")
    ctx.session.rollback()
    return {str(role) for role in person_view(ctx, login).roles}


@pytest.mark.regulation("P11-10d")
@pytest.mark.rule("SE-31")
@pytest.mark.parametrize("login", [*PEOPLE, "admin"])
def test_only_the_auditor_and_the_admin_see_accounts(sqlite_world: World, login: str) -> None:
    somebody = reader(sqlite_world, login)
    for address in ("/people", "/people/staff", "/people/nobody", "/people/%00", "/people/admin"):
        there = 404 if address in {"/people/nobody", "/people/%00"} else 200
        assert somebody.get(address).status_code == (there if login in {"auditor", "admin"} else 403)
    for address in ("/people/add", "/people/staff2/change-roles", "/people/staff2/lock"):
        assert somebody.get(address).status_code == (200 if login == "admin" else 403), address
    assert somebody.get("/permissions").status_code == 200
    assert ('href="/people"' in somebody.get("/inbox").text) == (login in {"auditor", "admin"})


@pytest.mark.regulation("P11-10g")
@pytest.mark.rule("SE-35")
@pytest.mark.parametrize("login", PEOPLE)
def test_nobody_but_an_admin_grants_anything(sqlite_world: World, login: str) -> None:
    somebody = reader(sqlite_world, login)
    key = hidden_fields(somebody.get("/inbox").text)["csrf_token"]
    before = {line["login"]: line["roles"] for line in user_list(sqlite_world.as_("auditor"))}
    for role, to in product(Role, (login, "staff")):
        answer = somebody.post(f"/people/{to}/change-roles", csrf_token=key, role=role.value, **ME)
        assert answer.status_code == 403, (role, to)
    for address, fields in (
        ("/people/add", NEW),
        ("/people/admin/password", ME),
        ("/people/admin/lock", {**ME, "reason": "x"}),
    ):
        assert somebody.post(address, csrf_token=key, **fields).status_code == 403, address
    sqlite_world.as_("auditor").session.rollback()
    after = {line["login"]: line["roles"] for line in user_list(sqlite_world.as_("auditor"))}
    assert after == before
    assert accounts.prove(sqlite_world.site, "admin", PASSWORD) is not None


def test_who_has_a_right_is_told_in_chinese_without_keys(sqlite_world: World) -> None:
    staff = reader(sqlite_world, "staff", "zh")
    said = text_of(staff.get("/people").text)
    assert "staff 无权查看账户。可以办理的人：担任以下任一角色（审核员、系统管理员）的人。" in said
    said = text_of(staff.get("/ledger").text)
    assert "可以办理的人：担任文控员的人；或担任以下任一角色（审核员、系统管理员）的人。" in said


@pytest.mark.regulation("DI-02")
@pytest.mark.rule("SE-35")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_an_admin_grants_nothing_to_themselves(sqlite_world: World, role: Role) -> None:
    admin = reader(sqlite_world, "admin")
    assert "/people/admin/change-roles" not in admin.get("/people/admin").text
    key = hidden_fields(admin.get("/password").text)["csrf_token"]
    sent = {"csrf_token": key, "held": "admin", "role": ["admin", role.value], **ME}
    answer = admin.post("/people/admin/change-roles", **sent)
    assert answer.status_code == 403
    assert "Nobody grants rights to themselves" in text_of(answer.text)
    assert roles_of(sqlite_world, "admin") == {"admin"}


@pytest.mark.regulation("A11-15", "DI-21")
@pytest.mark.rule("SE-35")
def test_a_grant_is_an_event_and_holds_at_once(world: World) -> None:
    staff, admin = reader(world, "staff"), reader(world, "admin")
    assert staff.get("/ledger").status_code == 403
    form = "/people/staff/change-roles"
    assert admin.send(form, role=["staff", "auditor"], **ME).status_code == 302
    assert roles_of(world, "staff") == {"staff", "auditor"}
    assert staff.get("/ledger").status_code == 200
    rows = rows_of(reader(world, "auditor").get("/ledger", act="user.change_roles").text)
    assert [row[3:5] for row in rows] == [["staff", "管理员 (admin)"]]
    # A role that is taken away ends the session, so that nothing goes on by it.
    admin.post(
        form, **hidden_fields(admin.get(form).text) | {"held": ["staff", "auditor"]}, role="staff", **ME
    )
    assert roles_of(world, "staff") == {"staff"}
    assert staff.get("/ledger").status_code == 302


@pytest.mark.rule("SE-32")
def test_a_form_of_an_account_changes_what_it_shows_and_nothing_else(sqlite_world: World) -> None:
    admin = reader(sqlite_world, "admin")
    added = {
        "active": "0",
        "name": "别人",
        "department": "quality",
        "login": "gm",
        "id": "1",
        "person_id": "1",
        "is_admin": "1",
        "one_time": "0",
        "seq": "1",
    }
    assert (
        admin.send("/people/staff/change-roles", role=["staff", "verifier"], **added, **ME).status_code == 302
    )
    seen = person_view(sqlite_world.as_("auditor"), "staff")
    assert (seen.login, seen.name, seen.department, seen.active) == ("staff", "员工周", "sales", True)
    # The same with a password: it stays one for one time, and of the account in the address.
    secret = secret_of(admin.send("/people/staff2/password", **added, **ME).text)
    sqlite_world.as_("auditor").session.rollback()
    assert person_view(sqlite_world.as_("auditor"), "staff2").until is not None
    assert accounts.prove(sqlite_world.site, "gm", secret) is None
    # An author who saves a role with a password form of their own gets none.
    own = {"password": PASSWORD, "new_password": OWN, "repeated": OWN, "role": "admin", "login": "gm"}
    assert reader(sqlite_world, "author").send("/password", **own).status_code == 302
    assert roles_of(sqlite_world, "author") == {"author"}
    assert accounts.prove(sqlite_world.site, "gm", PASSWORD) is not None


@pytest.mark.parametrize("kind", ["added", "reset"])
def test_who_gets_a_one_time_password_sets_their_own_before_anything_else(world: World, kind: str) -> None:
    admin = reader(world, "admin")
    if kind == "added":
        login, answer = "neu", admin.send("/people/add", **NEW)
    else:
        login, answer = "staff", admin.send("/people/staff/password", **ME)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    secret = secret_of(answer.text)
    newcomer = Reader(world.site).sign_in(login, secret)
    for address in ("/inbox", "/documents", "/copies", "/permissions", "/"):
        expected = 200 if address == "/" else 302
        assert newcomer.get(address).status_code == expected, address
    assert newcomer.get("/inbox").location == "/password"
    key = hidden_fields(newcomer.get("/password").text)["csrf_token"]
    assert newcomer.post("/copies/X%231/acknowledge", csrf_token=key).location == "/password"
    # Nor does it sign by another way than the pages.
    with pytest.raises(Unauthenticated, match="for one time"):
        accounts.writer(world.site, login, secret, Action.RECORD_SIGN)
    answer = newcomer.send("/password", password=secret, new_password=OWN, repeated=OWN)
    assert (answer.status_code, answer.location) == (302, "/inbox")
    assert newcomer.get("/inbox").status_code == 200
    assert accounts.prove(world.site, login, secret) is None
    assert Reader(world.site).sign_in(login, OWN).get("/inbox").status_code == 200
    assert accounts.writer(world.site, login, OWN, Action.RECORD_SIGN).actor.login == login


def test_a_one_time_password_that_nobody_used_is_none_any_more(sqlite_world: World) -> None:
    secret = secret_of(reader(sqlite_world, "admin").send("/people/staff/password", **ME).text)
    sqlite_world.clock.now += ONE_TIME_FOR - timedelta(minutes=1)
    assert accounts.prove(sqlite_world.site, "staff", secret) is not None
    sqlite_world.clock.advance(minutes=2)
    assert accounts.prove(sqlite_world.site, "staff", secret) is None
    with pytest.raises(Unauthenticated, match="unknown account or wrong password"):
        accounts.writer(sqlite_world.site, "staff", secret, Action.USER_PASSWORD)


def test_a_reset_ends_the_sessions_and_the_old_password(sqlite_world: World) -> None:
    staff, admin = reader(sqlite_world, "staff"), reader(sqlite_world, "admin")
    admin.send("/people/staff/password", **ME)
    assert staff.get("/inbox").location == "/sign-in?next=/inbox"
    assert accounts.prove(sqlite_world.site, "staff", PASSWORD) is None


def test_the_secret_is_in_no_event_and_a_second_click_shows_the_same(world: World) -> None:
    admin = reader(world, "admin")
    keys = hidden_fields(admin.get("/people/staff/password").text)
    first, second = (secret_of(admin.post("/people/staff/password", **keys, **ME).text) for _ in range(2))
    assert first == second
    assert len(first.replace("-", "")) == 20
    other = secret_of(admin.send("/people/staff/password", **ME).text)
    assert other != first
    with world.site.reading() as session:
        bodies = session.execute(text("SELECT body FROM ledger_event")).scalars().all()
    assert not any(secret.encode() in bytes(body) for body in bodies for secret in (first, other))
    assert sum(b'"act":"user.password"' in bytes(body) for body in bodies) == 2


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/people/add", {**NEW, "password": "wrong"}),
        ("/people/add", {**NEW, "password": ""}),
        ("/people/staff/change-roles", {"role": ["staff", "admin"], "password": "wrong"}),
        ("/people/staff/password", {"password": "wrong"}),
        ("/people/staff/lock", {"reason": "weg", "password": "wrong"}),
        ("/password", {"password": "wrong", "new_password": OWN, "repeated": OWN}),
    ],
)
@pytest.mark.rule("SE-07")
def test_a_session_alone_changes_no_account(
    sqlite_world: World, address: str, fields: dict[str, Any]
) -> None:
    admin = reader(sqlite_world, "admin")
    answer = admin.send(address, **fields)
    assert answer.status_code == 401
    assert "This was not accepted yet" in text_of(answer.text)
    ctx = sqlite_world.as_("auditor")
    assert "neu" not in {line["login"] for line in user_list(ctx)}
    assert roles_of(sqlite_world, "staff") == {"staff"}
    assert accounts.prove(sqlite_world.site, "staff", PASSWORD) is not None
    assert accounts.prove(sqlite_world.site, "admin", PASSWORD) is not None


@pytest.mark.regulation("P11-300a")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"login": "staff"}, "taken"),
        ({"login": "Großer Bär"}, "small letter"),
        ({"login": "<script>"}, "small letter"),
        ({"name": ""}, "printable"),
        ({"name": "a\0b"}, "cannot be seen"),
        ({"name": "x" * 101}, "printable"),
        ({"department": "moon"}, "is none of"),
        ({"role": ["emperor"]}, "is none of"),
    ],
)
def test_a_new_account_is_refused_with_all_that_is_wrong_and_keeps_what_was_typed(
    world: World, changed: dict[str, Any], said: str
) -> None:
    answer = reader(world, "admin").send("/people/add", **{**NEW, **changed})
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert "<script>" not in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.regulation("P11-300c", "A11-15")
def test_a_locked_account_is_out_at_once_until_it_gets_a_password(world: World) -> None:
    staff, admin = reader(world, "staff"), reader(world, "admin")
    assert admin.send("/people/staff/lock", reason=" ", **ME).status_code == 422
    assert admin.send("/people/staff/lock", reason="离职", **ME).status_code == 302
    assert staff.get("/inbox").status_code == 302
    assert accounts.prove(world.site, "staff", PASSWORD) is None
    assert "! locked" in text_of(admin.get("/people/staff").text)
    rows = rows_of(admin.get("/ledger", act="user.lock").text)
    assert [row[2:] for row in rows] == [["account locked", "staff", "管理员 (admin)", "离职"]]
    secret = secret_of(admin.send("/people/staff/password", **ME).text)
    assert Reader(world.site).sign_in("staff", secret).get("/password").status_code == 200


def test_an_admin_does_not_lock_themselves_out(sqlite_world: World) -> None:
    admin = reader(sqlite_world, "admin")
    key = hidden_fields(admin.get("/password").text)["csrf_token"]
    answer = admin.post("/people/admin/lock", csrf_token=key, reason="x", **ME)
    assert answer.status_code == 403
    assert "Nobody locks their own account" in text_of(answer.text)
    assert admin.get("/inbox").status_code == 200


@pytest.mark.rule("SE-05")
@pytest.mark.parametrize(
    ("chosen", "repeated", "said"),
    [
        ("short", "short", "fewer than 8"),
        ("x" * 1025, "x" * 1025, "more than 1024"),
        (OWN, OWN + "!", "type the same password again"),
        (PASSWORD, PASSWORD, "another password than"),
    ],
)
def test_a_password_of_ones_own_is_long_enough_new_and_typed_twice(
    sqlite_world: World, chosen: str, repeated: str, said: str
) -> None:
    staff = reader(sqlite_world, "staff")
    answer = staff.send("/password", password=PASSWORD, new_password=chosen, repeated=repeated)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert accounts.prove(sqlite_world.site, "staff", PASSWORD) is not None


@pytest.mark.rule("SE-09")
def test_changing_ones_password_begins_a_new_session_and_ends_the_others(sqlite_world: World) -> None:
    here, elsewhere = reader(sqlite_world, "staff"), reader(sqlite_world, "staff")
    cookie = here.client.get_cookie("docctl")
    here.send("/password", password=PASSWORD, new_password=OWN, repeated=OWN)
    assert here.client.get_cookie("docctl") != cookie
    assert here.get("/inbox").status_code == 200
    assert elsewhere.get("/inbox").status_code == 302


@pytest.mark.parametrize(
    ("asked", "logins"),
    [
        ({"q": "员工"}, ["staff", "staff2"]),
        ({"q": "STAFF2"}, ["staff2"]),
        ({"role": "verifier"}, ["verifier", "verifier2"]),
        ({"department": "sales", "role": "staff"}, ["staff"]),
        ({"q": "<b>"}, []),
    ],
)
def test_the_accounts_are_filtered(sqlite_world: World, asked: dict[str, str], logins: list[str]) -> None:
    page = reader(sqlite_world, "auditor").get("/people", **asked).text
    assert [row[0] for row in rows_of(page)] == logins
    assert "<b>" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_of_rights_says_all_of_the_rules(sqlite_world: World, language: str) -> None:
    page = reader(sqlite_world, "staff", language).get("/permissions").text
    rows = re.findall(r'(?s)<th scope="row">(.*?)</th>(.*?)</tr>', page)
    assert len(rows) == len(Action)
    for row, (_, cells) in zip(matrix(), rows, strict=True):
        told = re.findall(r'class="(yes|if|no)"', cells)
        expected = ["no" if not c else "yes" if c is YES else "if" for c in row.cells.values()]
        assert told == expected, row.action
