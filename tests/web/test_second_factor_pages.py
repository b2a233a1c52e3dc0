"""The pages of a second factor: set up with a phone, asked for at sign-in, turned off, taken away."""

from __future__ import annotations

import re

import pytest

from docctl.usecases.site import configuring
from tests.support.pages import Reader, hidden_fields, reader, text_of
from tests.support.phones import PAPER, Phone, with_phone
from tests.support.sites import PASSWORD, World


def begin(world: World, login: str, **more: str) -> tuple[Reader, str]:
    """Somebody who has given their password, and the page that asks for the code."""
    somebody = Reader(world.site)
    answer = somebody.send("/sign-in", login=login, password=PASSWORD, **more)
    assert answer.status_code == 200
    somebody.password = PASSWORD
    return somebody, answer.text


def set_up(world: World, somebody: Reader) -> tuple[Phone, list[str]]:
    """By the pages; the phone, and the codes on paper."""
    page = somebody.get("/account/enrol").text
    found = re.search(r'<p class="secret">([A-Z2-7 ]+)</p>', page)
    assert found is not None
    phone = Phone(world, found[1].replace(" ", ""))
    answer = somebody.send("/account/enrol", code=phone.code())
    assert answer.status_code == 200, text_of(answer.text)
    return phone, re.findall(r"<li><code>([a-z2-7-]+)</code></li>", answer.text)


def test_a_phone_is_set_up_on_the_page_and_asked_for_at_the_next_sign_in(world: World) -> None:
    staff = reader(world, "staff")
    assert "your password alone is enough" in text_of(staff.get("/account").text)
    phone, paper = set_up(world, staff)
    assert len(set(paper)) == 10
    account = staff.get("/account")
    assert "Recovery codes left: 10" in text_of(account.text)
    assert staff.get("/account/enrol").location == "/account", "one is enough"
    again, page = begin(world, "staff")
    assert again.get("/inbox").status_code == 302, "halfway is not there"
    answer = again.post("/sign-in/code", **hidden_fields(page), code=phone.next())
    assert (answer.status_code, answer.location) == (302, "/inbox")
    assert again.get("/inbox").status_code == 200
    lost, page = begin(world, "staff")
    assert lost.post("/sign-in/code", **hidden_fields(page), code=paper[3]).location == "/inbox"
    assert "Recovery codes left: 9" in text_of(lost.get("/account").text)


def test_a_wrong_code_is_told_and_the_form_comes_back_with_what_was_typed_before(sqlite_world: World) -> None:
    phone = with_phone(sqlite_world, "staff")
    somebody, page = begin(sqlite_world, "staff", next="/account/note", **{"kept.reason": "写了一半"})
    answer = somebody.post("/sign-in/code", **hidden_fields(page), code="000000")
    assert answer.status_code == 401
    assert "the code is wrong" in text_of(answer.text)
    assert hidden_fields(answer.text)["kept.reason"] == "写了一半"
    answer = somebody.post("/sign-in/code", **hidden_fields(answer.text), code=phone.code())
    assert answer.status_code == 200
    assert "写了一半" in answer.text


def test_nobody_comes_to_the_code_without_the_password(sqlite_world: World) -> None:
    phone = with_phone(sqlite_world, "staff")
    somebody = Reader(sqlite_world.site)
    assert somebody.get("/sign-in/code").location == "/sign-in"
    fields = hidden_fields(somebody.get("/sign-in").text)
    for half in ({}, {"half": ""}, {"half": "9999999999.00"}, {"half": "x"}, {"half": "٣.x"}):
        answer = somebody.post("/sign-in/code", **fields, **half, login="staff", code=phone.code())
        assert answer.status_code == 401, half
        assert somebody.get("/inbox").status_code == 302
    somebody.post("/sign-in/code", **fields, half="1.x", login="nobody", code="1")
    assert somebody.get("/inbox").status_code == 302


def test_a_wrong_password_says_nothing_of_a_second_factor(sqlite_world: World) -> None:
    with_phone(sqlite_world, "staff")
    told = set()
    for login in ("staff", "staff2", "nobody"):
        answer = Reader(sqlite_world.site).send("/sign-in", login=login, password="guess")
        assert answer.status_code == 401
        told.add(re.sub(r'value="[^"]*"|\?v=\w+', "", text_of(answer.text)))
    assert len(told) == 1


