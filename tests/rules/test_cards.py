"""The card of a document: what its head says, else its level, else its class; and periods."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.documents import cards
from docctl.rules.documents.numbering import Scheme, check, written
from docctl.rules.documents.periods import Period, parse_period
from docctl.store.tree import load_yaml

SITE = load_yaml((files("docctl") / "site.yaml").read_bytes())
assert isinstance(SITE, dict)
RULES = cards.from_data(SITE["documents"])
DEPARTMENTS = [d["key"] for d in SITE["departments"]]


def of(level: str, department: str = "quality", **head: str) -> cards.Card:
    said = {key: (value,) for key, value in head.items()}
    return cards.card(said, level=level, department=department, rules=RULES)


@pytest.mark.parametrize(
    ("level", "head", "kind", "keeper"),
    [
        ("manual", {}, "system", "administration"),
        ("procedure", {}, "system", "administration"),
        ("regulation", {}, "administrative", "administration"),
        ("technical", {}, "technical", "production"),
        ("departmental", {}, "system", "quality"),
        ("work-instruction", {}, "technical", "quality"),
        ("form", {}, "record", "quality"),
        ("technical", {"class": "external"}, "external", "administration"),
        ("departmental", {"class": "administrative"}, "administrative", "administration"),
        ("manual", {"kept_by": "sales"}, "system", "sales"),
        ("of-this-site", {}, "", "quality"),
    ],
)
def test_class_and_keeper_are_those_of_the_head_else_of_the_level_else_of_the_class(
    level: str, head: dict[str, str], kind: str, keeper: str
) -> None:
    card = of(level, **head)
    assert (card.kind, card.keeper) == (kind, keeper)


def test_a_site_that_has_said_nothing_has_five_classes_and_no_keeper_but_the_owner() -> None:
    rules = cards.from_data({})
    assert len(rules.kinds) == 5
    for level in rules.levels:
        card = cards.card({}, level=level, department="sales", rules=rules)
        assert card.kind in rules.kinds
        assert card.keeper == "sales"


@pytest.mark.parametrize("level", sorted(cards.TIED_TO_THE_SYSTEM))
def test_what_the_system_rests_on_is_under_control_unless_it_says_why_not(level: str) -> None:
    def problems(**head: tuple[str, ...]) -> set[str]:
        return set(cards.problems(head, level=level, rules=RULES))

    assert problems() == set()
    assert problems(control=("uncontrolled",)) == {"uncontrolled_because"}
    assert problems(control=("uncontrolled",), uncontrolled_because=(" ",)) == {"uncontrolled_because"}
    assert problems(control=("uncontrolled",), uncontrolled_because=("仅供培训",)) == set()
    assert problems(uncontrolled_because=("仅供培训",)) == {"control"}


def test_other_levels_need_no_reason_and_an_unknown_class_is_named_with_those_that_there_are() -> None:
    assert cards.problems({"control": ("uncontrolled",)}, level="departmental", rules=RULES) == {}
    said = cards.problems({"class": ("secret",)}, level="form", rules=RULES)
    assert str(said["class"]).startswith("'secret' is none of the classes 'system', ")
    assert set(cards.problems({}, level="of-this-site", rules=RULES)) == {"class"}


@pytest.mark.parametrize(
    ("head", "department", "counts"),
    [
        ({}, "sales", True),
        ({"scope": ("sales",)}, "sales", True),
        ({"scope": ("sales",)}, "logistics", False),
        ({"scope": ("sales",)}, "quality", True),
    ],
)
def test_a_document_counts_for_the_departments_of_its_scope_and_for_its_owner(
    head: dict[str, tuple[str, ...]], department: str, counts: bool
) -> None:
    assert cards.applies_to(department, head, owner="quality") is counts


def test_what_a_site_says_of_classes_must_hold_together() -> None:
    def wrong(**said: object) -> set[str]:
        return set(cards.configured(said, DEPARTMENTS, SITE["chains"]))

    assert wrong() == wrong(**SITE["documents"]) == set()
    twice = [SITE["documents"]["classes"][0]] * 2
    assert "documents.classes" in wrong(classes=twice, levels={})
    assert wrong(classes=[{"key": "one", "title": {"zh": "一"}, "keeper": "nobody"}]) >= {
        "documents.classes.one",
        "documents.levels.manual",
    }
    assert wrong(levels={"manual": {"class": "system", "keeper": "nobody"}}) >= {"documents.levels.manual"}
    assert cards.configured({}, DEPARTMENTS, [*SITE["chains"], "of-this-site"]) == {}


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 99))
def test_a_period_ends_on_the_same_day_of_a_later_month_or_on_its_last(day: date, months: int) -> None:
    end = Period(months).after(day)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("1 year", "每年", "every year"),
        ("24 months", "每 2 年", "every 2 years"),
        ("1 month", "每个月", "every month"),
        ("18 months", "每 18 个月", "every 18 months"),
    ],
)
def test_a_period_is_told_in_the_largest_unit_that_fits(text: str, zh: str, en: str) -> None:
    words = parse_period(text).words
    assert (words["zh"], words["en"]) == (zh, en)
    with pytest.raises(Invalid):
        parse_period(f"{text} and a day")


@pytest.mark.parametrize("label", ["A/0", "A0", "B/12", "AA/3"])
def test_a_number_with_its_revision_is_the_number_of_one_document(label: str) -> None:
    scheme = Scheme("SQM", "manual", r"^SQM-\d{2}$", "SQM-01", "-{edition}{revision}")
    told = written([scheme], "SQM-01", "manual", label)
    assert told == "SQM-01-" + label.replace("/", "")
    assert scheme.bare(told) == "SQM-01"
    assert scheme.bare("SQM-01") == "SQM-01"
    check("SQM-01", "manual", [scheme], ())
    with pytest.raises(Invalid, match="the number of the document is SQM-01"):
        check(told, "manual", [scheme], ())
    plain = Scheme("x", "manual", r"^SQM-\d{2}$", "SQM-01")
    assert (written([plain], "SQM-01", "manual", label), plain.bare(told)) == ("SQM-01", told)
