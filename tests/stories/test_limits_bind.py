"""The figures of the procedure of document control bind docctl: receipt, recall, report of a loss, prints."""

from __future__ import annotations

import re
from datetime import date

import pytest

from docctl.errors import Invalid
from docctl.queries.copies.register import copy_list
from docctl.queries.copies.view import copy_view
from docctl.queries.desk.inbox import inbox
from docctl.store.material import Material, of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import drafting, issuing
from docctl.usecases.site import configuring
from tests.support.pages import reader, rows_of, text_of
from tests.support.paper import pages
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal
from tests.usecases.test_configuring import PLAIN

NUMBER, CONTROL = "LX-CX-2019-101", "LX-CX-2019-001"
FIRST = f"{NUMBER}#001"
MONDAY, TUESDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6)

TEXT = """---
number: {number}
title: {{zh: 文件控制程序, en: Document control}}
level: procedure
department: administration
records: [LX-R-001]
limits:
{limits}
---
# 1 目的

规定文件的控制。{extra}
"""
FIGURES = {
    "acknowledgement": ("2, unit: day, calendar: working", "4.5.2"),
    "recall": ("4, unit: day, calendar: working", "4.4.3"),
    "loss-report": ("0, unit: day, calendar: working", "4.5.2"),
    "print-validity": ("3, unit: day, calendar: clock", "4.6.4"),
}


def governing(number: str = CONTROL, extra: str = "", **figures: str) -> Material:
    """A procedure of document control; `recall="1, unit: week"` states another figure, an empty one none."""
    stated = {
        name: (figures.get(name.replace("-", "_"), figure), at) for name, (figure, at) in FIGURES.items()
    }
    lines = [
        f'  {name}: {{within: {figure}, clause: "{at}"}}' for name, (figure, at) in stated.items() if figure
    ]
    text = TEXT.format(number=number, limits="\n".join(lines), extra=extra)
    return of_procedure(read_procedure(text.encode(), {}, {}))


def due(world: World, copy: str = FIRST) -> tuple[str | None, bool, str | None]:
    """Until when, whether that is past, and by which revision, as the register says it today."""
    world.as_("auditor").session.rollback()
    line = next(c for c in copy_list(world.as_("auditor"))["copies"] if c["copy"] == copy)
    return line["due"], line["overdue"], line["limit_of"]


def handed_out(world: World, *, under: Material | None = None) -> None:
    """A copy, handed out on Monday, under a procedure of document control if one is given."""
    if under is not None:
        issue(world, under)
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"])


def test_receipt_is_due_by_the_figure_of_the_procedure_in_working_days(world: World) -> None:
    handed_out(world, under=governing(acknowledgement="5, unit: day, calendar: working"))
    assert due(world) == ("2026-03-09", False, f"{CONTROL} A/0")
    world.clock.go_to(date(2026, 3, 10))
    assert due(world) == ("2026-03-09", True, f"{CONTROL} A/0")
    handing.acknowledge_copy(world.as_("staff"), FIRST)
    assert due(world) == (None, False, None)


def test_a_holiday_of_the_site_is_no_working_day(world: World) -> None:
    free = PLAIN.replace(
        "zone: Asia/Shanghai\n    hours", "zone: Asia/Shanghai\n    holidays: ['2026-03-03']\n    hours"
    )
    configuring.configure_site(world.as_("controller"), free.encode())
    handed_out(world, under=governing())
    assert due(world)[0] == "2026-03-05"
    configuring.configure_site(world.as_("controller"), PLAIN.encode())
    assert due(world)[0] == "2026-03-05"  # that of the calendar of its own day


def test_a_copy_keeps_the_figure_under_which_it_was_handed_out_when_the_procedure_is_revised(
    world: World,
) -> None:
    handed_out(world, under=governing(acknowledgement="2, unit: day, calendar: working"))
    issue(world, governing(acknowledgement="9, unit: day, calendar: working"), save=True)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff2"])
    assert due(world) == ("2026-03-04", False, f"{CONTROL} A/0")
    assert due(world, f"{NUMBER}#002") == ("2026-03-13", False, f"{CONTROL} A/1")


def test_a_copy_handed_out_before_another_procedure_was_named_keeps_its_figure(world: World) -> None:
    handed_out(world, under=governing())
    issue(world, governing("LX-CX-2019-002", acknowledgement="1, unit: week, calendar: clock"))
    other = PLAIN.replace(f"document_control: {CONTROL}", "document_control: lx-cx-2019-002")
    configuring.configure_site(world.as_("controller"), other.encode())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff2"])
    assert due(world)[2] == f"{CONTROL} A/0"
    assert due(world, f"{NUMBER}#002") == ("2026-03-09", False, "LX-CX-2019-002 A/0")


