"""A field that nobody types: worked out as soon as its inputs are there, fixed when its step is signed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docctl.errors import Invalid, WrongState
from docctl.queries.records.reading import record_show
from docctl.queries.records.view import record_view
from docctl.render import blank_form
from docctl.standing.form import form_of
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.records import opening, recording, sealing
from tests.support.pages import reader, text_of
from tests.support.paper import sheet
from tests.support.sites import World, issue

RECORD = "LX-R-101-2026-0001"
CLAIMS = """---
number: LX-CX-2019-101
title: {{zh: 差旅费程序, en: Travel expenses}}
level: procedure
department: administration
records: [LX-R-101]
limits:
  per-day: {{amount: {per_day}, unit: CNY, clause: "4.2"}}
  share: {{by: seat, cases: [{{when: hard, within: 60}}, {{when: soft, within: 40}}], unit: hour, clause: "4.3"}}
---
# 1 目的

规定差旅费。

# 2 补贴

每日补贴 {{limit:per-day}}。
"""
FORM = """number: LX-R-101
title: {zh: 差旅费报销单, en: Travel claim}
level: form
department: sales
governed_by: {document: LX-CX-2019-101, clauses: ["2"]}
keeper: sales
retention: {years: 3}
schema:
  type: object
  required: [days, subsidy, agreed]
  properties:
    days: {type: integer, minimum: 0, title: {zh: 天数, en: days}}
    rides:
      type: array
      title: {zh: 乘车, en: rides}
      items:
        type: object
        required: [fare, seat]
        properties:
          fare: {type: number, format: money, unit: CNY, title: {zh: 票价, en: fare}}
          seat: {type: string, enum: [hard, soft], title: {zh: 席别, en: seat}}
          hours: {type: number, title: {zh: 小时, en: hours}}
    subsidy:
      type: number
      format: money
      unit: CNY
      computed: "days * {limit:per-day} + sum(rides, rides.hours > 8 ? rides.fare * {limit:share} / 100 : 0)"
      places: 2
      title: {zh: 补贴, en: subsidy}
      clause: "4.2"
    share: {type: number, computed: subsidy / days / 1, places: 1, format: money, unit: CNY, title: {zh: 日均, en: a day}}
    agreed: {type: boolean, title: {zh: 同意, en: agreed}}
    twice: {type: number, format: money, unit: CNY, places: 2, computed: subsidy * 2, title: {zh: 两倍, en: twice}}
    why: {type: string, title: {zh: 理由, en: grounds}}
steps:
  - {name: claim, title: {zh: 报销, en: Claim}, role: sales, fields: [days, rides, subsidy, share]}
  - {name: agree, title: {zh: 审核, en: Check}, role: sales, other_than: claim, fields: [agreed, twice]}
  - {name: manager, title: {zh: 总经理, en: Manager}, role: sales, when: subsidy > 1000, fields: [why]}
gates:
  - {before: agree, needs: subsidy <= 5000, clause: "4.4"}
indicators:
  - {name: paid, title: {zh: 补贴合计, en: paid}, value: sum, of: subsidy, per: month}
