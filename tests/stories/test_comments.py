"""Review comments: each is adopted in a changed text, or the responsible manager approves that it is not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docctl.errors import Invalid, WrongState
from docctl.models.comments import ReviewComment
from docctl.queries.desk.inbox import inbox
from docctl.usecases.documents import approving, commenting, drafting
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
PAGE = f"/documents/{NUMBER}/comments"
SIGN = f"/documents/{NUMBER}/sign"


def submitted(world: World) -> None:
    drafting.register_document(world.as_("author"), lambda: procedure(NUMBER))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")


def kept(world: World) -> list[tuple[int, str, str | None, str | None]]:
    with world.site.reading() as session:
        rows = session.scalars(select(ReviewComment).order_by(ReviewComment.running))
        return [(row.running, row.state.value, row.answer, row.answered_name) for row in rows]


@pytest.mark.regulation("GD-03")
@pytest.mark.rule("DC-32")
@pytest.mark.rule("PR-77")
def test_a_comment_is_refused_with_approver_reason_and_date_before_anybody_approves(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    submitted(world)
    rep, head, author = (reader(world, login, "zh") for login in ("rep", "head", "author"))
    assert rep.send(f"{PAGE}/add", form=PAGE, comment="时限太长", clause="").status_code == 302
    assert [item.note for item in inbox(world.as_("author")).to_answer] == ["时限太长"]
    assert [item.note for item in inbox(world.as_("head")).to_answer] == ["时限太长"]
    assert inbox(world.as_("rep")).to_answer == ()
    told = text_of(rep.send(SIGN, password=PASSWORD).text)
    assert f"{NUMBER} A/0 尚有未答复的评审意见：#1" in told
    assert "时限太长" in head.get(PAGE).text
    refusal = {"running": "1", "reason": "客户合同规定"}
    assert author.send(f"{PAGE}/refuse", form=PAGE, password=PASSWORD, **refusal).status_code == 403
    head.send(f"{PAGE}/refuse", form=PAGE, password="not-the-password", **refusal)
    assert kept(world) == [(1, "open", None, None)]
    assert head.send(f"{PAGE}/refuse", form=PAGE, password=PASSWORD, **refusal).status_code == 302
    ((_, state, reason, approver),) = kept(world)
    assert (state, reason) == ("refused", "客户合同规定")
    page = text_of(rep.get(PAGE).text)
    for said in (str(approver), "客户合同规定", "不采纳"):
        assert said in page
    report = text_of(reader(world, "controller", "zh").get("/reports/comments").text)
    assert "评审意见汇总表" in report
    assert "客户合同规定" in report
    assert rep.send(SIGN, password=PASSWORD).status_code == 302


@pytest.mark.rule("PR-77")
def test_a_comment_is_adopted_in_a_changed_text_and_goes_on_through_resubmissions(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    submitted(world)
    commenting.add_comment(world.as_("rep"), NUMBER, "时限太长")
    with pytest.raises(WrongState, match="still the one"):
        commenting.adopt_comment(world.as_("author"), NUMBER, 1, changed="已改")
    approving.reject_revision(world.as_("rep"), NUMBER, reason="见意见")
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(NUMBER, hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再次")
    with pytest.raises(WrongState, match="#1"):
        approving.sign_revision(world.as_("rep"), NUMBER)
    with pytest.raises(Invalid):
        commenting.adopt_comment(world.as_("author"), NUMBER, 1, changed=" ")
    commenting.adopt_comment(world.as_("author"), NUMBER, 1, changed="24 小时改为 12 小时")
    assert [row[:3] for row in kept(world)] == [(1, "adopted", "24 小时改为 12 小时")]
    assert inbox(world.as_("author")).to_answer == ()
    approving.sign_revision(world.as_("rep"), NUMBER)


def test_by_command_a_comment_is_left_refused_and_listed(terminal: Terminal) -> None:
    submitted(terminal.world)
    added = terminal.ok("rep", ["comment", "add", NUMBER, "--text", "太长", "--clause", "1"])
    assert (added["comment"], added["clause"], added["state"]) == (1, "1", "open")
    refused = terminal.ok("head", ["comment", "refuse", NUMBER, "1", "--reason", "合同规定"])
    assert (refused["state"], refused["answer"]) == ("refused", "合同规定")
    listed = terminal.ok("author", ["comment", "list", NUMBER])
    assert [one["state"] for one in listed["comments"]] == ["refused"]
