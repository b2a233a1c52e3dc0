"""Disposals and holds: by number, who signed what, what keeps a record, and which files are to go.

Reads rows and files, changes nothing, asks nobody's permission.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from docctl.errors import NotFound
from docctl.errors.message import Typed
from docctl.models.disposals import Disposal, DisposalItem, DisposalSignature, RecordHold
from docctl.models.documents import Revision
from docctl.models.records import Record, RecordAttachment, RecordPrevious, RecordSignature
from docctl.models.recurring import RECORD_SUBJECT, RecordPeriod
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import life
from docctl.rules.records.disposal import DONE, LIVE, Candidate
from docctl.rules.records.retention import Retention
from docctl.standing.attachments import preview_name
from docctl.standing.record import VOIDED

if TYPE_CHECKING:
    from docctl.door.site import Site

_APPROVES, _PROPOSES = Action.DISPOSAL_APPROVE.verb, Action.DISPOSAL_PROPOSE.verb


def one(session: Session, number: str) -> Disposal:
    """The disposal of this number. Raises NotFound."""
    found = session.scalar(select(Disposal).where(Disposal.number == number.strip()))
    if found is None:
        raise NotFound("there is no disposal {number}; see: docctl report disposals", number=Typed(number))
    return found


def items(session: Session, of: Disposal) -> list[tuple[DisposalItem, Record]]:
    """Its records, by number."""
    asked = (
        select(DisposalItem, Record)
        .join(Record, Record.id == DisposalItem.record_id)
        .where(DisposalItem.disposal_id == of.id)
        .order_by(Record.number)
    )
    return [(item, record) for item, record in session.execute(asked)]


def signatures(session: Session, of: Disposal) -> Sequence[DisposalSignature]:
    """Who signed it, oldest first."""
    mine = select(DisposalSignature).where(DisposalSignature.disposal_id == of.id)
    return session.scalars(mine.order_by(DisposalSignature.id)).all()


def signed_upto(session: Session, record: Record) -> Sequence[DisposalSignature]:
    """Who signed the disposal of a record, up to the act that destroyed it."""
    of = (
        select(DisposalItem.disposal_id)
        .join(Disposal, Disposal.id == DisposalItem.disposal_id)
        .where(DisposalItem.record_id == record.id, Disposal.state.in_(DONE))
    )
    mine = select(DisposalSignature).where(
        DisposalSignature.disposal_id.in_(of), DisposalSignature.last_seq <= record.last_seq
    )
    return session.scalars(mine.order_by(DisposalSignature.id)).all()


def subject(session: Session, of: Disposal) -> Subject:
    """What the rights to it are asked about.

    Where the form of one of its records states no period, no department decides by itself (DC-94): then the
    subject is of none.
    """
    signed = signatures(session, of)
    undecided = select(DisposalItem.id).where(
        DisposalItem.disposal_id == of.id, DisposalItem.kept_until.is_(None)
    )
    return Subject(
        name=of.number,
        department=None if session.scalar(undecided.limit(1)) is not None else of.keeper,
        asker=next((s.person_id for s in signed if s.meaning == _PROPOSES), None),
        approver=next((s.person_id for s in signed if s.meaning == _APPROVES), None),
        performers=frozenset(s.person_id for s in signed),
    )


def about(session: Session, record: Record) -> Subject:
    """What the rights to a record's end are asked about; of a hold that stands also who placed it."""
    hold = standing_hold(session, record)
    return Subject(name=record.number, department=record.keeper, asker=hold.entered_by_id if hold else None)


def standing_hold(session: Session, record: Record) -> RecordHold | None:
    """The hold on a record that nobody has lifted."""
    mine = select(RecordHold).where(RecordHold.record_id == record.id, RecordHold.revoked_at.is_(None))
    return session.scalar(mine)


def candidates(
    site: Site, session: Session, records: Sequence[Record], today: date, *, besides: int = 0
) -> list[Candidate]:
    """Each as the rules judge it. `besides`: the disposal that they are in already. Six queries."""
    ids = [record.id for record in records]
    ended, holds = _ended(site, session, records), _holds(session, ids)
    needed, lasting = _needed(session, ids), _lasting(session, ids, today)
    spoken_for = _spoken_for(session, ids, besides)
    return [
        Candidate(
            number=record.number,
            state=record.state,
            keeper=record.keeper,
            ended=ended.get(record.id),
            retention=Retention.parse(record.retention),
            hold=holds.get(record.id, ""),
            needed_by=needed.get(record.id, ""),
            stands_for=record.id in lasting,
            proposed=spoken_for.get(record.id, ""),
        )
        for record in records
    ]


