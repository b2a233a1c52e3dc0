"""What was ever done to one document: the events that made and changed its rows, newest first.

No index of events is needed: each row knows the event that changed it last, and the image in that event names
the one before. What is read grows with the document, not with the ledger. Attempts that were refused changed
nothing and stand in the audit trail of the site.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import literal_column, select, union_all

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.models.base import Controlled
from docctl.models.changes import ChangeApplication, ChangeNotice, ChangeSignature, ChangeStudy
from docctl.models.copies import (
    Copy,
    CopyRequest,
    CopyStep,
    ExchangedPrint,
    Listed,
    Loan,
    Loss,
    Recall,
)
from docctl.models.delegations import Urging
from docctl.models.documents import Document, DocumentAuthor, Revision, Signature, Submission
from docctl.models.ledger import LedgerEvent
from docctl.models.readings import Reading, ReadingCall
from docctl.models.rerouting import Reroute
from docctl.queries.ledger.reasons import reason_of
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.words import Words
from docctl.standing import find

MOST: Final = 50
"""Events in one answer."""
IN_A_FILE: Final = 1_000_000
"""Events in one file: all that sheets of a workbook hold."""


@dataclass(frozen=True)
class Event:
    """One event as the trail tells it. `about` is the object, a `type` of row, `why` the reason given."""

    seq: int
    at: datetime
    act: str
    by: str
    login: str
    channel: str
    type: str
    about: str
    why: Message | str


@dataclass(frozen=True)
class Trail:
    """`following`: the number of the last event shown, where older ones come; else None."""

    number: str
    title: Words
    events: tuple[Event, ...]
    following: int | None


def trail(ctx: Context, number: str, before: int | None = None, *, most: int | None = None) -> Trail:
    """The newest events of a document (fifty), or those before an event. Raises NotFound, Forbidden."""
    ctx.require(Action.TRAIL_READ, Subject())
    document = find.document(ctx.session, number)
    newest = find.newest_revision(ctx.session, document)
    most = MOST if most is None else most
    found = _walk(ctx, document, before, most)
    shown = found[:most]
    return Trail(
        document.number,
        newest.title,
        tuple(shown),
        shown[-1].seq if len(found) > most else None,
    )


def _walk(ctx: Context, document: Document, before: int | None, most: int) -> list[Event]:
    """One event more than are shown, if there are: back from each row's last change to the one before it."""
    mine, known = set(), set[int]()
    for row in ctx.session.execute(_rows(document.id)):
        mine.add((row.kind, row.id))
        known |= {row.last_seq, row.id >> 16}
    read: dict[int, Event] = {}
    while True:
        # What is still unknown comes before an event that is known; so the newest can be trusted once read.
        newest = sorted((seq for seq in known if before is None or seq < before), reverse=True)[: most + 1]
        above = {seq for seq in known if before is not None and seq >= before}
        missing = [seq for seq in {*newest, *above} if seq not in read]
        if not missing:
            return [read[seq] for seq in newest]
        for event, images in _read(ctx, missing):
            read[event.seq] = event
            known |= {i["prev"] for i in images if "prev" in i and (i["t"], i["k"]) in mine}
        # An event that is gone is a finding of `docctl check`; here it must not hold up the others.
        known -= {seq for seq in missing if seq not in read}


def _rows(document_id: int) -> Any:
    revisions = select(Revision.id).where(Revision.document_id == document_id)
    submissions = select(Submission.id).where(Submission.revision_id.in_(revisions))
    copies = select(Copy.id).where(Copy.document_id == document_id)
    applications = select(ChangeApplication.id).where(ChangeApplication.document_id == document_id)
    return union_all(
        _of(Document).where(Document.id == document_id),
        _of(DocumentAuthor).where(DocumentAuthor.document_id == document_id),
        _of(Revision).where(Revision.document_id == document_id),
        _of(Submission).where(Submission.revision_id.in_(revisions)),
        _of(Signature).where(Signature.submission_id.in_(submissions)),
        _of(Urging).where(Urging.submission_id.in_(submissions)),
        _of(Reroute).where(Reroute.submission_id.in_(submissions)),
        _of(Listed).where(Listed.document_id == document_id),
        _of(ReadingCall).where(ReadingCall.revision_id.in_(revisions)),
        _of(Reading).where(Reading.revision_id.in_(revisions)),
        _of(ChangeApplication).where(ChangeApplication.document_id == document_id),
        *(
            _of(kind).where(kind.change_id.in_(applications))
            for kind in (ChangeSignature, ChangeStudy, ChangeNotice)
        ),
        _of(CopyRequest).where(CopyRequest.document_id == document_id),
        _of(Copy).where(Copy.document_id == document_id),
        _of(CopyStep).where(CopyStep.copy_id.in_(copies)),
        _of(Recall).where(Recall.copy_id.in_(copies)),
        _of(Loan).where(Loan.copy_id.in_(copies)),
        _of(Loss).where(Loss.copy_id.in_(copies)),
        _of(ExchangedPrint).where(ExchangedPrint.copy_id.in_(copies)),
    )


def _of(kind: type[Controlled]) -> Any:
    return select(literal_column(f"'{kind.__tablename__}'").label("kind"), kind.id, kind.last_seq)


def _read(ctx: Context, seqs: Iterable[int]) -> Iterable[tuple[Event, list[Mapping[str, Any]]]]:
    wanted = sorted(seqs)
    for start in range(0, len(wanted), 500):
        part = LedgerEvent.seq.in_(wanted[start : start + 500])
        for seq, body in ctx.session.execute(select(LedgerEvent.seq, LedgerEvent.body).where(part)):
            said = json.loads(bytes(body))
            yield _event(seq, said), said["rows"]


def _event(seq: int, said: Mapping[str, Any]) -> Event:
    actor, via = said.get("actor") or {}, said.get("via") or {}
    return Event(
        seq=seq,
        at=datetime.fromisoformat(said["at"]),
        act=said["act"],
        by=actor.get("name") or "",
        login=actor.get("login") or "",
        channel=via.get("channel") or "",
        type=said["object"]["type"],
        about=said["object"]["key"],
        why=reason_of(said),
    )
