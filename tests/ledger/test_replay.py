"""The replay: what the tables must hold, and what is found when they or their histories differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.errors import Invalid, Tampered
from docctl.errors.message import Message
from docctl.ledger import segments
from docctl.ledger.entry import dumps, loads
from docctl.ledger.finding import Finding, What
from docctl.ledger.merkle import EMPTY_ROOT, leaf_hash, root
from docctl.ledger.replay import Replay
from docctl.ledger.state import State, compare_rows, state_of, state_root
from tests.support.book import FIRST, ORIGIN, Book, checked, edit, relink, signed, story, words
from tests.support.plain_ledger import check, rebuild


def test_an_honest_site_has_no_findings() -> None:
    book = story()
    assert checked(book, signed(book), signed(book, 3), signed(book, 0)) == []


def test_an_empty_site_has_no_findings() -> None:
    assert check([], []) == []


def test_the_replay_knows_head_root_and_schema_for_the_next_checkpoint() -> None:
    book = story()
    replay = Replay()
    replay.run(book.entries[:4])
    replay.run(book.entries[4:])
    assert replay.findings == []
    assert replay.head == book.entries[-1]
    assert (replay.frontier.size, replay.frontier.root()) == (6, signed(book).root)
    assert (replay.origin, replay.schema) == (ORIGIN, 1)


def test_rebuilding_gives_the_rows() -> None:
    book = story()
    assert rebuild(book.entries, origin=ORIGIN, checkpoints=[signed(book)]) == book.tables


def test_rebuilding_from_segments_gives_the_rows() -> None:
    book = story()
    files = {
        segments.name(1): segments.encode(book.entries[:4]),
        segments.name(5): segments.encode(book.entries[4:]),
    }
    assert rebuild(segments.join(files)) == book.tables


def test_a_ledger_with_any_finding_is_not_rebuilt() -> None:
    book = story()
    del book.entries[3]
    with pytest.raises(Tampered, match="3 findings, the first at 4: event gap"):
        rebuild(book.entries)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None, 1]), st.booleans()), max_size=25)
)
def test_replay_equals_the_tables_after_every_act(acts: list[tuple[int, Any, bool]]) -> None:
    book = Book()
    made: list[int] = []
    for number, value, fresh in acts:
        if fresh or not made:
            made.append(book.insert(value=value, other=number))
        else:
            book.change(made[number % len(made)], value=value)
        assert check(book.entries, book.live()) == []
    assert rebuild(book.entries) == book.tables


# Rows


@pytest.mark.parametrize("column", ["id", "last_seq", "number", "holder", "state"])
@pytest.mark.parametrize("value", [7, "x", 1.0, True, b"x", "\ud800", float("nan")])
def test_a_changed_cell_is_found_and_named(column: str, value: object) -> None:
    """T-06, T-07: a row was changed, the ledger untouched, with or without its triggers."""
    book = story()
    book.tables["copy"][FIRST] = book.tables["copy"][FIRST] | {column: value}
    (finding,) = check(book.entries, book.live())
    assert (finding.what, finding.where) == (What.ROW_DIFFERS, f"copy {FIRST}")
    assert f"{column} " in finding.message
    assert "event 5" in finding.message


def test_a_null_is_not_an_empty_text_or_nought() -> None:
    for value in ("", 0):
        book = story()
        book.tables["copy"][FIRST]["holder"] = value
        assert checked(book) == [(What.ROW_DIFFERS, f"copy {FIRST}")]


def test_a_lost_and_a_new_column_are_found() -> None:
    book = story()
    row = book.tables["copy"][FIRST]
    row["note"] = "x" * 100
    del row["state"]
    (finding,) = check(book.entries, book.live())
    assert "state 'returned' → (no such column)" in finding.message
    assert "note (no such column) → 'xxx" in finding.message
    assert len(finding.message) < 200


def test_a_row_without_an_event_is_found() -> None:
    book = story()
    live = [*book.live(), ("copy", 9 << 16, {"id": 9 << 16, "last_seq": 6}), ("other", 1, {"id": 1})]
    assert words(check(book.entries, live)) == [
        (What.ROW_WITHOUT_EVENT, f"copy {9 << 16}"),
        (What.ROW_WITHOUT_EVENT, "other 1"),
    ]


def test_a_missing_row_and_a_missing_table_are_found() -> None:
    book = story()
    del book.tables["copy"][FIRST]
    del book.tables["document"]
    assert sorted(checked(book)) == [
        (What.ROW_MISSING, f"copy {FIRST}"),
        (What.ROW_MISSING, f"document {1 << 16 | 1}"),
    ]


def test_a_row_that_is_there_twice_is_found() -> None:
    book = story()
    row = book.tables["copy"][FIRST]
    findings = check(book.entries, [*book.live(), ("copy", FIRST, row)])
    assert words(findings) == [(What.ROW_DIFFERS, f"copy {FIRST}")]
    assert "twice" in findings[0].message


def test_a_tampered_cell_cannot_be_laundered_by_an_honest_act() -> None:
    """A later act reads the tampered row and carries it into the ledger as its own."""
    book = story()
    book.tables["copy"][FIRST] = book.tables["copy"][FIRST] | {"state": "issued"}
    book.change(FIRST, holder="王芳")
    (finding,) = check(book.entries, book.live())
    assert (finding.what, finding.where) == (What.BEFORE_DIFFERS, f"copy {FIRST}")
    assert finding.message == (
        "Before event 7 the row was not what event 5 left: state 'returned' → 'issued'."
    )


def test_a_tampered_cell_that_the_honest_act_overwrites_is_found_too() -> None:
    """The other side: the forged value stands in `was` and nowhere else."""
    book = story()
    book.tables["copy"][FIRST] = book.tables["copy"][FIRST] | {"holder": "forged"}
    book.change(FIRST, holder="王芳")
    assert checked(book) == [(What.BEFORE_DIFFERS, f"copy {FIRST}")]


def test_a_row_set_back_to_its_old_value_is_in_the_event_with_nothing_changed() -> None:
    book = story()
    book.change(FIRST)
    assert loads(book.entries[-1].body)["rows"][0]["was"] == {}
    assert checked(book) == []


# The histories of rows inside the ledger


def change_of(book: Book, seq: int) -> dict[str, Any]:
    change: dict[str, Any] = loads(book.entries[seq - 1].body)["rows"][0]
    return change


def test_a_change_that_leaves_out_an_event_is_found() -> None:
    book = story()
    edit(book, 5, rows=[change_of(book, 5) | {"prev": 2}])
    assert checked(book) == [(What.ROW_HISTORY, f"copy {FIRST}")]


def test_a_change_of_a_row_that_was_never_made_is_found() -> None:
    book = story()
    edit(book, 2, rows=[])
    assert checked(book) == [(What.ROW_HISTORY, f"copy {FIRST}")]


def test_a_row_made_twice_is_found() -> None:
    book = story()
    change = change_of(book, 5)
    edit(book, 5, rows=[{"t": "copy", "k": FIRST, "row": change["row"]}])
    (finding,) = check(book.entries, book.live())
    assert (finding.what, finding.where) == (What.ROW_HISTORY, f"copy {FIRST}")
    assert "it made the row; event 4 came before it" in finding.message


def test_a_row_twice_in_one_event_is_found() -> None:
    book = story()
    change = change_of(book, 5)
    edit(book, 5, rows=[change, change | {"prev": 5, "was": {}}])
    assert checked(book) == [(What.ROW_HISTORY, f"copy {FIRST}")]


@pytest.mark.parametrize("cells", [{"id": 5}, {"last_seq": 4}])
def test_an_image_that_belongs_to_another_key_or_event_is_found(cells: dict[str, int]) -> None:
    book = story()
    change = change_of(book, 5)
    edit(book, 5, rows=[change | {"row": change["row"] | cells}])
    assert (What.ROW_HISTORY, f"copy {FIRST}") in checked(book)


def test_an_edited_image_is_found_by_the_next_one_even_when_all_hashes_were_renewed() -> None:
    book = story()
    change = change_of(book, 4)
    edit(book, 4, rows=[change | {"row": change["row"] | {"holder": "forged"}}])
    assert (What.BEFORE_DIFFERS, f"copy {FIRST}") in checked(book)


def test_an_event_taken_out_of_a_history_is_found_even_when_all_was_renumbered() -> None:
    book = story()
    del book.entries[3]
    for at, entry in enumerate(book.entries):
        body = dumps(loads(entry.body) | {"seq": at + 1})
        book.entries[at] = replace(entry, seq=at + 1, body=body)
    book.entries = relink(book.entries)
    assert (What.ROW_HISTORY, f"copy {FIRST}") in checked(book)


# Roots of the state


def test_the_root_of_the_state_is_over_sorted_lines() -> None:
    book = story()
    replay = Replay()
    replay.run(book.entries)
    lines = sorted(
        dumps({"t": t, "k": k, "seq": cells["last_seq"], "h": sha256(dumps(cells)).hexdigest()})
        for t, k, cells in book.live()
    )
    assert state_root(replay.state) == root(map(leaf_hash, lines))


def test_live_rows_and_replay_have_the_same_root_in_any_order() -> None:
    book = story()
    replay = Replay()
    replay.run(book.entries)
    assert state_of(reversed(list(book.live()))) == replay.state
    assert state_root(state_of(book.live())) == state_root(replay.state)
    assert state_root(State()) == EMPTY_ROOT


def test_live_rows_without_a_number_have_no_state() -> None:
    with pytest.raises(Invalid, match="copy 1"):
        state_of([("copy", 1, {"id": 1, "last_seq": None})])


def test_rows_are_read_from_any_mapping_and_only_once() -> None:
    book = story()
    replay = Replay()
    replay.run(iter(book.entries))

    def once() -> Iterator[tuple[str, int, Any]]:
        yield from book.live()

    assert list(compare_rows(replay.state, once())) == []


def test_findings_can_be_printed_as_json() -> None:
    finding = Finding(What.ROW_DIFFERS, "copy 1", Message("…"))
    assert json.dumps(finding.what) == '"row differs"'
