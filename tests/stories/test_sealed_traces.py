"""What is known of a sealed record is equal for ever, whatever is done afterwards, on the same day too."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from docctl.door import transaction
from docctl.queries.ledger.trace import trace
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import issuing
from docctl.usecases.records import opening, sealing
from tests.support.pages import reader, rows_of
from tests.support.shell import shell
from tests.support.sites import World, issue, procedure, template
from tests.support.terminal import Terminal
from tests.support.written_records import completed, forms_in_force, reported

NUMBER, FORM = "LX-CX-2019-101", "LX-R-101"
CHANGED_DAY = date(2026, 3, 4)


def sealed(world: World) -> str:
    """A record under A/0, on a day on which three copies of A/0 are out, and #002 came back before."""
    forms_in_force(world)
    controller = world.as_("controller")
    handing.issue_copies(controller, NUMBER, holders=["sales", "quality", "technical", "staff"])
    handing.acknowledge_copy(world.as_("staff"), f"{NUMBER}#001")
    handing.return_copy(controller, f"{NUMBER}#002")
    record = completed(world)
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(controller, record)
    return record


def a_new_revision_of_the_same_day(world: World) -> None:
    issue(world, procedure(hours=48), save=True)


def its_copies(world: World) -> None:
    issue(world, procedure(hours=48), save=True)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "quality"])


def a_return(world: World) -> None:
    handing.return_copy(world.as_("controller"), f"{NUMBER}#001")


def a_loss(world: World) -> None:
    disposing.lose_copy(
        world.as_("controller"), f"{NUMBER}#003", reason="找不到", responsible="staff", consequence="无"
    )


def an_exchange(world: World) -> None:
    disposing.replace_copy(world.as_("controller"), f"{NUMBER}#003", reason="破损")


def a_recall(world: World) -> None:
    handing.recall_copy(world.as_("controller"), f"{NUMBER}#004", reason="离岗")


def a_cancelled_issue(world: World) -> None:
    issue(world, procedure(hours=48), save=True, effective=date(2026, 3, 9))
    issuing.cancel_revision(world.as_("controller"), NUMBER, reason="撤回")


def a_withdrawal(world: World) -> None:
    issuing.withdraw_document(world.as_("controller"), NUMBER, reason="不用了")


def a_new_form_and_its_withdrawal(world: World) -> None:
    issue(world, template(), save=True)
    issuing.withdraw_document(world.as_("controller"), FORM, reason="不用了")


def a_checkpoint_a_year_later(world: World) -> None:
    world.clock.advance(days=365)
    transaction.make_checkpoint(world.site, world.clock())


LATER: list[Callable[[World], None]] = [
    a_new_revision_of_the_same_day,
    its_copies,
    a_return,
    a_loss,
    an_exchange,
    a_recall,
    a_cancelled_issue,
    a_withdrawal,
    a_new_form_and_its_withdrawal,
    a_checkpoint_a_year_later,
]


def traced(world: World, record: str) -> bytes:
    ctx = world.as_("auditor")
    ctx.session.rollback()
    ctx.session.expunge_all()
    return json.dumps(trace(ctx, record), sort_keys=False, ensure_ascii=False, default=str).encode()


def page_of(world: World, record: str) -> str:
    """The page of the trace, but for what says that it is of now."""
    page = reader(world, "auditor", "zh").get(f"/trace/{record}").text
    main = without_print_line(page[page.index("<main") : page.index("</main>")])
    return re.sub(r'(?s)<span class="now">.*?</span>', "", main)


@pytest.mark.regulation("Q9-16", "C4-08")
@pytest.mark.rule("DC-107")
@pytest.mark.parametrize("later", LATER)
def test_the_trace_of_a_sealed_record_is_equal_for_ever(world: World, later: Callable[[World], None]) -> None:
    record = sealed(world)
    before, page = traced(world, record), page_of(world, record)
    told = json.loads(before)
    assert told["verified"] is True, told["findings"]
    assert [(c["copy"][-3:], c["state"]) for c in told["copies"]] == [
        ("001", "acknowledged"),
        ("003", "issued"),
        ("004", "issued"),
    ]
    later(world)
    assert traced(world, record) == before
    assert page_of(world, record) == page


