"""Signing in and out: what opens, what stays shut, and what ends a session."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import BadSignature, SignatureExpired
from playwright.sync_api import Page
from sqlalchemy import select

from docctl.door import accounts
from docctl.ledger import journal
from docctl.models.ledger import LedgerEvent
from docctl.models.people import Person
from docctl.models.sessions import SessionLogin
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.roles import Role
from docctl.usecases.people import accounts as people
from docctl.usecases.people import attempts
from docctl.web.app import create_app
from docctl.web.kit import secret
from tests.support.browser import Desk
from tests.support.pages import Reader, hidden_fields, reader, text_of
from tests.support.sites import PASSWORD, World


def is_in(person: Reader) -> bool:
    """Whether the session of this browser still opens the inbox."""
    return person.get("/inbox").status_code == 200


def events(world: World, act: str) -> int:
    """How many events of this name the ledger has."""
    with world.site.reading() as session:
        return sum(json.loads(body)["act"] == act for body in session.scalars(select(LedgerEvent.body)))


def test_a_cookie_that_was_read_before_is_still_asked_for_its_age_and_its_mark(world: World) -> None:
    person = reader(world, "rep")
    app = person.client.application
    cookies = (person.client._cookies or {}).values()
    cookie = next(c.value for c in cookies if c.key == app.config["SESSION_COOKIE_NAME"])
    interface: Any = app.session_interface
    serializer = interface.get_signing_serializer(app)
    assert serializer.loads(cookie, max_age=60) == serializer.loads(cookie, max_age=60)
    assert world.site.memory.count("cookies") > 0
    with pytest.raises(SignatureExpired):
        serializer.loads(cookie, max_age=-1)
    with pytest.raises(BadSignature):
        serializer.loads(cookie[:-2] + "xx", max_age=60)


def test_the_right_password_opens_the_page_that_was_asked_for(world: World) -> None:
    person = Reader(world.site)
    asked = person.get("/documents", q="x")
    assert (asked.status_code, asked.headers["Location"]) == (302, "/sign-in?next=/documents?q%3Dx")
    answer = person.send("/sign-in", "/sign-in?next=/documents?q%3Dx", login="rep", password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/documents?q=x")
    assert is_in(person)
    assert "管平 (rep)" in text_of(person.get("/inbox").text)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/nope",
        "",
        "/\t/x",
        "/sign-out",
    ],
)
def test_no_address_leads_out_of_the_pages(sqlite_world: World, address: str) -> None:
    person = Reader(sqlite_world.site)
    fields = hidden_fields(person.get("/sign-in").text)
    answer = person.post("/sign-in", **fields, login="rep", password=PASSWORD, next=address)
    assert answer.headers["Location"] == "/inbox"


@pytest.mark.rule("SE-04")
def test_unknown_locked_and_wrong_are_refused_in_the_same_words(sqlite_world: World) -> None:
    people.add_user(sqlite_world.as_("admin"), "new", name="新人", department="sales", roles=[Role.STAFF])
    pages = set()
    for login in ("rep", "nobody", "new"):
        answer = Reader(sqlite_world.site).send("/sign-in", login=login, password="wrong horse")
        assert answer.status_code == 401
        assert "unknown account or wrong password" in text_of(answer.text)
        pages.add(re.sub(r'(value|nonce)="[^"]*"', "", answer.text))
    assert len(pages) == 1


def test_a_refused_form_keeps_the_login_and_never_the_password(sqlite_world: World) -> None:
    answer = Reader(sqlite_world.site, "zh").send("/sign-in", login='re"p<', password="wrong horse")
    assert 'value="re&#34;p&lt;"' in answer.text
    assert "wrong horse" not in answer.text
    assert "账户不存在或口令不正确" in answer.text
    assert 'href="#password"' in answer.text


@pytest.mark.rule("SE-09")
def test_a_session_gets_a_new_name_at_each_sign_in(sqlite_world: World) -> None:
    person = Reader(sqlite_world.site)
    person.get("/sign-in")
    before = person.client.get_cookie("docctl")
    person.sign_in("rep")
    first = person.client.get_cookie("docctl")
    person.sign_in("rep")
    second = person.client.get_cookie("docctl")
    assert before is not None
    assert first is not None
    assert second is not None
    assert len({before.value, first.value, second.value}) == 3
    person.client.set_cookie("docctl", before.value)
    assert not is_in(person)


@pytest.mark.rule("SE-12")
def test_the_cookie_is_kept_from_scripts_and_bound_to_the_host(sqlite_world: World) -> None:
    reader(sqlite_world, "rep")
    site = sqlite_world.site
    secure = replace(site, settings=replace(site.settings, public_url="https://docs.example"))
    for served, name in ((site, "docctl="), (secure, "__Host-docctl=")):
        answer = create_app(served).test_client().get("/sign-in", base_url=served.settings.public_url or None)
        (cookie,) = answer.headers.getlist("Set-Cookie")
        assert cookie.startswith(name)
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) == (served is secure)
        assert "Domain" not in cookie


def test_the_token_stands_nowhere_but_in_the_cookie(sqlite_world: World) -> None:
    person = reader(sqlite_world, "rep")
    with person.client.session_transaction() as held:
        token = held["_user_id"]
    with sqlite_world.site.reading() as session:
        (row,) = session.scalars(select(SessionLogin)).all()
    assert row.token_sha256 != token
    assert token not in str(vars(row))


@pytest.mark.regulation("P11-200a1ii")
@pytest.mark.rule("SE-10")
def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    person = reader(world, "rep")
    kept = person.client.get_cookie("docctl")
    assert kept is not None
    answer = person.send("/sign-out", "/inbox")
    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    person.client.set_cookie("docctl", kept.value)
    assert not is_in(person)


def _deactivate(world: World) -> None:
    with world.as_("admin").act(Action.USER_CHANGE_ROLES) as act:
        act.require(Subject(account=0))
        person = act.session.scalars(select(Person).where(Person.login == "rep")).one()
        person.active = False
        act.record(person)


@pytest.mark.regulation("P11-10g", "P11-200a1ii")
@pytest.mark.rule("SE-10")
@pytest.mark.parametrize("end", ["password", "role", "inactive"])
def test_what_ends_rights_ends_the_session_at_the_next_request(world: World, end: str) -> None:
    person, other = reader(world, "rep"), reader(world, "gm")
    assert is_in(person)
    if end == "password":
        people.set_user_password(world.as_("admin"), "rep", "another horse")
    elif end == "role":
        people.change_user_roles(world.as_("admin"), "rep", revoke=["management-representative"])
    else:
        _deactivate(world)
    assert not is_in(person)
    assert is_in(other)


@pytest.mark.regulation("P11-200a1ii", "A11-22")
@pytest.mark.rule("SE-11")
def test_a_session_ends_after_half_an_hour_of_nothing_and_after_twelve_hours(sqlite_world: World) -> None:
    person = reader(sqlite_world, "rep")
    sqlite_world.clock.advance(minutes=29)
    assert is_in(person)
    sqlite_world.clock.advance(minutes=29)
    assert is_in(person)
    sqlite_world.clock.advance(minutes=31)
    assert not is_in(person)
    busy = reader(sqlite_world, "rep")
    for _ in range(28):
        sqlite_world.clock.advance(minutes=25)
        assert is_in(busy)
    sqlite_world.clock.advance(minutes=25)
    assert not is_in(busy)


@pytest.mark.regulation("P11-300d", "A11-22")
@pytest.mark.rule("SE-01", "SE-40", "SE-42")
def test_guessing_is_slowed_down_and_the_right_password_refused_alike(world: World) -> None:
    person = Reader(world.site)
    answers = [person.send("/sign-in", login="rep", password=f"wrong {n}").status_code for n in range(7)]
    assert answers == [401, 401, 401, 401, 401, 429, 429]
    right = person.send("/sign-in", login=" REP ", password=PASSWORD)
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) >= 1
    unknown = [
        Reader(world.site).send("/sign-in", login="nobody", password="x").status_code for _ in range(6)
    ]
    assert unknown == [401, 401, 401, 401, 401, 429]
    world.clock.advance(seconds=2)
    assert person.send("/sign-in", login="rep", password=PASSWORD).status_code == 302


@pytest.mark.regulation("P11-300d")
@pytest.mark.rule("SE-01", "SE-42")
def test_an_account_that_is_locked_is_one_event(world: World) -> None:
    for n in range(attempts.LOCKED_AT + 2):
        world.clock.advance(hours=1)
        assert Reader(world.site).send("/sign-in", login="rep", password=f"wrong {n}").status_code == 401
    assert events(world, "account.locked") == 1
    assert accounts.prove(world.site, "rep", PASSWORD) is not None


@pytest.mark.rule("SE-01", "SE-42")
def test_a_login_that_nobody_has_is_answered_by_the_same_work(world: World) -> None:
    for login in ("nobody", "rep"):
        for n in range(attempts.LOCKED_AT):
            world.clock.advance(hours=1)
            Reader(world.site).send("/sign-in", login=login, password=f"wrong {n}")
    with world.site.reading() as session:
        told = [e.event for e in journal.events(session.connection()) if e.event["act"] == "account.locked"]
    assert [event["actor"]["login"] for event in told] == [
        "-",
        "rep",
    ]  # what was typed may have been a password
    assert "nobody" not in str(told)


@pytest.mark.rule("SE-02")
def test_nobody_shuts_a_person_out_of_their_own_device(sqlite_world: World) -> None:
    person = reader(sqlite_world, "rep")
    stranger = Reader(sqlite_world.site)
    for n in range(8):
        stranger.send("/sign-in", login="rep", password=f"wrong {n}")
    assert stranger.send("/sign-in", login="rep", password=PASSWORD).status_code == 429
    assert person.send("/sign-in", login="rep", password=PASSWORD).status_code == 302


@pytest.mark.rule("SE-03")
def test_one_password_tried_on_many_accounts_is_slowed_down(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(attempts.LIMITS, "source", replace(attempts.LIMITS["source"], free=10))
    monkeypatch.setattr(accounts, "prove", lambda *_: None)
    person = Reader(sqlite_world.site)
    answers = [person.send("/sign-in", login=f"p{n}", password="spring2026").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2


def test_the_key_of_the_cookies_is_made_once_and_for_the_owner_only(sqlite_world: World) -> None:
    first = secret.of(sqlite_world.site)
    assert secret.of(sqlite_world.site) == first
    file: Path = sqlite_world.site.path / "keys" / secret.NAME
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(first) == 64


@pytest.mark.rule("SE-13")
def test_a_foreign_page_can_neither_sign_in_nor_out(sqlite_world: World) -> None:
    person = reader(sqlite_world, "rep")
    fields = hidden_fields(person.get("/inbox").text)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        refused = person.client.post("/sign-out", data=fields, headers=headers)
        assert refused.status_code == 403
    assert person.post("/sign-out").status_code == 403
    assert person.post("/sign-out", csrf_token="x" * 40).status_code == 403
    assert person.post("/sign-in", login="gm", password=PASSWORD).status_code == 403
    assert is_in(person)
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert person.client.post("/sign-out", data=fields, headers=own).status_code == 302


@pytest.mark.rule("SE-45")
def test_pages_of_somebody_stay_in_no_cache(sqlite_world: World) -> None:
    person = reader(sqlite_world, "rep")
    for address in ("/inbox", "/copies", "/records", "/sign-in"):
        assert person.get(address).headers["Cache-Control"] == "no-store"


def _wrong_password(page: Page) -> None:
    page.fill("#login", "rep")
    page.fill("#password", "wrong horse")
    page.click("main button")
    page.wait_for_selector(".summary")


@pytest.mark.parametrize("state", ["empty", "error"])
def test_the_sign_in_page_is_sound_in_a_browser(desk: Desk, sqlite_world: World, state: str) -> None:
    desk.look("sign-in", "/sign-in", None, state=state, before=_wrong_password if state == "error" else None)
    assert desk.faults == []
