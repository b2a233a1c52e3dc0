"""Canonical JSON, and the chain of hashes under attack."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.errors import Invalid, Tampered
from docctl.ledger.entry import GENESIS, Entry, dumps, entry_hash, flat, loads
from docctl.ledger.finding import What
from tests.support.book import Book, relink
from tests.support.plain_ledger import check_chain, link

MOST = 2**53 - 1

text = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST, MOST) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(text, values, max_size=5)


@given(objects)
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    assert loads(dumps(value)) == value


@given(st.dictionaries(text.filter(str.isascii), st.none() | st.integers(-MOST, MOST) | text, max_size=6))
def test_the_fast_writer_of_rows_writes_what_rfc_8785_asks_for(row: dict[str, Any]) -> None:
    assert flat(row) == rfc8785.dumps(row)


@given(objects, st.data())
@settings(max_examples=300)
def test_a_flipped_bit_makes_other_json_or_none(value: dict[str, Any], data: st.DataObject) -> None:
    body = dumps(value)
    bit = data.draw(st.integers(0, len(body) * 8 - 1))
    flipped = bytearray(body)
    flipped[bit // 8] ^= 1 << bit % 8
    with suppress(Invalid):
        assert loads(bytes(flipped)) != value


def test_keys_beyond_the_basic_plane_are_sorted_by_utf_16_units() -> None:
    body = dumps({"ﬁ": 1, "😀": 2})
    assert body == '{"😀":2,"ﬁ":1}'.encode()
    assert loads(body) == {"ﬁ": 1, "😀": 2}
    with pytest.raises(Invalid, match="order"):
        loads('{"ﬁ":1,"😀":2}'.encode())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"a":1,"a":2}', id="double key"),
        pytest.param(b'{"a":1,"a":1}', id="double key with one value"),
        pytest.param(b'{"a":1.0}', id="float"),
        pytest.param(b'{"a":1e0}', id="exponent"),
        pytest.param(b'{"a":NaN}', id="not a number"),
        pytest.param(b'{"a":-Infinity}', id="infinity"),
        pytest.param(b'{"a":-0}', id="minus nought"),
        pytest.param(b'{"a":9007199254740992}', id="2^53"),
        pytest.param(b'{"a":-9007199254740992}', id="-2^53"),
        pytest.param(b'{"a":' + b"9" * 100_000 + b"}", id="endless integer"),
        pytest.param(b'{"b":1,"a":2}', id="order"),
        pytest.param(b'{"a": 1}', id="blank"),
        pytest.param(b'{"a":1}\n', id="newline behind"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', id="byte order mark"),
        pytest.param(b'{"a":"\xff"}', id="not UTF-8"),
        pytest.param(b'{"a":"\xed\xa0\x80"}', id="surrogate as bytes"),
        pytest.param(rb'{"a":"\ud800"}', id="surrogate as escape"),
        pytest.param(rb'{"a":"\u00e9"}', id="needless escape"),
        pytest.param(rb'{"a":"\/"}', id="escaped slash"),
        pytest.param(b'{"a":"\x01"}', id="raw control character"),
        pytest.param(b"[1]", id="array"),
        pytest.param(b"1", id="number"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"a":' * 100_000, id="nested without end"),
    ],
)
def test_json_that_is_not_canonical_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid, match="not canonical JSON"):
        loads(body)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": 1.5}, id="float"),
        pytest.param({"a": [1, (2, 1.0)]}, id="float inside"),
        pytest.param({"a": MOST + 1}, id="2^53"),
        pytest.param({1: "a"}, id="key that is no text"),
        pytest.param({"a": "\ud800"}, id="lone surrogate"),
        pytest.param({"\ud800": "a"}, id="lone surrogate as key"),
        pytest.param({"a": b"x"}, id="bytes"),
        pytest.param({"a": {1}}, id="set"),
    ],
)
def test_a_value_without_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(Invalid, match="no canonical form"):
        dumps(value)


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(Invalid, match="no canonical form"):
        dumps(value)


def test_the_greatest_integers_pass() -> None:
    assert loads(b'{"a":9007199254740991,"b":-9007199254740991}') == {"a": MOST, "b": -MOST}


def test_the_hash_of_an_entry_is_over_nought_and_the_hash_before_and_the_body() -> None:
    body = b'{"seq":1}'
    assert entry_hash(GENESIS, body) == sha256(bytes(33) + body).digest()
    assert (
        entry_hash(GENESIS, body).hex() == "76335d18c073eaa26486ee0874078f79f5020415571bd9ca8574c1309afde2ce"
    )


def test_an_entry_gives_its_event() -> None:
    assert link({"seq": 1, "why": "换版"}).event == {"seq": 1, "why": "换版"}


def test_an_entry_with_another_body_than_json_does_not_give_an_event() -> None:
    entry = Entry(7, b"{", GENESIS, entry_hash(GENESIS, b"{"))
    with pytest.raises(Tampered, match="Event 7 cannot be read"):
        _ = entry.event


def chain(length: int = 6) -> list[Entry]:
    book = Book()
    for number in range(length):
        book.insert(holder=f"部门{number}")
    return book.entries


def found(entries: list[Entry], after: Entry | None = None) -> list[tuple[str, str]]:
    return [(f.what, f.where) for f in check_chain(entries, after=after)]


def test_an_honest_chain_has_no_findings() -> None:
    entries = chain()
    assert found(entries) == []
    assert found(entries[3:], after=entries[2]) == []


def test_a_chain_may_be_empty() -> None:
    assert found([]) == []


@given(st.data())
@settings(max_examples=300)
def test_a_flipped_bit_anywhere_in_the_chain_is_found(data: st.DataObject) -> None:
    entries = chain()
    at = data.draw(st.integers(0, len(entries) - 1))
    part = data.draw(st.sampled_from(["body", "prev_hash", "entry_hash"]))
    value = bytearray(getattr(entries[at], part))
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    value[bit // 8] ^= 1 << bit % 8
    changed: dict[str, Any] = {part: bytes(value)}
    entries[at] = replace(entries[at], **changed)
    assert str(at + 1) in {where for _, where in found(entries)}


def test_every_bit_of_one_entry_is_guarded() -> None:
    entries = chain(2)
    for part in ("body", "prev_hash", "entry_hash"):
        for bit in range(len(getattr(entries[0], part)) * 8):
            value = bytearray(getattr(entries[0], part))
            value[bit // 8] ^= 1 << bit % 8
            changed: dict[str, Any] = {part: bytes(value)}
            assert found([replace(entries[0], **changed), entries[1]])


def edited(entry: Entry, **changes: Any) -> Entry:
    body = dumps(json.loads(entry.body) | changes)
    return replace(entry, body=body)


def test_an_edited_event_is_found() -> None:
    """T-02: the row alone was edited."""
    entries = chain()
    entries[2] = edited(entries[2], why="another reason")
    assert found(entries) == [(What.CHAIN, "3")]


def test_an_edited_event_with_its_own_hash_renewed_is_found_at_the_next() -> None:
    entries = chain()
    body = edited(entries[2], why="another reason").body
    entries[2] = replace(entries[2], body=body, entry_hash=entry_hash(entries[2].prev_hash, body))
    assert found(entries) == [(What.CHAIN, "4")]


def test_a_deleted_event_is_found() -> None:
    entries = chain()
    del entries[2]
    assert found(entries) == [(What.GAP, "3"), (What.CHAIN, "4")]


def test_a_deleted_first_event_is_found() -> None:
    assert found(chain()[1:]) == [(What.GAP, "1"), (What.CHAIN, "2")]


def test_an_inserted_event_is_found() -> None:
    entries = chain()
    entries.insert(2, link({"seq": 3}, entries[1].entry_hash))
    assert (What.GAP, "4") in found(entries)
    assert (What.CHAIN, "3") in found(entries)


def test_a_repeated_event_is_found() -> None:
    entries = chain()
    entries.insert(3, entries[2])
    assert (What.GAP, "4") in found(entries)


def test_swapped_events_are_found() -> None:
    entries = chain()
    entries[2], entries[3] = entries[3], entries[2]
    assert {what for what, _ in found(entries)} == {What.GAP, What.CHAIN}


def test_a_chain_rewritten_from_one_event_on_is_whole_again() -> None:
    """T-03 and T-04: only a checkpoint or a witness outside can tell; see the tests of the replay."""
    entries = chain()
    entries[2] = edited(entries[2], why="another reason")
    assert found(relink(entries)) == []
