"""Which figure of document control counts at which event: procedure, revision and calendar of then.

Worked out from rows that are never changed, so that a copy keeps the figure under which it was handed out or
asked back, whatever is revised or configured later. What a limit means is said by the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.errors import Tampered, see
from docctl.errors.message import Message
from docctl.models.configuration import GoverningProcedure, WorkCalendar
from docctl.models.documents import Document, Revision
from docctl.rules.documents import control, numbering, revisions
from docctl.rules.documents.control import Bound, Due, Duty
from docctl.rules.records import calendars
from docctl.rules.records.calendars import Calendar
from docctl.standing import facts, find, pinned
from docctl.store.source import Procedure
from docctl.store.template import Template

if TYPE_CHECKING:
    from docctl.door.site import Site

CALENDAR = "default"


def event_of(row_id: int) -> int:
    """The event that made a controlled row: the upper part of its key, which no later change touches."""
    return row_id >> 16


@dataclass(frozen=True, kw_only=True)
class Named:
    """A procedure that governs document control from event `seq` on; None: from then on none does."""

    seq: int
    document: Document | None
    revisions: Sequence[Revision] = ()


@dataclass(frozen=True, kw_only=True)
class Control:
    """All that a site ever decided about the limits of document control, oldest first.

    One is made for an answer, with a fixed number of queries, and asked for every line of it.
    """

    site: Site
    named: tuple[Named, ...]
    calendars: tuple[tuple[int, Calendar], ...]
    _known: dict[tuple[Duty, date, int | None], Bound | None] = field(default_factory=dict)

    def bound(self, duty: Duty, day: date, seq: int | None = None) -> Bound | None:
        """The limit in force on `day` as it stood at event `seq` (now, without one).

        None where the procedure that states it is not what was signed: then nobody can say.
        """
        asked = duty, day, seq
        if asked not in self._known:
            self._known[asked] = self._bound(duty, day, seq)
        return self._known[asked]

    def due(self, duty: Duty, day: date, at: datetime, row_id: int) -> Due | None:
        """When it is due, counted from `day`, as the event that made this row set it going at `at`.

        A limit in hours counts from `at` where that is on `day`, else from the end of the day.
        """
        seq = event_of(row_id)
        of, calendar = self.bound(duty, day, seq), self.calendar(seq)
        if of is None:
            return None
        local = calendar.local(at)
        return control.due(of, local if local.date() == day else day, calendar)

    def print_expires(self, now: datetime) -> datetime:
        """When a print that is made now expires. Raises Tampered where nobody can say."""
        calendar = self.calendar()
        of = self.bound(Duty.PRINT, calendar.local(now).date())
        if of is None:
            raise Tampered(
                "the procedure of document control is not what was signed; run: {check}", check=see.CHECK
            )
        return control.expires(of, now, calendar)

    def calendar(self, seq: int | None = None) -> Calendar:
        """The working calendar as it stood then."""
        reached = [c for since, c in self.calendars if seq is None or since <= seq]
        return reached[-1] if reached else self.calendars[0][1]

    def governing(self, day: date, seq: int | None = None) -> tuple[Document, Revision] | None:
        """The revision of the procedure that governed document control then, if one was in force."""
        reached = [n for n in self.named if seq is None or n.seq <= seq]
        if not reached or reached[-1].document is None:
            return None
        document, known = reached[-1].document, reached[-1].revisions
        found = revisions.in_force(facts.revisions(known), day, seq, document=facts.document(document))
        return next(((document, row) for row in known if found and row.id == found.id), None)

    def _bound(self, duty: Duty, day: date, seq: int | None) -> Bound | None:
        governing = self.governing(day, seq)
        if governing is None:
            return control.bound(duty, {})
        document, revision = governing
        try:
            stated = pinned.limits_of(self.site, revision, revision.blob)
        except Tampered:
            return None
        return control.bound(duty, stated, document.number, revision.label)


def lacking(session: Session, content: Procedure | Template) -> dict[str, Message]:
    """What the text of the procedure that governs document control has to state, and does not."""
    named = find.governing(session)
    if (
        not named
        or not isinstance(content, Procedure)
        or numbering.key(content.number) != numbering.key(named)
    ):
        return {}
    return control.problems(content.limits, content.number)


def load(site: Site, session: Session) -> Control:
    """What counts at this site, with three queries, or with four if a procedure governs."""
    rows = session.scalars(select(GoverningProcedure).order_by(GoverningProcedure.id)).all()
    keys = {row.id: numbering.key(row.number) for row in rows if row.number}
    documents = _documents(session, keys.values()) if keys else {}
    known: dict[int, list[Revision]] = {}
    if documents:
        ids = [d.id for d in documents.values()]
        of = select(Revision).where(Revision.document_id.in_(ids), Revision.issued_seq.is_not(None))
        for revision in session.scalars(of.order_by(Revision.id)):
            known.setdefault(revision.document_id, []).append(revision)
    named = [(event_of(row.id), documents.get(keys.get(row.id, ""))) for row in rows]
    return Control(
        site=site,
        named=tuple(
            Named(seq=seq, document=d, revisions=known.get(d.id, ()) if d else ()) for seq, d in named
        ),
        calendars=tuple(_calendars(site, session)),
    )


def _documents(session: Session, keys: Iterable[str]) -> Mapping[str, Document]:
    found = session.scalars(select(Document).where(Document.number_key.in_(list(keys))))
    return {document.number_key: document for document in found}


def _calendars(site: Site, session: Session) -> list[tuple[int, Calendar]]:
    rows = session.scalars(
        select(WorkCalendar).where(WorkCalendar.name == CALENDAR).order_by(WorkCalendar.version)
    ).all()
    if not rows:
        find.calendar(session, CALENDAR)  # which says what to do
    return [(event_of(row.id), calendars.from_mapping(row.content, str(site.zone))) for row in rows]
