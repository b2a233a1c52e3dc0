"""What a trace costs among a thousand records, and among a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy.engine import URL

from benchmarks import ledgers
from benchmarks.rounds import ratio, side_by_side
from docctl.door import transaction
from docctl.door.site import DATABASE_VARIABLE, Site
from docctl.queries.ledger.trace import trace
from docctl.usecases.records import opening, sealing
from tests.support.postgres import postgres_url
from tests.support.sites import MONDAY, Clock, World, build
from tests.support.written_records import completed, forms_in_force

FEW = 1_000
MANY = {"sqlite": 100_000, "postgresql": 20_000}
"""Records; fewer on PostgreSQL, where making them takes longer than everything else here."""

ROUNDS = 21
GOAL = 1.3

FORM, PROCEDURE = "LX-R-101", "LX-CX-2019-101"


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_trace_among_many_records(
    database: str, tmp_path: Path, worker_id: str, figure: Callable[..., None]
) -> None:
    """The same traces of two sites, one with many times the records and events of the other."""
    sites, most = [], MANY[database]
    for name, size in (("few", FEW), ("many", most)):
        url = postgres_url(worker_id) if database == "postgresql" else None
        sites.append(with_records(tmp_path / name, url, size))
    (few, early, late), (many, early_too, late_too) = sites
    figures = []
    for what, small, large in (
        ("a record among the first", early, early_too),
        ("a record among the last", late, late_too),
        ("a form with all the records", FORM, FORM),
        ("the procedure that governs them", PROCEDURE, PROCEDURE),
    ):
        times = side_by_side(lambda: traced(few, small), lambda: traced(many, large), rounds=ROUNDS)  # noqa: B023
        figures.append(ratio(times[1], times[0]))
        figure(
            f"trace of {what}, {database}",
            f"{figures[-1]:.2f} times as long with {most:,} records as with {FEW:,}"
            f" ({median(times[1]) * 1e3:.1f} ms and {median(times[0]) * 1e3:.1f} ms)",
            f"<= {GOAL}",
        )
    few.close()
    many.close()
    assert max(figures) <= GOAL


def with_records(folder: Path, url: URL | None, size: int) -> tuple[World, str, str]:
    """A site with so many records; the numbers of one that was closed early, and of one closed last."""
    environ = {} if url is None else {DATABASE_VARIABLE: url.render_as_string(hide_password=False)}
    build(folder, environ)
    clock = Clock(MONDAY.replace(hour=2))
    world = World(Site.open(folder, clock=clock, environ=environ), clock)
    forms_in_force(world)
    early = closed(world)
    before = ledgers.head(world)
    opening.open_record(world.as_("staff"), FORM)
    ledgers.grow(world, ledgers.acts_since(world, before), size)
    late = closed(world)
    ledgers.analyse(world)
    return world, early, late


def closed(world: World) -> str:
    number = completed(world)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    transaction.make_checkpoint(world.site, world.clock())
    return number


def traced(world: World, number: str) -> None:
    ctx = world.as_("auditor")
    ctx.session.rollback()
    ctx.session.expunge_all()
    assert trace(ctx, number)["verified"] is True
