"""Conditions as people read them; what has no words stays as it is written."""

from __future__ import annotations

import pytest

from docctl.rules.records.conditions import in_words

TITLES = {"a": "A", "b": "B", "size": "S", "t": "T", "t.c": "C"}
CHOICES = {("a", "x"): "eks", ("t.c", "x"): "eks"}


def read(written: str, language: str) -> str:
    return in_words(
        written,
        language,
        lambda name: TITLES.get(name, name),
        lambda name, value: CHOICES.get((name, value), value),
    )


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("size(a) > 0", "「A」已填写", "“A” is filled in"),
        ("size( a )==0", "「A」未填写", "“A” is left empty"),
        ("size(a) == 15", "「A」共15项", "“A” has 15 entries"),
        ("size(a) > 3", "size(「A」) > 3", "size(“A”) > 3"),
        ("a == true", "「A」为“是”", "“A” is yes"),
        ("a == false && b == true", "「A」为“否” 且 「B」为“是”", "“A” is no and “B” is yes"),
        ("a == 'x' || a != 'y'", "「A」为“eks” 或 「A」不是“y”", "“A” is eks or “A” is not y"),
        ("a == b", "「A」 = 「B」", "“A” = “B”"),
        ("a != b", "「A」 ≠ 「B」", "“A” ≠ “B”"),
        ("a >= b", "「A」 ≥ 「B」", "“A” ≥ “B”"),
        ("a <= b", "「A」 ≤ 「B」", "“A” ≤ “B”"),
        ("sum(t.c) <= a", "「T」中「C」之和 ≤ 「A」", "the sum of “C” in “T” ≤ “A”"),
        ("max( t.c ) > 2", "「T」中「C」的最大值 > 2", "the greatest “C” in “T” > 2"),
        ("count(t) == 0", "「T」的行数 = 0", "the number of rows of “T” = 0"),
        ("every(t, t.c == true)", "「T」每一行都符合 (「C」为“是”)", "every row of “T” has (“C” is yes)"),
        ("some(t, t.c != 'x')", "「T」至少一行符合 (「C」不是“eks”)", "some row of “T” has (“C” is not eks)"),
        (
            "count(t, t.c == 'x') > a",
            "「T」中符合条件的行数 (「C」为“eks”) > 「A」",
            "the number of rows of “T” with (“C” is eks) > “A”",
        ),
        ("other == true", "other为“是”", "other is yes"),
    ],
)
def test_a_condition_is_a_sentence(written: str, zh: str, en: str) -> None:
    assert (read(written, "zh"), read(written, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("x.a == a.x", "x.a = “A”.x"),
        ("a(a) || aa || a1", "a(“A”) or aa or a1"),
        ("size != size(a)", "“S” ≠ size(“A”)"),
        ('b == "a && b"', '“B” = "a && b"'),
        ("'a >= b' in a", "'a >= b' in “A”"),
        ("a == 'it\\\\'s' && b", "“A” = 'it\\\\'s' and “B”"),
        ("size(a.b) > 0", "size(“A”.b) > 0"),
        ("size(a) > 0.5", "size(“A”) > 0.5"),
        ("a == trueish", "“A” = trueish"),
    ],
)
def test_what_is_no_field_or_has_no_words_stays_as_it_is(written: str, said: str) -> None:
    assert read(written, "en") == said
