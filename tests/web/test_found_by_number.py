"""A number is found wherever one can type one, in any spelling, by whoever may see what it is of."""

from __future__ import annotations

import pytest

from docctl.usecases.copies import handing
from tests.support.pages import Reader, reader, text_of
from tests.support.sites import World, issue, procedure, template
from tests.support.written_records import FIRST, completed

NUMBER = "LX-CX-2019-101"
COPY = f"/copies/{NUMBER}%23001"


@pytest.fixture
def controller(world: World) -> Reader:
    issue(world, procedure())
    issue(world, template())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "technical"])
    completed(world)
    return reader(world, "controller")


@pytest.mark.regulation("DI-11", "RM-04")
@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        (f"{NUMBER}#001", COPY),
        ("lx-cx-2019-101＃1", COPY),
        (" ＬＸ-CX-2019-101 # 001 ", COPY),
        (NUMBER, f"/documents/{NUMBER}"),
        ("lx-cx-2019-101", f"/documents/{NUMBER}"),
        (FIRST.lower(), f"/records/{FIRST}"),
        ("LX-R-101", "/documents/LX-R-101"),
    ],
)
def test_the_box_in_the_head_leads_straight_to_what_has_the_number(
    controller: Reader, typed: str, leads_to: str
) -> None:
    head = controller.get("/inbox").text
    assert '<form class="find" role="search"' in head
    answer = controller.get("/search", q=typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)


def test_what_has_no_such_number_is_searched_for_in_the_texts(controller: Reader) -> None:
    for typed in ("反馈", f"{NUMBER}#009", "LX-CX-2019-9", "x" * 300, "", "#", "https://evil.example/c/"):
        assert controller.get("/search", q=typed).status_code == 200, typed


@pytest.mark.parametrize("typed", [f"{NUMBER}#001", "lx-cx-2019-101＃1"])
def test_the_register_of_copies_and_the_trace_take_the_number_of_a_copy(
    controller: Reader, typed: str
) -> None:
    said = text_of(controller.get("/copies", document=typed).text)
    assert f"{NUMBER}#001" in said
    assert f"{NUMBER}#002" not in said
    traced = controller.get("/trace", number=typed)
    assert (traced.status_code, traced.headers["Location"]) == (302, COPY)


def test_a_scanned_code_leads_to_the_copy(controller: Reader) -> None:
    page = controller.get(COPY).text
    scanned = page.split('href="/c/')[1].split('"')[0]
    for typed in (scanned, f"https://docs.example/c/{scanned}", scanned.lower()):
        answer = controller.get("/search", q=typed)
        assert (answer.status_code, answer.headers.get("Location")) == (302, COPY), typed


@pytest.mark.rule("SE-31")
def test_whoever_may_not_see_a_thing_is_not_led_to_it(world: World, controller: Reader) -> None:
    stranger = reader(world, "author2")
    for typed in (f"{NUMBER}#001", FIRST):
        answer = stranger.get("/search", q=typed)
        nothing = stranger.get("/search", q=typed.replace("1", "8"))
        assert (answer.status_code, nothing.status_code) == (200, 200)
        assert f"/copies/{NUMBER}" not in answer.text
        assert f"/records/{FIRST}" not in answer.text


def test_the_head_names_the_organisation_and_whoever_is_signed_in_with_what_is_theirs(
    controller: Reader,
) -> None:
    page = controller.get("/documents").text
    head = text_of(page.split("</header>")[0].split("<header")[1])
    assert "示范公司" in head
    for said in ("文控李", "My copies", "My records", "My account (controller)", "Sign out"):
        assert said in head
    assert controller.get("/copies", holder="controller").status_code == 200
    assert controller.get("/records", person="controller").status_code == 200
    assert "示范公司" in text_of(controller.get("/sign-in").text)
