"""Opening records, and the order in which acts on them are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from docctl.errors import DocctlError, Forbidden, Invalid, NotFound, WrongState
from docctl.models.ledger import LedgerEvent
from docctl.models.records import Record, RecordEntry
from docctl.usecases.documents import drafting, issuing
from docctl.usecases.records import opening, recording, sealing
from tests.support.sites import World, issue, procedure, template
from tests.support.written_records import (
    FIRST,
    ROUND,
    completed,
    fill,
    forms_in_force,
    rounds_in_force,
    show,
)


def opened(world: World, number: str = "LX-R-101", who: str = "staff") -> str:
    return opening.open_record(world.as_(who), number).number


def round_opened(world: World, form: str = ROUND) -> str:
    return opened(world, rounds_in_force(world, form))


# Opening


def test_a_record_is_opened_by_anybody_who_works_and_by_no_auditor(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    assert opened(sqlite_world, who="author") == FIRST
    with pytest.raises(Forbidden):
        opened(sqlite_world, who="auditor")


def test_no_record_is_opened_from_what_is_not_there(sqlite_world: World) -> None:
    with pytest.raises(NotFound):
        opened(sqlite_world)
    forms_in_force(sqlite_world)
    with pytest.raises(NotFound, match="there is no record LX-R-101-2026-0007"):
        opening.open_record(sqlite_world.as_("staff"), "LX-R-101", started_by="LX-R-101-2026-0007")


def test_a_procedure_is_no_template(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    with pytest.raises(Invalid, match="LX-CX-2019-101 is a procedure"):
        opened(sqlite_world, "LX-CX-2019-101")


@pytest.mark.regulation("Q9-17", "GD-08")
@pytest.mark.rule("DC-107")
def test_no_record_is_opened_while_its_template_or_its_procedure_is_not_in_force(sqlite_world: World) -> None:
    author = sqlite_world.as_("author")
    drafting.register_document(author, template)
    with pytest.raises(WrongState, match="LX-R-101 has no revision in force today"):
        opened(sqlite_world)
    drafting.discard_draft(author, "LX-R-101")
    issue(sqlite_world, procedure())
    issue(sqlite_world, template(), save=True)
    assert opened(sqlite_world) == FIRST
    issuing.withdraw_document(sqlite_world.as_("controller"), "LX-CX-2019-101", reason="不再使用")
    with pytest.raises(
        WrongState, match=r"LX-CX-2019-101 has no revision in force today\. It governs LX-R-101"
    ):
        opened(sqlite_world)
    issuing.withdraw_document(sqlite_world.as_("controller"), "LX-R-101", reason="不再使用")
    with pytest.raises(WrongState, match="LX-R-101 has no revision in force"):
        opened(sqlite_world)


def test_no_record_is_opened_whose_clock_has_no_limit_in_the_procedure(sqlite_world: World) -> None:
    text = ROUND.replace("limit: visit", "limit: lost").replace("limit: report", "limit: gone")
    with pytest.raises(WrongState, match=r"does not state: gone, lost\. Issue a revision of the procedure"):
        round_opened(sqlite_world, text)


def test_a_record_that_is_started_by_another_is_linked_with_it(sqlite_world: World) -> None:
    first = round_opened(sqlite_world)
    forms_in_force(sqlite_world)
    second = opening.open_record(sqlite_world.as_("staff"), "LX-R-102", started_by=first.lower()).number
    found = show(sqlite_world, second)
    assert (found["started_by"], found["started_as"]) == (first, "again")
    assert show(sqlite_world, first)["starts"] == [
        {"template": "LX-R-102", "link": "again", "record": second}
    ]
    with pytest.raises(Invalid, match=f"{first} starts no record of LX-R-101"):
        opening.open_record(sqlite_world.as_("staff"), "LX-R-101", started_by=first)


# The order of refusals


def test_a_record_that_is_not_there_is_said_so_to_everybody(sqlite_world: World) -> None:
    auditor = sqlite_world.as_("auditor")
    attempts: list[Callable[[], object]] = [
        lambda: recording.fill_record(auditor, FIRST, {}),
        lambda: recording.correct_record(auditor, FIRST, "a", "b", reason=""),
        lambda: recording.sign_record(auditor, FIRST),
        lambda: sealing.complete_record(auditor, FIRST),
        lambda: sealing.verify_record(auditor, FIRST),
        lambda: sealing.send_back_record(auditor, FIRST, reason=""),
        lambda: sealing.close_record(auditor, FIRST),
        lambda: sealing.void_record(auditor, FIRST, reason=""),
    ]
    for refused in attempts:
        with pytest.raises(NotFound):
            refused()


@pytest.mark.parametrize(("who", "kind"), [("gm", Forbidden), ("staff2", WrongState)])
def test_role_comes_before_state_and_state_before_content(
    sqlite_world: World, who: str, kind: type[DocctlError]
) -> None:
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    ctx = sqlite_world.as_(who)
    attempts: list[Callable[[], object]] = [
        lambda: recording.fill_record(ctx, number, {"satisfied": "nonsense"}),
        lambda: recording.correct_record(ctx, number, "satisfied", "nonsense", reason=""),
        lambda: recording.sign_record(ctx, number),
        lambda: sealing.complete_record(ctx, number),
    ]
    for refused in attempts:
        with pytest.raises(kind):
            refused()


def test_a_refused_attempt_is_recorded_and_stores_nothing(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    with pytest.raises(Forbidden):
        fill(sqlite_world, "gm", number, customer="某厂")
    session = sqlite_world.as_("auditor").session
    last = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq.desc()).limit(1)).one()
    assert b'"act":"record.fill.refused"' in last.body
    assert session.scalar(select(func.count()).select_from(RecordEntry)) == 0


def test_no_value_is_in_the_ledger_or_in_a_table(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    fill(sqlite_world, "staff", number, customer="某某有限公司")
    session = sqlite_world.as_("auditor").session
    last = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq.desc()).limit(1)).one()
    assert "某某有限公司".encode() not in last.body
    assert b'"fields":["customer"]' in last.body
    entry = session.scalars(select(RecordEntry)).one()
    assert "某某" not in str([getattr(entry, column.name) for column in RecordEntry.__table__.columns])
    assert session.scalars(select(Record)).one().number == number