"""


def claims(per_day: str = "30") -> Material:
    return of_procedure(read_procedure(CLAIMS.format(per_day=per_day).encode(), {}, {}))


def form(text: str = FORM) -> Material:
    return of_template(read_template(text.encode()))


def opened(world: World) -> None:
    issue(world, claims())
    issue(world, form())
    opening.open_record(world.as_("staff"), "LX-R-101")


def rides(*of: tuple[str, str, str]) -> str:
    return json.dumps([{"fare": fare, "seat": seat, "hours": hours} for fare, seat, hours in of])


def fill(world: World, **values: str) -> None:
    recording.fill_record(world.as_("staff"), RECORD, values)


def sign(world: World, login: str = "staff") -> None:
    recording.sign_record(world.as_(login), RECORD)


def values(world: World) -> dict[str, Any]:
    found: dict[str, Any] = record_show(world.as_("staff"), RECORD)["values"]
    return found


def entries(world: World, field: str) -> list[tuple[Any, Any, Any]]:
    told = record_show(world.as_("staff"), RECORD)["entries"]
    return [(e["value"], e["cause"], e["reason"]) for e in told if e["field"] == field]


def test_it_is_there_as_soon_as_its_inputs_are_and_waits_in_words_until_then(world: World) -> None:
    opened(world)
    page = text_of(reader(world, "staff").get(f"/records/{RECORD}/fill").text)
    assert "waits for days" in page
    assert "subsidy" not in values(world)
    fill(world, days="3", rides=rides(("100", "hard", "8.5"), ("200", "soft", "9"), ("50", "hard", "8")))
    assert values(world)["subsidy"] == "230.00"  # 3 × 30 + 60 + 80
    assert values(world)["share"] == "76.7"
    assert not entries(world, "subsidy")
    page = text_of(reader(world, "staff").get(f"/records/{RECORD}").text)
    assert "230.00" in page
    assert "= days × CNY 30 + the sum over the rows of rides (" in page
    assert "“hours” > 8: “fare” × 60" in page
    assert "÷ 100, otherwise 0)" in page
    page = text_of(reader(world, "staff", "zh").get(f"/records/{RECORD}").text)
    assert "「小时」 > 8时取 「票价」 × 60" in page
    assert "÷ 100，否则 0)" in page


def test_nobody_types_it_and_none_corrects_it(world: World) -> None:
    opened(world)
    fill(world, days="3")
    for act in (
        lambda: fill(world, subsidy="5"),
        lambda: recording.correct_record(world.as_("staff"), RECORD, "subsidy", "5", reason="mine"),
    ):
        with pytest.raises(Invalid, match="is worked out, and not typed"):
            act()
    assert reader(world, "staff").get(f"/records/{RECORD}/correct?field=subsidy").status_code == 403
    assert 'name="v.subsidy"' not in reader(world, "staff").get(f"/records/{RECORD}/fill").text


def test_it_is_fixed_by_the_signature_and_corrected_with_its_input(world: World) -> None:
    opened(world)
    fill(world, days="3")
    sign(world)
    assert entries(world, "subsidy") == [("90.00", None, None)]
    recording.correct_record(world.as_("staff"), RECORD, "days", "4", reason="one day was left out")
    assert values(world)["subsidy"] == "120.00"
    assert entries(world, "subsidy")[-1] == ("120.00", "corrected", "one day was left out")
    assert entries(world, "share") == [("30.0", None, None)]  # as before: no entry says the same again
    page = text_of(reader(world, "staff").get(f"/records/{RECORD}").text)
    assert "90.00" in page
    assert page.count("one day was left out") == 2


def test_what_is_required_and_cannot_be_worked_out_keeps_its_step_from_being_signed(world: World) -> None:
    opened(world)
    fill(world, days="3", rides=json.dumps([{"fare": "100", "seat": "hard"}]))
    with pytest.raises(Invalid, match=r"cannot be worked out: waits for rides\.hours"):
        sign(world)
    issues = [str(one) for one in record_show(world.as_("staff"), RECORD)["issues"]]
    assert any("cannot be worked out: waits for rides.hours" in one for one in issues)


def test_nothing_is_divided_by_nothing_and_what_may_be_missing_is_told_in_words(world: World) -> None:
    opened(world)
    fill(world, days="0")
    assert "share" not in values(world)
    assert "something would be divided by nothing" in text_of(
        reader(world, "staff").get(f"/records/{RECORD}").text
    )
    sign(world)
    assert not entries(world, "share")
    recording.correct_record(world.as_("staff"), RECORD, "days", "2", reason="there were two")
    assert values(world)["share"] == "30.0"


def test_who_typed_nothing_did_not_take_part_in_a_step(world: World) -> None:
    """Four eyes: a correction of the first step writes what is computed in the second anew."""
    opened(world)
    fill(world, days="3")
    sign(world)
    other = world.as_("verifier2")
    recording.fill_record(other, RECORD, {"agreed": "true"})
    recording.sign_record(other, RECORD)
    assert values(world)["twice"] == "180.00"
    recording.correct_record(world.as_("staff"), RECORD, "days", "4", reason="one more")
    recording.correct_record(world.as_("staff"), RECORD, "days", "5", reason="and one more")
    assert values(world)["twice"] == "300.00"
    recording.correct_record(other, RECORD, "agreed", "false", reason="no")
    assert [value for value, _, _ in entries(world, "twice")] == ["180.00", "240.00", "300.00"]


def test_a_step_that_is_sent_back_is_worked_out_again(world: World) -> None:
    opened(world)
    fill(world, days="3")
    sign(world)
    recording.fill_record(world.as_("verifier2"), RECORD, {"agreed": "true"})
    recording.sign_record(world.as_("verifier2"), RECORD)
    sealing.complete_record(world.as_("staff"), RECORD)
    sealing.send_back_record(world.as_("verifier"), RECORD, reason="count again")
    fill(world, days="5")
    assert values(world)["subsidy"] == "150.00"
    assert [value for value, _, _ in entries(world, "subsidy")] == ["90.00"]
    sign(world)
    assert entries(world, "subsidy")[-1] == ("150.00", "sent-back", "count again")


def test_conditions_gates_and_indicators_ask_for_it(world: World) -> None:
    opened(world)
    fill(world, days="40")
    assert [step.name for step in record_view(world.as_("staff"), RECORD).steps][-1] == "manager"
    fill(world, days="200")
    sign(world)
    recording.fill_record(world.as_("verifier2"), RECORD, {"agreed": "true"})
    with pytest.raises(WrongState, match="subsidy"):
        recording.sign_record(world.as_("verifier2"), RECORD)


def test_it_goes_by_the_figures_under_which_the_record_was_opened(world: World) -> None:
    opened(world)
    fill(world, days="3")
    issue(world, claims("99"), save=True)
    assert values(world)["subsidy"] == "90.00"
    sign(world)
    recording.correct_record(world.as_("staff"), RECORD, "days", "4", reason="one more")
    assert values(world)["subsidy"] == "120.00"


def test_who_signs_has_seen_what_it_comes_to(world: World) -> None:
    """What a step computes from an earlier one is part of what its signer saw."""
    opened(world)
    fill(world, days="3")
    sign(world)
    recording.fill_record(world.as_("verifier2"), RECORD, {"agreed": "true"})
    shown = next(
        step.content for step in record_view(world.as_("verifier2"), RECORD).steps if step.name == "agree"
    )
    recording.correct_record(world.as_("staff"), RECORD, "days", "4", reason="one more")
    with pytest.raises(WrongState, match="since it was shown to you"):
        recording.sign_record(world.as_("verifier2"), RECORD, shown=shown)


def test_a_sealed_record_says_what_was_computed(world: World) -> None:
    opened(world)
    fill(world, days="3")
    sign(world)
    recording.fill_record(world.as_("verifier2"), RECORD, {"agreed": "true"})
    recording.sign_record(world.as_("verifier2"), RECORD)
    sealing.complete_record(world.as_("staff"), RECORD)
    sealing.verify_record(world.as_("verifier"), RECORD)
    closed = sealing.close_record(world.as_("controller"), RECORD)
    sealed = json.loads(world.site.values.read_sealed(2026, RECORD, str(closed.sealed_sha256)))
    assert sealed["values"]["subsidy"] == "90.00"
    assert values(world)["twice"] == "180.00"


FIELD = "    why: {type: string, title: {zh: 理由, en: grounds}}\n"


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("other + 1", "'other' is no field of this template"),
        ("subsidy + late", "late is filled in step manager, which comes after"),
        ("bad + 1", "is worked out from itself, in a circle"),
        ("seat + 1", "'seat' stands where a figure is needed"),
        ("rides + 1", "'rides' stands where a figure is needed"),
        ("rides.fare + 1", "may stand only in sum() or count()"),
        ("sum(rides.none)", "rides has no column 'none'"),
        ("sum(days.fare)", "'days' is no table of this template"),
        ("subsidy + dollars", "CNY, USD are mixed"),
        ("subsidy < dollars ? 1 : 2", "CNY, USD are mixed"),
        ("subsidy * subsidy", "a sum of money is multiplied with another"),
        ("days / subsidy", "is divided by a sum of money"),
        ("days + subsidy", "a figure that is no money is mixed with CNY"),
        ("subsidy * 2", "comes to money (CNY)"),
        ("agreed ? 1 : agreed", "'agreed' stands where a figure is needed"),
        ("days ? 1 : 2", "'days' stands where a condition is needed"),
        ("agreed == 'x' ? 1 : 2", "a yes or no is compared with a text"),
        ("sum(rides, rides.seat == 'plane' ? 1 : 2)", "'plane' is no choice of rides.seat"),
        ("__import__('os')", "cannot be read"),
    ],
)
def test_a_formula_that_cannot_be_meant_is_refused_with_field_and_clause(formula: str, why: str) -> None:
    more = (
        "    dollars: {type: number, format: money, unit: USD}\n"
        "    late: {type: integer}\n    seat: {type: string}\n"
        f'    bad: {{type: number, places: 2, clause: "4.9", computed: "{formula}"}}\n'
    )
    text = FORM.replace(FIELD, FIELD + more).replace("[days, rides,", "[days, dollars, seat, rides,")
    text = text.replace("[agreed, twice]", "[agreed, twice, bad]").replace(
        "fields: [why]", "fields: [why, late]"
    )
    with pytest.raises(Invalid) as refused:
        form(text)
    said = {key: str(value) for key, value in refused.value.problems.items()}
    assert [*said] == ["schema.properties.bad.computed"]
    assert why in said["schema.properties.bad.computed"]
    assert "(clause 4.9)" in said["schema.properties.bad.computed"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("places: 2\n      title", "title", "say how many places"),
        (
            "type: number\n      format: money\n      unit: CNY\n      comp",
            "type: string\n      comp",
            "only a field of",
        ),
        ("      unit: CNY\n      comp", "      unit: 元\n      comp", "write its currency as its unit"),
        ("fields: [days, rides, subsidy, share]", "fields: [days, rides, share]", "no step has subsidy"),
        ("days: {type: integer,", "days: {type: integer, places: 2,", "is said of a field that is computed"),
        ("hours: {type: number,", "hours: {type: number, computed: '1', places: 2,", "not a part of one"),
    ],
)
def test_a_field_that_cannot_be_computed_is_refused(old: str, new: str, why: str) -> None:
    assert old in FORM
    with pytest.raises(Invalid) as refused:
        form(FORM.replace(old, new))
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("per-day:", "per-night:", "goes by limits that"),
        ("amount: {per_day}, unit: CNY", "amount: {per_day}, unit: USD", "CNY, USD are mixed"),
        (
            "amount: {per_day}, unit: CNY",
            "fixed: {{day: 5, of: next_month}}",
            "is no figure that can be computed with",
        ),
        ("by: seat", "by: class", "is no figure that can be computed with"),
    ],
)
def test_no_record_is_opened_whose_formulas_do_not_go_with_the_procedure(
    world: World, old: str, new: str, why: str
) -> None:
    text = CLAIMS.replace(old, new).replace("{{limit:per-day}}", "若干").format(per_day="30")
    issue(world, of_procedure(read_procedure(text.encode(), {}, {})))
    issue(world, form())
    with pytest.raises(WrongState) as refused:
        opening.open_record(world.as_("staff"), "LX-R-101")
    assert why in str(refused.value)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_example_of_the_guide_is_registered_and_computes(world: World, language: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / language / "writing.md").read_text("utf-8")
    field = re.search(r"^    subsidy: .*computed.*\n", guide, re.MULTILINE)
    assert field is not None
    text = re.sub(r"    subsidy:\n.*?    share:", field[0] + "    share:", FORM, flags=re.DOTALL)
    issue(world, claims())
    issue(world, form(text))
    opening.open_record(world.as_("staff"), "LX-R-101")
    fill(world, days="3", rides=rides(("100.25", "hard", "1")))
    assert values(world)["subsidy"] == "140.13"


def test_a_text_prints_the_amount_with_which_its_forms_compute(world: World) -> None:
    opened(world)
    page = reader(world, "staff").get("/documents/LX-CX-2019-101").text
    assert "30 元" in text_of(page)


def test_the_blank_form_says_what_it_is_worked_out_from() -> None:
    blank = blank_form.to_html(replace(sheet(), form=form_of(read_template(FORM.encode()), {})))
    assert "= 「天数」 × 程序规定的数值" in re.sub(r"<[^>]+>", "", blank)
    assert 'class="worked-out" colspan="3"' in blank
    assert "per-day" not in blank