def test_a_second_click_shows_the_same_codes_and_a_wrong_code_keeps_the_picture(sqlite_world: World) -> None:
    staff = reader(sqlite_world, "staff")
    page = staff.get("/account/enrol").text
    picture = staff.get("/account/enrol.svg").data
    assert picture.startswith(b"<svg")
    wrong = staff.send("/account/enrol", code="000000")
    assert "the code is wrong" in text_of(wrong.text)
    assert staff.get("/account/enrol.svg").data == picture
    found = re.search(r'<p class="secret">([A-Z2-7 ]+)</p>', page)
    assert found is not None
    assert found[0] in wrong.text
    keys = hidden_fields(page) | {"code": Phone(sqlite_world, found[1].replace(" ", "")).code()}
    first, second = (staff.post("/account/enrol", **keys, password=PASSWORD).text for _ in range(2))
    assert re.findall("<code>.*</code>", first) == re.findall("<code>.*</code>", second) != []
    staff.get("/account")
    with staff.client.session_transaction() as kept:
        assert "factor" not in kept, "the cookie does not keep what the phone shares"


def test_setting_it_up_and_turning_it_off_ask_for_the_password(sqlite_world: World) -> None:
    staff = reader(sqlite_world, "staff")
    phone = Phone(sqlite_world)
    page = staff.get("/account/enrol").text
    for password in ("", "guess"):
        answer = staff.post("/account/enrol", **hidden_fields(page), code="1", password=password)
        assert answer.status_code == 401
    phone, _ = set_up(sqlite_world, staff)
    assert staff.send("/account/drop", password="guess", code=phone.next()).status_code == 401
    assert "the code is wrong" in text_of(staff.send("/account/drop", code="000000").text)
    assert staff.send("/account/drop", code=phone.next()).location == "/account"
    assert reader(sqlite_world, "staff").get("/inbox").status_code == 200
    assert set_up(sqlite_world, staff)[0].secret != phone.secret


def test_whoever_must_have_one_comes_to_no_other_page(sqlite_world: World) -> None:
    controller = sqlite_world.as_("controller")
    rep, staff = reader(sqlite_world, "rep"), reader(sqlite_world, "staff")
    configuring.configure_site(controller, {"accounts": {"second_factor": "signers"}})
    for address in ("/inbox", "/documents", "/account", "/permissions"):
        assert rep.get(address).location == "/account/enrol", address
        assert staff.get(address).status_code == 200, address
    page = rep.get("/account/enrol").text
    assert "Until you have one, you can do nothing else" in text_of(page)
    key = hidden_fields(page)["csrf_token"]
    assert rep.post("/account/note", csrf_token=key).location == "/account/enrol"
    set_up(sqlite_world, rep)
    assert rep.get("/inbox").status_code == 200


def test_an_admin_takes_that_of_a_lost_phone_away_and_its_owner_is_told(sqlite_world: World) -> None:
    with_phone(sqlite_world, "staff")
    admin = reader(sqlite_world, "admin")
    assert "/people/staff/reset" in admin.get("/people/staff").text
    assert "/people/staff2/reset" not in admin.get("/people/staff2").text
    answer = admin.send("/people/staff/reset", reason="手机丢失")
    assert answer.location == "/people/staff"
    staff = reader(sqlite_world, "staff")
    assert "your second factor was taken away" in text_of(staff.get("/account").text)
    assert admin.send("/people/staff/reset", reason="再来").status_code == 409


@pytest.mark.parametrize("login", ["staff", "controller", "auditor"])
def test_nobody_else_does(sqlite_world: World, login: str) -> None:
    with_phone(sqlite_world, "staff2")
    somebody = reader(sqlite_world, login)
    assert somebody.get("/people/staff2/reset").status_code == 403
    key = hidden_fields(somebody.get("/inbox").text)["csrf_token"]
    answer = somebody.post("/people/staff2/reset", csrf_token=key, reason="x", password=PASSWORD)
    assert answer.status_code == 403
    begin(sqlite_world, "staff2")


@pytest.mark.regulation("P11-200a1i")
def test_signing_asks_whoever_signed_in_by_a_code_for_the_password_alone(sqlite_world: World) -> None:
    with_phone(sqlite_world, "staff")
    somebody, page = begin(sqlite_world, "staff")
    somebody.post("/sign-in/code", **hidden_fields(page), code=PAPER[0])
    changed = somebody.send("/password", new_password="another horse", repeated="another horse")
    assert changed.location == "/inbox"
