"""Until a company is there: nobody without the code of the terminal founds it, and whoever has it is let in."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from docctl.door.site import Site
from docctl.errors import WrongState
from docctl.queries.desk.overview import organisation_name
from docctl.store.making import whole_or_not_at_all
from docctl.usecases.demonstration import making
from docctl.usecases.site import founding
from docctl.usecases.site.beginning import Progress, one_time_code
from docctl.web.site import doorway
from docctl.web.site.doorway import Doorway
from tests.support.doorway import CODE, door_of, endless
from tests.support.sites import PASSWORD, Clock, World

HERS: dict[str, Any] = {
    "organisation": "恒达精密",
    "numbers": "HD",
    "time_zone": "Asia/Shanghai",
    "name": "林静",
    "login": "linjing",
    "password": "wide open sea",
    "repeated": "wide open sea",
}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Doorway]:
    with closing(door_of(tmp_path / "site", Clock())) as made:
        yield made


def visit(door: Doorway, address: str, **fields: Any) -> TestResponse:
    client = Client(door)
    headers = {"Accept-Language": "en"}
    if fields:
        return client.post(address, data=fields, headers=headers)
    return client.get(address, headers=headers)


def test_the_first_page_offers_both_ways_in_both_languages(door: Doorway) -> None:
    page = visit(door, f"/?code={CODE}")
    assert page.status_code == 200
    assert f'href="/set-up?code={CODE}"' in page.text
    assert "Look at the demonstration" in page.text
    assert "建立我的公司" in visit(door, "/?lang=zh").text
    assert "script" not in page.headers["Content-Security-Policy"]


def test_whoever_has_the_code_founds_the_company_and_is_signed_in(door: Doorway) -> None:
    client = Client(door)
    typed = CODE.lower().replace("-", " ")
    answer = client.post("/set-up", data={"code": typed, **HERS})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/company")
    page = client.get("/company", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "林静" in page.text
    assert door.site is not None
    with door.site.reading() as session:
        assert organisation_name(session) == "恒达精密"
    assert "HD-QP-001" in page.text


@pytest.mark.parametrize("code", ["", "ABCD-2346", "ABCD", CODE * 2, "质"])
def test_nobody_without_the_code_makes_anything(door: Doorway, tmp_path: Path, code: str) -> None:
    for answer in (visit(door, "/set-up", code=code, **HERS), visit(door, "/", code=code)):
        assert answer.status_code == 422
        assert "not the code" in answer.text
    assert door.site is None
    assert door._thread is None
    assert [*tmp_path.iterdir()] == []


def test_codes_are_not_tried_in_a_row(door: Doorway, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("docctl.web.site.doorway.time.monotonic", lambda: now[0])
    said = [visit(door, "/", code="wrong").status_code for _ in range(7)]
    assert said == [422] * 5 + [429] * 2
    closed = visit(door, "/set-up", code=CODE, **HERS)  # the right one is not looked at either
    assert closed.status_code == 429
    now[0] += 1.1
    assert visit(door, "/", code="wrong").status_code == 422
    now[0] += 1.1
    assert visit(door, "/", code="wrong").status_code == 429
    now[0] += 3600
    assert visit(door, "/set-up", code=CODE, **HERS).status_code == 303


def test_the_code_is_good_for_one_site(door: Doorway) -> None:
    assert visit(door, "/set-up", code=CODE, **HERS).status_code == 303
    first = door.site
    for address in ("/set-up", "/"):
        assert visit(door, address, code=CODE, **HERS).status_code in {401, 404, 405, 403}
    assert visit(door, "/set-up?code=" + CODE).status_code == 404
    assert door.site is first


def test_a_form_of_another_site_makes_nothing_even_with_the_code(door: Doorway) -> None:
    client = Client(door)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert client.post("/set-up", data={"code": CODE, **HERS}, headers=headers).status_code == 403
    assert door.site is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("organisation", ""), ("login", "Lin Jing"), ("name", " "), ("password", "short"), ("repeated", "x")],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    door: Doorway, tmp_path: Path, field: str, value: str
) -> None:
    typed = {**HERS, field: value}
    if field == "password":
        typed["repeated"] = value
    answer = visit(door, "/set-up", code=CODE, **typed)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert 'value="HD"' in answer.text
    assert "wide open sea" not in answer.text
    assert [*tmp_path.iterdir()] == []
    assert visit(door, "/set-up", code=CODE, **HERS).status_code == 303


def test_the_demonstration_is_made_while_its_page_says_how_far_it_is(
    tmp_path: Path, sqlite_world: World
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def make(progress: Progress) -> Site:
        progress(3, 7, "register")
        begun.set()
        assert go_on.wait(10)
        return sqlite_world.site

    making.mark(sqlite_world.site.path)
    with closing(door_of(tmp_path / "site", Clock(), make)) as door:
        door.demonstrate()
        assert begun.wait(10)
        page = visit(door, f"/?code={CODE}")
        assert "being made: step 3 of 7" in page.text
        assert page.headers["Refresh"] == f"2; url=/welcome?code={CODE}"
        assert visit(door, f"/welcome?code={CODE}").headers["Location"] == f"/?code={CODE}"
        for address in ("/documents", "/sign-in", "/inbox"):
            early = visit(door, address)
            assert (early.status_code, early.headers["Retry-After"]) == (503, "2")
            assert "being made: step 3 of 7" in early.text
        go_on.set()
        joined(door)
        assert making.PASSWORD in visit(door, "/welcome").text
        start = visit(door, "/").text
        assert "示范公司" in start  # the start page of the site
        assert 'href="/set-up"' in start
        assert visit(door, "/documents").headers["Location"].startswith("/sign-in")
        assert visit(door, "/set-up").status_code == 200
        door.site = None  # it is closed by the world that it belongs to


def joined(door: Doorway) -> None:
    """When the demonstration is made, or given up."""
    assert door._thread is not None
    door._thread.join(10)
    assert not door._thread.is_alive()


def test_a_company_that_is_founded_meanwhile_ends_the_making_and_nothing_of_it_remains(
    tmp_path: Path,
) -> None:
    def make(progress: Progress) -> Site:
        with whole_or_not_at_all(tmp_path / "site") as part:
            (part / "docctl.db").touch()
            return endless(progress)

    with closing(door_of(tmp_path / "site", Clock(), make)) as door:
        door.demonstrate()
        while not (tmp_path / ".site.unfinished" / "docctl.db").exists():
            time.sleep(0.01)
        assert visit(door, "/set-up", code=CODE, **{**HERS, "name": " "}).status_code == 422
        assert door._thread is not None
        assert door._thread.is_alive()  # a slip of the pen costs nobody the demonstration
        assert visit(door, "/set-up", code=CODE, **HERS).status_code == 303
        assert not door._thread.is_alive()
        assert "恒达精密" in visit(door, "/").text
        assert "/set-up" not in visit(door, "/").text
        assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.fixture
def shown(tmp_path: Path, sqlite_world: World) -> Iterator[Doorway]:
    """A door beside a demonstration that is there already."""
    folder = sqlite_world.site.path
    sqlite_world.site.close()
    making.mark(folder)
    target = folder.rename(tmp_path / "site")
    door = door_of(target, sqlite_world.clock, lambda _: reopened(target, sqlite_world.clock))
    door.let_in(reopened(target, sqlite_world.clock))
    with closing(door):
        yield door


def reopened(folder: Path, clock: Clock) -> Site:
    return Site.open(folder, clock=clock, environ={})


def test_the_company_takes_the_place_of_the_demonstration_which_keeps_all_it_has(
    shown: Doorway, tmp_path: Path
) -> None:
    for n in ("", "-2"):
        (tmp_path / f"demonstration{n}").mkdir()
    browser = Client(shown)
    entered = {"login": "admin", "password": PASSWORD}
    page = browser.get("/sign-in", headers={"Accept-Language": "en"})
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    answer = browser.post("/sign-in", data={**entered, **({"csrf_token": token[1]} if token else {})})
    assert answer.status_code == 302
    assert browser.get("/inbox").status_code == 200
    assert shown.site is not None
    before = shown.site.settings.site_id
    assert visit(shown, "/set-up", code=CODE, **HERS).status_code == 303
    there = browser.get("/inbox")  # a session of the demonstration opens nothing here
    assert there.headers["Location"].startswith("/sign-in")
    assert "恒达精密" in visit(shown, "/").text
    assert visit(shown, "/set-up", code=CODE, **HERS).status_code == 404
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [
        "demonstration",
        "demonstration-2",
        "demonstration-3",
        "site",
    ]
    aside = reopened(tmp_path / "demonstration-3", Clock())
    assert aside.settings.site_id == before
    with aside.reading() as session:
        assert organisation_name(session) == "示范公司"
    aside.close()


def test_a_company_that_cannot_be_made_leaves_the_demonstration_where_it_was(
    shown: Doorway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left on device")

    def refused(*_: Any, **__: Any) -> None:
        raise WrongState("{folder} is not empty; choose another folder for the site", folder="x")

    for how, status in ((refused, 409), (full, 409)):
        with monkeypatch.context() as patched:
            patched.setattr(founding, "lay_out", how)
            assert visit(shown, "/set-up", code=CODE, **HERS).status_code == status
        joined(shown)
        assert "示范公司" in visit(shown, "/").text
        assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["site"]
    assert visit(shown, "/set-up", code=CODE, **HERS).status_code == 303


def test_a_demonstration_that_another_process_has_open_stays_where_it_is(
    shown: Doorway, tmp_path: Path
) -> None:
    other = reopened(tmp_path / "site", Clock())
    answer = visit(shown, "/set-up", code=CODE, **HERS)
    assert "another docctl has the demonstration" in answer.text
    joined(shown)
    assert "示范公司" in visit(shown, "/").text
    other.close()
    assert visit(shown, "/set-up", code=CODE, **HERS).status_code == 303


def test_whoever_is_being_answered_is_answered_before_the_company_takes_the_place(
    shown: Doorway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorway, "PATIENCE", 0.05)
    with shown.inside():
        assert "still being answered" in visit(shown, "/set-up", code=CODE, **HERS).text
        assert "示范公司" in visit(shown, "/").text
    assert visit(shown, "/set-up", code=CODE, **HERS).status_code == 303


def test_a_demonstration_that_cannot_be_made_says_why_and_may_be_tried_again(tmp_path: Path) -> None:
    def refuse(_: Progress) -> Site:
        raise WrongState("{folder} is not empty; choose another folder for the site", folder="x")

    with closing(door_of(tmp_path / "site", Clock(), refuse)) as door:
        door.demonstrate()
        joined(door)
        assert visit(door, "/documents").headers["Location"] == "/"
        page = visit(door, "/")
        assert "x is not empty" in page.text
        assert "Refresh" not in page.headers
        before = door._thread
        assert visit(door, "/", code=CODE).status_code == 303
        joined(door)
        assert door._thread is not before
        assert "Set up my company" in page.text
        assert visit(door, "/set-up", code=CODE, **HERS).status_code == 303


def test_a_making_that_is_no_longer_wanted_ends(door: Doorway) -> None:
    door.demonstrate()
    while door.done != (1, 7):
        time.sleep(0.01)
    door.close()
    assert door._thread is not None
    assert not door._thread.is_alive()
    assert door.failed is None


def test_a_code_is_read_off_without_mistakes_and_never_the_same() -> None:
    codes = {one_time_code() for _ in range(50)}
    assert len(codes) == 50
    assert not set("".join(codes)) & set("0O1Il")


def test_the_door_has_no_page_but_its_own(door: Doorway) -> None:
    assert isinstance(door.first, Flask)
    rules = {rule.rule for rule in door.first.url_map.iter_rules()}
    assert rules == {"/", "/set-up", "/welcome", "/static/<path:filename>"}
