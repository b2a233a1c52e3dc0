"""Bounds of a text: what is small to send may not take long or grow without end."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from docctl.errors import Invalid
from docctl.render.bounds import refuse_what_explodes
from docctl.render.markdown import to_html


def refused(text: str) -> set[str]:
    try:
        refuse_what_explodes(text)
    except Invalid as error:
        return set(error.problems)
    return set()


TABLE = "|a|b|\n|-|-|\n"


@pytest.mark.regulation("A11-03")
@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", set()),
        ("甲" * 400_000, {""}),
        ("> " * 30 + "x", set()),
        ("x\n" + "> " * 31 + "x", {"line 2"}),
        (">" * 31 + "x", {"line 1"}),
        ("- " * 31 + "x", {"line 1"}),
        ("- " * 31 + "-", set()),
        ("1. " * 31 + "x", {"line 1"}),
        ("\t" * 30 + "- x", {"line 1"}),
        ("\t" * 29 + "- x", set()),
        (" " * 400 + "x", set()),
        (TABLE + "|1|2|\n" * 1000, set()),
        ("|-" * 1000 + "|\n" + "|\n" * 60, {"table cells"}),
        ("|-" * 1000 + "|\n" + "|\n" * 20 + "\n" + "|\n" * 60, set()),
        ("|-" * 1000 + "|\r" + "|\r" * 60, {"table cells"}),
        ("*[A]: " + "x" * 1000 + "\n" + "A " * 900, set()),
        ("*[A]: " + "x" * 1000 + "\n" + "A " * 1100, {"definitions"}),
        ("[a]: " + "x" * 1000 + "\n" + "[a] " * 1100, {"definitions"}),
        ("[a]: x\n" * 1001, {"definitions"}),
        ("[^a]: x\n" * 1001, {"notes"}),
        ("[^a]: x\n" * 1000, set()),
        ("a\n" * 10_000, {"lines"}),
        ("a\n" * 9_999, set()),
        ("# a\n" * 2001, {"headings"}),
        ("> # a\n" * 2001, {"headings"}),
        ("a\n===\n" * 2001, {"headings"}),
        ("a\n---\n" * 2000, set()),
        ("[a](" * 3000, {"brackets"}),
        ("(" * 10_000, set()),
        ("[a](b(c)) " * 3000, set()),
        ("[a](b) " * 3000, set()),
        ("[" * 10_000, {"brackets"}),
        ("[[a]" * 10_000, {"brackets"}),
        ("[a]" * 10_000 + "]" * 100, set()),
        ("[\n\n" * 4_000, set()),
        ("[" * 5000 + "]" * 5000, {"brackets"}),
        ("[" * 10_000 + "\n" + "> " * 40, {"brackets", "line 2"}),
    ],
)
def test_a_text_out_of_bounds_is_refused_where_it_is(text: str, places: set[str]) -> None:
    assert refused(text) == places


HOSTILE = [
    "[" * 2300, "![" * 1100, "[a](" * 1000, "[a](" * 8000, "*a " * 30_000, "**a" * 20_000, "_a" * 30_000, "***a" * 4000,
    "`" * 50_000, "`a" * 20_000, "<" * 50_000, "&" * 50_000, "\\" * 20_000, "{limit:" * 10_000,
    "{#" * 30_000, " " * 300_000 + "x", "a {#" + " " * 100_000, "- \n" * 9_900, "a\n\n" * 4900, "# a\n" * 1990, "a\n=\n" * 1990, "> " * 30 + "x",
    "|-" * 500 + "|\n" + "|\n" * 90, "[^a]" * 990 + "\n\n[^a]: x", "#" * 100_000, "1" * 100_000,
    "=" * 100_000 + "\n" + "-" * 100_000, "- " * 500_000, " " * 999_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_rendered_or_refused_in_bounded_time(text: str) -> None:
    start = time.process_time()
    with suppress(Invalid):
        to_html(text, language="zh", limits={}, figure_url=lambda path: None, number="X")
    assert time.process_time() - start < 20
