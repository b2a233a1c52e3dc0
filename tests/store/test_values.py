"""Values of records: sealed, appended, torn by power cuts, and erased."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Busy, Invalid, Tampered
from docctl.store.values import SALT_BYTES, Json, ValueFiles, canonical, new_salt, seal

SALT = bytes(range(SALT_BYTES))
RECORD = (2026, "LX-R-003/1")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def files(tmp_path: Path) -> ValueFiles:
    return ValueFiles(tmp_path / "records")


def test_a_seal_is_the_hash_of_salt_and_canonical_value() -> None:
    assert (
        seal(SALT, {"b": "顾客", "a": 1}) == hashlib.sha256(SALT + '{"a":1,"b":"顾客"}'.encode()).hexdigest()
    )
    assert len(new_salt()) == SALT_BYTES
    assert new_salt() != new_salt()


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        [1, [2.0]],
        {"a": {"b": 0.1}},
        (0.1,),
        2**53,
        "\ud800",
        {1: "x"},
        {"\ud800": 1},
        b"x",
    ],
)
def test_what_json_cannot_hold_exactly_is_refused(value: Json) -> None:
    with pytest.raises(Invalid):
        canonical(value)


def test_a_value_nested_without_end_is_refused() -> None:
    value: Json = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Invalid, match="cannot be stored"):
        canonical(value)


def test_entries_are_added_and_read_in_order(files: ValueFiles) -> None:
    assert files.read(*RECORD) == {}
    first = files.add(*RECORD, 65537, SALT, "第一")
    files.add(*RECORD, 65538, SALT, {"x": ["9.75", None, True]})
    assert first == seal(SALT, "第一")
    assert files.read(*RECORD) == {65537: (SALT, "第一"), 65538: (SALT, {"x": ["9.75", None, True]})}
    assert files.working_path(*RECORD).name == "LX-R-003_2F1.values.jsonl"
    assert files.working_path(*RECORD).parent.name == "2026"


def test_a_failed_attempt_and_its_repetition_leave_the_later_value(files: ValueFiles) -> None:
    files.add(*RECORD, 1, SALT, "before the power cut")
    files.add(*RECORD, 1, SALT, "again")
    assert files.read(*RECORD) == {1: (SALT, "again")}


@given(JSON, st.integers(1, 200))
@pytest.mark.rule("CP-30")
def test_a_torn_last_line_harms_neither_neighbour(
    tmp_path_factory: pytest.TempPathFactory, value: Json, cut: int
) -> None:
    files = ValueFiles(tmp_path_factory.mktemp("records"))
    files.add(*RECORD, 1, SALT, "first")
    whole = files.working_path(*RECORD).read_bytes()
    files.add(*RECORD, 2, SALT, value)
    torn = files.working_path(*RECORD).read_bytes()[: len(whole) + cut]
    files.working_path(*RECORD).write_bytes(torn)
    files.add(*RECORD, 3, SALT, value)
    found = files.read(*RECORD)
    assert found[1] == (SALT, "first")
    assert found[3] == (SALT, value)
    assert set(found) <= {1, 2, 3}


@pytest.mark.parametrize("k", range(4))
@pytest.mark.rule("CP-29")
def test_a_disk_that_fails_at_any_moment_acknowledges_nothing_it_lost(
    files: ValueFiles, monkeypatch: pytest.MonkeyPatch, k: int
) -> None:
    calls: list[int] = []
    real = os.fsync

    def fails(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == k + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(Busy, match="No space left"):
        files.add(*RECORD, 1, SALT, "lost or not")
    monkeypatch.setattr(os, "fsync", real)
    files.add(*RECORD, 2, SALT, "kept")
    assert files.read(*RECORD)[2] == (SALT, "kept")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b'{"entry":1,"salt":"00"}',
        b'{"entry":1,"salt":"zz","value":1}',
        b'{"entry":1,"salt":null,"value":1}',
        b'{"entry":1,"salt":"00","value":1.0}',
        b'{"entry":1,"salt":"00","value":NaN}',
        b'{"entry":true,"salt":"00","value":1}',
        b'{"entry":"1","salt":"00","value":1}',
        b'{"entry":1,"entry":1,"salt":"00","value":1}',
        b'{"entry": 1,"salt":"00","value":1}',
        b'{"entry":1,"salt":"00","value":"\xff"}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_docctl_did_not_write_is_no_entry(files: ValueFiles, line: bytes) -> None:
    files.add(*RECORD, 7, SALT, "kept")
    with files.working_path(*RECORD).open("ab") as file:
        file.write(line)
    assert files.read(*RECORD) == {7: (SALT, "kept")}


def test_closing_writes_the_sealed_file_and_then_drops_the_working_file(files: ValueFiles) -> None:
    files.add(*RECORD, 1, SALT, "x")
    digest = files.write_sealed(*RECORD, {"values": ["x"], "number": RECORD[1]})
    assert files.read(*RECORD), "the working file stays until the record is closed"
    files.drop_working(*RECORD)
    files.drop_working(*RECORD)
    assert files.read(*RECORD) == {}
    data = files.read_sealed(*RECORD, digest)
    assert hashlib.sha256(data).hexdigest() == digest
    assert json.loads(data) == {"number": RECORD[1], "values": ["x"]}
    assert [path.name for path in files.sealed_path(*RECORD).parent.iterdir()] == ["LX-R-003_2F1.json"]


def test_a_changed_or_missing_sealed_file_is_reported(files: ValueFiles) -> None:
    digest = files.write_sealed(*RECORD, {"satisfied": False})
    files.sealed_path(*RECORD).write_bytes(b'{"satisfied":true}')
    with pytest.raises(Tampered, match="other content"):
        files.read_sealed(*RECORD, digest)
    files.sealed_path(*RECORD).unlink()
    with pytest.raises(Tampered, match="missing"):
        files.read_sealed(*RECORD, digest)