def _ended(site: Site, session: Session, records: Sequence[Record]) -> Mapping[int, date]:
    """The day on which each was closed or made void."""
    void = [record.id for record in records if record.state is life.State.VOID]
    asked = select(RecordSignature.record_id, RecordSignature.signed_at).where(
        RecordSignature.record_id.in_(void), RecordSignature.meaning == VOIDED
    )
    found = {row.record_id: row.signed_at for row in session.execute(asked)}
    found |= {record.id: record.closed_at for record in records if record.closed_at is not None}
    return {key: at.astimezone(site.zone).date() for key, at in found.items()}


def _holds(session: Session, ids: Collection[int]) -> dict[int, str]:
    asked = select(RecordHold.record_id, RecordHold.reason).where(
        RecordHold.record_id.in_(ids), RecordHold.revoked_at.is_(None)
    )
    return {row.record_id: row.reason for row in session.execute(asked)}


def _needed(session: Session, ids: Collection[int]) -> dict[int, str]:
    """By record the number of an open one that points at it."""
    later = aliased(Record)
    ways = (
        select(RecordPrevious.previous_id.label("earlier"), later.number)
        .join(later, later.id == RecordPrevious.record_id)
        .where(RecordPrevious.previous_id.in_(ids)),
        select(RecordPeriod.subject_id.label("earlier"), later.number)
        .join(later, later.id == RecordPeriod.record_id)
        .where(RecordPeriod.subject_id.in_(ids)),
        select(later.started_by_id.label("earlier"), later.number).where(later.started_by_id.in_(ids)),
    )
    return {
        row.earlier: row.number
        for way in ways
        for row in session.execute(way.where(later.state.in_(life.UNSEALED)))
    }


def _lasting(session: Session, ids: Collection[int], today: date) -> set[int]:
    """Those that stand for something for which work falls due today and later."""
    asked = select(RECORD_SUBJECT).where(RECORD_SUBJECT.c.record_id.in_(ids))
    return {
        row["record_id"]
        for row in session.execute(asked).mappings()
        if row["content"]["until"] is None or date.fromisoformat(row["content"]["until"]) >= today
    }


def _spoken_for(session: Session, ids: Collection[int], besides: int) -> dict[int, str]:
    asked = (
        select(DisposalItem.record_id, Disposal.number)
        .join(Disposal, Disposal.id == DisposalItem.disposal_id)
        .where(DisposalItem.record_id.in_(ids), Disposal.state.in_(LIVE), Disposal.id != besides)
    )
    return {row.record_id: row.number for row in session.execute(asked)}


@dataclass(frozen=True)
class Leftovers:
    """What is still there of records that were destroyed: their files, files of the vault, previews."""

    records: tuple[tuple[int, str], ...] = ()
    vault: tuple[str, ...] = ()
    previews: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*(number for _, number in self.records), *self.vault, *self.previews)


def left(site: Site, session: Session, of: Disposal | None = None) -> Leftovers:
    """Of one disposal, or of all that were carried out."""
    done = select(DisposalItem.record_id).join(Disposal, Disposal.id == DisposalItem.disposal_id)
    done = done.where(Disposal.state.in_(DONE)) if of is None else done.where(Disposal.id == of.id)
    asked = select(Record).where(Record.id.in_(done), Record.state == life.State.DESTROYED)
    records = session.scalars(asked.order_by(Record.number)).all()
    there = ((r.year, r.number) for r in records if any(p.exists() for p in _paths(site, r)))
    digests = sorted(set(_only_theirs(session, [r.id for r in records])))
    return Leftovers(
        records=tuple(there),
        vault=tuple(d for d in digests if site.vault.has(d)),
        previews=tuple(p for d in digests if site.rendered.read(p := preview_name(d)) is not None),
    )


def _paths(site: Site, record: Record) -> Iterator[Path]:
    yield site.values.working_path(record.year, record.number)
    yield site.values.sealed_path(record.year, record.number)


def _only_theirs(session: Session, ids: Collection[int]) -> Iterator[str]:
    """The files of these that nothing else names: no other record that is there, and no print."""
    mine = select(RecordAttachment.sha256).where(RecordAttachment.record_id.in_(ids))
    others = (
        select(RecordAttachment.sha256)
        .join(Record, Record.id == RecordAttachment.record_id)
        .where(RecordAttachment.sha256.in_(mine), Record.state != life.State.DESTROYED)
    )
    prints = select(Revision.pdf_sha256).where(Revision.pdf_sha256.in_(mine))
    kept = {*session.scalars(others), *session.scalars(prints)}
    return (digest for digest in session.scalars(mine) if digest not in kept)
