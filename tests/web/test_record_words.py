"""The page of a record speaks to people: titles for the keys of a template, choices as the list offers them."""

from __future__ import annotations

from html import unescape

from tests.support.every_field import TYPED
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import PASSWORD, World
from tests.support.written_records import forms_in_force, reported
from tests.web.test_record_pages import every


def test_a_signature_is_told_with_the_title_of_its_step(sqlite_world: World) -> None:
    at = every(sqlite_world)
    staff = reader(sqlite_world, "staff")
    staff.send(f"{at}/fill", **TYPED)
    assert staff.send(f"{at}/sign", password=PASSWORD).status_code == 302
    chinese, english = (reader(sqlite_world, "staff", language).get(at).text for language in ("zh", "en"))
    assert rows_of(chinese)[-1][0] == "步骤签名 (检验)"
    assert rows_of(english)[-1][0] == "step signed (Inspect)"


def test_a_gate_that_is_shut_is_told_with_the_titles_of_its_fields(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    at = f"/records/{reported(sqlite_world)}"
    chinese, english = (reader(sqlite_world, "staff", language).get(at).text for language in ("zh", "en"))
    assert '<span class="gate">「顾客满意」为“是”</span>' in unescape(chinese)
    assert '<span class="gate">“Customer satisfied” is yes</span>' in unescape(english)


def test_what_a_choice_must_be_is_told_as_the_list_offers_it(sqlite_world: World) -> None:
    at = every(sqlite_world)
    wrong = {"v.kind": "丙", "v.faults": "x"}
    english = reader(sqlite_world, "staff").send(f"{at}/fill", **wrong)
    assert "must be one of first kind, second" in text_of(english.text)
    assert "甲" not in text_of(english.text).partition("must be one of")[2].partition("Grounds")[0]
    chinese = reader(sqlite_world, "staff", "zh").send(f"{at}/fill", **wrong)
    assert "必须是以下之一：甲类、乙类" in text_of(chinese.text)
