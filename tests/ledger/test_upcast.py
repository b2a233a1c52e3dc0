"""Migrations as pure functions: the replay and the upgrade make the same rows of the old ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from docctl.errors import Defect
from docctl.ledger.finding import What
from docctl.ledger.replay import Replay
from docctl.ledger.state import migrated, state_of, state_root
from docctl.ledger.upcast import SCHEMA, UP, Row, Upcaster, upcast
from tests.support.book import Book
from tests.support.plain_ledger import check, rebuild


def split_person(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Version 2: a new column with a fill, a renamed one, and a table split into two."""
    if table == "copy":
        row["place"] = row.pop("location")
        return [(table, row | {"medium": "paper"})]
    if table == "person":
        phone = row.pop("phone")
        return [(table, row), ("contact", {"id": row["id"], "last_seq": row["last_seq"], "phone": phone})]
    return [] if table == "dropped" else [(table, row)]


def number_medium(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Version 3."""
    return [(table, row | {"medium": 1} if table == "copy" else row)]


PLANTED: dict[int, Upcaster] = {2: split_person, 3: number_medium}


def old_site() -> tuple[Book, int]:
    book = Book()
    copy = book.insert(location="仓库")
    book.insert("person", login="li.wei", phone="139")
    book.insert("dropped", note="x")
    book.insert("document", number="LX-CX-2019-001")
    book.change(copy, location="车间")
    return book, copy


def migrate(book: Book, new: int, **details: Any) -> None:
    """What an upgrade does: old images, upcast, new tables from them, the event with both roots."""
    old = book.schema
    before = state_of(book.live())
    after = migrated(before, old, new, PLANTED)
    book.tables = {}
    rows = ((table, cells) for table, _, cells in list(Replayed(before)))
    for table, row in upcast(rows, old, new, PLANTED):
        key = row["id"]
        assert isinstance(key, int)
        book.tables.setdefault(table, {})[key] = row
    assert state_of(book.live()) == after
    roots = {"root_before": state_root(before).hex(), "root_after": state_root(after).hex()}
    book.schema = new
    book.append(book.event(act="schema.migrate", details={"from": old, "to": new, **roots, **details}))


class Replayed:
    """Rows out of a state."""

    def __init__(self, state: Any) -> None:
        replay = Replay()
        replay.state = state
        self.rows = replay.rows()

    def __iter__(self) -> Any:
        return ((t, k, cells) for t, rows in self.rows.items() for k, cells in rows.items())


def found(book: Book, up: dict[int, Upcaster] | None = None) -> list[tuple[str, str]]:
    findings = check(book.entries, book.live(), up=PLANTED if up is None else up)
    return [(finding.what, finding.where) for finding in findings]


def test_there_is_a_function_for_every_version_up_to_this_one() -> None:
    assert set(UP) == set(range(2, SCHEMA + 1))


def test_the_replay_migrates_at_the_same_place() -> None:
    book, copy = old_site()
    migrate(book, 2)
    assert book.tables["copy"][copy]["place"] == "车间"
    assert "dropped" not in book.tables
    book.change(copy, place="办公室")
    book.insert("contact", phone="138")
    assert found(book) == []
    assert rebuild(book.entries, up=PLANTED) == book.tables


def test_several_versions_can_be_crossed_at_once_or_one_by_one() -> None:
    together, copy = old_site()
    migrate(together, 3)
    apart, _ = old_site()
    migrate(apart, 2)
    migrate(apart, 3)
    assert found(together) == found(apart) == []
    assert together.tables == apart.tables
    assert together.tables["copy"][copy]["medium"] == 1


def test_a_site_may_begin_with_a_later_schema() -> None:
    book = Book(schema=2)
    book.insert(place="仓库", medium="paper")
    migrate(book, 3)
    assert found(book) == []


@pytest.mark.parametrize(("word", "schema"), [("root_before", 1), ("root_after", 2)])
def test_a_root_that_differs_is_found(word: str, schema: int) -> None:
    book, _ = old_site()
    migrate(book, 2, **{word: "00" * 32})
    (finding,) = check(book.entries, book.live(), up=PLANTED)
    assert (finding.what, finding.where) == (What.ROOTS_DIFFER, "6")
    assert f"schema {schema}" in finding.message


def test_a_row_tampered_with_before_the_migration_is_found() -> None:
    book, copy = old_site()
    book.tables["copy"][copy] = book.tables["copy"][copy] | {"location": "forged"}
    migrate(book, 2)
    assert found(book) == [
        (What.ROOTS_DIFFER, "6"),
        (What.ROOTS_DIFFER, "6"),
        (What.ROW_DIFFERS, f"copy {copy}"),
    ]


def test_a_row_tampered_with_after_the_migration_is_found() -> None:
    book, copy = old_site()
    migrate(book, 2)
    book.tables["copy"][copy]["medium"] = "pdf"
    assert found(book) == [(What.ROW_DIFFERS, f"copy {copy}")]


@pytest.mark.parametrize("details", [{"to": 4}, {"to": 1}, {"from": 2, "to": 3}])
def test_a_migration_that_is_not_known_is_said_once_and_the_chain_is_still_checked(
    details: dict[str, int],
) -> None:
    book, copy = old_site()
    migrate(book, 2, **details)
    book.change(copy, place="办公室")
    migrate(book, 3)
    findings = Replay(up=PLANTED)
    findings.run(book.entries)
    assert [(f.what, f.where) for f in findings.findings] == [(What.UNKNOWN_SCHEMA, "6")]
    del book.entries[6]
    again = Replay(up=PLANTED)
    again.run(book.entries)
    assert What.GAP in {f.what for f in again.findings}


def test_a_schema_that_changes_without_a_migration_is_found() -> None:
    book, _ = old_site()
    book.schema = 2
    book.insert(place="仓库", medium="paper")
    assert found(book) == [(What.UNKNOWN_SCHEMA, "6")]


def test_upcasters_get_a_row_of_their_own() -> None:
    row: Row = {"id": 1, "last_seq": 1, "location": "仓库"}
    assert list(upcast([("copy", row)], 1, 2, PLANTED)) == [
        ("copy", {"id": 1, "last_seq": 1, "place": "仓库", "medium": "paper"})
    ]
    assert row == {"id": 1, "last_seq": 1, "location": "仓库"}


def test_an_unknown_version_is_refused_before_any_row_is_read() -> None:
    with pytest.raises(KeyError):
        upcast([], SCHEMA, SCHEMA + 1)


@pytest.mark.parametrize("cells", [{"id": "1"}, {"last_seq": None}])
def test_an_upcaster_that_loses_key_or_stamp_is_a_defect(cells: Row) -> None:
    state = state_of([("copy", 1, {"id": 1, "last_seq": 1})])
    with pytest.raises(Defect, match="copy"):
        migrated(state, 1, 2, {2: lambda table, row: [(table, row | cells)]})


def test_an_upcaster_that_makes_one_row_of_two_is_a_defect() -> None:
    state = state_of([("copy", 1, {"id": 1, "last_seq": 1}), ("copy", 2, {"id": 2, "last_seq": 1})])
    with pytest.raises(Defect, match="or two"):
        migrated(state, 1, 2, {2: lambda table, row: [(table, row | {"id": 1})]})


@pytest.mark.parametrize(
    ("reason", "revision", "cause", "typed"),
    [
        ("superseded by A/1", 7, "superseded", None),
        ("withdrawn: 停产: 全部", None, "withdrawn", "停产: 全部"),
        ("cancelled: 日期有误", None, "cancelled", "日期有误"),
        ("换页", None, "by-hand", "换页"),
        ("it was withdrawn: late", None, "by-hand", "it was withdrawn: late"),
        ("superseded by nobody", None, "by-hand", "superseded by nobody"),
    ],
)
def test_the_cause_of_an_old_recall_is_taken_out_of_its_reason(
    reason: str, revision: int | None, cause: str, typed: str | None
) -> None:
    row: Row = {"id": 1, "last_seq": 1, "revision_id": revision, "reason": reason}
    assert list(upcast([("recall", row)], 3, 4)) == [("recall", {**row, "cause": cause, "reason": typed})]


@pytest.mark.parametrize(
    ("reason", "cause", "typed"),
    [
        (None, None, None),
        ("sent back: 交接人不对", "sent-back", "交接人不对"),
        ("抄错", "corrected", "抄错"),
    ],
)
def test_the_cause_of_an_old_entry_is_taken_out_of_its_reason(
    reason: str | None, cause: str | None, typed: str | None
) -> None:
    row: Row = {"id": 1, "last_seq": 1, "reason": reason}
    made = [("record_entry", {**row, "cause": cause, "reason": typed})]
    assert list(upcast([("record_entry", row)], 3, 4)) == made