def test_where_no_procedure_is_in_force_a_stated_default_counts_and_is_named_as_such(world: World) -> None:
    handed_out(world)
    assert due(world) == ("2026-03-05", False, "docctl default")
    page = text_of(reader(world, "staff").get(f"/copies/{FIRST.replace('#', '%23')}").text)
    assert "2026-03-05 3 working days: docctl's default" in page
    issue(world, governing(acknowledgement="9, unit: day, calendar: working"))
    assert due(world) == ("2026-03-05", False, "docctl default")


@pytest.mark.regulation("GJ-13")
@pytest.mark.rule("DC-53")
def test_a_recall_is_due_from_the_effective_date_of_the_new_revision(world: World) -> None:
    handed_out(world, under=governing())
    issue(world, procedure(extra="修改。"), effective=FRIDAY, save=True)
    assert due(world)[0] == "2026-03-04"  # until then it is still to be signed for
    world.clock.go_to(FRIDAY)
    assert due(world) == ("2026-03-12", False, f"{CONTROL} A/0")
    world.clock.go_to(date(2026, 3, 13))
    assert due(world)[1]
    assert [c["copy"] for c in copy_list(world.as_("auditor"), overdue=True)["copies"]] == [FIRST]


@pytest.mark.rule("DC-53")
def test_of_an_issue_that_is_cancelled_nothing_is_due_back(world: World) -> None:
    handed_out(world, under=governing())
    handing.acknowledge_copy(world.as_("staff"), FIRST)
    issue(world, procedure(extra="修改。"), effective=FRIDAY, save=True)
    issuing.cancel_revision(world.as_("controller"), NUMBER, reason="推迟")
    world.clock.go_to(date(2026, 3, 20))
    assert due(world) == (None, False, None)


@pytest.mark.rule("DC-55")
def test_an_exchanged_copy_is_to_be_signed_for_anew_from_the_day_of_its_exchange(world: World) -> None:
    handed_out(world, under=governing())
    world.clock.go_to(FRIDAY)
    assert due(world)[:2] == ("2026-03-04", True)
    disposing.replace_copy(world.as_("controller"), FIRST, reason="破损")
    assert due(world)[:2] == ("2026-03-10", False)


def test_the_register_of_a_past_day_tells_what_was_due_then(world: World) -> None:
    handed_out(world, under=governing())
    world.clock.go_to(date(2026, 3, 20))
    handing.acknowledge_copy(world.as_("staff"), FIRST)
    (then,) = copy_list(world.as_("auditor"), on=date(2026, 3, 5))["copies"]
    assert (then["due"], then["overdue"]) == ("2026-03-04", True)


@pytest.mark.regulation("GJ-13")
def test_the_inbox_says_by_when_and_how_late_and_reminds_the_controller(world: World) -> None:
    handed_out(world, under=governing())
    (mine,) = inbox(world.as_("staff")).to_acknowledge
    assert (mine.due, mine.late, inbox(world.as_("controller")).to_remind) == ("2026-03-04", 0, ())
    world.clock.go_to(date(2026, 3, 7))
    for login, part in (("staff", "to_acknowledge"), ("controller", "to_remind")):
        page = reader(world, login).get("/inbox").text
        shown = page.split(f'<section id="{part}"')[1].split("</section>")[0]
        assert rows_of(shown)[0][0] == f"{FIRST} A/0"
        assert "2026-03-04 ! late by 3 days" in text_of(shown)
    assert inbox(world.as_("auditor")).total == 0


def test_the_page_of_a_copy_says_until_when_by_which_clause_and_what_was_late(world: World) -> None:
    handed_out(world, under=governing())
    world.clock.go_to(FRIDAY)
    address = f"/copies/{FIRST.replace('#', '%23')}"
    staff = reader(world, "staff", "zh")
    page = staff.get(address).text
    assert f"2026-03-04 ! 逾期 2 天 2 个工作日，依据 {CONTROL} A/0 条款 4.5.2" in text_of(page)
    assert f'href="/documents/{CONTROL}/revisions/A-0' in page
    handing.acknowledge_copy(world.as_("staff"), FIRST)
    world.clock.go_to(date(2026, 3, 9))
    handing.recall_copy(world.as_("controller"), FIRST, reason="换发")
    world.clock.go_to(date(2026, 3, 16))
    handing.return_copy(world.as_("controller"), FIRST)
    late = {step.action: step.late for step in copy_view(world.as_("staff"), FIRST).steps}
    assert late == {"issue": 0, "acknowledge": 2, "recall": 0, "return": 3}


