"""How the machine of a site stands: disk, clock, versions, what was signed, and what was last done for it.

Nothing about people and documents. Whatever cannot be asked is a fact too, and no fault of the page.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from sqlalchemy import func, select

from docctl.door import event, extending, outbox
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import DocctlError
from docctl.errors.message import Message, Value
from docctl.ledger import journal
from docctl.models.ledger import OutboxCheckpoint, OutboxMove
from docctl.queries.columns import Column, Listed
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.queries.site.company import address_on_paper
from docctl.render import renderer
from docctl.rules import upkeep
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.upkeep import Job
from docctl.store import git, runs

PACKAGE: Final = "docctl-qms"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing, how it stands, and what is to be done about it, if anything is. `figure`: for programs."""

    key: str
    what: Message
    stands: Value
    to_do: Message | None = None
    figure: float | None = None


SYSTEM: Final = Listed(
    title=Message("System"),
    columns=(
        Column(key="what", heading=Message("What"), value=lambda fact: fact.what),
        Column(key="stands", heading=Message("How it stands"), value=lambda fact: fact.stands, shape="words"),
        Column(key="to_do", heading=Message("What to do"), value=lambda fact: fact.to_do, shape="words"),
    ),
)


def system(ctx: Context) -> list[Fact]:
    """All facts. Raises Forbidden for whoever may not check the site."""
    ctx.require(Action.LEDGER_CHECK, Subject())
    return facts(ctx.site)


def facts(site: Site) -> list[Fact]:
    """The same for whoever has the site's files."""
    now = site.clock()
    return [*_machine(site, now), *_ledger(site), *_jobs(site, now), *_versions(site)]


def wanting(found: list[Fact]) -> int:
    """How many of them want somebody."""
    return sum(fact.to_do is not None for fact in found)


def for_programs(fact: Fact) -> dict[str, Any]:
    """What `--json` has of it."""
    beside = {} if fact.figure is None else {"figure": fact.figure}
    stands = fact.stands.isoformat() if isinstance(fact.stands, datetime) else fact.stands
    return {"key": fact.key, "what": fact.what, "stands": stands, "to_do": fact.to_do, **beside}


def _machine(site: Site, now: datetime) -> Iterator[Fact]:
    yield _disk(site)
    yield Fact(key="clock", what=Message("Clock of the machine"), stands=now, to_do=_clock(site, now))
    public = address_on_paper(site)
    yield Fact(
        key="address",
        what=Message("Address on copies"),
        stands=public or Message("none"),
        to_do=upkeep.of_address(public),
    )
    yield _printing(site)


def _disk(site: Site) -> Fact:
    disk = shutil.disk_usage(site.path)
    gigabytes = {"free": _gigabytes(disk.free), "total": _gigabytes(disk.total)}
    stands = Message("{free} GB of {total} GB are free", **gigabytes)
    wrong = upkeep.of_disk(disk.free, disk.total)
    return Fact(key="disk_free_bytes", what=Message("Disk"), stands=stands, to_do=wrong, figure=disk.free)


def _gigabytes(size: int) -> str:
    return f"{size / upkeep.GIGABYTE:.1f}"


def _clock(site: Site, now: datetime) -> Message | None:
    """What the door would say to an act at this moment, and what the disk says."""
    try:
        with site.reading() as session:
            event.believable(site, journal.head(session.connection()), now)
    except DocctlError as error:
        return error.said
    return upkeep.of_files(now, _file_time(site))


def _file_time(site: Site) -> datetime | None:
    try:
        return datetime.fromtimestamp((site.path / extending.FILE).stat().st_mtime, UTC)
    except OSError:
        return None


def _printing(site: Site) -> Fact:
    missing = renderer.missing_libraries()
    stands = Message("on") if site.settings.pdf else Message("off")
    lacks = Message("this machine lacks {library}", library=missing[0]) if missing else None
    to_do = lacks if site.settings.pdf else None
    return Fact(key="pdf", what=Message("PDF of what is issued"), stands=stands, to_do=to_do)


def _ledger(site: Site) -> Iterator[Fact]:
    unsigned = events_since_checkpoint(site)
    with site.reading() as session:
        events = journal.head(session.connection()).seq
        pending = session.scalar(select(func.count()).where(OutboxMove.state == outbox.PENDING)) or 0
        signed = session.scalar(select(func.max(OutboxCheckpoint.made_at)))
    yield Fact(key="events", what=Message("Events"), stands=events, figure=events)
    stands = Message("{number} since {moment}", number=unsigned, moment=_moment(site, signed))
    yield Fact(key="events_unsigned", what=Message("Not yet in a checkpoint"), stands=stands, figure=unsigned)
    wrong: Message | None = None
    try:
        outbox.is_settled(site)
    except DocctlError as error:
        wrong = error.said
    if wrong is None and pending:
        wrong = Message("the next act finishes it; if it stays, restart docctl")
    yield Fact(
        key="moves_pending",
        what=Message("Waiting for the library"),
        stands=pending,
        to_do=wrong,
        figure=pending,
    )


def _moment(site: Site, at: datetime | None) -> Value:
    return at.astimezone(site.zone) if at is not None else Message("the beginning")


_JOBS: Final = {
    Job.BACKUP: Message("Last backup"),
    Job.VERIFY: Message("Last backup that was read back"),
    Job.DRILL: Message("Last restore for trial"),
    Job.CHECK: Message("Last check"),
}


def _jobs(site: Site, now: datetime) -> Iterator[Fact]:
    for job in Job:
        last = runs.last(site.path, job)
        stands: Value = Message("never")
        if last is not None:
            said: dict[str, Value] = {
                "moment": last.at.astimezone(site.zone),
                "events": last.events,
                "about": last.about,
            }
            well = Message("{moment}, up to event {events}. {about}", **said)
            stands = well if last.ok else Message("{moment}: failed. {about}", **said)
        age = None if last is None else (now - last.at).total_seconds()
        yield Fact(
            key=f"{job.value}_age_seconds",
            what=_JOBS[job],
            stands=stands,
            to_do=upkeep.of_job(job, last, now),
            figure=age,
        )


def _versions(site: Site) -> Iterator[Fact]:
    with site.reading() as session:
        dialect = session.connection().dialect
    database = "PostgreSQL" if dialect.name == "postgresql" else "SQLite"
    told = (
        ("docctl", version(PACKAGE)),
        ("Python", platform.python_version()),
        (database, ".".join(map(str, dialect.server_version_info or ()))),
        ("WeasyPrint", version("weasyprint")),
        ("git", git.version()),
    )
    for name, number in told:
        yield Fact(key=f"version_{name.lower()}", what=Message("{name}", name=name), stands=number)
