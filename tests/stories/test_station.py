"""The scanning station: a pile of paper on the table, a beep for each, one act for all of them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.datastructures import MultiDict

from docctl.door import accounts
from docctl.door.context import Context
from docctl.queries.copies.register import copy_list, copy_reconcile
from docctl.queries.copies.station import station
from docctl.rules.actions import Action
from docctl.rules.station import MOST, Heard, Mode
from docctl.usecases.copies import disposing, handing, lending, several
from tests.support.pages import Reader, reader, text_of
from tests.support.sites import World, issue, procedure
from tests.support.vouching import destroy

NUMBER = "LX-CX-2019-101"
PEOPLE = ("author", "author2", "head", "quality-head", "manager", "rep", "gm", "staff", "staff2", "verifier")
DEPARTMENTS = ("sales", "quality", "technical", "production", "finance", "administration")
HOLDERS = (*PEOPLE, *DEPARTMENTS, "purchasing", "logistics", "verifier2", "auditor")


def exchanged(world: World, holders: tuple[str, ...] = HOLDERS) -> tuple[list[str], list[str]]:
    """Old copies that were received and are asked back, and new ones that were handed out instead of them."""
    issue(world, procedure())
    controller = world.as_("controller")
    old = [c.number for c in handing.issue_copies(controller, NUMBER, holders=holders)]
    several.each(controller, Action.COPY_ACKNOWLEDGE, old)
    issue(world, procedure(hours=12), save=True)
    new = [c.number for c in handing.issue_copies(controller, NUMBER, holders=holders)]
    return old, new


def tokens(world: World) -> dict[str, str]:
    ctx = world.as_("auditor")
    ctx.session.rollback()
    return {line["copy"]: line["url"] for line in copy_list(ctx, NUMBER)["copies"]}


def hidden(page: str) -> MultiDict[str, str]:
    """The hidden fields of the last form of a page, each as often as it stands there."""
    form = page[page.rindex("<form", 0, page.rindex("</form>")) :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return MultiDict([(name, unescape(value)) for name, value in found])


def beep(at: Reader, page: str, typed: str, mode: str = "exchange") -> str:
    """One scan, as the field sends it."""
    pile = re.findall(r'<input type="hidden" name="copy" value="([^"]*)"', page)
    return at.get("/copies/station", copy=[unescape(c) for c in pile], scan=typed, mode=mode).text


@pytest.mark.rule("DC-53")
def test_twenty_copies_are_exchanged_with_forty_beeps_and_one_act(sqlite_world: World) -> None:
    world = sqlite_world
    old, new = exchanged(world)
    assert len(old) == len(new) == 20
    paper, desk = tokens(world), reader(world, "controller", "zh")
    page = desk.get("/copies/station").text
    assert "autofocus" in page
    for before, after in zip(old, new, strict=True):
        page = beep(desk, page, paper[before])  # a wedge scanner types the address of the code
        assert 'class="heard good"' in page
        page = beep(desk, page, after.lower().replace("#", " # "))
        assert 'class="heard good"' in page
    assert "已扫 40 份 · 本文件还有 0 份待收回" in text_of(page)
    done = desk.client.post("/copies/station", data=hidden(page), headers=desk.headers).text
    assert "40" in text_of(done)
    world.forget()
    balance = copy_reconcile(world.as_("controller"), NUMBER)
    assert (balance["issued"], balance["out"], balance["returned"]) == (40, 20, 20)
    told = {line["copy"]: line["state"] for line in copy_list(world.as_("controller"), NUMBER)["copies"]}
    assert {told[number] for number in old} == {"returned"}
    assert {told[number] for number in new} == {"acknowledged"}
    # The same form sent once more does nothing twice; the certificate names old and new of each holder.
    desk.client.post("/copies/station", data=hidden(page), headers=desk.headers)
    certificate = text_of(desk.get("/reports/exchanges").text)
    assert all(number in certificate for number in (old[0], new[0], "A/1"))


def test_the_station_answers_at_once_what_cannot_be_done(sqlite_world: World) -> None:
    world = sqlite_world
    old, new = exchanged(world, ("staff", "sales", "quality", "gm"))
    controller, paper = world.as_("controller"), tokens(world)
    handing.acknowledge_copy(controller, new[0])
    disposing.replace_copy(controller, new[0], reason="破损")
    handing.acknowledge_copy(controller, new[1])
    lending.lend_copy(
        controller,
        new[1],
        borrower="staff2",
        due=world.clock().date(),
        reason="查阅",
        approved_by=accounts.taken_at_their_word(world.site, "head"),
    )
    handing.return_copy(controller, old[3])
    destroy(controller, old[3], approved_by="rep", witnesses=["staff", "staff2"])
    controller.session.rollback()

    def heard(
        typed: str, mode: Mode = Mode.RETURN, login: str = "controller", pile: tuple[str, ...] = ()
    ) -> Heard:
        seen = station(world.as_(login), mode, pile, typed).answer
        assert seen is not None
        return seen.heard

    assert heard("LX-CX-2019-101#999") is Heard.UNKNOWN
    assert heard("x" * 400) is Heard.UNKNOWN
    assert heard(old[0]) is Heard.TAKEN
    assert heard(old[0], pile=(old[0],)) is Heard.TWICE
    assert heard(old[3]) is Heard.NOTHING_TO_DO
    assert heard(new[1]) is Heard.ON_LOAN
    assert heard(paper[new[0]]) is Heard.OLD_PRINT
    assert heard(tokens(world)[new[0]]) is Heard.TAKEN
    assert heard(old[0], Mode.ACKNOWLEDGE) is Heard.NOTHING_TO_DO
    of_a_holder(world, controller, old, new)


def of_a_holder(world: World, controller: Context, old: list[str], new: list[str]) -> None:
    """What somebody of a department can do at it, and what becomes of a pile meanwhile."""

    def heard(typed: str, mode: Mode, login: str) -> Heard:
        seen = station(world.as_(login), mode, (), typed).answer
        assert seen is not None
        return seen.heard

    # A holder receives what is theirs, takes nothing back, and knows of no others.
    assert heard(new[0], Mode.ACKNOWLEDGE, "staff") is Heard.TAKEN
    assert heard(old[0], Mode.RETURN, "staff") is Heard.NOT_YOURS
    assert heard(new[2], Mode.ACKNOWLEDGE, "staff") is Heard.UNKNOWN
    # What was done meanwhile by somebody else leaves the pile; what is unknown never gets in.
    seen = station(controller, Mode.EXCHANGE, (old[0], old[3], "nothing", new[2]), "")
    assert (seen.of(Action.COPY_RETURN), seen.of(Action.COPY_ACKNOWLEDGE)) == ([old[0]], [new[2]])
    assert seen.still_out == 2
    assert MOST == 100


def test_a_destruction_is_certified_with_who_approved_and_who_saw_it(sqlite_world: World) -> None:
    old, _ = exchanged(sqlite_world, ("staff",))
    handing.return_copy(sqlite_world.as_("controller"), old[0])
    destroy(sqlite_world.as_("controller"), old[0], approved_by="rep", witnesses=["staff", "staff2"])
    told = text_of(reader(sqlite_world, "auditor", "zh").get("/reports/destructions").text)
    assert all(name in told for name in (old[0], "文控李", "管平", "员工周", "员工吴"))
    assert old[0] not in text_of(
        reader(sqlite_world, "auditor", "zh").get("/reports/destructions", since="2026-03-03").text
    )
