"""The typefaces: which characters they have, and the little font of a stamp."""

from __future__ import annotations

import io
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from docctl.errors import Invalid
from docctl.render import fonts, typefaces
from tests.support.said import said

TOFU = "\U00020001"  # a Chinese character that none of the typefaces has


def test_the_characters_of_an_office_are_all_there() -> None:
    office = "受控非受控作废留存发放编号№①℃㎡Ωµ≤≥≠±×÷°“”‘’…—《》、。（）；：□√ÄéüñАβ"
    rare = "䶮㛃\U0002cb5a"
    assert fonts.missing(office + rare) == []


def test_a_missing_character_is_named_with_its_clause_and_line() -> None:
    html = f'<p id="clause-5.2.1">5.2.1 打勾 {TOFU} 即可</p>'
    with pytest.raises(Invalid) as refused:
        fonts.refuse_missing(html, f"# 5\n\n5.2.1 打勾 {TOFU} 即可\n")
    assert said(refused.value.problems) == {
        "U+20001": f"no font has {TOFU} (line 3, clause 5.2.1), near “.2.1 打勾 {TOFU} 即可”; "
        "write it otherwise, or make it a figure"
    }


def test_a_style_sheet_is_no_text() -> None:
    fonts.refuse_missing(f"<style>{TOFU}</style><p>好</p>")
    with pytest.raises(Invalid, match="U\\+20001"):
        fonts.refuse_missing(f"<style>x</style><p>{TOFU}</p>")


def test_a_holder_whose_name_cannot_be_printed_is_refused() -> None:
    with pytest.raises(Invalid, match=f"holder: '李{TOFU}'"):
        fonts.refuse_missing_in(f"李{TOFU}", "holder")


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


def test_a_stamp_can_say_what_only_another_typeface_has() -> None:
    widths = dict(zip("受☑✅Ł", (fonts.subset(c).widths[0] for c in "受☑✅Ł"), strict=True))
    assert widths["受"] == 1000
    assert all(300 < width < 1500 for width in widths.values())


@pytest.mark.parametrize(
    "wanted",
    [
        "☐☑☒✓✔✅✗✘❌⚠①⑳★☆⭐➤➔👍🔀",
        "₀₁₂₃₄₅₆₇₈₉₊₋⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ",
        "".join(map(chr, range(0xC0, 0x180))),
        "".join(map(chr, range(0x1E00, 0x1F00))),
        "".join(chr(n) for n in range(0x391, 0x3CA) if n != 0x3A2),
        "".join(map(chr, range(0x2190, 0x2200))),
        "".join(map(chr, range(0x2200, 0x2300))),
        "".join(map(chr, range(0x3400, 0x4DC0))),
        "".join(map(chr, range(0x4E00, 0xA000))),
        "\U00020021\U0002003e\U0002cb5a",
    ],
    ids=["signs", "digits", "latin", "vietnamese", "greek", "arrows", "mathematics", "ext-a", "uro", "ext-b"],
)
def test_what_technical_texts_and_names_need_can_be_printed(wanted: str) -> None:
    assert fonts.missing(wanted) == []


def test_a_character_that_nobody_sees_is_named_as_what_it_is_and_not_as_its_stand_in() -> None:
    with pytest.raises(Invalid) as refused:
        fonts.refuse_missing("<p>⚠⟦U+FE0F⟧ 注意</p>", "# 1\n\n⚠\ufe0f 注意\n")
    assert said(refused.value.problems) == {
        "U+FE0F": "the text holds U+FE0F, which nobody can see (line 3), near “⚠”; take it out"
    }
    fonts.refuse_missing("<p>⟦U+FE0F⟧</p>", "写作 ⟦U+FE0F⟧\n")


def test_no_fonts_but_those_of_the_packages_are_configured(tmp_path: Path) -> None:
    said = typefaces.lay_ready(tmp_path)
    assert (said.count("<dir>"), str(tmp_path) in said) == (1, True)
    found = sorted(TTFont(file)["name"].getDebugName(1) for file in tmp_path.iterdir())
    assert found == sorted(face.family for face in typefaces.ALL)
    css = (files("docctl.render") / "print" / "sheet.css").read_text("utf-8")
    assert {f'"{face.family}"' for face in typefaces.ALL} == set(re.findall(r'"Noto [^"]+"', css))
