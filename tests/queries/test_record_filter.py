"""The filter of the list of records is put to the database, and finds what looking at each line would find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docctl.door.context import Context
from docctl.queries.records.asked import Asked
from docctl.queries.records.listing import newest_records, record_choices, record_count, record_list
from docctl.rules.records.life import State
from docctl.rules.words import NOTHING
from docctl.usecases.records import opening, sealing
from tests.support.sites import World
from tests.support.written_records import completed, forms_in_force, reported, rounds_in_force

READERS = ("controller", "auditor", "staff", "staff2", "author2", "gm")
ASKED = st.builds(
    Asked,
    q=st.sampled_from(
        ["", "lx-r", "LX-R-102", "0002", "质量信息", "FEEDBACK form", "%", "_", "nothing", " 2026 "]
    ),
    template=st.sampled_from(["", "LX-R-101", "LX-R-102", "LX-R-999"]),
    state=st.sampled_from(["", *State, "sealed"]),
    person=st.sampled_from(["", "staff", "staff2", "author2", "verifier", "nobody"]),
    due=st.sampled_from(["", "overdue", "unfinished", "never"]),
    document=st.sampled_from(["", "LX-CX-2019-101", "LX-CX-2019-102", "LX-R-102", "LX-CX-2019-999"]),
)


def busy(world: World) -> None:
    """Records of two forms, in each state but closed, opened by several people; some are late by now."""
    forms_in_force(world)
    rounds_in_force(world)
    completed(world)
    sealing.verify_record(world.as_("verifier"), completed(world))
    sealing.void_record(world.as_("controller"), reported(world), reason="重复")
    opening.open_record(world.as_("author2"), "LX-R-102")
    reported(world)
    world.clock.advance(days=3)
    reported(world)


def plainly(lines: list[dict[str, Any]], asked: Asked) -> Iterator[dict[str, Any]]:
    """What agrees, line by line."""
    part = asked.q.strip().casefold()
    for line in lines:
        said = (line["number"], *(line[name] for name in NOTHING.keys_of("title")))
        if (
            (not part or any(part in one.casefold() for one in said))
            and asked.template in ("", line["template"])
            and asked.state in ("", line["state"])
            and (not asked.person or asked.person in line["people"])
            and (asked.due != "overdue" or line["overdue"])
            and (asked.due != "unfinished" or line["state"] in {"open", "completed", "verified"})
            and asked.document in ("", line["template"], line["procedure"])
        ):
            yield line


def numbers(lines: list[dict[str, Any]]) -> list[str]:
    return [line["number"] for line in lines]


def in_parts(ctx: Context, asked: Asked, most: int) -> list[str]:
    """All of them, one part after the other, as somebody turns the pages."""
    found: list[str] = []
    while part := newest_records(ctx, asked, after=found[-1] if found else "", most=most):
        found += numbers(part)
    return found


@pytest.mark.regulation("GJ-12")
def test_the_query_finds_what_looking_at_each_line_finds(world: World) -> None:
    busy(world)
    readers = {login: world.as_(login) for login in READERS}
    whole = {login: record_list(ctx) for login, ctx in readers.items()}
    assert len(whole["controller"]) == 6
    assert {len(lines) for lines in whole.values()} >= {0, 1, 6}

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(login=st.sampled_from(READERS), asked=ASKED, most=st.integers(1, 4))
    def compare(login: str, asked: Asked, most: int) -> None:
        ctx = readers[login]
        wanted = list(plainly(whole[login], asked))
        assert record_list(ctx, asked) == wanted
        assert record_count(ctx, asked) == len(wanted)
        parts = in_parts(ctx, asked, most)
        assert parts == numbers(newest_records(ctx, asked))
        assert sorted(parts) == sorted(numbers(wanted))

    compare()


def test_the_newest_record_comes_first_and_one_that_is_not_there_begins_anew(sqlite_world: World) -> None:
    busy(sqlite_world)
    ctx = sqlite_world.as_("controller")
    found = newest_records(ctx)
    opened = [line["opened_at"] for line in found]
    assert opened == sorted(opened, reverse=True)
    assert newest_records(ctx, after="LX-R-101-1999-0001") == found
    assert newest_records(ctx, after=found[-1]["number"]) == []


@pytest.mark.parametrize("typed", ["\0", "a\0b", "\ud800", "%", "\\"])
def test_what_no_database_takes_finds_nothing_and_breaks_nothing(sqlite_world: World, typed: str) -> None:
    forms_in_force(sqlite_world)
    reported(sqlite_world)
    ctx = sqlite_world.as_("controller")
    for name in ("template", "person", "document"):
        assert record_list(ctx, replace(Asked(), **{name: f"{typed}x"})) == []
    assert newest_records(ctx, after=typed) != []


def test_a_filter_offers_what_the_reader_can_find_with_it(world: World) -> None:
    busy(world)
    for login in READERS:
        ctx = world.as_(login)
        lines, choices = record_list(ctx), record_choices(ctx)
        titles = {(line["template"], line["title"]) for line in lines}
        assert {(number, title.primary) for number, title in choices.templates} == titles
        assert set(choices.people) == {person for line in lines for person in line["people"].items()}
