"""What an act costs beyond the rows that it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from benchmarks.rounds import seconds
from docctl.models.base import Base
from docctl.models.copies import CopyStep
from docctl.models.engine import open_engine
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.standing import facts, find
from docctl.usecases.copies import handing
from tests.support.postgres import postgres_url
from tests.support.sites import World, issue, procedure

ROUNDS = 5
A_ROUND = 100
"""Acts in a round: after so many events a checkpoint is made, so that each round pays for one."""

GOALS = {"sqlite": 2.5, "postgresql": 4.0}


def test_an_act_beside_the_bare_row_work(
    world: World, tmp_path: Path, worker_id: str, figure: Callable[..., None]
) -> None:
    """A copy acknowledged: by the act, and by the same ORM code on a copy of the tables without guards."""
    number = issue(world, procedure())
    holders = ["staff"] * (A_ROUND * ROUNDS + 20)
    numbers = iter([c.number for c in handing.issue_copies(world.as_("controller"), number, holders=holders)])
    staff, rounds, medians = world.as_("staff"), [], []
    with bare_tables(world, tmp_path, worker_id) as engine:
        bare = BareWork(world, engine)
        for _ in range(20):
            warm = next(numbers)
            handing.acknowledge_copy(staff, warm)
            bare.acknowledge(warm)
        for _ in range(ROUNDS):
            acts, rows = [], []
            for _ in range(A_ROUND):
                copy = next(numbers)
                acts.append(seconds(handing.acknowledge_copy, staff, copy))
                rows.append(seconds(bare.acknowledge, copy))
            rounds.append(sum(acts) / sum(rows))
            medians.append((median(acts), median(rows)))
    dialect = world.site.engine.dialect.name
    act, row = (median(each) * 1e3 for each in zip(*medians, strict=True))
    figure(
        f"an act on {dialect}",
        f"{median(rounds):.2f} times the bare row work, checkpoints included"
        f" ({act:.1f} ms and {row:.1f} ms in the median, {act / row:.2f} times)",
        f"<= {GOALS[dialect]}",
    )
    assert median(rounds) <= GOALS[dialect]


class BareWork:
    """The SELECTs, the UPDATE and the INSERT of `acknowledge_copy`, and the rule; nothing around them.

    No lock, no permission, no image, no event, no outbox, no checkpoint; committed as durably.
    """

    def __init__(self, world: World, engine: Engine) -> None:
        self.clock, self.engine = world.clock, engine
        self.person = world.as_("staff").actor.person_id
        self.last = 1 << 50

    def acknowledge(self, number: str) -> None:
        self.last += 1
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            copy, at = find.copy(session, number), self.clock()
            status = copies.state_on(facts.all_copies(session, [copy])[0], at.date())
            copy.state = copies.after(status, Action.COPY_ACKNOWLEDGE, copy.number)
            session.add(
                CopyStep(
                    id=self.last,
                    last_seq=copy.last_seq,
                    copy_id=copy.id,
                    action=Action.COPY_ACKNOWLEDGE.verb,
                    state=copy.state,
                    day=at.date(),
                    at=at,
                    by_id=self.person,
                )
            )
            session.commit()


@contextmanager
def bare_tables(world: World, folder: Path, worker_id: str) -> Iterator[Engine]:
    """The same tables with the same rows, indexes and settings, and without guards."""
    url = f"sqlite:///{folder / 'bare.db'}"
    if world.site.engine.dialect.name == "postgresql":
        url = postgres_url(worker_id).render_as_string(hide_password=False)
    engine = open_engine(url, read_only=False)
    with world.site.readers.connect() as source, engine.begin() as target:
        Base.metadata.create_all(target)
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in source.execute(select(table)).mappings()]
            if rows:
                target.execute(insert(table), rows)
    yield engine
    engine.dispose()
