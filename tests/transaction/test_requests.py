"""What tells two requests apart: every argument, its kind as well as its text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from docctl.door.requests import Once, Request, _told, as_kept
from docctl.door.site import Site
from docctl.errors import Defect, Invalid
from docctl.rules.actions import Action
from docctl.rules.roles import Role
from docctl.store.material import of_procedure
from docctl.store.source import read_procedure
from tests.support.sites import procedure


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True)
class Pair:
    x: int
    y: int


DIFFERENT: list[object] = [
    None,
    "",
    b"",
    [],
    {},
    set(),
    False,
    0,
    True,
    1,
    "1",
    b"1",
    [1],
    [[1]],
    ["ab", "c"],
    ["a", "bc"],
    ["c", "ab"],
    {"a": 1},
    {"a": "1"},
    {"a": 1, "b": 2},
    {"a": 2, "b": 1},
    {1},
    date(2026, 3, 2),
    datetime(2026, 3, 2, tzinfo=UTC),
    "2026-03-02",
    Point(1, 2),
    Point(2, 1),
    Pair(1, 2),
    procedure(),
    procedure(extra="。"),
]


def test_what_differs_in_kind_order_or_content_is_told_apart() -> None:
    told = [_told(one) for one in DIFFERENT]
    assert [(a, b) for (a, one), (b, other) in combinations(enumerate(told), 2) if one == other] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], (1, 2)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1, 2, 3}, frozenset((3, 2, 1))),
        (Role.AUTHOR, "author"),
        (procedure(), procedure()),
        (Once(procedure), Once(procedure)),
    ],
)
def test_what_means_the_same_is_the_same(one: object, other: object) -> None:
    assert _told(one) == _told(other)


def figure(shade: int) -> bytes:
    made = io.BytesIO()
    Image.new("L", (2, 2), shade).save(made, "PNG")
    return made.getvalue()


def test_a_figure_is_a_part_of_the_document() -> None:
    text = procedure().files["procedures/LX-CX-2019-101.md"] + b"\n![x](LX-CX-2019-101/a.png)\n"
    made = [of_procedure(read_procedure(text, {}, {"LX-CX-2019-101/a.png": figure(n)})) for n in (1, 2)]
    assert _told(made[0]) != _told(made[1])


@given(st.recursive(st.text() | st.binary() | st.integers(), lambda inner: st.lists(inner, max_size=4)))
def test_no_two_arguments_have_one_telling(value: object) -> None:
    assert _told([value]) != _told([value, value])
    assert _told([value, ""]) != _told(["", value]) or value == ""


def test_what_cannot_be_told_apart_is_a_defect_and_no_answer() -> None:
    with pytest.raises(Defect, match="object cannot be told apart"):
        _told(object())


def test_what_is_read_off_is_kept_for_the_use_case() -> None:
    def lines() -> Iterator[str]:
        yield from ("a", "b")

    assert as_kept("lines", lines()) == ("a", "b")
    for value in ("ab", b"ab", {"a": 1}, {"a"}, None, 3, Action.COPY_RETURN):
        assert as_kept("value", value) == value


@pytest.mark.parametrize(
    "given", ["a\u202eb", ["a", "b\x1b"], {"field": "x\0"}, [["\u2066"]], {"f": [{"g": "\x07"}]}]
)
def test_a_text_that_nobody_sees_wholly_is_refused_wherever_it_stands_in_an_argument(given: object) -> None:
    with pytest.raises(Invalid, match="cannot be seen") as refused:
        as_kept("reason", given)
    assert list(refused.value.problems) == ["reason"]
    assert as_kept("password", given) == given  # hashed as it was typed


def test_blanks_without_width_are_taken_out_of_arguments_and_the_request_is_the_same() -> None:
    assert as_kept("reason", "\ufeff首\u200b次\r\n发布") == "首次\n发布"
    assert as_kept("values", {"customer": "甲\u2060方", "files": ["e\u0301"]}) == {
        "customer": "甲方",
        "files": ("é",),
    }


def test_the_action_is_a_part_of_the_request(empty_site: Site) -> None:
    digests = {
        Request(site=empty_site, action=action, arguments={"number": number}).digest
        for action in (Action.COPY_RETURN, Action.COPY_ACKNOWLEDGE)
        for number in ("LX-CX-2019-101#001", "LX-CX-2019-101#002")
    }
    assert len(digests) == 4
