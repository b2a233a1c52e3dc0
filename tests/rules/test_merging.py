"""Cells of a table that are one, cell by cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.rules.documents import lint
from docctl.rules.documents.merging import MARKS, spans


def table(text: str) -> list[list[str]]:
    return [row.split() for row in text.split("/")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b / c d", {}),
        ("a << / c d", {(0, 0): (1, 2)}),
        ("a b / c d / ^^ e", {(1, 0): (2, 1)}),
        ("a b / c d / ^^ e / ^^ f", {(1, 0): (3, 1)}),
        ("a b c / d << << / e f g", {(1, 0): (1, 3)}),
        ("a b / c << / ^^ ^^", {(1, 0): (2, 2)}),
        ("a b / c << / ^^ <<", {(1, 0): (2, 2)}),
        ("a b / ^^ c", {}),  # no cell leaves the head
        ("a b / << c", {}),  # nothing is on its left
        ("a b / c << / ^^ d", {}),  # three cells are no rectangle
        ("^^ << / a b", {}),
        ("a b / c d / ^^ ^^", {(1, 0): (2, 1), (1, 1): (2, 1)}),
        ("a b c / d e / ^^", {(1, 0): (2, 1)}),  # rows of unequal length
    ],
)
def test_cells_are_merged_where_they_make_a_rectangle(text: str, found: dict[object, object]) -> None:
    assert {place: tuple(span) for place, span in spans(table(text))[0].items()} == found


@given(st.lists(st.lists(st.sampled_from(["a", "^^", "<<"]), min_size=1, max_size=4), max_size=5))
def test_every_cell_is_shown_once_or_belongs_to_one_that_is(rows: list[list[str]]) -> None:
    found, merged = spans(rows)
    covered = [
        (r + down, c + right)
        for (r, c), span in found.items()
        for down in range(span.rows)
        for right in range(span.columns)
    ]
    assert len(covered) == len(set(covered))
    assert set(covered) - found.keys() == merged
    assert all(rows[r][c] in MARKS for r, c in merged)
    assert all(rows[r][c] not in MARKS for r, c in found)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("| a | b |\n|---|---|\n| c | d |\n| ^^ | e |", []),
        ("| a | b |\n|---|---|\n| ^^ | e |", [(3, "^^")]),
        ("| a | b |\n|---|---|\n| << | e |", [(3, "<<")]),
        ("甲\n\n\\newpage\n\n乙", []),
        ("甲\n\\newpage\n乙", [(2, "\\newpage")]),
        ("\\newpage", []),
    ],
)
def test_a_mark_that_merges_nothing_and_a_break_that_is_none_stop_a_submission(
    body: str, told: list[tuple[int, str]]
) -> None:
    found = [(f.line, f.message.values["markup"]) for f in lint.unfinished(body)]
    assert [(line, str(said)) for line, said in found] == told