def test_the_command_line_tells_the_same_trace_ever_after(terminal: Terminal) -> None:
    record = sealed(terminal.world)
    before = terminal("auditor", f"trace {record}").out
    for later in (its_copies, a_return, a_loss):
        later(terminal.world)
        assert terminal("auditor", f"trace {record}").out == before


@pytest.mark.rule("DC-107")
def test_a_record_opened_before_the_new_revision_of_the_day_names_the_holders_of_the_old_one(
    world: World,
) -> None:
    """The day of the first company: A/1 was issued for the day on which the record was opened."""
    forms_in_force(world)
    controller = world.as_("controller")
    handing.issue_copies(controller, NUMBER, holders=["sales", "quality"])
    record = reported(world)
    issue(world, procedure(hours=48), save=True)
    handing.issue_copies(controller, NUMBER, holders=["technical"])
    handing.return_copy(controller, f"{NUMBER}#001")
    later = reported(world)
    seen: dict[str, list[Any]] = {}
    for number in (record, later):
        copies = json.loads(traced(world, number))["copies"]
        seen[number] = [(c["copy"][-3:], c["revision"], c["state"]) for c in copies]
    assert seen[record] == [("001", "A/0", "issued"), ("002", "A/0", "issued")]
    assert seen[later] == [("003", "A/1", "issued")]
    page = reader(world, "auditor").get(f"/trace/{record}").text
    assert [row[:2] for row in rows_of(page)][-2:] == [[f"{NUMBER}#001", "A/0"], [f"{NUMBER}#002", "A/0"]]


def test_who_may_not_see_the_register_sees_the_own_copies_of_then(world: World) -> None:
    record = sealed(world)
    for login, numbers in (("staff", ["001", "004"]), ("auditor", ["001", "003", "004"])):
        ctx = world.as_(login)
        ctx.session.rollback()
        assert [c["copy"][-3:] for c in trace(ctx, record)["copies"]] == numbers


def test_a_copy_that_was_taken_out_of_the_register_is_missed_by_the_trace(sqlite_world: World) -> None:
    record = sealed(sqlite_world)
    with shell(sqlite_world) as run:
        [(copy,)] = run("SELECT id FROM copy WHERE running = 3")
        run("DELETE FROM copy_step WHERE copy_id = ?", copy)
        run("DELETE FROM copy WHERE id = ?", copy)
    told = json.loads(traced(sqlite_world, record))
    assert [(f["what"], f["where"]) for f in told["findings"]] == [("row missing", f"{NUMBER}#003")]


def test_the_clocks_of_a_void_record_stand_still(world: World) -> None:
    forms_in_force(world)
    record = reported(world)
    sealing.void_record(world.as_("controller"), record, reason="作废")
    before = page_of_record(world, record)
    world.clock.advance(days=40)
    assert page_of_record(world, record) == before


def page_of_record(world: World, record: str) -> str:
    """What the page says of it, without the line for a browser's print, which has the hour of printing."""
    page = reader(world, "auditor").get(f"/records/{record}").text
    return without_print_line(page[page.index("<main") : page.index("</main>")])


def without_print_line(shown: str) -> str:
    return re.sub(r'<div class="on-paper"><div>.*?</div></div>', "", shown, flags=re.DOTALL)


@pytest.mark.rule("DC-53")
def test_who_has_a_copy_of_an_old_revision_only_is_not_shown_as_having_one(world: World) -> None:
    issue(world, procedure())
    controller = world.as_("controller")
    handing.issue_copies(controller, NUMBER, holders=["sales", "quality"])
    issue(world, procedure(hours=48), save=True)
    handing.issue_copies(controller, NUMBER, holders=["quality"])
    handing.recall_copy(
        controller, handing.issue_copies(controller, NUMBER, holders=["staff"])[0].number, reason="离岗"
    )
    page = reader(world, "controller").get("/copies/issue", document=NUMBER).text
    assert re.findall(r"([\w ]+?): has ([A-Z]/\d)", page) == [("Quality", "A/1")]


@pytest.mark.regulation("Q9-17")
def test_a_record_is_opened_under_what_was_in_force_at_that_moment(world: World) -> None:
    forms_in_force(world)
    first = opening.open_record(world.as_("staff"), FORM).number
    issue(world, procedure(hours=48), save=True)
    second = opening.open_record(world.as_("staff"), FORM).number
    governed = [json.loads(traced(world, number))["procedure_revision"] for number in (first, second)]
    assert governed == ["A/0", "A/1"]
