"""What a company of one's own begins with, and what its parts become when one of them is changed."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.rules import company, duties
from docctl.rules.roles import Role
from docctl.usecases.site import configuring

PLAIN = configuring.decide((files("docctl") / "site.yaml").read_bytes())
KNOWN: list[dict[str, Any]] = [
    {"key": "quality", "title": {"zh": "品质部", "en": "Quality"}, "aliases": ["质量部"]},
    {"key": "sales", "title": {"zh": "销售部", "en": "Sales"}},
]


def test_a_company_begins_with_its_own_numbers_and_nothing_of_the_demonstration() -> None:
    own = configuring.decide({**company.of_ones_own(PLAIN, "HD"), "organisation": "恒达"})
    assert {s["level"]: s["example"] for s in own["schemes"]}["procedure"] == "HD-QP-001"
    assert not [s for s in own["schemes"] if "LX" in s["pattern"]]
    assert own["document_control"] == own["administration"] == ""
    assert [d["key"] for d in own["departments"]] == [*company.USUAL]
    assert "administration" not in str(own["documents"])


def test_numbers_without_a_short_name_begin_with_their_level() -> None:
    own = company.of_ones_own(PLAIN, " ")
    assert {s["level"]: s["example"] for s in own["schemes"]} == company.NUMBERS


def test_a_department_that_is_chosen_stays_what_it_is_and_a_typed_one_comes_to_it() -> None:
    found = company.departments_of(["quality"], "装配部 / Assembly\n\n试验部", KNOWN)
    assert found == [
        KNOWN[0],
        {"key": "assembly", "title": {"zh": "装配部", "en": "Assembly"}},
        {"key": "department-1", "title": {"zh": "试验部"}},
    ]


@pytest.mark.parametrize(("chosen", "typed"), [(["quality"], "品质部"), ([], " \n"), ([], "装配部\n装配部")])
def test_a_department_twice_and_none_at_all_are_refused(chosen: list[str], typed: str) -> None:
    with pytest.raises(Invalid):
        company.departments_of(chosen, typed, KNOWN)


def test_a_typed_department_never_takes_the_key_of_another() -> None:
    keys = [d["key"] for d in company.departments_of(["sales"], "质检 / Quality\n售前 / Sales", KNOWN)]
    assert keys == ["sales", "department-1", "department-2"]


def test_what_a_department_kept_is_kept_by_its_owner_once_it_is_gone() -> None:
    said = company.without_missing(
        {**PLAIN}, [d for d in PLAIN["departments"] if d["key"] != "administration"]
    )
    assert "administration" not in said
    assert {each["key"]: each.get("keeper") for each in said["documents"]["classes"]}["system"] == "owner"
    assert said["documents"]["levels"]["technical"]["keeper"] == "production"
    assert said["documents"]["levels"]["manual"]["sections"]
    assert company.without_missing(PLAIN, PLAIN["departments"])["administration"] == "administration"


def test_a_number_that_is_left_as_it_is_keeps_its_pattern() -> None:
    before = [
        {"key": "p", "level": "procedure", "pattern": r"^A-\d{2,3}$", "example": "A-01"},
        {"key": "p2", "level": "procedure", "pattern": r"^B-\d{2}$", "example": "B-01"},
        {"key": "m", "level": "manual", "pattern": r"^M-\d{2}$", "example": "M-01"},
    ]
    found = company.schemes_of({"procedure": "a-01", "manual": "", "form": "F-001"}, before)
    assert found == [
        before[0],
        {"key": "form", "level": "form", "pattern": r"^F-\d{3}$", "example": "F-001"},
        before[1],
    ]


def test_each_number_that_cannot_be_read_is_named_by_its_level() -> None:
    with pytest.raises(Invalid) as caught:
        company.schemes_of({"procedure": "HD", "manual": "QM-01", "form": "R"}, ())
    assert caught.value.problems.keys() == {"procedure", "form"}


def test_what_people_do_gives_the_roles_for_it_each_once() -> None:
    assert duties.roles_of(("writes", "issues", "no such")) == (
        Role.AUTHOR,
        Role.STAFF,
        Role.DOCUMENT_CONTROLLER,
    )
    assert {role for duty in duties.DUTIES.values() for role in duty.roles} == set(Role)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("编写文件", "writes"),
        ("Writes documents", "writes"),
        ("writes", "writes"),
        ("审核员", "audits"),
        ("", None),
    ],
)
def test_what_somebody_does_is_understood_as_people_write_it(written: str, meant: str | None) -> None:
    assert duties.duty_named(written) == meant
