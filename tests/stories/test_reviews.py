"""Periodic review: due from the last issue, signed with evidence, due again from then; what is obsolete drops out."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.errors import Forbidden, WrongState
from docctl.queries.desk.inbox import inbox
from docctl.rules.documents.reviews import Verdict
from docctl.usecases.documents import issuing, reviewing
from docctl.usecases.site.clock import set_clock_site
from tests.stories.test_card import text
from tests.support.lists import rows_in
from tests.support.pages import reader
from tests.support.sites import World, issue
from tests.support.terminal import run

ONE, TWO = "LX-CX-2019-101", "LX-CX-2019-102"
ANNEX = "review: 2 years\nannex_review: {附录 A 价格表: 1 year}\n"


def due(world: World, *words: str) -> list[tuple[str, str, str, str]]:
    said = ["--site", str(world.site.path), "--as", "staff", "--json", "document", "due", *words]
    lines = run(*said, clock=world.clock)["reviews"]
    return [(line["number"], line["part"], line["due"], line["standing"]) for line in lines]


def later(world: World, day: date) -> None:
    world.clock.go_to(day)
    set_clock_site(world.as_("admin"), reason="一年无人使用")
    world.forget()


@pytest.mark.regulation("MD-02", "C4-04")
@pytest.mark.rule("DC-41", "DC-42")
def test_a_review_is_due_for_the_department_that_owns_the_document_and_for_the_office(world: World) -> None:
    issue(world, text(ONE, "procedure"))
    issue(world, text(TWO, "procedure", more=ANNEX))
    assert due(world) == [
        (ONE, "", "2027-03-02", "later"),
        (TWO, "附录 A 价格表", "2027-03-02", "later"),
        (TWO, "", "2028-03-02", "later"),
    ]
    assert inbox(world.as_("quality-head")).to_review == ()

    later(world, date(2027, 3, 3))
    assert [line[:2] for line in due(world, "--standing", "overdue")] == [(ONE, ""), (TWO, "附录 A 价格表")]
    assert due(world, "--year", "2028", "--department", "quality") == [(TWO, "", "2028-03-02", "later")]
    for login, waits in (("quality-head", 2), ("controller", 2), ("head", 0), ("staff", 0)):
        assert len(inbox(world.as_(login)).to_review) == waits, login


@pytest.mark.regulation("MD-02", "C4-04")
@pytest.mark.rule("DC-41", "DC-42")
def test_a_review_is_signed_and_the_next_is_counted_from_then(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, text(ONE, "procedure"))
    issue(world, text(TWO, "procedure", more=ANNEX))
    later(world, date(2027, 3, 3))
    with pytest.raises(Forbidden):
        reviewing.review_document(world.as_("head"), ONE, verdict=Verdict.KEEP, evidence="查阅了记录")
    page = reader(world, "quality-head", "zh")
    assert "待评审的文件" in page.get("/inbox").text
    assert "已逾期" in page.get("/reviews").text
    form = f"/documents/{ONE}/review"
    for wrong in (
        {"password": "x"},
        {"evidence": " "},
        {"verdict": "burn"},
        {"part": "附录 B"},
        {"shown": "f" * 64},
    ):
        fields = {"verdict": "keep", "evidence": "查阅了全年记录，无变化", **wrong}
        assert page.send(form, **fields).status_code >= 400, wrong
    assert len(due(world, "--standing", "overdue")) == 2
    assert page.send(form, verdict="keep", evidence="查阅了全年记录，无变化").status_code == 302
    assert due(world, "--standing", "overdue") == [(TWO, "附录 A 价格表", "2027-03-02", "overdue")]
    assert (ONE, "", "2028-03-03", "later") in due(world)
    reviewing.review_document(
        world.as_("controller"), TWO, verdict=Verdict.REVISE, evidence="价格已调整", part="附录 A 价格表"
    )
    assert due(world, "--standing", "decided")[0][:2] == (TWO, "附录 A 价格表")

    [headings, *rows] = rows_in(
        page.get("/reports/reviews", **{"from": "2027-01-01", "until": "2027-12-31", "as": "xlsx"}).data
    )
    assert {"评审结论", "评审依据"} <= set(headings)
    assert [("继续有效" in row, "需要修订" in row) for row in rows] == [(True, False), (False, True)]
    assert "查阅了全年记录，无变化" in page.get(form).text


@pytest.mark.regulation("MD-02", "C4-04")
@pytest.mark.rule("DC-41")
def test_a_new_issue_begins_anew_and_what_is_withdrawn_is_not_reviewed(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, text(ONE, "procedure"))
    reviewing.review_document(world.as_("controller"), ONE, verdict=Verdict.REVISE, evidence="表已改版")
    assert due(world) == [(ONE, "", "2027-03-02", "decided")]
    world.clock.advance(days=10)
    world.forget()
    issue(world, text(ONE, "procedure", more="review: 6 months\n"), save=True)
    assert due(world) == [(ONE, "", "2026-09-12", "later")]
    issuing.withdraw_document(world.as_("controller"), ONE, reason="合并")
    assert due(world) == []
    with pytest.raises(WrongState, match="not in force"):
        reviewing.review_document(world.as_("controller"), ONE, verdict=Verdict.KEEP, evidence="x")
    assert reader(world, "controller", "en").get(f"/documents/{ONE}/review").status_code == 409
