"""The record templates of the starter library, and the list of what is loaded. Reads files only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

import pytest

from docctl.rules.approval import DEFAULT_CHAINS, PLAIN_DEPARTMENTS
from docctl.rules.gates import GATED
from docctl.rules.permissions import SIGNERS, Role
from docctl.store.source import read_template
from tests.support.starter import (
    CJK,
    NUMBER,
    ROOT,
    TEMPLATES,
    body,
    front_matter,
    numbers,
    read_yaml,
    template,
)

FIELD_TYPES = {
    "text": ("string", None),
    "doc_ref": ("string", "document"),
    "longtext": ("string", "long-text"),
    "person": ("string", "person"),
    "file": ("string", "file"),
    "signature": ("string", "signature"),
    "date": ("string", "date"),
    "enum": ("string", None),
    "bool": ("boolean", None),
}
ROLES = {role.value for role in Role}


# The record templates


@pytest.mark.parametrize("number", TEMPLATES)
def test_a_template_has_the_facts_of_the_catalogue(facts: Any, number: str) -> None:
    found, fact = template(number), facts["templates"][number]
    assert found["number"] == number
    assert found["title"] == fact["title"]
    assert found["level"] == "form"
    assert found["department"] == "administration"
    assert found["keeper"] == fact["keeper"]
    assert found["retention"] == {"years": fact["years"]}


@pytest.mark.parametrize("number", TEMPLATES)
def test_a_template_has_the_fields_of_the_catalogue(facts: Any, number: str) -> None:
    properties = template(number)["schema"]["properties"]
    wanted = facts["templates"][number]["fields"]
    assert list(properties) == [snake(field["en"]) for field in wanted]
    for field in wanted:
        found = properties[snake(field["en"])]
        assert found["title"] == {"zh": field["zh"], "en": field["en"]}
        assert (found["type"], found.get("format")) == FIELD_TYPES[field["type"]]
        assert found.get("enum") == field.get("values")
        assert found.get("inferred", False) == field.get("inferred", False)


@pytest.mark.parametrize("number", TEMPLATES)
def test_each_value_of_a_choice_is_labelled_in_both_languages(number: str) -> None:
    for field in template(number)["schema"]["properties"].values():
        if "enum" in field:
            assert list(field["labels"]) == field["enum"]
            assert all(label["zh"] == value and label["en"] for value, label in field["labels"].items())
        else:
            assert "labels" not in field


@pytest.mark.parametrize("number", TEMPLATES)
def test_each_field_is_filled_in_exactly_one_step(number: str) -> None:
    found = template(number)
    filled = list(chain.from_iterable(step["fields"] for step in found["steps"]))
    assert sorted(filled) == sorted(found["schema"]["properties"])
    assert len({step["name"] for step in found["steps"]}) == len(found["steps"])
    for step in found["steps"]:
        assert ("role" in step) != ("by" in step)
        role = step.get("role", "staff")
        assert ({role} if isinstance(role, str) else set(role)) <= ROLES
        assert set(step["title"]) == {"zh", "en"}


@pytest.mark.parametrize("number", TEMPLATES)
def test_a_step_has_at_most_one_signature_and_no_signature_is_required_as_a_value(number: str) -> None:
    found = template(number)
    properties = found["schema"]["properties"]
    signatures = {name for name, field in properties.items() if field.get("format") == "signature"}
    for step in found["steps"]:
        assert len(signatures.intersection(step["fields"])) <= 1
    assert set(found["schema"]["required"]) <= set(properties) - signatures


@pytest.mark.parametrize("number", TEMPLATES)
def test_each_clause_that_a_template_names_is_in_the_procedure(number: str) -> None:
    found = template(number)
    assert found["governed_by"]["document"] == NUMBER
    named = {*found["governed_by"]["clauses"], *_clauses(found)}
    assert named <= set(numbers("zh"))
    for clause_number in found["governed_by"]["clauses"][:1]:
        assert number in body("zh").split("\n# 5 ")[0], clause_number


@pytest.mark.parametrize("number", TEMPLATES)
def test_each_clock_runs_between_fields_on_a_limit_of_the_procedure(number: str) -> None:
    found = template(number)
    for clock in found.get("clocks", []):
        assert {clock["from"], clock["to"]} <= set(found["schema"]["properties"])
        assert clock["limit"] in front_matter("zh")["limits"]


@pytest.mark.parametrize("number", TEMPLATES)
def test_each_gate_stands_before_an_act_on_the_record_or_a_step_and_asks_for_fields(number: str) -> None:
    found = template(number)
    steps = {step["name"] for step in found["steps"]}
    for gate in found.get("gates", []):
        assert gate["before"] in {*GATED, *steps}
        asked = set(re.findall(r"[a-z_]{6,}", re.sub(r"'[^']*'", "", gate["needs"])))
        assert asked
        assert asked <= set(found["schema"]["properties"])


@pytest.mark.parametrize("number", TEMPLATES)
def test_the_program_reads_a_template(number: str) -> None:
    read = read_template((ROOT / "templates" / f"{number}.yaml").read_bytes())
    assert (read.number, read.governed_by, read.retention) == (
        number,
        NUMBER,
        {"from": "closed", "years": None},
    )


@pytest.mark.rule("DC-50")
def test_a_copy_is_approved_before_it_is_handed_over() -> None:
    names = [step["name"] for step in template("LX-R-001")["steps"]]
    assert names == ["request", "approve", "issue", "acknowledge", "recall"]


@pytest.mark.rule("DC-55", "DC-56")
def test_a_damaged_copy_is_taken_back_and_a_lost_one_declared_void_before_the_new_one_is_issued() -> None:
    gates = template("LX-R-001")["gates"]
    assert {gate["before"] for gate in gates} == {"issue"}
    asked = " ".join(gate["needs"] for gate in gates)
    assert "old_copy_taken_back == true" in asked
    assert "size(distribution_number_declared_void_lost_copy) > 0" in asked


def test_a_holder_has_the_days_of_the_procedure_to_acknowledge_a_copy() -> None:
    (clock,) = template("LX-R-001")["clocks"]
    assert (clock["from"], clock["to"], clock["limit"]) == (
        "issue_date",
        "receivers_signature",
        "acknowledgement",
    )


@pytest.mark.rule("DC-64")
def test_a_change_is_approved_by_one_of_those_who_approve_documents() -> None:
    (approve,) = [step for step in template("LX-R-002")["steps"] if step["name"] == "approve"]
    assert set(approve["role"]) == {role.value for role in SIGNERS}


@pytest.mark.rule("DC-65")
def test_a_substitute_approver_is_not_named_without_background_information() -> None:
    needs = template("LX-R-002")["schema"]["dependentRequired"]
    assert needs == {
        "substitute_approving_department_if_any": ["background_information_handed_to_a_substitute_approver"]
    }


# What the starter library loads


def test_the_starter_lists_each_file_of_the_library_once(starter: Any) -> None:
    listed = list(chain.from_iterable(document["files"] for document in starter["documents"]))
    assert len(listed) == len(set(listed))
    for path in listed:
        assert (ROOT / path).is_file(), path
    mine = [*(ROOT / "procedures").glob(f"{NUMBER}*.md"), *(ROOT / "procedures" / NUMBER).iterdir()]
    mine += [ROOT / "templates" / f"{number}.yaml" for number in TEMPLATES]
    assert {str(path.relative_to(ROOT)) for path in mine} <= set(listed)


def test_each_document_of_the_starter_names_a_chain_an_author_and_holders(starter: Any) -> None:
    people = {person["login"]: person for person in starter["people"]}
    for document in starter["documents"]:
        assert document["label"] == "A/0"
        assert document["effective"] == "today"
        assert document["reason"]
        assert document["holders"]
        assert {*document["holders"]} <= {*PLAIN_DEPARTMENTS, *people}
        assert "author" in people[document["author"]]["roles"]


@pytest.mark.rule("DC-20")
def test_each_signature_of_a_chain_can_be_given_by_another_than_the_author(starter: Any) -> None:
    for document in starter["documents"]:
        others = [p for p in starter["people"] if p["login"] != document["author"]]
        for step in DEFAULT_CHAINS[document["chain"]]:
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
        assert person["department"] in PLAIN_DEPARTMENTS


def test_each_department_of_the_text_has_the_name_it_has_in_the_starter(starter: Any) -> None:
    titles = {d["key"]: d["title"] for d in read_yaml("docctl/site.yaml")["departments"]}
    assert set(starter["departments"]) <= set(titles)
    names = {title["zh"] for title in {**titles, **starter["departments"]}.values()}
    assert front_matter("zh")["scope"] == list(PLAIN_DEPARTMENTS)
    found = set(re.findall(r"(?:行政|业务|生产|质量|技术|销售|品质|办公)[部室]", body("zh")))
    assert found == {"行政部", "业务部", "生产部", "质量部"}
    assert found <= names


def snake(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower().replace("'", "")).strip("_")


def _clauses(node: Any) -> set[str]:
    """Each value under a key `clause`, wherever it stands."""
    if isinstance(node, Mapping):
        own = {node["clause"]} if isinstance(node.get("clause"), str) else set()
        return own.union(*(_clauses(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(_clauses(value) for value in node))
    return set()
