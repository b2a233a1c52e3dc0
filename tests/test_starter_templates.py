"""The record templates of the starter library, and the list of what is loaded. Reads files only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

import pytest

from docctl.rules.documents.chains import parse_chain
from docctl.rules.documents.labels import parse_label
from docctl.rules.records.conditions import in_words
from docctl.rules.records.gates import GATED
from docctl.rules.roles import SIGNERS, Role
from docctl.rules.words import Words
from docctl.standing.form import form_of
from docctl.store.template import read_template
from tests.support.plain_site import CHAINS, DEPARTMENTS
from tests.support.starter import (
    CJK,
    FORMS,
    PROCEDURES,
    ROOT,
    Form,
    Procedure,
    each_form,
    each_procedure,
    form,
    read_yaml,
)

FIELD_TYPES = {
    "text": ("string", None),
    "doc_ref": ("string", "document"),
    "longtext": ("string", "long-text"),
    "person": ("string", "person"),
    "file": ("string", "file"),
    "signature": ("string", "signature"),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "enum": ("string", None),
    "bool": ("boolean", None),
    "int": ("integer", None),
    "number": ("number", None),
    "list": ("array", None),
    "money": ("number", "money"),
    "percent": ("number", "percent"),
    "rating": ("integer", "rating"),
    "duration": ("string", "duration"),
    "phone": ("string", "phone"),
}
ROLES = {role.value for role in Role}
HEADS = {f"{department}-head" for department in DEPARTMENTS}
LONGEST_NAME = 64


# The record templates


@each_form
def test_a_template_has_the_facts_of_the_catalogue(form: Form) -> None:
    found, facts = form.source, form.facts
    assert found["number"] == form.number
    assert found["title"] == facts["title"]
    assert found["level"] == "form"
    assert found["department"] == facts.get("department", form.procedure.facts["department"])
    assert found["keeper"] == facts["keeper"]
    assert found["retention"]["years"] == facts["years"]


@each_form
def test_the_blank_form_names_who_fills_it_in_words(form: Form) -> None:
    titles = {d["key"]: d["title"] for d in read_yaml("docctl/site.yaml")["departments"]}
    departments = {key: Words(zh=title["zh"], en=title["en"]) for key, title in titles.items()}
    template = read_template((ROOT / form.path).read_bytes())
    for step in form_of(template, departments).steps:
        for who in step.who:
            assert re.fullmatch(rf"[{CJK}]+", who["zh"]), "a key is no word"
            assert not who["en"].endswith("-head")
        assert all(part.title["en"][:1].isupper() for part in step.fields)


@each_form
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_condition_of_a_form_is_told_in_words(form: Form, language: str) -> None:
    template = read_template((ROOT / form.path).read_bytes())
    titles = {name: field["title"][language] for name, field in form.fields.items()} | {
        f"{name}.{column}": cell["title"][language]
        for name, field in form.fields.items()
        for column, cell in field.get("items", {}).get("properties", {}).items()
    }
    for gate in template.gates:
        said = in_words(gate.needs, language, lambda name: titles[name], lambda _, value: value)
        assert not re.search(r"==|!=|&&|\|\||size\(|_", said), said


@each_form
def test_a_template_has_the_fields_of_the_catalogue(form: Form) -> None:
    wanted = form.facts["fields"]
    assert list(form.fields) == [name_of(field) for field in wanted]
    for field in wanted:
        found = form.fields[name_of(field)]
        assert found["title"] == {"zh": field["zh"], "en": field["en"]}
        assert (found["type"], found.get("format")) == FIELD_TYPES[field["type"]]
        assert found.get("enum") == field.get("values")
        assert found.get("unit") == field.get("unit")
        assert found.get("inferred", False) == field.get("inferred", False)


@each_form
def test_each_value_of_a_choice_is_labelled_in_both_languages(form: Form) -> None:
    fields = form.fields.values()
    for field in (*fields, *(field["items"] for field in fields if "items" in field)):
        if "enum" in field:
            assert list(field["labels"]) == field["enum"]
            assert all(label["zh"] and label["en"] for label in field["labels"].values())
            named = {value: label["zh"] for value, label in field["labels"].items() if not value.isascii()}
            assert all(value == label for value, label in named.items())
        else:
            assert "labels" not in field


@each_form
def test_each_field_is_filled_in_exactly_one_step(form: Form) -> None:
    steps = form.source["steps"]
    filled = list(chain.from_iterable(step["fields"] for step in steps))
    assert sorted(filled) == sorted(form.fields)
    assert len({step["name"] for step in steps}) == len(steps)
    for step in steps:
        assert ("role" in step) != ("by" in step)
        role = step.get("role", "staff")
        assert ({role} if isinstance(role, str) else set(role)) <= {*ROLES, *DEPARTMENTS, *HEADS}
        assert set(step["title"]) == {"zh", "en"}


@each_form
def test_a_step_has_at_most_one_signature_and_no_signature_is_required_as_a_value(form: Form) -> None:
    signatures = {name for name, field in form.fields.items() if field.get("format") == "signature"}
    for step in form.source["steps"]:
        assert len(signatures.intersection(step["fields"])) <= 1
    assert set(form.source["schema"]["required"]) <= set(form.fields) - signatures


@each_form
def test_each_clause_that_a_template_names_is_in_the_procedure(form: Form) -> None:
    governed_by, text = form.source["governed_by"], form.procedure.texts["zh"]
    assert governed_by["document"] == form.procedure.number
    assert {*governed_by["clauses"], *_clauses(form.source)} <= set(text.numbers)
    assert form.number in text.body.replace(text.chapter("记录"), "")


@each_form
def test_each_clock_runs_between_fields_on_a_limit_of_the_procedure(form: Form) -> None:
    steps = {step["name"] for step in form.source["steps"]}
    for clock in form.source.get("clocks", []):
        assert {clock["from"], clock["to"]} <= set(form.fields) | steps
        assert clock["limit"] in form.procedure.texts["zh"].front_matter["limits"]


@each_form
def test_each_gate_stands_before_an_act_on_the_record_or_a_step_and_asks_for_fields(form: Form) -> None:
    steps = {step["name"] for step in form.source["steps"]}
    for gate in form.source.get("gates", []):
        assert gate["before"] in {*GATED, *steps}
        assert _asked(gate["needs"])
        assert _asked(gate["needs"]) <= set(form.fields)


@each_form
def test_what_a_record_starts_is_a_template_of_the_library_and_asks_for_fields(form: Form) -> None:
    for start in form.source.get("starts", []):
        assert start["template"] in {other.number for other in FORMS}
        assert _asked(start["when"]) <= set(form.fields)


@each_form
def test_the_program_reads_a_template(form: Form) -> None:
    read = read_template((ROOT / form.path).read_bytes())
    assert [n.replace(" ", "") for n in (read.number, read.governed_by)] == [
        n.replace(" ", "") for n in (form.number, form.procedure.number)
    ]
    assert read.retention == {"from": "closed", "years": form.facts["years"]}


def test_a_copy_is_approved_before_it_is_handed_over() -> None:
    names = [step["name"] for step in form("LX-R-001").source["steps"]]
    assert names == ["request", "approve", "issue", "acknowledge", "recall"]


def test_a_damaged_copy_is_taken_back_and_a_lost_one_declared_void_before_the_new_one_is_issued() -> None:
    gates = form("LX-R-001").source["gates"]
    assert {gate["before"] for gate in gates} == {"issue"}
    asked = " ".join(gate["needs"] for gate in gates)
    assert "old_copy_taken_back == true" in asked
    assert "size(distribution_number_declared_void_lost_copy) > 0" in asked


def test_a_holder_has_the_days_of_the_procedure_to_acknowledge_a_copy() -> None:
    (clock,) = form("LX-R-001").source["clocks"]
    assert (clock["from"], clock["to"], clock["limit"]) == (
        "issue_date",
        "receivers_signature",
        "acknowledgement",
    )


def test_a_change_is_approved_by_one_of_those_who_approve_documents() -> None:
    (approve,) = [step for step in form("LX-R-002").source["steps"] if step["name"] == "approve"]
    assert set(approve["role"]) == {role.value for role in SIGNERS}


def test_a_substitute_approver_is_not_named_without_background_information() -> None:
    needs = form("LX-R-002").source["schema"]["dependentRequired"]
    assert needs == {
        "substitute_approving_department_if_any": ["background_information_handed_to_a_substitute_approver"]
    }


# What the starter library loads, and what lies ready beside it


def listed_documents(starter: Any) -> list[Any]:
    """Every document of the library, loaded or not."""
    return [*starter["documents"], *starter["more"]]


@each_procedure
def test_the_starter_lists_each_file_of_the_library_once(starter: Any, procedure: Procedure) -> None:
    listed = list(chain.from_iterable(document["files"] for document in listed_documents(starter)))
    assert len(listed) == len(set(listed))
    for path in listed:
        assert (ROOT / path).is_file(), path
    folder = ROOT / "procedures" / procedure.name
    mine = [*(text.path for text in procedure.texts.values()), *folder.iterdir()]
    mine += [ROOT / found.path for found in FORMS if found.procedure == procedure]
    assert {str(path.relative_to(ROOT)) for path in mine} <= set(listed)


@each_procedure
def test_a_procedure_and_its_templates_are_loaded_under_the_label_of_the_catalogue(
    starter: Any, procedure: Procedure
) -> None:
    mine = {f"procedures/{procedure.name}.md", *(f.path for f in FORMS if f.procedure == procedure)}
    labels = [document["label"] for document in listed_documents(starter) if document["files"][0] in mine]
    assert labels == [procedure.facts["edition"]] * len(mine)


def test_each_document_of_the_starter_names_a_chain_an_author_and_holders(starter: Any) -> None:
    people = {person["login"]: person for person in starter["people"]}
    for document in listed_documents(starter):
        assert str(parse_label(document["label"])) == document["label"]
        assert document["effective"] == "today"
        assert document["reason"]
        assert document["holders"]
        assert {*document["holders"]} <= {*DEPARTMENTS, *people}
        assert "author" in people[document["author"]]["roles"]


def test_each_signature_of_a_chain_can_be_given_by_another_than_the_author(starter: Any) -> None:
    for document in listed_documents(starter):
        others = [p for p in starter["people"] if p["login"] != document["author"]]
        named = document["chain"]
        for step in CHAINS[named] if named in CHAINS else parse_chain(named, DEPARTMENTS):
            assert any(set(step.who).intersection(person["roles"]) for person in others)


def test_the_people_of_the_demonstration_cover_every_role(starter: Any) -> None:
    roles = list(chain.from_iterable(person["roles"] for person in starter["people"]))
    assert set(roles) == ROLES
    assert roles.count("author") >= 2
    assert roles.count("verifier") >= 2
    logins = [person["login"] for person in starter["people"]]
    assert len(logins) == len(set(logins))
    assert "admin" not in logins
    for person in starter["people"]:
        assert re.fullmatch(r"[a-z]+", person["login"])
        assert re.fullmatch(rf"[{CJK}]{{2,4}}", person["name"])
        assert person["department"] in DEPARTMENTS


def test_each_department_of_a_text_is_known_by_its_title_or_an_alias(starter: Any) -> None:
    known = {d["key"]: d for d in read_yaml("docctl/site.yaml")["departments"]}
    assert set(starter["departments"]) <= set(known)
    titles = {d["title"]["zh"] for d in known.values()} | {t["zh"] for t in starter["departments"].values()}
    aliases = set(chain.from_iterable(d["aliases"] for d in known.values()))
    words = (
        r"(?:行政|业务|生产|质量|技术质量|技术|销售|品质|办公|科技|制造|售后服务|财务|采购|物流|计划)[部室]"
    )
    for procedure in PROCEDURES:
        text = procedure.texts["zh"]
        assert set(text.front_matter["scope"]) <= set(DEPARTMENTS)
        found = set(re.findall(words, text.body))
        assert found
        assert found <= titles | aliases, procedure.number


def test_document_control_calls_its_departments_by_their_titles(starter: Any) -> None:
    text = form("LX-R-001").procedure.texts["zh"]
    assert text.front_matter["scope"] == list(DEPARTMENTS)
    found = set(re.findall(r"(?:行政|业务|生产|质量|技术|销售|品质|办公)[部室]", text.body))
    assert found == {"行政部", "业务部", "生产部", "质量部"}


def name_of(field: Mapping[str, Any]) -> str:
    """The name of a catalogue's field in a template: its English words, as many as a name may have."""
    if "name" in field:
        return str(field["name"])
    words = _words(field["en"])
    if len("_".join(words)) > LONGEST_NAME:
        words = _words(re.sub(r"\([^)]*\)", "", field["en"]))
    while len("_".join(words)) > LONGEST_NAME:
        words.pop()
    return "_".join(words)


def _words(english: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", english.lower().replace("'", ""))


def _asked(condition: str) -> set[str]:
    """The fields in a condition; of a column, its table."""
    words = re.findall(r"(?<![\w.])[a-z_][a-z0-9_]*", re.sub(r"'[^']*'", "", condition))
    of_rows = {"count", "every", "some", "sum", "min", "max"}
    return set(words) - of_rows - {"size", "true", "false", "in", "contains", "startswith", "null"}


def _clauses(node: Any) -> set[str]:
    """Each value under a key `clause`, wherever it stands."""
    if isinstance(node, Mapping):
        own = {node["clause"]} if isinstance(node.get("clause"), str) else set()
        return own.union(*(_clauses(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(_clauses(value) for value in node))
    return set()
