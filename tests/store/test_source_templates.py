"""Record templates as files: their types, and what is wrong with them by place and line."""

from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.rules.actions import Action
from docctl.rules.records.clocks import Clock
from docctl.rules.records.gates import Gate, Start
from docctl.rules.records.life import Verification
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.words import Words
from docctl.store.template import read_template
from tests.support.said import said

TEMPLATE = """number: LX-R-003
title: {zh: 质量信息反馈单, en: Quality information feedback form}
level: form
department: sales
governed_by: {document: LX-CX-2019-001, clauses: ["5.1.2", "5.1.3"]}
keeper: sales
retention: {years: 3, from: closed}
schema:
  type: object
  required: [reported_at, customer]
  additionalProperties: false
  properties:
    reported_at: {type: string, format: date-time, title: {zh: 报告时间, en: Reported at}, not_future: true}
    customer: {type: string, minLength: 2, enum: [007, no, 1.10]}
    answered_at: {type: string, format: date-time}
    satisfied: {type: boolean, default: true}
    visits: {type: integer, enum: [1, 2], minimum: 1}
    mass: {type: number, minimum: 9.5, maximum: 10.50, enum: [9.5, 10]}
    rows: {type: array, items: {type: object, properties: {qty: {type: integer, const: 1}}}}
  if: {properties: {satisfied: {const: false}}, required: [satisfied]}
  then: {required: [visits]}
steps:
  - {name: report, role: sales, fields: [reported_at, customer, mass, rows]}
  - {name: solve, role: technical, fields: [answered_at, visits], title: {zh: 解决}}
  - {name: confirm, by: customer, fields: [satisfied], evidence: signature-or-scan, clause: "5.1.5"}
clocks:
  - {name: answer, from: reported_at, to: answered_at, limit: first-answer}
gates:
  - {before: close, needs: "satisfied == true", clause: "5.1.5"}
starts:
  - {when: "satisfied == false", template: lx-r-003, link: reopened}
indicators:
  - {name: on-time-answers, value: ratio, of: answer.met, per: month, target: ">= 0.95"}
"""


def template_problems(old: str, new: str) -> dict[str, str]:
    assert old in TEMPLATE
    with pytest.raises(Invalid) as refused:
        read_template(TEMPLATE.replace(old, new, 1).encode())
    return said(refused.value.problems)


def test_a_template_is_read_with_its_types() -> None:
    read = read_template(TEMPLATE.encode())
    assert (read.number, read.level, read.department, read.keeper) == ("LX-R-003", "form", "sales", "sales")
    assert (read.governed_by, read.clauses) == ("LX-CX-2019-001", ("5.1.2", "5.1.3"))
    assert read.retention == {"years": 3, "from": "closed"}
    assert read.steps[0] == StepFacts("report", ("reported_at", "customer", "mass", "rows"), roles=("sales",))
    assert read.steps[1].title == Words(zh="解决")
    assert read.steps[2] == StepFacts(
        "confirm", ("satisfied",), by="customer", evidence="signature-or-scan", clause="5.1.5"
    )
    assert read.clocks == (Clock("answer", "reported_at", "answered_at", "first-answer"),)
    assert read.verify is Verification.OTHER_PERSON
    assert read.gates == (Gate(Action.RECORD_CLOSE, "satisfied == true", "5.1.5"),)
    assert read.starts == (Start("satisfied == false", "LX-R-003", "reopened"),)
    assert read.indicators[0]["target"] == ">= 0.95"
    assert read.raw == TEMPLATE.encode()


def test_figures_and_choices_of_the_schema_have_the_type_of_their_field() -> None:
    schema = read_template(TEMPLATE.encode()).schema
    fields = schema["properties"]
    assert schema["additionalProperties"] is False
    assert fields["reported_at"]["not_future"] is True
    assert (fields["customer"]["minLength"], fields["customer"]["enum"]) == (2, ["007", "no", "1.10"])
    assert fields["satisfied"]["default"] is True
    assert (fields["visits"]["enum"], fields["visits"]["minimum"]) == ([1, 2], 1)
    assert (fields["mass"]["minimum"], fields["mass"]["maximum"], fields["mass"]["enum"]) == (
        "9.5",
        "10.50",
        ["9.5", 10],
    )
    assert fields["rows"]["items"]["properties"]["qty"]["const"] == 1
    assert schema["if"]["properties"]["satisfied"]["const"] is False


@pytest.mark.parametrize(("typed", "years"), [("null", None), ("~", None), ("", None), ("5", 5)])
def test_retention_is_a_period_or_not_stated(typed: str, years: int | None) -> None:
    text = TEMPLATE.replace("{years: 3, from: closed}", f"{{years: {typed}}}")
    assert read_template(text.encode()).retention == {"years": years, "from": "closed"}


