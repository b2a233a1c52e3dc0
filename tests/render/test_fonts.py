"""The two typefaces: which characters they have, and the little font of a stamp."""

from __future__ import annotations

import io
from typing import Any

import pytest
from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]

from docctl.errors import Invalid
from docctl.render import fonts
from tests.support.said import said

TOFU = "\u2610"  # a ballot box, which neither typeface has


def test_the_characters_of_an_office_are_all_there() -> None:
    office = "受控非受控作废留存发放编号№①℃㎡Ωµ≤≥≠±×÷°“”‘’…—《》、。（）；：□√ÄéüñАβ"
    rare = "䶮㛃\U0002cb5a"
    assert fonts.missing(office + rare) == []


def test_a_missing_character_is_named_with_its_clause_and_line() -> None:
    html = f'<p id="clause-5.2.1">5.2.1 打勾 {TOFU} 即可</p>'
    with pytest.raises(Invalid) as refused:
        fonts.refuse_missing(html, f"# 5\n\n5.2.1 打勾 {TOFU} 即可\n")
    assert said(refused.value.problems) == {
        "U+2610": f"no font has {TOFU} (line 3, clause 5.2.1), near “.2.1 打勾 {TOFU} 即可”; "
        "write it otherwise, or make it a figure"
    }


def test_a_style_sheet_is_no_text() -> None:
    fonts.refuse_missing(f"<style>{TOFU}</style><p>好</p>")
    with pytest.raises(Invalid, match="U\\+2610"):
        fonts.refuse_missing(f"<style>x</style><p>{TOFU}</p>")


def test_a_holder_whose_name_cannot_be_printed_is_refused() -> None:
    with pytest.raises(Invalid, match="holder: '李☐'"):
        fonts.refuse_missing_in("李☐", "holder")


def test_a_subset_is_a_font_with_just_these_glyphs() -> None:
    made = fonts.subset("受控受控#007")
    font: Any = CFFFontSet()
    font.decompile(io.BytesIO(made.program), None)
    shapes = font[0].CharStrings
    assert made.characters == "#07受控"
    assert len(shapes) == len(made.characters) + 1
    for n, name in enumerate(list(font[0].charset)[1:]):
        shape = shapes[name]
        assert shape.calcBounds(shapes) is not None
        assert shape.width == made.widths[n]


def test_a_subset_is_the_same_each_time_and_says_how_wide_its_text_is() -> None:
    assert fonts.subset("受控7") == fonts.subset("7控受")
    assert fonts.subset("受控").width("受控", 10) == 20
    assert fonts.subset("受控").encode("控受控") == "000200010002"


def test_no_font_but_the_two_is_configured() -> None:
    assert fonts.configuration().count("<dir>") == 1
    assert str(fonts.folder()) in fonts.configuration()
    assert sorted(p.name for p in fonts.folder().glob("*.otf")) == [fonts.SANS, fonts.SERIF]
