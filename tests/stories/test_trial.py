"""A trial issue: seen as one everywhere, and waiting in the inbox when its time is over."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.queries.desk.inbox import inbox
from docctl.usecases.documents import drafting, issuing, trying
from tests.stories.test_card import paper, text
from tests.support.pages import reader
from tests.support.sites import World, issue
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"
END, LATER = date(2026, 6, 30), date(2026, 9, 30)


@pytest.mark.regulation("AU-09")
@pytest.mark.rule("DC-35")
def test_a_trial_issue_is_seen_in_title_list_and_print(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    issue(world, text(NUMBER, "procedure", more=f"trial: {END}\n"))
    for said in (reader(world, "staff", "zh").get(at).text for at in ("/documents", f"/documents/{NUMBER}")):
        assert "规定（试行）" in said
    assert "试行至 2026-06-30" in said
    sheet = unescape(paper(world, NUMBER))
    assert "规定（试行）" in sheet.partition("</header>")[0].partition("<body")[2]
    assert "2026-06-30" in sheet.partition('class="cover"')[2]
    said_to_programs = ["--site", str(world.site.path), "--as", "staff", "--json", "document", "list"]
    assert run(*said_to_programs, clock=world.clock)["documents"][0]["trial"] == END.isoformat()


@pytest.mark.regulation("AU-09")
@pytest.mark.rule("DC-35")
def test_a_trial_that_is_over_is_a_task_until_it_is_confirmed_or_prolonged(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, text(NUMBER, "procedure", more=f"trial: {END}\n"))
    world.clock.go_to(date(2026, 6, 29))
    assert inbox(world.as_("controller")).trials == ()
    world.clock.go_to(END)
    world.forget()
    for login, waits in (("controller", 1), ("rep", 1), ("gm", 0), ("staff", 0)):
        assert len(inbox(world.as_(login)).trials) == waits, login
    assert "试行到期" in reader(world, "controller", "zh").get("/inbox").text

    for login in ("controller", "author", "gm"):
        with pytest.raises(Forbidden):
            trying.prolong_revision(world.as_(login), NUMBER, until=LATER, reason="再试三个月")
    for until, reason in ((END, "r"), (None, "r"), (LATER, " ")):
        with pytest.raises(Invalid):
            trying.prolong_revision(world.as_("rep"), NUMBER, until=until, reason=reason)
    page = reader(world, "rep", "zh")
    assert "2026-07-01" in page.get(f"/documents/{NUMBER}/prolong").text
    without = page.send(f"/documents/{NUMBER}/prolong", until=str(LATER), reason="再试三个月", password="x")
    assert without.status_code >= 400
    done = page.send(f"/documents/{NUMBER}/prolong", until=str(LATER), reason="再试三个月")
    assert done.status_code == 302
    world.forget()
    assert inbox(world.as_("controller")).trials == ()
    assert "试行至 2026-09-30" in page.get(f"/documents/{NUMBER}").text

    world.clock.go_to(LATER)
    world.forget()
    assert len(inbox(world.as_("controller")).trials) == 1
    issue(world, text(NUMBER, "procedure", more="cover: edition\n"), save=True)
    assert inbox(world.as_("controller")).trials == ()
    assert "试行" not in reader(world, "staff", "zh").get(f"/documents/{NUMBER}").text
    with pytest.raises(WrongState, match="no trial issue"):
        trying.prolong_revision(world.as_("rep"), NUMBER, until=date(2027, 1, 1), reason="r")


@pytest.mark.rule("DC-35")
def test_a_trial_says_until_when_and_that_day_is_still_to_come(sqlite_world: World) -> None:
    world = sqlite_world
    drafting.register_document(world.as_("author"), lambda: text(NUMBER, "procedure"), label="A/0 试行")
    with pytest.raises(Invalid) as refused:
        drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    assert "say until when" in str(refused.value.problems["trial"])
    with pytest.raises(Invalid, match="trial"):
        text(NUMBER, "procedure", more="trial: 2026-02-30\n")
    over = text(NUMBER, "procedure", more="trial: 2026-03-02\n")
    drafting.save_draft(world.as_("author"), NUMBER, lambda: over)
    with pytest.raises(Invalid, match="is over"):
        drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    with pytest.raises(Invalid, match="trial until"):
        issue(
            world,
            text(NUMBER, "procedure", more=f"trial: {END}\n"),
            save=True,
            effective=END,
        )
    assert issuing.issue_revision(world.as_("controller"), NUMBER).trial_until == END
