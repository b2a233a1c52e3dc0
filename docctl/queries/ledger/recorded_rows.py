"""The rows that one thing consists of, by table. Reads no cell but those that lead from row to row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.base import Controlled
from docctl.models.changes import ChangeApplication, ChangeNotice, ChangeSignature, ChangeStudy
from docctl.models.comments import ReviewComment
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
from docctl.models.disposals import Disposal, DisposalItem, DisposalSignature, RecordHold
from docctl.models.documents import (
    DocumentAuthor,
    DocumentReview,
    Revision,
    Signature,
    Submission,
    TrialExtension,
)
from docctl.models.readings import Reading, ReadingCall
from docctl.models.records import (
    AttachmentMark,
    Record,
    RecordAttachment,
    RecordClock,
    RecordCopy,
    RecordEntry,
    RecordPrevious,
    RecordSignature,
    RecordVoiding,
)
from docctl.models.recurring import RecordPeriod
from docctl.models.rerouting import Reroute
from docctl.queries.ledger.rows import Rows


def rows_of_document(session: Session, document_id: int) -> Rows:
    """A document with its authors, its revisions and what was signed."""
    revisions = select(Revision.id).where(Revision.document_id == document_id)
    submissions = select(Submission.id).where(Submission.revision_id.in_(revisions))
    applications = select(ChangeApplication.id).where(ChangeApplication.document_id == document_id)
    return {
        "document": {document_id},
        "change_application": set(session.scalars(applications)),
        **{
            kind.__tablename__: _keys(session, kind, kind.change_id.in_(applications))
            for kind in (ChangeSignature, ChangeStudy, ChangeNotice)
        },
        "copy_request": _keys(session, CopyRequest, CopyRequest.document_id == document_id),
        "reading": _keys(session, Reading, Reading.revision_id.in_(revisions)),
        "review_comment": _keys(session, ReviewComment, ReviewComment.revision_id.in_(revisions)),
        "reading_call": _keys(session, ReadingCall, ReadingCall.revision_id.in_(revisions)),
        "distribution": _keys(session, Listed, Listed.document_id == document_id),
        "document_author": _keys(session, DocumentAuthor, DocumentAuthor.document_id == document_id),
        "document_review": _keys(session, DocumentReview, DocumentReview.document_id == document_id),
        "revision": set(session.scalars(revisions)),
        "trial_extension": _keys(session, TrialExtension, TrialExtension.revision_id.in_(revisions)),
        "submission": set(session.scalars(submissions)),
        "reroute": _keys(session, Reroute, Reroute.submission_id.in_(submissions)),
        "urging": _keys(session, Urging, Urging.submission_id.in_(submissions)),
        "signature": _keys(session, Signature, Signature.submission_id.in_(submissions)),
    }


def rows_of_copy(session: Session, copy_id: int) -> Rows:
    """A copy with all that happened to it, and what decides whether it may be used."""
    parts = (CopyStep, Recall, ExchangedPrint, Loan, Loss)
    found = {kind.__tablename__: _keys(session, kind, kind.copy_id == copy_id) for kind in parts}
    document = select(Copy.document_id).where(Copy.id == copy_id).scalar_subquery()
    revisions = _keys(session, Revision, Revision.document_id == document)
    return {
        "copy": {copy_id},
        "revision": revisions,
        "document": set(session.scalars(select(document))),
    } | found


def rows_of_record(session: Session, record_id: int) -> Rows:
    """A record with what was entered and signed, and the revisions to which it is pinned."""
    filed = (RecordCopy, RecordAttachment, AttachmentMark, RecordHold, DisposalItem)
    parts = (RecordEntry, RecordPrevious, RecordPeriod, RecordSignature, RecordClock, RecordVoiding, *filed)
    found = {kind.__tablename__: _keys(session, kind, kind.record_id == record_id) for kind in parts}
    pinned = select(Record.template_revision_id, Record.procedure_revision_id).where(Record.id == record_id)
    revisions = set(session.execute(pinned).one())
    documents = set(session.scalars(select(Revision.document_id).where(Revision.id.in_(revisions))))
    return {"record": {record_id}, "revision": revisions, "document": documents} | found


def rows_of_disposal(session: Session, disposal_id: int) -> Rows:
    """A disposal with its list and who signed it."""
    parts = (DisposalItem, DisposalSignature)
    found = {kind.__tablename__: _keys(session, kind, kind.disposal_id == disposal_id) for kind in parts}
    records = select(DisposalItem.record_id).where(DisposalItem.disposal_id == disposal_id)
    return {Disposal.__tablename__: {disposal_id}, "record": set(session.scalars(records))} | found


def _keys(session: Session, kind: type[Controlled], condition: Any) -> set[int]:
    return set(session.scalars(select(kind.id).where(condition)))
