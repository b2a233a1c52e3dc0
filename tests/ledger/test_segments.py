"""Ledger segments: bytes come back unchanged, and only from files that were written here."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.errors import Tampered
from docctl.ledger import segments
from docctl.ledger.entry import Entry, dumps
from tests.support.book import Book
from tests.support.plain_ledger import link


def book(length: int = 6) -> list[Entry]:
    made = Book()
    for number in range(length):
        made.insert(holder=f'李伟 "{number}" \\ \n\u2028 😀')
    return made.entries


def cut(entries: list[Entry], *ends: int) -> dict[str, bytes]:
    """Segments that end after the given numbers of events."""
    starts = [0, *ends[:-1]]
    return {
        segments.name(start + 1): segments.encode(entries[start:end])
        for start, end in zip(starts, ends, strict=True)
    }


def test_the_name_of_a_segment_is_its_first_event() -> None:
    assert segments.name(1) == "ledger/000/00/00/000000001.jsonl"
    assert segments.name(12_345_678) == "ledger/012/34/56/012345678.jsonl"
    assert segments.name(1_234_567_890) == "ledger/1234/56/78/1234567890.jsonl"


@given(st.sets(st.integers(1, 10**15 - 1), min_size=1, max_size=5))
def test_segments_of_before_lie_beside_each_other_and_are_read_and_moved(numbers: set[int]) -> None:
    flat = {f"{number:09d}.jsonl": number for number in numbers}
    moved = segments.moved([*flat, "checkpoint", "000", "1.jsonl"])
    assert moved == {f"ledger/{old}": segments.name(number) for old, number in flat.items()}
    for old, new in moved.items():
        assert segments.first(old) == segments.first(new) == flat[old.removeprefix("ledger/")]


def test_old_and_new_places_are_read_as_one_ledger() -> None:
    entries = book(6)
    parts = {"ledger/000000001.jsonl": segments.encode(entries[:4])} | {
        segments.name(5): segments.encode(entries[4:])
    }
    assert list(segments.join(parts)) == entries


def test_a_line_can_be_read_by_a_person_and_by_other_tools() -> None:
    entry = book(1)[0]
    line = json.loads(segments.encode([entry]))
    assert line == {
        "seq": 1,
        "prev_hash": "00" * 32,
        "entry_hash": entry.entry_hash.hex(),
        "body": entry.body.decode(),
    }
    assert "李伟" in segments.encode([entry]).decode()


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=5))
def test_bodies_come_back_byte_for_byte(texts: list[str]) -> None:
    entries: list[Entry] = []
    for number, text in enumerate(texts, 1):
        entries.append(link({"seq": number, "why": text}, entries[-1].entry_hash if entries else bytes(32)))
    data = segments.encode(entries)
    assert data.count(b"\n") == len(entries)
    assert list(segments.decode(data)) == entries


def test_segments_join_in_the_order_of_their_events() -> None:
    entries = book()
    parts = cut(entries, 2, 3, 6)
    assert list(segments.join(dict(reversed(parts.items())))) == entries


def test_segments_of_more_than_nine_digits_come_last() -> None:
    names = [segments.name(1_000_000_000), segments.name(999_999_999)]
    with pytest.raises(Tampered, match=r"event 1 is missing; ledger/999/99/99/999999999\.jsonl comes next"):
        list(segments.join(dict.fromkeys(names, b"")))


def test_no_segments_are_no_events() -> None:
    assert list(segments.join({})) == []


@given(st.data())
@settings(max_examples=300)
def test_a_flipped_bit_in_a_segment_gives_no_event_or_another(data: st.DataObject) -> None:
    entries = book(3)
    whole = segments.encode(entries)
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    with suppress(Tampered):
        assert list(segments.decode(bytes(flipped))) != entries


def line(**changes: Any) -> bytes:
    entry = book(1)[0]
    fields: dict[str, Any] = json.loads(segments.encode([entry]))
    fields |= changes
    return dumps({name: value for name, value in fields.items() if value is not ...}) + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\n", id="empty line"),
        pytest.param(line() + b"\n", id="empty line behind"),
        pytest.param(line()[:-1], id="no newline at the end"),
        pytest.param(line().replace(b"\n", b"\r\n"), id="carriage return"),
        pytest.param(line().replace(b":", b": ", 1), id="blank"),
        pytest.param(line(seq="1"), id="number as text"),
        pytest.param(line(seq=True), id="number as truth value"),
        pytest.param(line(body=1), id="body that is no text"),
        pytest.param(line(entry_hash="00"), id="short hash"),
        pytest.param(line(entry_hash="AB" * 32), id="hash in capitals"),
        pytest.param(line(entry_hash="00" * 32 + "\n"), id="newline behind the hash"),
        pytest.param(line(prev_hash=None), id="no hash"),
        pytest.param(line(prev_hash=...), id="field missing"),
        pytest.param(line(more=1), id="another field"),
        pytest.param(b"[]\n", id="array"),
        pytest.param(b"\xff\n", id="not UTF-8"),
    ],
)
def test_lines_that_were_not_written_here_are_refused(data: bytes) -> None:
    with pytest.raises(Tampered):
        list(segments.decode(data))


def test_the_line_at_fault_is_named() -> None:
    with pytest.raises(Tampered, match="Line 2 "):
        list(segments.decode(line() + b"{}\n"))


@pytest.mark.parametrize(
    "name",
    [
        "ledger/1.jsonl",
        "ledger/000000001.json",
        "000000001.jsonl",
        "ledger/0000000001.jsonl",
        "ledger/000/00/01/000000001.jsonl",
        "ledger/000/00/000000001.jsonl",
        "ledger/000000001.jsonl\n",
    ],
)
def test_files_with_other_names_are_no_segments(name: str) -> None:
    with pytest.raises(Tampered, match="not the name"):
        list(segments.join({name: segments.encode(book(1))}))


def test_a_missing_segment_is_named() -> None:
    parts = cut(book(), 2, 3, 6)
    del parts[segments.name(3)]
    with pytest.raises(Tampered, match="segment with event 3 is missing"):
        list(segments.join(parts))


def test_a_segment_whose_name_lies_is_found() -> None:
    entries = book()
    parts = {segments.name(1): segments.encode(entries[1:])}
    with pytest.raises(Tampered, match="does not follow on: event 1 expected, 2 found"):
        list(segments.join(parts))


def test_overlapping_segments_are_found() -> None:
    entries = book()
    parts = cut(entries, 3) | {segments.name(3): segments.encode(entries[2:])}
    with pytest.raises(Tampered, match="event 4 is missing"):
        list(segments.join(parts))


def test_a_segment_of_another_chain_does_not_follow_on() -> None:
    other = Book()
    for number in range(6):
        other.insert(holder=f"other {number}")
    parts = cut(book(), 3) | {segments.name(4): segments.encode(other.entries[3:])}
    with pytest.raises(Tampered, match="does not follow on"):
        list(segments.join(parts))
