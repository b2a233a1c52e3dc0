"""The database filters and cuts the master list of today as one would by reading all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

from docctl.errors import DocctlError
from docctl.queries.documents.listing import Asked, document_part
from docctl.queries.documents.master_list import document_list, stands
from docctl.rules.documents.revisions import Status
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.lists import seed_of
from tests.support.sites import World, issue, procedure

NUMBERS = [f"LX-CX-2019-10{n}" for n in range(6)]
TITLES = ("质量反馈控制程序", "Étude des retours", "ÉTUDE II")


def save(world: World, number: str, n: int) -> object:
    text = procedure(number, title=TITLES[n % 3], extra=f"{n}。")
    with suppress(DocctlError):
        return drafting.register_document(world.as_("author"), lambda: text)
    return drafting.save_draft(world.as_("author"), number, lambda: text)


def issued(world: World, number: str, n: int) -> object:
    effective = world.clock.now.date() + timedelta(days=n % 4)
    return issuing.issue_revision(world.as_("controller"), number, effective=effective)


ACTS: tuple[Callable[[World, str, int], object], ...] = (
    save,
    lambda w, number, _: drafting.submit_revision(w.as_("author"), number, reason="r"),
    lambda w, number, _: approving.sign_revision(w.as_("rep"), number),
    issued,
    lambda w, number, _: issuing.cancel_revision(w.as_("controller"), number, reason="r"),
    lambda w, number, _: drafting.discard_draft(w.as_("author"), number),
)
WEIGHTS = (5, 5, 5, 6, 1.5, 0.7)
LOOKED_AT = [
    (-2, "controller"),
    (3, "staff"),
    *((0, login) for login in ("controller", "author2")),
]
"""How many days ahead, and by whom."""


def agrees(line: dict[str, Any], asked: Asked) -> bool:
    """As one reads a line."""
    titles = [value.casefold() for name, value in line.items() if name.startswith(("title", "number"))]
    return (
        (not asked.status or stands(line, asked.status))
        and asked.level in ("", line["level"])
        and asked.department in ("", line["department"])
        and (not asked.q or any(asked.q.casefold() in said for said in titles))
    )


QUESTIONS = [
    *(Asked(status=status) for status in [*(s.value for s in Status), "under-way", "no such status"]),
    *(Asked(q=q) for q in ("étude", "ÉTUDE", "程序", "-103", "%", "'")),
    *(Asked(level=level) for level in ("procedure", "form")),
    *(Asked(department=key, status="effective") for key in ("administration", "sales")),
    Asked(),
]


def compared(world: World, ahead: int, login: str) -> set[str]:
    """Every question of one reader, on one day; the statuses that were there."""
    ctx = world.as_(login)
    on = ctx.today() + timedelta(days=ahead)
    everything, seen = document_list(ctx, on), set()
    for question in QUESTIONS:
        asked = Asked(**{**vars(question), "on": on})
        wanted = [line for line in everything if agrees(line, asked)]
        whole = document_part(ctx, asked)
        assert (list(whole.lines), whole.total, whole.following) == (wanted, len(wanted), None)
        assert list(whole.levels) == sorted({line["level"] for line in wanted})
        assert list(whole.departments) == sorted({line["department"] for line in wanted})
        first = document_part(ctx, asked, most=1)
        rest = document_part(ctx, asked, after=first.following).lines if first.following else []
        assert ([*first.lines, *rest], first.total) == (wanted, len(wanted))
        seen |= {line["status"] for line in wanted}
    return seen


def ended(world: World) -> None:
    """What is rare by chance: withdrawn, withdrawn while something was to come, an issue cancelled."""
    today = world.clock.now.date()
    withdrawn, to_come, replaced, cancelled = (f"LX-CX-2019-11{n}" for n in range(4))
    for number, effective in ((withdrawn, 0), (to_come, 3), (replaced, 2), (cancelled, 5)):
        issue(world, procedure(number), effective=today + timedelta(days=effective))
    again = procedure(replaced, extra="一。")
    issue(world, again, effective=today + timedelta(days=4), save=True)
    issuing.cancel_revision(world.as_("controller"), cancelled, reason="r")
    world.clock.advance(days=2)
    for number in (withdrawn, to_come, replaced):
        issuing.withdraw_document(world.as_("controller"), number, reason="r")


def test_what_the_database_filters_and_cuts_is_what_one_would_by_reading_all(world: World) -> None:
    by_chance, seen = Random(seed_of(world)), set()
    for n in range(120):
        act = by_chance.choices(ACTS, WEIGHTS)[0]
        with suppress(DocctlError):
            act(world, by_chance.choice(NUMBERS), n)
        if n % 10 == 9:
            world.clock.advance(days=1)
        if n == 60:
            seen |= {status for ahead, login in LOOKED_AT for status in compared(world, ahead, login)}
    ended(world)
    seen |= {status for ahead, login in LOOKED_AT for status in compared(world, ahead, login)}
    assert seen >= {"issued", "effective", "withdrawn", "cancelled"}
