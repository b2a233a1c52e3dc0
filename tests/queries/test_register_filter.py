"""The database filters and cuts the register as one would by reading all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import product
from random import Random

import pytest

from docctl.door.context import Context
from docctl.errors import DocctlError
from docctl.queries.copies.register import Asked, CopyLine, copy_list, copy_register
from docctl.rules.copies import ACTS, Status
from docctl.usecases.copies import disposing, handing
from tests.support.lists import seed_of
from tests.support.sites import MONDAY, World, issue, procedure
from tests.support.vouching import destroy

NUMBERS = ("LX-CX-2019-101", "LX-CX-2019-100")
HOLDERS = ("staff", "sales", "staff2", "technical", "quality")
ACT: dict[str, Callable[[Context, str], object]] = {
    "acknowledge": handing.acknowledge_copy,
    "recall": lambda ctx, copy: handing.recall_copy(ctx, copy, reason="r"),
    "return": handing.return_copy,
    "keep": lambda ctx, copy: disposing.keep_copy(ctx, copy, reason="r"),
    "replace": lambda ctx, copy: disposing.replace_copy(ctx, copy, reason="r"),
    "lose": lambda ctx, copy: disposing.lose_copy(
        ctx, copy, reason="r", responsible="staff", consequence="无"
    ),
    "destroy": lambda ctx, copy: destroy(ctx, copy, approved_by="rep", witnesses=["staff", "staff2"]),
}
SPAN = 16


def played(world: World, seed: int) -> None:
    """Two weeks in which anything is done with copies of two documents; much of it is refused."""
    by_chance, controller = Random(seed), world.as_("controller")
    for number in NUMBERS:
        issue(world, procedure(number))
    for day in range(SPAN - 2):
        number = by_chance.choice(NUMBERS)
        if day in {4, 9}:
            effective = world.clock.now.date() + timedelta(days=by_chance.randrange(4))
            issue(world, procedure(number, extra=f"{day}。"), effective=effective, save=True)
        if day % 3 == 0:
            handing.issue_copies(controller, number, holders=by_chance.sample(HOLDERS, 3))
        for _ in range(6):
            copy = f"{by_chance.choice(NUMBERS)}#{by_chance.randrange(1, 9):03}"
            with suppress(DocctlError):
                ACT[by_chance.choice([*ACT])](controller, copy)
        world.clock.advance(days=1)


def agrees(line: CopyLine, asked: str) -> bool:
    """As one reads a line."""
    if asked == "overdue":
        return line["overdue"]
    return line["state"] == asked or (asked == "out" and Status(line["state"]).in_hands)


def test_every_act_on_a_copy_is_played() -> None:
    assert {action.verb for action in ACTS} == ACT.keys()


@pytest.mark.regulation("Q9-07")
def test_what_the_database_filters_and_cuts_is_what_one_would_by_reading_all(world: World) -> None:
    played(world, seed_of(world))
    statuses = [*(status.value for status in Status), "out", "overdue", "no such status"]
    seen = set()
    for ahead, login in product(range(-1, SPAN + 2, 2), ("auditor", "staff")):
        ctx, on = world.as_(login), MONDAY.date() + timedelta(days=ahead)
        everything = copy_register(ctx, Asked(on=on))
        assert sorted(map(str, copy_list(ctx, on=on)["copies"])) == sorted(map(str, everything))
        for status in statuses:
            wanted = [line for line in everything if agrees(line, status)]
            asked = Asked(status=status, on=on)
            assert copy_register(ctx, asked) == wanted
            half = len(wanted) // 2
            assert copy_register(ctx, asked, most=half or None)[: half or None] == wanted[: half or None]
            if half:
                assert copy_register(ctx, asked, after=wanted[half - 1]["copy"]) == wanted[half:]
            seen |= {status} if wanted else set()
        for name in ("out", "overdue"):
            found = copy_list(ctx, on=on, out=name == "out", overdue=name == "overdue")["copies"]
            assert found == [line for line in copy_list(ctx, on=on)["copies"] if agrees(line, name)]
    assert len(seen) >= 7
