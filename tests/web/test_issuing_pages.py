"""Issuing, cancelling and withdrawing as pages: what will happen is said before it does."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from docctl.models.documents import Document
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting
from tests.support.at_once import at_once
from tests.support.pages import hidden_fields, reader, rows_of, text_of
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.web.test_drafting_pages import events, newest

NUMBER = "LX-CX-2019-101"
ISSUE, CANCEL, WITHDRAW = (f"/documents/{NUMBER}/{verb}" for verb in ("issue", "cancel", "withdraw"))


def approved(world: World) -> None:
    """A revision in force with copies out, and the next one approved."""
    issue(world, procedure(NUMBER))
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff", "sales"])
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(NUMBER, hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="时限太长")
    approving.sign_revision(world.as_("rep"), NUMBER)


def withdrawn(world: World) -> bool:
    with world.site.reading() as session:
        return session.query(Document).one().withdrawn_day is not None


def test_the_page_says_what_it_replaces_and_whose_copies_come_back(world: World) -> None:
    approved(world)
    page = reader(world, "controller", "zh").get(ISSUE).text
    assert "A/1 替代 A/0" in text_of(page)
    assert "回收 2 份副本" in text_of(page)
    assert rows_of(page) == [
        [f"{NUMBER}#001", "A/0", "员工周 (staff)", "2026-03-02"],
        [f"{NUMBER}#002", "A/0", "销售部", "2026-03-02"],
    ]
    assert 'min="2026-03-02"' in page


def test_an_issue_takes_effect_on_the_day_that_was_chosen(world: World) -> None:
    approved(world)
    controller = reader(world, "controller")
    answer = controller.send(ISSUE, effective="2026-03-20")
    assert answer.status_code == 302
    revised = newest(world)
    assert (revised.state.value, revised.label, revised.effective_day) == ("issued", "A/1", date(2026, 3, 20))
    page = text_of(controller.get(answer.headers["Location"]).text)
    assert "A/1 is issued, in force from 2026-03-20." in page
    assert "2 copies are called back." in page


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-03-01", "is in the past"),
        ("yesterday", "write the day like"),
        ("2026-3-9", "write the day like"),
        ("<script>", "write the day like"),
        ("9999-99-99", "write the day like"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_kept(sqlite_world: World, day: str, said: str) -> None:
    approved(sqlite_world)
    answer = reader(sqlite_world, "controller").send(ISSUE, effective=day)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert "<script>" not in answer.text.partition("<main")[2]
    assert newest(sqlite_world).state.value == "approved"


def test_an_issue_without_copies_or_predecessor_says_so(sqlite_world: World) -> None:
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure(NUMBER))
    controller = reader(sqlite_world, "controller")
    assert controller.get(ISSUE).status_code == 409
    drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="首次发布")
    assert controller.get(ISSUE).status_code == 409
    approving.sign_revision(sqlite_world.as_("rep"), NUMBER)
    page = text_of(controller.get(ISSUE).text)
    assert "No copies are out" in page
    assert "In force now nothing yet" in page
    assert controller.send(ISSUE, effective="").status_code == 302, "no day means today"


def test_an_issue_whose_day_is_ahead_is_cancelled_with_a_reason(world: World) -> None:
    approved(world)
    controller = reader(world, "controller")
    controller.send(ISSUE, effective="2026-03-20")
    page = text_of(controller.get(CANCEL).text)
    assert "Stays in force A/0" in page
    refused = controller.send(CANCEL, reason=" ")
    assert refused.status_code == 422
    assert controller.send(CANCEL, reason="客户推迟").status_code == 302
    assert newest(world).state.value == "cancelled"
    assert controller.get(CANCEL).status_code == 409


def test_what_took_effect_is_not_cancelled(sqlite_world: World) -> None:
    issue(sqlite_world, procedure(NUMBER))
    assert reader(sqlite_world, "controller").get(CANCEL).status_code == 409


def test_a_document_is_withdrawn_with_a_reason(world: World) -> None:
    issue(world, procedure(NUMBER))
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"])
    controller = reader(world, "controller", "zh")
    assert f"{NUMBER}#001" in controller.get(WITHDRAW).text
    refused = controller.send(WITHDRAW, reason="")
    assert refused.status_code == 422
    assert not withdrawn(world)
    assert controller.send(WITHDRAW, reason="<b>不再</b>生产").status_code == 302
    assert withdrawn(world)
    again = controller.get(WITHDRAW)
    assert again.status_code == 409


def test_a_reason_is_kept_where_the_state_has_changed_meanwhile(sqlite_world: World) -> None:
    issue(sqlite_world, procedure(NUMBER))
    controller = reader(sqlite_world, "controller")
    fields = hidden_fields(controller.get(WITHDRAW).text)
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: procedure(NUMBER, hours=12))
    drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="时限太长")
    answer = controller.post(WITHDRAW, **fields, reason="不再生产", password=PASSWORD)
    assert answer.status_code == 409
    assert "cannot be withdrawn while" in text_of(answer.text)
    assert not withdrawn(sqlite_world)


@pytest.mark.parametrize("login", ["author", "rep", "staff", "gm", "auditor", "admin"])
def test_only_the_document_controller_issues_cancels_and_withdraws(sqlite_world: World, login: str) -> None:
    approved(sqlite_world)
    somebody = reader(sqlite_world, login)
    fields = hidden_fields(somebody.get("/inbox").text)
    for address in (ISSUE, CANCEL, WITHDRAW):
        assert somebody.get(address).status_code == 403, address
        assert somebody.post(address, **fields, reason="x", password=PASSWORD).status_code == 403, address
    assert newest(sqlite_world).state.value == "approved"
    assert not withdrawn(sqlite_world)


@pytest.mark.rule("SE-13")
@pytest.mark.parametrize("address", [ISSUE, CANCEL, WITHDRAW])
def test_issues_come_from_our_own_pages_only(sqlite_world: World, address: str) -> None:
    approved(sqlite_world)
    controller = reader(sqlite_world, "controller")
    fields = {**hidden_fields(controller.get(ISSUE).text), "reason": "x", "effective": "2026-03-20"}
    for refused in (
        controller.post(address, **{**fields, "csrf_token": ""}),
        controller.client.post(address, data=fields, headers={"Origin": "https://evil.example"}),
        controller.client.post(address, data=fields, headers={"Sec-Fetch-Site": "cross-site"}),
        controller.client.post(address, json=fields),
    ):
        assert refused.status_code == 403
    assert controller.get(f"{ISSUE}?effective=2026-03-20").status_code == 200, "reading changes nothing"
    assert newest(sqlite_world).state.value == "approved"


@pytest.mark.rule("SE-32")
def test_an_issue_says_nothing_but_its_day(sqlite_world: World) -> None:
    approved(sqlite_world)
    more = {"issued_seq": "1", "label": "Z/9", "state": "draft", "pdf_sha256": "0" * 64, "content": "0" * 64}
    content = newest(sqlite_world).content
    assert reader(sqlite_world, "controller").send(ISSUE, effective="2026-03-20", **more).status_code == 302
    issued = newest(sqlite_world)
    assert (issued.label, issued.state.value, issued.pdf_sha256, issued.content) == (
        "A/1",
        "issued",
        None,
        content,
    )
    assert issued.issued_seq != 1


@pytest.mark.rule("SE-36")
def test_of_two_issues_at_once_one_counts(world: World) -> None:
    approved(world)
    readers = [reader(world, "controller"), reader(world, "controller")]
    fields = [hidden_fields(one.get(ISSUE).text) for one in readers]
    answers = at_once(
        [
            partial(one.post, ISSUE, **shown, effective="2026-03-20", password=PASSWORD)
            for one, shown in zip(readers, fields, strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert events(world, "revision.issue") == 2, "the one before, and one of the two"
