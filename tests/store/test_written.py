"""A document as it was typed or uploaded: what was uploaded decides no path, and nothing is taken in idle."""

from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.store.template import Template
from docctl.store.written import is_template, material_of
from tests.support.said import said
from tests.support.sites import template

NUMBER = "LX-CX-2019-009"
FRONT = f"---\nnumber: {NUMBER}\ntitle: {{zh: 甲, en: A}}\nlevel: procedure\ndepartment: sales\n---\n"
PLAN, FLOW = f"{NUMBER}/plan.png", f"{NUMBER}/flow.png"
ZH = f"{FRONT}# 1 目的\n\n![流程]({PLAN})\n".encode()
EN = f"{FRONT}# 1 Purpose\n\n![Flow]({FLOW})\n".encode()
FORM = template().files["templates/LX-R-101.yaml"]
OLD, NEW = b"\x89PNG old", b"\x89PNG new"


def test_an_uploaded_figure_gets_the_path_by_which_either_text_names_it() -> None:
    made = material_of(ZH, {"en": EN}, {"plan.png": NEW, "flow.png": OLD}, {})
    assert made.files == {
        f"procedures/{NUMBER}.md": ZH,
        f"procedures/{NUMBER}.en.md": EN,
        f"procedures/{PLAN}": NEW,
        f"procedures/{FLOW}": OLD,
    }


def test_a_figure_is_kept_until_another_is_uploaded_or_the_text_no_longer_shows_it() -> None:
    kept = {PLAN: OLD, FLOW: OLD}
    assert set(material_of(ZH, {}, {}, kept).files) == {f"procedures/{NUMBER}.md", f"procedures/{PLAN}"}
    assert material_of(ZH, {}, {"plan.png": NEW}, kept).files[f"procedures/{PLAN}"] == NEW


@pytest.mark.parametrize(
    "name", ["other.png", "../plan.png", f"{NUMBER}/plan.png", "/etc/plan.png", "PLAN.PNG", ""]
)
@pytest.mark.rule("SE-20")
def test_an_uploaded_figure_that_no_text_shows_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        material_of(ZH, {}, {"plan.png": NEW, name: NEW}, {})
    assert said(refused.value.problems) == {
        "figures": f"the text does not show {name}; name each as ![…](NUMBER/name.png)"
    }


@pytest.mark.parametrize("others", [{}, {"en": b""}, {"en": b" \r\n"}])
def test_a_record_template_is_taken_from_its_one_text(others: dict[str, bytes]) -> None:
    made = material_of(FORM, others, {}, {PLAN: OLD})
    assert made.files == {"templates/LX-R-101.yaml": FORM}
    assert isinstance(made.content, Template)


@pytest.mark.parametrize(
    ("others", "figures"), [({"en": EN}, {}), ({}, {"plan.png": NEW}), ({"en": EN}, {"plan.png": NEW})]
)
def test_what_comes_with_a_record_template_is_refused_and_not_dropped(
    others: dict[str, bytes], figures: dict[str, bytes]
) -> None:
    with pytest.raises(Invalid, match="a record template is one file"):
        material_of(FORM, others, figures, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [(FORM, True), (b"", True), (b"number: 1\n---\n", True), (ZH, False), (b"---", False)],
)
def test_a_procedure_is_told_from_a_template_by_its_first_line(text: bytes, expected: bool) -> None:
    assert is_template(text) is expected
