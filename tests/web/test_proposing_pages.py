"""Two people give roles that sign, on pages and by command: who confirms, and what a hand-built request gets."""

from __future__ import annotations

from typing import Any

import pytest

from docctl.queries.people.accounts import person_view
from tests.support.pages import hidden_fields, reader, text_of
from tests.support.sites import PASSWORD, World
from tests.support.terminal import Terminal
from tests.support.two_people import ask_for_two

ME: dict[str, Any] = {"password": PASSWORD}
ROLES, CONFIRM, REFUSE = (f"/people/staff/{act}" for act in ("change-roles", "confirm-roles", "refuse-roles"))


@pytest.fixture
def asked(sqlite_world: World) -> World:
    """An admin has proposed that staff verify; a document controller is to confirm."""
    ask_for_two(sqlite_world)
    answer = reader(sqlite_world, "admin").send(ROLES, role=["staff", "verifier"], **ME)
    assert answer.status_code == 302
    return sqlite_world


def roles(world: World, login: str = "staff") -> set[str]:
    ctx = world.as_("auditor")
    ctx.session.rollback()
    return {role.value for role in person_view(ctx, login).roles}


@pytest.mark.rule("SE-35")
def test_the_second_person_finds_it_in_the_inbox_and_confirms(asked: World) -> None:
    controller = reader(asked, "controller")
    inbox = controller.get("/inbox").text
    assert "Roles to confirm" in inbox
    assert f'href="{CONFIRM}"' in inbox
    page = text_of(controller.get(CONFIRM).text)
    assert "Proposed roles verifier" in page
    assert "Proposed by 管理员" in page
    assert roles(asked) == {"staff"}
    assert controller.send(CONFIRM, **ME).status_code == 302
    assert roles(asked) == {"staff", "verifier"}
    assert CONFIRM not in controller.get("/inbox").text
    assert controller.get(CONFIRM).status_code == 404


@pytest.mark.rule("SE-07")
def test_without_the_right_password_nothing_is_confirmed(asked: World) -> None:
    controller = reader(asked, "controller")
    for password in ("", "not mine"):
        assert controller.send(CONFIRM, password=password).status_code == 401
    assert roles(asked) == {"staff"}
    assert REFUSED_ATTEMPT in text_of(reader(asked, "auditor").get("/ledger").text)


REFUSED_ATTEMPT = "refused: roles confirmed"


@pytest.mark.rule("SE-35")
@pytest.mark.parametrize("login", ["admin", "staff", "rep", "gm", "verifier", "auditor", "author"])
def test_a_hand_built_request_of_anybody_else_is_refused(asked: World, login: str) -> None:
    somebody = reader(asked, login)
    key = hidden_fields(somebody.get("/inbox").text)["csrf_token"]
    assert somebody.get(CONFIRM).status_code == 403
    for held in ([], ["staff"]):
        sent = {"csrf_token": key, "role": ["verifier", "admin"], "held": held, "state": "confirmed", **ME}
        assert somebody.post(CONFIRM, **sent).status_code == 403
    assert roles(asked) == {"staff"}


@pytest.mark.rule("SE-35")
def test_an_admin_raises_a_second_account_of_their_own_neither_at_once_nor_in_steps(asked: World) -> None:
    admin = reader(asked, "admin")
    new = {"login": "me2", "name": "我", "department": "quality", "role": ["document-controller"], **ME}
    shown = admin.send("/people/add", **new)
    assert shown.status_code == 200
    assert "another admin or a document controller has to confirm" in text_of(shown.text)
    assert roles(asked, "me2") == set()
    page = admin.get("/people/me2").text
    assert "A second person has to confirm it" in page
    assert "/people/me2/confirm-roles" not in page
    answer = admin.send("/people/me2/change-roles", role=["document-controller", "general-manager"], **ME)
    assert answer.status_code == 409
    key = hidden_fields(admin.get("/inbox").text)["csrf_token"]
    assert admin.post("/people/me2/confirm-roles", csrf_token=key, **ME).status_code == 403
    assert roles(asked, "me2") == set()


def test_what_is_refused_has_a_reason_and_the_proposal_is_gone(asked: World) -> None:
    controller = reader(asked, "controller", "zh")
    assert controller.send(REFUSE, **ME).status_code == 422
    assert controller.send(REFUSE, reason="不担任此职", **ME).status_code == 302
    assert roles(asked) == {"staff"}
    assert "待确认的角色" not in controller.get("/inbox").text
    assert "角色未获确认" in text_of(controller.get("/ledger").text)


@pytest.mark.rule("SE-35")
def test_the_same_by_command(asked: World) -> None:
    terminal = Terminal(asked)
    waiting = terminal.ok("admin", "user change-roles staff2 --grant verifier --grant author --revoke staff")
    assert (waiting["roles"], waiting["proposed"]) == (["author"], ["verifier"])
    assert [item["number"] for item in terminal.ok("controller", "inbox")["to_confirm"]] == [
        "staff",
        "staff2",
    ]
    assert terminal("admin", "user confirm-roles staff2").code == 3
    assert terminal("staff2", "user confirm-roles staff2").code == 3
    assert terminal("controller", "user confirm-roles head").code == 5
    assert terminal.ok("controller", "user confirm-roles staff2")["roles"] == ["author", "verifier"]
    assert terminal("controller", "user confirm-roles staff2").code == 4
    terminal.ok("controller", "user refuse-roles staff --reason 不担任")
    assert roles(asked) == {"staff"}
