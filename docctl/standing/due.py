"""What falls due in a stretch of time, and what has become of it: done, excused, under way, or open.

Four queries for all forms together; the periods themselves are worked out, not stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.models.records import Record, RecordSignature
from docctl.models.recurring import DutyExcuse, RecordPeriod
from docctl.rules.documents.numbering import key
from docctl.rules.records import recurring
from docctl.rules.records.life import State
from docctl.rules.records.recurring import Slot, Standing
from docctl.rules.records.subjects import SubjectFacts
from docctl.standing import recurring as rules
from docctl.standing.record import COMPLETED
from docctl.standing.recurring import Duty

_OWNER = tuple[int, int | None]
"""The form, and the record of what it is done for."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A record that is due: of which form, for which period, and where it stands.

    `record` and `opened`: the one that was opened for it; `excused`: why and by whom it need not be made.
    """

    duty: Duty
    slot: Slot
    standing: Standing
    record: str | None = None
    opened: date | None = None
    excused: str | None = None
    excused_by: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether no record was opened for it."""
        return self.record is None

    def waits(self, day: date) -> bool:
        """Whether somebody has to begin it."""
        return self.is_free and recurring.waits(self.slot, self.standing, day)


@dataclass
class _Done:
    """What people did for one form and one subject, in any order."""

    records: list[Any] = field(default_factory=list)
    excuses: list[Any] = field(default_factory=list)


def due(
    site: Site, session: Session, duties: Sequence[Duty], since: date, until: date, day: date
) -> Iterator[Due]:
    """For periods that end not before `since` and begin by `until`, as it stands on `day`; form by form."""
    ids = [duty.document_id for duty in duties]
    done: dict[_OWNER, _Done] = {}
    for row in session.execute(_records(ids, since, until)):
        done.setdefault((row.document_id, row.subject_id), _Done()).records.append(row)
    for row in session.execute(_excuses(ids, since, until)):
        done.setdefault((row.document_id, row.subject_id), _Done()).excuses.append(row)
    calendar = rules.calendar(site, session)
    known = rules.subjects(session, {rule.recurrence.of for d in duties for rule in d.rules} - {""})
    for duty in duties:
        of = {key(rule.recurrence.of) for rule in duty.rules if rule.recurrence.of}
        those: list[SubjectFacts | None] = [one for name in sorted(of) for one in known.get(name, ())]
        if any(not rule.recurrence.of for rule in duty.rules):
            those.append(None)
        for subject in those:
            did = done.get((duty.document_id, subject.id if subject else None), _Done())
            for slot in recurring.slots(duty.rules, since, until, calendar, subject):
                yield _due(site, duty, slot, did, day)


def _due(site: Site, duty: Duty, slot: Slot, did: _Done, day: date) -> Due:
    record = next((row for row in did.records if _fills(row, slot)), None)
    excuse = next((row for row in did.excuses if _fills(row, slot)), None)
    at: datetime | None = record.completed if record is not None else None
    completed = at.astimezone(site.zone).date() if at is not None else None
    return Due(
        duty=duty,
        slot=slot,
        standing=recurring.standing(slot, day, completed=completed, excused=excuse is not None),
        record=record.number if record is not None else None,
        opened=record.opened_day if record is not None else None,
        excused=excuse.reason if excuse is not None else None,
        excused_by=excuse.person_name if excuse is not None else None,
    )


def _fills(row: Any, slot: Slot) -> bool:
    """Whether it is of this period. Of a chain, where a day that is mended moves all, its end lies in it."""
    if slot.rule.recurrence.phases:
        return bool(slot.span.first <= row.last_day <= slot.span.last)
    period = (row.first_day, row.last_day, row.running)
    return period == (slot.span.first, slot.span.last, slot.running)


def _records(ids: Sequence[int], since: date, until: date) -> Select[*tuple[Any, ...]]:
    completed = (
        select(func.max(RecordSignature.signed_at))
        .where(
            RecordSignature.record_id == Record.id,
            RecordSignature.meaning == COMPLETED,
            RecordSignature.voided_at.is_(None),
        )
        .correlate(Record)
        .scalar_subquery()
    )
    of = RecordPeriod
    return (
        select(
            of.document_id,
            of.subject_id,
            of.first_day,
            of.last_day,
            of.running,
            Record.number,
            Record.opened_day,
            completed.label("completed"),
        )
        .join(Record, Record.id == of.record_id)
        .where(of.document_id.in_(ids), of.last_day >= since, of.first_day <= until)
        .where(Record.state.not_in([State.VOID]))
        .order_by(of.id)
    )


def _excuses(ids: Sequence[int], since: date, until: date) -> Select[*tuple[Any, ...]]:
    of = DutyExcuse
    return (
        select(
            of.document_id,
            of.subject_id,
            of.first_day,
            of.last_day,
            of.running,
            of.reason,
            of.person_name,
        )
        .where(of.document_id.in_(ids), of.last_day >= since, of.first_day <= until)
        .order_by(of.id)
    )
