"""Records loaded whole: rows, pinned templates, limits and calendars, however many with seven queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docctl.errors import Tampered
from docctl.models.configuration import WorkCalendar
from docctl.models.documents import Revision
from docctl.models.records import Record, RecordClock, RecordEntry, RecordSignature
from docctl.rules.records import calendars
from docctl.rules.records.entries import EntryFacts
from docctl.rules.records.limits import Limit
from docctl.standing import computed, pinned
from docctl.standing.attachments import attachments_of

if TYPE_CHECKING:
    from docctl.door.site import Site
from docctl.standing.record import Executed

Load = Callable[[Collection[int], dict[int, Tampered]], Iterable[Executed]]
"""Gives the records with these ids; damaged ones go into the dict."""

_OF_ACT: Final = "the records of an act"

R = TypeVar("R", RecordEntry, RecordSignature, RecordClock)


def records_of(
    session: Session, changed: Mapping[str, Collection[int]], parts: Sequence[type[Any]]
) -> set[int]:
    """The records of which changed rows of these tables are parts."""
    found: set[int] = set()
    for kind in parts:
        if rows := changed.get(kind.__tablename__):
            found |= {*session.scalars(select(kind.record_id).where(kind.id.in_(rows)))}
    return found


def of_ids(
    site: Site, session: Session, ids: Collection[int], damaged: dict[int, Tampered]
) -> list[Executed]:
    """The records with these ids, by number, but for those whose template is not what was pinned."""
    return load_all(site, session, Record.id.in_(ids), damaged=damaged)


def of_act(
    site: Site, session: Session, ids: Collection[int], damaged: dict[int, Tampered]
) -> list[Executed]:
    """The same at the end of an act, whose session this is: loaded once for all that follows from it."""
    known: dict[int, Executed | Tampered] = session.info.setdefault(_OF_ACT, {})
    if missing := set(ids) - known.keys():
        lost: dict[int, Tampered] = {}
        known.update((one.record.id, one) for one in of_ids(site, session, missing, lost))
        known.update(lost)
    found = {key: known[key] for key in ids if key in known}
    damaged |= {key: one for key, one in found.items() if isinstance(one, Tampered)}
    whole = [one for one in found.values() if isinstance(one, Executed)]
    return sorted(whole, key=lambda one: one.record.number)


def load(site: Site, session: Session, record: Record) -> Executed:
    """One record as it stands. Its values are read when they are asked for."""
    return load_all(site, session, Record.id == record.id)[0]


def load_all(
    site: Site,
    session: Session,
    condition: ColumnElement[bool],
    *,
    damaged: dict[int, Tampered] | None = None,
) -> list[Executed]:
    """The records of a condition on Record, by number, with seven queries however many they are.

    One more for each procedure with whose figures a form computes. One whose template is not what was pinned
    goes into `damaged`, by its id, and is no reason not to show the others; without `damaged` it is raised.
    """
    rows = session.scalars(select(Record).where(condition).order_by(Record.number)).all()
    entries = _by_record(session, RecordEntry, condition)
    signatures = _by_record(session, RecordSignature, condition)
    limits = _by_record(session, RecordClock, condition)
    files = attachments_of(session, condition)
    used = select(Record.template_revision_id).where(condition)
    revisions = {r.id: r for r in session.scalars(select(Revision).where(Revision.id.in_(used)))}
    counted = select(Record.calendar_id).where(condition)
    calendar = session.scalars(select(WorkCalendar).where(WorkCalendar.id.in_(counted)))
    working = {c.id: calendars.from_mapping(c.content, str(site.zone)) for c in calendar}
    found = []
    for row in rows:
        try:
            template = pinned.template_of(site, revisions[row.template_revision_id], row.template_blob)
            stated = computed.stated_for(site, session, row, template)
        except Tampered as error:
            if damaged is None:
                raise
            damaged[row.id] = error
            continue
        parts = tuple(map(entry_facts, entries.get(row.id, ()))), tuple(signatures.get(row.id, ()))
        pins = {clock.name: Limit.parse(clock.limit_rule) for clock in limits.get(row.id, ())}
        found.append(
            Executed(
                site, row, template, working[row.calendar_id], *parts, pins, files.get(row.id, ()), stated
            )
        )
    return found


def _by_record(session: Session, kind: type[R], condition: ColumnElement[bool]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    statement = select(kind).join(Record, kind.record_id == Record.id).where(condition).order_by(kind.id)
    rows: Sequence[R] = session.scalars(statement).all()
    for row in rows:
        found.setdefault(row.record_id, []).append(row)
    return found


def entry_facts(row: RecordEntry) -> EntryFacts:
    """A row as the rules take it."""
    return EntryFacts(row.id, row.field, row.seal, row.by_id, row.at, row.corrects_id, row.reason, row.cause)
