"""What enters the ledger as text has one written form, or is refused."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.text import clean, instant, plain, storable

ZONES = [timezone(timedelta(minutes=minutes)) for minutes in (-720, -210, 0, 345, 480, 840)]
# Not at the ends of the calendar: there another zone leads out of it.
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.sampled_from(ZONES))  # noqa: DTZ001


def test_composed_and_decomposed_letters_are_written_alike() -> None:
    assert clean("u\u0308ber") == clean("über") == "über"


@pytest.mark.rule("SE-48")
@pytest.mark.parametrize(
    "character",
    "\0\x01\x07\x1b\x7f\x85\r\ud800\udfff\u202e\u2066\u2069\u200c\u200d\u2028\u2029\u061c\u3164\u2800\ue000\U000e0041\U0003ffff",
)
def test_a_character_that_nobody_sees_is_refused_with_its_place(character: str) -> None:
    with pytest.raises(
        Invalid, match=rf"character 3 of this text cannot be seen \(U\+{ord(character):04X}\)"
    ):
        clean(f"甲a{character}乙")


@pytest.mark.rule("SE-48")
def test_blanks_without_width_are_taken_out_and_lines_end_alike() -> None:
    assert clean("\ufeff售\u200b后\u00ad程序\u2060\r\n") == "售后程序\n"


def test_names_keep_the_forms_of_their_characters() -> None:
    for name in ("葛\U000e0100城", "㐂", "\U00020bb7田", "\U000323af", "☎\ufe0f", "甲\t乙\n丙"):
        assert clean(name) == name


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "a\udfff"])
def test_text_that_a_database_would_lose_is_never_given_to_one(text: str) -> None:
    with pytest.raises(Invalid, match="cannot be seen"):
        storable(text)
    assert storable("u\u0308 \u202e") == "ü \u202e"  # looked for, it is not found


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    try:
        once = clean(text)
    except Invalid:
        return
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_moment_is_written_alike_in_every_zone(moment: datetime, zone: timezone) -> None:
    assert instant(moment) == instant(moment.astimezone(zone))
    assert datetime.fromisoformat(instant(moment)) == moment


@given(MOMENTS, MOMENTS)
def test_the_order_of_the_texts_is_the_order_of_the_moments(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) is (one < other)
    assert len(instant(one)) == len(instant(other))


def test_an_instant_is_written_to_the_microsecond_in_utc() -> None:
    assert instant(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02T00:00:00.000000Z"


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(Invalid, match="say which zone"):
        instant(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("u\u0308", "ü"),
        (("a", 1), ["a", 1]),
        ([{"u\u0308": [()]}], [{"ü": [[]]}]),
        ({7: "x"}, {"7": "x"}),
    ],
)
def test_a_value_is_written_as_plain_json(value: Any, expected: Any) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize(
    "value", [0.1, Decimal("0.1"), b"x", {"a": [0.5]}, {1, 2}, datetime(2026, 1, 1, tzinfo=UTC)]
)
def test_a_value_without_one_exact_form_is_refused(value: Any) -> None:
    with pytest.raises(Invalid, match="no exact written form"):
        plain(value)