@pytest.mark.parametrize(
    ("old", "new", "place", "line", "sentence"),
    [
        ("level: form", "level: procedure", "level", 3, "must be form"),
        ("department: sales\n", "", "department", 1, "must be filled in"),
        ("keeper: sales", "keper: sales", "keper", 6, "is not known here"),
        ("years: 3", "years: three", "retention.years", 7, "must be a whole number or empty"),
        ("years: 3", "years: 200", "retention.years", 7, "must be between 1 and 100"),
        ("years: 3", "years: 0", "retention.years", 7, "must be between 1 and 100"),
        ("role: technical", "role: []", "steps.2.role", 24, "must have at least 1 entries"),
        ("role: technical", "role: Technical", "steps.2.role", 24, "must look like"),
        ("role: technical", "role: [technical, Sales]", "steps.2.role.2", 24, "must look like"),
        ("before: close", "before: solving", "gates.1.before", 29, "verify, close, report, solve, confirm"),
        ("from: closed}", "from: opened}", "retention.from", 7, "must be one of closed"),
        (
            "minLength: 2",
            "minLength: two",
            "schema.properties.customer.minLength",
            14,
            "must be a whole number",
        ),
        (
            "not_future: true",
            "not_future: yes",
            "schema.properties.reported_at.not_future",
            13,
            "must be true or false",
        ),
        ("type: boolean", "type: bool", "schema.properties.satisfied.type", 16, "must be one of string"),
        ("visits: {", "Visits: {", "schema.properties.Visits", 17, "is not a name"),
        ("minimum: 9.5", "minimum: 9,5", "schema.properties.mass.5", 18, "is not known here"),
        ("role: sales, fields", "rolle: sales, fields", "steps.1.rolle", 23, "is not known here"),
        ("role: sales, fields", "fields", "steps.1", 23, "needs either role, or by"),
        ("by: customer", "by: customer, role: sales", "steps.3", 25, "needs either role, or by"),
        ("rows]}\n", "rows, lost]}\n", "steps.1.fields", 23, "there is no field lost"),
        (
            "[satisfied], e",
            "[satisfied, mass], e",
            "steps.3.fields",
            25,
            "filled in an earlier step already: mass (in report)",
        ),
        (
            "[reported_at, customer, mass",
            "[reported_at, mass",
            "schema.required",
            10,
            "no step fills customer",
        ),
        ("name: solve", "name: report", "steps", 22, "report: two have this name"),
        ("to: answered_at", "to: satisfied", "clocks.1.to", 27, "satisfied is no field of format date"),
        (
            "limit: first-answer}",
            "limit: first-answer, excuse: lost}",
            "clocks.1.excuse",
            27,
            "there is no field lost",
        ),
        ('needs: "satisfied == true"', 'needs: "satisfid == true"', "gates.1.needs", 29, "satisfid"),
        ('needs: "satisfied == true"', "needs: \"__import__('os')\"", "gates.1.needs", 29, "not offered"),
        ('when: "satisfied == false"', 'when: "satisfied =="', "starts.1.when", 31, "malformed"),
        ("per: month", "per: day", "indicators.1.per", 33, "must be one of month"),
    ],
)
def test_what_is_wrong_in_a_template_is_named_with_place_and_line(
    old: str, new: str, place: str, line: int, sentence: str
) -> None:
    found = template_problems(old, new)
    assert found[place].startswith(f"line {line}: ")
    assert sentence in found[place]


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("minLength: 2", 'pattern: "^(a+)+$"', "schema.properties.customer.pattern", "could take too long"),
        ("enum: [1, 2]", "enum: [one, 2]", "schema.properties.visits.enum", "one: must be a whole number"),
        ("type: boolean", '$ref: "#/$defs/x"', "schema.properties.satisfied.$ref", "is not defined"),
        ("number: LX-R-003", 'number: " "', "number", "is empty"),
        ("document: LX-CX-2019-001", 'document: " "', "number", "is empty"),
    ],
)
def test_what_the_schema_of_files_cannot_say_is_refused_too(
    old: str, new: str, place: str, sentence: str
) -> None:
    assert sentence in template_problems(old, new)[place]


@pytest.mark.parametrize(
    "text",
    [
        "just text",
        "[a, b]",
        "schema: text\nsteps: {}",
        "schema: {properties: [a]}",
        "schema: {properties: {a: b}, if: c}",
    ],
)
def test_what_is_no_template_at_all_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_template(text.encode())
