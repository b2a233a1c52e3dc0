"""Somebody with the database's own shell and the triggers gone changes one cell: the check names table and key."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

import psycopg
import pytest
from sqlalchemy import BigInteger, Column

from docctl.door import accounts
from docctl.ledger.finding import What
from docctl.models.base import Day, Flag, Instant, Json, Word
from docctl.models.guards import controlled_tables
from docctl.queries.integrity import check_site
from docctl.rules.documents.change_rows import Row
from docctl.rules.documents.reviews import Verdict
from docctl.rules.records.giving import Meaning
from docctl.store.material import of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.copies import (
    disposing,
    distributing,
    handing,
    lending,
    noticing,
    outside,
    requesting,
    shelving,
)
from docctl.usecases.documents import (
    approving,
    changing,
    commenting,
    drafting,
    rerouting,
    reviewing,
    trying,
    urging,
)
from docctl.usecases.people import accounts as people
from docctl.usecases.people import delegating, granting
from docctl.usecases.readings import reading
from docctl.usecases.records import attaching, filling, giving, sealing
from docctl.usecases.site import configuring
from docctl.usecases.site.checkpointing import checkpoint_ledger
from docctl.usecases.site.confirming import confirm_site
from tests.stories.test_duties import REPORT, monthly, opened
from tests.stories.test_resting_on_records import dispatched, inspected, of_delivery
from tests.stories.test_reviews import later
from tests.support.disposals import with_destroyed_records
from tests.support.record_files import PDF, attach
from tests.support.shell import Shell, shell
from tests.support.sites import World, issue, procedure
from tests.support.two_people import ask_for_two
from tests.support.written_records import completed, forms_in_force

NUMBER = "LX-CX-2019-101"


def change_applied_for(world: World) -> None:
    """Decided on by another department than that which approved the original."""
    rows = [Row("5.2.1", "24 小时", "12 小时")]
    said = {"kind": "major", "reason": "太慢", "executor": "author"}
    changing.apply_change(world.as_("staff"), NUMBER, rows=rows, **said)
    changing.assign_change(world.as_("controller"), "1", approver="quality", reason="代批")
    changing.study_change(world.as_("quality-head"), "1")
    changing.sign_change(world.as_("quality-head"), "1")


def with_a_rejection(world: World) -> None:
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="再改。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再改")
    commenting.add_comment(world.as_("rep"), NUMBER, "说清楚", clause="5.2.1")
    approving.reject_revision(world.as_("rep"), NUMBER, reason="不清楚")


def with_two_people(world: World) -> None:
    """Somebody verifies from now on: two people gave them the role, and they are told."""
    ask_for_two(world)
    configuring.configure_site(world.as_("controller"), {"public_address": "https://docs.example"})
    people.change_user_roles(world.as_("admin"), "staff", grant=["verifier"])
    granting.confirm_user_roles(world.as_("controller"), "staff")


def with_a_delegate(world: World) -> None:
    """Somebody is away; who was asked to sign is reminded, and somebody else signs for them."""
    delegating.add_delegation(
        world.as_("rep"), "verifier2", first=date(2026, 4, 1), last=date(2026, 12, 1), reason="出差"
    )
    delegating.confirm_delegation(world.as_("controller"), "1")
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再交")
    urging.urge_revision(world.as_("controller"), NUMBER)
    rerouting.add_signer_revision(world.as_("author"), NUMBER, step="manager-in-charge", reason="多看")
    rerouting.hand_over_revision(world.as_("manager"), NUMBER, to="gm", reason="不熟悉")


def with_a_walk(world: World) -> None:
    """Somebody walked along a shelf, and found what is none of ours."""
    shelving.check_shelf(world.as_("controller"), "sales", scans=[f"{NUMBER}#002", "x"], remark="年检")


def with_a_file(world: World, record: str) -> None:
    attach(world, "staff", record, "scan.pdf", PDF)
    attaching.strike_record(world.as_("staff"), record, 1, reason="别的单子")


def with_records_that_rest_and_recur(world: World) -> None:
    """One on an earlier one; a month whose report is there, and one that needs none."""
    of_delivery(world)
    dispatched(world, {"inspection": inspected(world)})
    monthly(world)
    opened(world, day=world.clock().date())
    later(world, date(2026, 4, 6))
    filling.excuse_duty(world.as_("controller"), REPORT, day=date(2026, 4, 1), reason="停产")


def with_copies(world: World) -> None:
    """One exchanged, one lost, one on loan; one asked for, and somebody outside who could hold one."""
    controller = world.as_("controller")
    disposing.replace_copy(controller, f"{NUMBER}#001", reason="破损")
    disposing.lose_copy(controller, f"{NUMBER}#003", reason="丢失", responsible="staff", consequence="无")
    distributing.change_distribution(world.as_("head"), NUMBER, add=["sales"])
    requesting.add_request(world.as_("staff2"), NUMBER, reason="现场要用")
    outside.add_outsider(controller, company="甲公司", name="王", contact="电话")
    handing.acknowledge_copy(controller, f"{NUMBER}#001")
    lending.lend_copy(
        controller,
        f"{NUMBER}#001",
        borrower="@1",
        due=world.clock().date(),
        reason="查阅",
        approved_by=accounts.taken_at_their_word(world.site, "head"),
    )


@pytest.fixture
def lived(world: World) -> World:
    """A site in which every controlled table has a row."""
    forms_in_force(world)
    record = completed(world)
    with_a_file(world, record)
    sealing.verify_record(world.as_("verifier"), record)
    controller = world.as_("controller")
    sealing.close_record(controller, record)
    giving.give_record(controller, record, receiver="sales", meaning=Meaning.PERMIT)
    handing.issue_copies(controller, NUMBER, holders=["sales", "staff", "quality"])
    with_copies(world)
    noticing.take_notice(controller)
    reading.call_reading(controller, NUMBER, concerned=["*"], due=world.clock().date())
    reading.confirm_reading(world.as_("gm"), NUMBER)
    change_applied_for(world)
    lending.place_copy(controller, f"{NUMBER}#002", place="档案室")
    tried = procedure(extra="改。")
    head = tried.content.raw.replace(b"\n---\n", b"\ntrial: 2026-06-30\n---\n", 1)
    issue(world, of_procedure(read_procedure(head, {}, {})), save=True)
    trying.prolong_revision(world.as_("rep"), NUMBER, until=date(2026, 9, 30), reason="再试")
    reviewing.review_document(controller, NUMBER, verdict=Verdict.KEEP, evidence="查阅了记录")
    confirm_site(controller, "regulation", reason="与 3.2 一致")
    with_a_rejection(world)
    for more in (
        with_destroyed_records,
        with_two_people,
        with_records_that_rest_and_recur,
        with_a_delegate,
        with_a_walk,
    ):
        more(world)
    checkpoint_ledger(world.as_("admin"))
    return world


def test_an_honest_site_has_no_findings(lived: World) -> None:
    checked = check_site(lived.site)
    assert checked.findings == ()
    with lived.site.reading() as session:
        rows = {t.name: session.execute(t.select().limit(1)).first() for t in controlled_tables()}
    assert [name for name, row in rows.items() if row is None] == ["document_author"]


@pytest.mark.regulation("Q9-04", "Q9-06", "MD-01", "P11-10a", "P11-50b", "P11-70", "A11-18", "RM-01")
def test_any_one_changed_cell_is_named_by_table_and_key(lived: World) -> None:
    """One cell of each table at a time: a row is compared with its own image, so no change hides another."""
    missed, changed = [], 0
    with shell(lived) as run:
        for changes in zip_longest(*one_change_for_each_column(run)):
            made = [(c, first_accepted(run, *c)) for c in changes if c is not None]
            where = {f.where for f in check_site(lived.site, fsck=False).findings}
            missed += [(c.table, c.column) for c, _ in made if f"{c.table} {c.key}" not in where]
            for c, new in made:
                key = new if c.column == "id" else c.key
                run(f'UPDATE {c.table} SET "{c.column}" = ? WHERE id = ?', c.old, key)
            changed += len(made)
        assert {f.what for f in check_site(lived.site, fsck=False).findings} == {"guard differs"}
    assert missed == []
    assert changed > 150


def first_accepted(run: Shell, table: str, key: int, column: str, old: Any, candidates: list[Any]) -> Any:
    """Put the first of these into the cell that no unique index refuses; which it was."""
    for new in candidates:
        with suppress(sqlite3.IntegrityError, psycopg.IntegrityError):
            run(f'UPDATE {table} SET "{column}" = ? WHERE id = ?', new, key)
            return new
    raise AssertionError(f"{table}.{column} takes none of {candidates}, only {old}")


@pytest.mark.regulation("P11-70", "A11-18", "RM-01")
def test_a_row_deleted_or_smuggled_in_is_named(lived: World) -> None:
    with shell(lived) as run:
        (key,) = run("SELECT max(id) FROM copy")[0]
        columns = ", ".join(f'"{c.name}"' for c in table_named("copy").columns if c.name != "id")
        renamed = columns.replace('"number"', "'X#1'").replace('"token"', "'T'").replace('"running"', "99")
        run(f"INSERT INTO copy (id, {columns}) SELECT {key + 1}, {renamed} FROM copy WHERE id = ?", key)
        run("DELETE FROM signature WHERE id = (SELECT min(id) FROM signature)")
    found = {(f.what, f.where) for f in check_site(lived.site, fsck=False).findings}
    assert (What.ROW_WITHOUT_EVENT, f"copy {key + 1}") in found
    assert any(what == What.ROW_MISSING and where.startswith("signature ") for what, where in found)


def test_a_tampered_row_that_an_honest_act_changes_again_stays_named(lived: World) -> None:
    number = f"{NUMBER}#002"
    with shell(lived) as run:
        (key,) = run("SELECT id FROM copy WHERE number = ?", number)[0]
        run("UPDATE copy SET holder_name = ? WHERE id = ?", "别人", key)
    handing.return_copy(lived.as_("controller"), number)
    found = check_site(lived.site, fsck=False).findings
    assert (What.BEFORE_DIFFERS, f"copy {key}") in {(f.what, f.where) for f in found}


class Change(NamedTuple):
    """One cell of the first row of a table, what it holds and what it could become."""

    table: str
    key: int
    column: str
    old: Any
    candidates: list[Any]


def one_change_for_each_column(run: Shell) -> list[list[Change]]:
    """A list for each table that has a row."""
    tables = []
    for t in controlled_tables():
        names = ", ".join(f'"{c.name}"' for c in t.columns)
        for row in run(f"SELECT {names} FROM {t.name} ORDER BY id LIMIT 1"):
            cells = dict(zip(t.columns.keys(), row, strict=True))
            changes = [
                Change(t.name, cells["id"], c.name, cells[c.name], others(c, cells[c.name]))
                for c in t.columns
            ]
            tables.append(changes)
    return tables


def others(column: Column[Any], old: Any) -> list[Any]:
    """Legal cells of this column that are not the old one: nothing but the ledger knows better."""
    kind = column.type
    if isinstance(kind, Word):
        return [w.value for w in kind.words if w.value != old]
    if isinstance(kind, Flag):
        return [1 - old]
    if isinstance(kind, Day):
        return ["2031-01-01"]
    if isinstance(kind, Instant):
        return ["2031-01-01T00:00:00.000000Z"]
    if isinstance(kind, Json):
        return ['["x"]']
    if isinstance(kind, BigInteger):
        return [(old or 0) + 40_000]  # no key, running number or event that is there already
    return [f"{old or ''}x"]


def table_named(name: str) -> Any:
    return next(t for t in controlled_tables() if t.name == name)
