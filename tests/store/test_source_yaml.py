"""What the strict YAML reader gives, and what it refuses."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.store import source
from docctl.store.tree import load_yaml
from tests.support.said import said


def refusal(data: str | bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        load_yaml(data if isinstance(data, bytes) else data.encode())
    return said(refused.value.problems)


def test_every_scalar_stays_what_was_typed() -> None:
    text = "version: 1.10\nrev: 007\nno: no\nat: 12:30\nday: 2026-11-24\nnothing:\nnull: ~\nbig: 1e3\nhex: 0x1F\nquoted: 'yes'\n"
    assert load_yaml(text.encode()) == {
        "version": "1.10",
        "rev": "007",
        "no": "no",
        "at": "12:30",
        "day": "2026-11-24",
        "nothing": "",
        "null": "~",
        "big": "1e3",
        "hex": "0x1F",
        "quoted": "yes",
    }


def test_lists_comments_and_long_texts_are_read() -> None:
    text = "a: [1, {b: 2}]  # c\r\nt: |\r\n  x\r\n  y\r\n"
    assert load_yaml(text.encode()) == {"a": ["1", {"b": "2"}], "t": "x\ny\n"}
    assert load_yaml(b"just text") == "just text"


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.rule("SE-26")
@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: 2\na: 3", 3, "a is there twice, first in line 1"),
        ("x:\n  a: 1\n  a: 2", 3, "twice, first in line 2"),
        ("{a: 1, 'a': 2}", 1, "twice"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tags"),
        ("a: !!str 1", 1, "tags"),
        ("a: 1\nb: ! x", 2, "tags"),
        ("!!set {a, b}", 1, "tags"),
        ("!x k: 1", 1, "tags"),
        ("a: &x 1", 1, "anchors"),
        ("&k a: 1", 1, "anchors"),
        ("a: 1\nb: *x", 2, "anchors"),
        ("*x : 1", 1, "anchors"),
        ("a: &x [*x]", 1, "anchors"),
        (LAUGHS, 1, "anchors"),
        ("a: 1\n<<: {b: 2}", 2, "merge keys"),
        ("'<<': 1", 1, "merge keys"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: 1\n...\nb: 2", 3, "second document"),
        ("---\na: 1\n---\nb: 2", 3, "second document"),
        ("%YAML 1.1\n---\na: 1", 2, "directives"),
        ("%TAG ! tag:x,2000:\n---\na: 1", 2, "directives"),
        ("? [a, b]\n: 1", 1, "single word"),
        ("? {a: b}\n: 1", 1, "single word"),
        ("a: 1\nb: [" + "[" * 30, 2, "deeper than 20"),
        ("".join(" " * n + "a:\n" for n in range(30)), 22, "deeper than 20"),
        ("a: [1", 1, "not YAML"),
        ("a: 1\n  b: 2", 2, "not YAML"),
        ("a: 1\n\tb: 2", 2, "not YAML"),
        ("a: 'x", 1, "not YAML"),
        ("a: @x", 1, "not YAML"),
        ('a: "\\xZZ"', 1, "not YAML"),
        ("", 1, "nothing here"),
        ("# only a comment\n", 1, "nothing here"),
        ("a: 1\nb: x\u202ey", 2, "U+202E"),
        ("a: 1\n# \u200b", 2, "U+200B"),
        ("a: |\n  ```\n  \u200b\n  ```", 3, "U+200B"),
        ("a: 1\nb: \x07", 2, "U+0007"),
        ("a: 1\nb: \0", 2, "NUL"),
        ('a: 1\nb: "x\\u202ey"', 2, "cannot be seen"),
        ('a: 1\n"b\\0": c', 2, "cannot be seen"),
        ('a: ["\\U000e0041"]', 1, "cannot be seen"),
        ("\ufeffa: 1", 1, "byte order mark"),
        ("[" + "a," * 20_001 + "]", 1, "more than 20000 values"),
    ],
)
def test_hostile_yaml_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    [sentence] = refusal(text).values()
    assert f"line {line}:" in sentence
    assert word in sentence


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert refusal("a: 1\nb: 质".encode("gb18030"))[""].startswith("line 2: the file is not UTF-8")


def test_a_character_that_yaml_forbids_is_refused() -> None:
    assert "not YAML" in refusal("a: \ufffe".encode())[""] or "U+FFFE" in refusal("a: \ufffe".encode())[""]


@pytest.mark.rule("SE-26")
def test_a_file_over_one_megabyte_is_refused_at_once() -> None:
    began = time.process_time()
    assert "more than 1000 kB" in refusal(b"[" * 10_000_000)[""]
    assert time.process_time() - began < 1


scalars = st.text(alphabet="abcXYZ019.:-_~!&*%@ 质\n\t\"'#", max_size=12)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3),
    max_leaves=8,
)


def written(tree: Any) -> str:
    if isinstance(tree, str):
        plain = tree.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{plain}"'
    if isinstance(tree, list):
        return "[" + ", ".join(map(written, tree)) + "]"
    return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in tree.items()) + "}"


@given(trees)
def test_a_tree_of_text_reads_back_as_it_was(tree: Any) -> None:
    assert load_yaml(written(tree).encode()) == tree


@given(st.text(max_size=60))
def test_any_text_gives_text_or_a_refusal(text: str) -> None:
    try:
        tree = load_yaml(text.encode("utf-8", "surrogatepass"))
    except Invalid:
        return
    assert isinstance(tree, (str, list, dict))


def test_a_site_file_is_checked_and_typed() -> None:
    text = """organisation: 力星（福建）工贸有限公司
time_zone: Asia/Shanghai
levels: [manual, procedure, form]
departments: [{key: sales, title: {zh: 销售部, en: Sales}, aliases: [销售部门]}]
schemes: [{key: LX-record, level: form, pattern: '^LX-R-\\d{3}$', example: LX-R-001}]
chains: {form: author management-representative, manual: [{meaning: prepare, who: author}]}
calendars: {working: {hours: {monday: ["08:30-12:00"]}, holidays: [2026-10-01], workdays: []}}
"""
    site = source.check_file("site", load_yaml(text.encode()))
    assert site["calendars"]["working"]["holidays"] == ["2026-10-01"]
    assert site["chains"]["form"] == "author management-representative"


def test_the_problems_of_a_site_file_have_places() -> None:
    with pytest.raises(Invalid) as refused:
        source.check_file(
            "site", load_yaml(b"organization: x\nschemes: [{key: a}]\ncalendars: {w: {holidays: [soon]}}")
        )
    assert set(refused.value.problems) == {
        "organisation",
        "organization",
        "schemes.1.level",
        "schemes.1.pattern",
        "schemes.1.example",
        "calendars.w.holidays.1",
    }


@pytest.mark.parametrize("before", ["\n", "\n \n", "# a comment\n", "\r\n"])
def test_a_procedure_below_a_blank_line_is_told_to_begin_with_its_front_matter(before: str) -> None:
    """It is read as a template, because its first line is not ---; "a second document" would tell nobody why."""
    assert refusal(f"{before}---\nnumber: 1\n---\n# 1 目的\n") == {
        "": "line 1: the file must begin with ---; remove what stands before it."
    }
    assert load_yaml(f"{before}---\nnumber: 1\n".encode()) == {"number": "1"}
