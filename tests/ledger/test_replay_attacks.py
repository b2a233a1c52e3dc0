"""Attacks on the ledger itself (T-01 … T-05), and events that cannot be replayed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.ledger import segments
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.entry import Entry, dumps, entry_hash, loads
from docctl.ledger.finding import What
from docctl.ledger.merkle import EMPTY_ROOT
from docctl.ledger.replay import Replay
from tests.support.book import FIRST, ORIGIN, checked, edit, signed, story, words
from tests.support.plain_ledger import check


@pytest.mark.parametrize("seq", range(1, 7))
def test_an_edited_event_is_found(seq: int) -> None:
    """T-01, T-02."""
    book = story()
    entry = book.entries[seq - 1]
    book.entries[seq - 1] = replace(entry, body=dumps(loads(entry.body) | {"why": "forged"}))
    assert (What.CHAIN, str(seq)) in checked(book)


@pytest.mark.parametrize("seq", range(1, 6))
def test_a_deleted_event_is_found(seq: int) -> None:
    """T-01: the last one is the matter of checkpoints and rows."""
    book = story()
    del book.entries[seq - 1]
    assert (What.GAP, str(seq)) in checked(book)


def test_a_rewritten_past_is_a_fork_from_the_checkpoint() -> None:
    """T-03."""
    book = story()
    checkpoint = signed(book, 4)
    edit(book, 3, why="forged")
    assert checked(book, checkpoint) == [(What.FORK, "4")]


def test_what_was_rewritten_after_the_last_checkpoint_is_the_blind_window() -> None:
    """T-04: not found, as the threat model says; receipts and witnesses outside close the window."""
    book = story()
    checkpoint = signed(book, 4)
    edit(book, 5, why="forged")
    assert checked(book, checkpoint) == []


def test_a_cut_tail_is_a_rollback() -> None:
    """T-05."""
    book = story()
    checkpoint = signed(book)
    del book.entries[5], book.tables["copy"][6 << 16 | 1]
    assert checked(book, checkpoint) == [(What.ROLLBACK, "6")]


def test_a_tail_cut_off_after_the_last_checkpoint_leaves_rows_without_event() -> None:
    book = story()
    checkpoint = signed(book, 4)
    del book.entries[4:]
    assert checked(book, checkpoint) == [
        (What.ROW_DIFFERS, f"copy {FIRST}"),
        (What.ROW_WITHOUT_EVENT, f"copy {6 << 16 | 1}"),
    ]


def test_two_checkpoints_of_one_size_cannot_both_be_true() -> None:
    book = story()
    assert checked(book, signed(book, 4), Checkpoint(ORIGIN, 4, EMPTY_ROOT)) == [(What.FORK, "4")]


def test_a_false_checkpoint_of_nothing_is_a_fork() -> None:
    assert checked(story(), Checkpoint(ORIGIN, 0, bytes(32))) == [(What.FORK, "0")]


def test_a_checkpoint_whose_last_event_is_gone_is_a_fork() -> None:
    book = story()
    checkpoint = signed(book, 4)
    del book.entries[3]
    assert (What.FORK, "4") in checked(book, checkpoint)


def test_a_column_of_hashes_does_not_hide_a_body_from_the_checkpoint() -> None:
    """The stored hashes are all as before; only the body is another."""
    book = story()
    checkpoint = signed(book)
    entry = book.entries[2]
    book.entries[2] = replace(entry, body=dumps(loads(entry.body) | {"why": "forged"}))
    assert words(check(book.entries, book.live(), checkpoints=[checkpoint])) == [
        (What.CHAIN, "3"),
        (What.FORK, "6"),
    ]


def test_a_checkpoint_of_another_log_is_found() -> None:
    book = story()
    assert checked(book, signed(book, origin="docctl.example/plant2")) == [(What.WRONG_LOG, "6")]


def test_a_checkpoint_can_name_the_log() -> None:
    book = story()
    replay = Replay(checkpoints=[signed(book, 0, "docctl.example/plant2")])
    replay.run(book.entries[:1])
    assert words(replay.findings) == [(What.WRONG_LOG, "1")]


def test_events_of_another_log_are_found() -> None:
    book = story()
    book.origin = "docctl.example/plant2"
    book.insert(number=4)
    assert checked(book) == [(What.WRONG_LOG, "7")]
    assert words(check(story().entries, story().live(), origin=book.origin))[0] == (What.WRONG_LOG, "1")


def test_a_body_with_another_number_than_its_entry_is_found() -> None:
    book = story()
    edit(book, 6, seq=7)
    assert checked(book) == [(What.CHAIN, "6")]


def test_a_segment_that_cannot_be_read_is_a_finding() -> None:
    book = story()
    files = {segments.name(1): segments.encode(book.entries[:4]) + b"{}\n"}
    findings = check(segments.join(files), [])
    assert (What.CHAIN, "5") in words(findings)
    assert words(check(segments.join({segments.name(1): b""}), [])) == [(What.CHAIN, "1")]


COPY = {"t": "copy", "k": 1, "row": {"id": 1, "last_seq": 7}}
CHANGED = COPY | {"prev": 6, "was": {}}


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": "1"},
        {"v": True},
        {"v": None},
        {"seq": "7"},
        {"schema": None},
        {"log": 1},
        {"act": None},
        {"rows": None},
        {"rows": {}},
        {"rows": ["copy"]},
        {"rows": [{}]},
        {"rows": [COPY | {"prev": 6}]},
        {"rows": [COPY | {"was": {}}]},
        {"rows": [COPY | {"more": 1}]},
        {"rows": [COPY | {"t": 1}]},
        {"rows": [COPY | {"k": "1"}]},
        {"rows": [COPY | {"k": True}]},
        {"rows": [COPY | {"row": None}]},
        {"rows": [COPY | {"row": {"id": 1, "last_seq": 7, "a": []}}]},
        {"rows": [COPY | {"row": {"id": 1, "last_seq": 7, "a": True}}]},
        {"rows": [COPY | {"row": {"id": 1, "last_seq": 7, "列": 1}}]},
        {"rows": [CHANGED | {"prev": "6"}]},
        {"rows": [CHANGED | {"was": None}]},
        {"rows": [CHANGED | {"was": {"a": 1}}]},
        {"rows": [CHANGED | {"was": {"id": {}}}]},
        {"act": "schema.migrate"},
        {"act": "schema.migrate", "details": None},
        {"act": "schema.migrate", "details": {"from": 1, "to": "2", "root_before": "", "root_after": ""}},
    ],
)
def test_an_event_that_cannot_be_replayed_is_a_finding_and_not_a_crash(changes: dict[str, Any]) -> None:
    book = story()
    book.append(book.event() | changes | ({} if "seq" in changes else {"seq": 7}))
    book.entries[-1] = replace(book.entries[-1], seq=7)
    assert checked(book) == [(What.UNREADABLE, "7")]


def test_a_body_that_is_no_json_is_a_finding_and_not_a_crash() -> None:
    book = story()
    prev = book.entries[-1].entry_hash
    book.entries.append(Entry(7, b"\xff", prev, entry_hash(prev, b"\xff")))
    assert checked(book) == [(What.UNREADABLE, "7")]


@settings(max_examples=200)
@given(st.data())
def test_a_flipped_bit_in_any_event_is_found(data: st.DataObject) -> None:
    book = story()
    at = data.draw(st.integers(0, 5))
    part = data.draw(st.sampled_from(["body", "prev_hash", "entry_hash"]))
    value = bytearray(getattr(book.entries[at], part))
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    value[bit // 8] ^= 1 << bit % 8
    changed: dict[str, Any] = {part: bytes(value)}
    book.entries[at] = replace(book.entries[at], **changed)
    assert (What.CHAIN, str(at + 1)) in checked(book)
