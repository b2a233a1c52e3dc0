"""What people and programs are shown: tables that line up, JSON that can be read anywhere."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pytest

from docctl.cli.kit import spoken
from docctl.cli.kit.answers import WIDEST, ErrorAnswer, plainly, print_error, print_json, print_plain, table
from docctl.errors.message import Message


def test_chinese_characters_count_two_columns_in_a_table() -> None:
    lines = table([{"number": "A", "title": "质量手册"}, {"number": "LX-1", "title": "x", "note": None}])
    assert lines == ["number    title     note", "A         质量手册  -", "LX-1      x         -"]


def test_an_empty_table_says_so() -> None:
    assert table([]) == ["(none)"]
    assert table([], spoken.reader("zh")) == ["（无）"]


@pytest.mark.parametrize("text", ["x" * 200, "质" * 200, "质x" * 100, "a\n" * 100])
def test_a_long_cell_is_cut_to_the_width_of_a_column(text: str) -> None:
    [_, line] = table([{"text": text}])
    assert line.endswith("…")
    assert len(line.encode("gbk", "replace")) in (WIDEST, WIDEST + 1)


def test_values_come_first_and_each_list_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_plain(
        {"ok": True, "rows": [{"a": 1}], "who": ["x", "y"], "how": {"k": False}, "none": {}, "empty": ()}
    )
    assert capsys.readouterr().out == (
        "ok: yes\nwho: x, y\nhow: k=no\nnone: -\n\nrows:\na\n1\n\nempty:\n(none)\n"
    )


def test_words_of_an_answer_are_said_in_the_language_of_who_asks(capsys: pytest.CaptureFixture[str]) -> None:
    print_plain({"ok": True, "how": {"k": False}, "who": [True], "rows": [{"a": False}]}, spoken.reader("zh"))
    assert capsys.readouterr().out == "正常: 是\nhow: k=否\nwho: 是\n\nrows:\na\n否\n"


def test_a_single_list_needs_no_heading(capsys: pytest.CaptureFixture[str]) -> None:
    print_plain({"documents": [{"number": "A"}]})
    assert capsys.readouterr().out == "number\nA\n"


def test_a_title_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_plain({"title": "\x1b[31mred\u202e"})
    assert "\x1b" not in capsys.readouterr().out


@dataclass(frozen=True)
class Thing:
    day: date
    parts: tuple[int, ...]


def test_what_json_cannot_hold_is_told_plainly() -> None:
    value = {
        "thing": Thing(date(2026, 3, 12), (1, 2)),
        "map": MappingProxyType({"a": None}),
        5: frozenset({1}),
    }
    assert plainly(value) == {"thing": {"day": "2026-03-12", "parts": [1, 2]}, "map": {"a": None}, "5": [1]}


def test_json_is_chinese_where_the_terminal_can_and_escaped_where_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_json({"title": "手册"})
    assert capsys.readouterr().out == '{"title": "手册"}\n'
    print_json({"half": "\ud800"})
    assert json.loads(capsys.readouterr().out) == {"half": "\ud800"}
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    print_json({"title": "手册"})
    narrow.flush()
    assert narrow.buffer.getvalue() == b'{"title": "\\u624b\\u518c"}\n'


def test_all_problems_of_an_error_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    error = ErrorAnswer(
        "content", Message("a: x; y"), 2, {"a": Message("x"), "": Message("y")}, hint="Usage: z"
    )
    assert print_error(error, as_json=False) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "Usage: z\nError: this cannot be accepted:\n  a: x\n  y\n")
    assert print_error(error, as_json=True) == 2
    assert json.loads(capsys.readouterr().out)["error"] == {
        "kind": "content",
        "message": "a: x; y",
        "id": "a: x; y",
        "values": {},
        "problems": {"a": "x", "": "y"},
    }


def test_a_single_sentence_is_told_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_error(ErrorAnswer("content", Message("no"), 2, {"": Message("no")}), as_json=False) == 2
    assert capsys.readouterr().err == "Error: no\n"