def test_the_command_line_tells_what_is_due_and_lists_what_is_overdue(terminal: Terminal) -> None:
    handed_out(terminal.world, under=governing())
    (line,) = terminal.ok("controller", "copy list")["copies"]
    assert (line["due"], line["overdue"], line["limit"]) == ("2026-03-04", False, "acknowledgement")
    assert terminal.ok("controller", "copy list --overdue")["copies"] == []
    terminal.world.clock.go_to(FRIDAY)
    (line,) = terminal.ok("controller", "copy list --overdue")["copies"]
    assert (line["copy"], line["overdue"], line["limit_of"]) == (FIRST, True, f"{CONTROL} A/0")
    rows = rows_of(reader(terminal.world, "controller").get("/copies?status=overdue").text)
    assert [row[0] for row in rows] == [FIRST]


@pytest.mark.rule("DC-56")
def test_a_loss_says_when_it_was_noticed_and_whether_it_was_reported_in_time(terminal: Terminal) -> None:
    world = terminal.world
    handed_out(world, under=governing())
    world.clock.go_to(FRIDAY)
    for day, wrong in (("2026-03-07", "after"), ("2026-03-01", "before")):
        answer = terminal(
            "controller",
            f"copy lose {FIRST} --reason gone --responsible staff --consequence none --noticed {day}",
        )
        assert (answer.code, wrong, "2026-03-02" in answer.out) == (2, wrong, True)
    terminal.ok(
        "controller",
        f"copy lose {FIRST} --reason gone --responsible staff --consequence none --noticed 2026-03-04",
    )
    page = text_of(reader(world, "controller").get(f"/copies/{FIRST.replace('#', '%23')}").text)
    assert "gone (noticed on 2026-03-04)" in page
    assert page.count("late by 2 days") == 1


def test_the_form_of_a_loss_asks_when_it_was_noticed(world: World) -> None:
    handed_out(world, under=governing())
    world.clock.go_to(TUESDAY)
    desk = reader(world, "controller")
    desk.send(
        f"/copies/{FIRST.replace('#', '%23')}/lose",
        reason="遗失",
        noticed="2026-03-02",
        responsible="staff",
        consequence="无",
    )
    (_, lost) = copy_view(world.as_("controller"), FIRST).steps
    assert (lost.noticed, lost.late) == (MONDAY, 1)


@pytest.mark.regulation("DI-17", "GD-05")
@pytest.mark.rule("DC-43")
def test_an_uncontrolled_print_expires_by_the_figure_of_the_procedure(paper_world: World) -> None:
    """The site of paper has the starter library's procedure in force: 7 days."""
    world = paper_world
    issue(world, procedure())
    world.clock.go_to(MONDAY, 12)
    assert "2026-03-09 12:00" in printed(world)
    issue(world, governing(print_validity="36, unit: hour, calendar: clock"), save=True)
    assert "2026-03-04 00:00" in printed(world)


def printed(world: World) -> str:
    address = f"/documents/{NUMBER}/revisions/A-0/print"
    return " ".join(pages(reader(world, "staff").get(address).data)).replace("\n", " ")


def test_what_a_browser_prints_expires_by_the_same_figure(world: World) -> None:
    issue(world, procedure())
    issue(world, governing(print_validity="2, unit: day, calendar: working"))
    world.clock.go_to(FRIDAY)
    page = reader(world, "staff").get(f"/documents/{NUMBER}").text
    assert re.search(r"Expires \S*2026-03-10 09:00", re.sub(r"<[^>]*>", "", page))


def test_the_procedure_that_governs_document_control_states_all_its_limits(world: World) -> None:
    drafting.register_document(world.as_("author"), lambda: governing(recall=""))
    with pytest.raises(Invalid, match=r"limits\.recall"):
        drafting.submit_revision(world.as_("author"), CONTROL, reason="首次发布")
    other = PLAIN.replace(f"document_control: {CONTROL}", f"document_control: {NUMBER}")
    for why in ("no document", "not in force", "limits.recall"):
        with pytest.raises(Invalid, match=why):
            configuring.configure_site(world.as_("controller"), other.encode())
        if why == "no document":
            drafting.register_document(world.as_("author"), procedure)
        elif why == "not in force":
            issue(world, procedure(hours=12), save=True)


def test_without_a_procedure_named_the_defaults_count_from_then_on(world: World) -> None:
    handed_out(world, under=governing())
    none = PLAIN.replace(f"document_control: {CONTROL}\n", "")
    configuring.configure_site(world.as_("controller"), none.encode())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff2"])
    assert due(world)[2] == f"{CONTROL} A/0"
    assert due(world, f"{NUMBER}#002")[2] == "docctl default"


def test_after_the_procedure_was_withdrawn_the_defaults_count(world: World) -> None:
    handed_out(world, under=governing())
    issuing.withdraw_document(world.as_("controller"), CONTROL, reason="并入手册")
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff2"])
    assert (due(world)[2], due(world, f"{NUMBER}#002")[2]) == (f"{CONTROL} A/0", "docctl default")
