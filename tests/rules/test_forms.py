"""Values of a record: entries, corrections, what is missing, numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.records import entries as forms
from docctl.rules.records.entries import EntryFacts, Line, RecordNumber

AT = datetime(2026, 3, 12, tzinfo=UTC)


def entry(id: int, field: str, corrects: int | None = None) -> EntryFacts:  # noqa: A002
    return EntryFacts(
        id, field, f"seal-{id}", by=7, at=AT, corrects=corrects, reason="typing slip" if corrects else None
    )


CAUSE, ACTION, CAUSE_2, CAUSE_3 = (
    entry(1, "cause"),
    entry(2, "action"),
    entry(3, "cause", 1),
    entry(5, "cause", 3),
)
ENTRIES = [CAUSE_3, CAUSE, ACTION, CAUSE_2]


def test_the_last_entry_of_a_field_counts() -> None:
    assert forms.current(ENTRIES) == {"cause": CAUSE_3, "action": ACTION}
    assert forms.current([]) == {}


def test_an_old_value_stays_readable_and_is_struck_through() -> None:
    assert forms.history(ENTRIES) == [
        Line(CAUSE, 3),
        Line(ACTION, None),
        Line(CAUSE_2, 5),
        Line(CAUSE_3, None),
    ]
    assert [line.is_struck for line in forms.history(ENTRIES)] == [True, False, True, False]


@given(st.lists(st.sampled_from(["cause", "action", "result"])), st.randoms())
def test_every_entry_is_in_the_history_and_one_of_each_field_is_not_struck(
    fields: list[str], order: object
) -> None:
    entries = [entry(n, field) for n, field in enumerate(fields, 1)]
    lines = forms.history(reversed(entries))
    assert [line.entry for line in lines] == entries
    assert {line.entry for line in lines if not line.is_struck} == set(forms.current(entries).values())


@pytest.mark.parametrize(
    ("value", "is_missing"),
    [
        (None, True),
        ("", True),
        ("  \n", True),
        ("　", True),  # a Chinese blank
        ([], True),
        ({}, True),
        (False, False),
        (0, False),
        ("0", False),
        (["pump"], False),
    ],
)
def test_a_required_field_is_missing_when_nothing_is_in_it(value: object, is_missing: bool) -> None:
    assert ("cause" in forms.missing(["cause"], {"cause": value})) is is_missing


def test_all_missing_fields_are_named_at_once() -> None:
    assert set(forms.missing(["cause", "action", "result"], {"action": "replaced"})) == {"cause", "result"}


def test_a_correction_points_at_the_entry_that_counts() -> None:
    assert forms.corrected(ENTRIES, "cause", "typing slip") == CAUSE_3


def test_what_was_left_empty_is_entered_late_with_a_reason() -> None:
    assert forms.corrected(ENTRIES, "result", "forgotten", late=True) is None
    assert forms.corrected(ENTRIES, "cause", "typing slip", late=True) == CAUSE_3
    with pytest.raises(Invalid, match="say why"):
        forms.corrected(ENTRIES, "result", " ", late=True)


@pytest.mark.parametrize(
    ("field", "reason", "problems"),
    [
        ("cause", "", {"reason"}),
        ("cause", "  ", {"reason"}),
        ("result", "typing slip", {"result"}),
        ("result", "", {"reason", "result"}),
    ],
)
def test_a_correction_needs_a_reason_and_something_to_correct(
    field: str, reason: str, problems: set[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        forms.corrected(ENTRIES, field, reason)
    assert set(refusal.value.problems) == problems


@pytest.mark.parametrize(
    ("running", "printed"),
    [(1, "LX-R-001-2026-0001"), (9999, "LX-R-001-2026-9999"), (10_000, "LX-R-001-2026-10000")],
)
def test_a_record_number_is_form_year_and_running_number(running: int, printed: str) -> None:
    assert str(RecordNumber("LX-R-001", 2026, running)) == printed


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ({"type": "boolean"}, "boolean"),
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"type": "string", "format": "person"}, "string"),
        ({"type": "string", "format": "money"}, "number"),
        ({"type": "number", "format": "percent"}, "number"),
        ({"enum": ["pass", "fail"]}, "string"),
    ],
)
def test_a_condition_takes_a_field_for_its_type_or_its_format(field: dict[str, object], kind: str) -> None:
    assert forms.kinds({"x": field}) == {"x": kind}
