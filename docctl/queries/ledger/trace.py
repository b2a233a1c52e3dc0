"""From a record to what governed it, who approved that and who held copies; from a document to its records.

What is shown is worked out again on the way: see `proving`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session, aliased

from docctl.door.context import Context
from docctl.errors import Invalid, NotFound, Tampered, see
from docctl.errors.message import Message
from docctl.ledger.finding import What
from docctl.models.base import Controlled
from docctl.models.documents import Document, Revision, Signature, Submission
from docctl.models.people import Person, PersonNotice
from docctl.models.records import (
    AttachmentMark,
    Record,
    RecordAttachment,
    RecordClock,
    RecordEntry,
    RecordPrevious,
    RecordSignature,
    RecordVoiding,
)
from docctl.queries.copies.out_at import copies_out_at
from docctl.queries.copies.register import copy_list
from docctl.queries.documents.stand import Stand
from docctl.queries.ledger import resets
from docctl.queries.ledger.proving import prove
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.records.ending import signed as told
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import numbering
from docctl.rules.records.life import ENDED, State
from docctl.rules.text import instant
from docctl.rules.words import NOTHING
from docctl.standing import changes, disposals, find
from docctl.standing.attachments import bytes_of
from docctl.standing.document import all_readable
from docctl.standing.loading import load

MOST_RECORDS = 50
"""Records of a document in one answer; the next ones follow after the last of them."""

_of_template, _governing, _procedure = aliased(Revision), aliased(Revision), aliased(Document)
_SIGNATURES = (
    select(Signature, Submission, Person.login)
    .join(Submission, Submission.id == Signature.submission_id)
    .join(Person, Person.id == Signature.person_id)
    .where(Signature.voided_at.is_(None))
    .order_by(Signature.id)
)
_RECORDS = (
    select(
        Record.number,
        Record.state,
        Record.opened_day,
        Record.sealed_sha256,
        _of_template.label.label("template_revision"),
        _governing.label.label("procedure_revision"),
        Document.number.label("template"),
        _procedure.number.label("procedure"),
    )
    .join(Document, Document.id == Record.document_id)
    .join(_of_template, _of_template.id == Record.template_revision_id)
    .join(_governing, _governing.id == Record.procedure_revision_id)
    .join(_procedure, _procedure.id == _governing.document_id)
    .order_by(Record.id)
)


def trace(ctx: Context, number: str, after: str | None = None) -> dict[str, Any]:
    """Trace a record or a document, whichever has this number. Raises NotFound.

    `after`: of a document the records that were opened after this one.
    """
    wanted = numbering.canonical(number)
    if ctx.session.scalar(select(Record.id).where(Record.number == wanted)) is not None:
        return trace_record(ctx, number)
    if (
        ctx.session.scalar(select(Document.id).where(Document.number_key == numbering.key(number)))
        is not None
    ):
        return trace_document(ctx, number, after)
    raise NotFound(
        "there is no record and no document {number}; see: {where}",
        number=number,
        where=(see.RECORDS, see.DOCUMENTS),
    )


@as_recorded(About.RECORD, tells=True)
def trace_record(ctx: Context, number: str) -> dict[str, Any]:
    """What governed a record, who approved that, and who held copies of that when it was opened.

    `verified`: blobs, hashes, values and the proof in the ledger were worked out again and all agree. All
    else is asked of the record's own events, so that the trace of a sealed record is equal for ever (DC-107).
    """
    session, record = ctx.session, find.record(ctx.session, number)
    damage = _read(ctx, record)
    template = session.get_one(Revision, record.template_revision_id)
    governing = session.get_one(Revision, record.procedure_revision_id)
    form, procedure = (session.get_one(Document, r.document_id) for r in (template, governing))
    signed = _signatures(session, [template, governing])
    out = copies_out_at(ctx, record.opened_seq, record.opened_day, revision=governing.id)
    rows: list[Controlled] = [record, form, procedure, *_parts(session, record), *_rows(signed), *out.rows]
    ended = record.last_seq if record.state in ENDED else None
    proof = prove(ctx.site, session, [template, governing], rows, upto=ended)
    if (template.blob, governing.blob) != (record.template_blob, record.procedure_blob):
        said = Message("A revision is not the one under which the record was opened.")
        proof.find(What.VALUES, record.number, said)
    if damage is not None:
        proof.find(What.VALUES, record.number, damage)
    for number in out.missing:
        said = Message("The copy was handed out, and its row is not there any more.")
        proof.find(What.ROW_MISSING, number, said)
    return {
        **_itself(session, record),
        "template": form.number,
        "template_revision": template.label,
        "template_blob": record.template_blob,
        "procedure": procedure.number,
        "procedure_revision": governing.label,
        "procedure_effective": governing.effective_day and governing.effective_day.isoformat(),
        "procedure_blob": record.procedure_blob,
        "approvals": _approvals(signed, governing),
        "template_approvals": _approvals(signed, template),
        "copies": list(out.copies),
    } | proof.to_data()


@as_recorded(About.DOCUMENT, tells=True)
def trace_document(ctx: Context, number: str, after: str | None = None) -> dict[str, Any]:
    """The revisions of a document, oldest first, each with its approvals; its records; its copies.

    `change`: the application under which a revision was made; what was signed for that is proved too.

    `records` are the first fifty after record `after`, in the order of their opening; `next` is the last of
    them, to go on after, or null when no more come.
    """
    session, document = ctx.session, find.document(ctx.session, number)
    ctx.require(Action.TRACE_READ, Subject(performers=frozenset()))
    known = [read.revision for read in all_readable(ctx, document)]
    signed = _signatures(session, known)
    stand = Stand.of(document, find.revisions(session, document.id), ctx.today(), {})
    names = ("revision", "status", "effective", "blob", "head", *NOTHING.keys_of("title"))
    lines = [({n: line[n] for n in names}, r) for r in known for line in [stand.line(r)]]
    under = changes.under(session, [r.id for r in known])
    applied = changes.signatures(session, under.values())
    proof = prove(ctx.site, session, known, [document, *_rows(signed), *under.values(), *applied])
    records, following = records_of(ctx, document, after)
    return {
        "number": document.number,
        "revisions": [
            line
            | {"content": r.content, "commit": r.commit_id, "approvals": _approvals(signed, r)}
            | {"change": under[r.id].number if r.id in under else None}
            for line, r in lines
        ],
        "records": records,
        "next": following,
        "copies": _copies(ctx, document.number),
    } | proof.to_data()


def records_of(
    ctx: Context, document: Document, after: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """The first fifty records after record `after`, and the last of them where more come."""
    rows = _records(ctx.session, document, after)
    following = rows[MOST_RECORDS - 1].number if len(rows) > MOST_RECORDS else None
    return [_record_line(row) for row in rows[:MOST_RECORDS]], following


Signed = Sequence[tuple[Signature, Submission, str, PersonNotice | None]]
"""Signatures, with the login of who signed, and that somebody else had set their password shortly before."""


def _read(ctx: Context, record: Record) -> Message | None:
    """Ask whether the reader may; compare every value with its seal. What is wrong with them, if anything."""
    try:
        executed = load(ctx.site, ctx.session, record)
    except Tampered as error:
        # Without the template nobody can be said to take part in the record, but who opened it.
        ctx.require(Action.TRACE_READ, Subject(performers=frozenset({record.opened_by_id})))
        return error.said
    ctx.require(Action.TRACE_READ, executed.readers())
    try:
        executed.proved  # noqa: B018 - working it out is the comparison
        for attachment in () if executed.is_destroyed else executed.attachments:
            bytes_of(ctx.site, record.number, attachment)
    except (Tampered, Invalid, NotFound) as error:
        return error.said
    return None


def _signatures(session: Session, revisions: Iterable[Revision]) -> Signed:
    mine = Submission.revision_id.in_([revision.id for revision in revisions])
    found = session.execute(_SIGNATURES.where(mine)).all()
    reset = resets.before(session, [row[0] for row in found])
    return [(row[0], row[1], row[2], reset.get(row[0].id)) for row in found]


def _rows(signed: Signed) -> list[Controlled]:
    submissions = {submission.id: submission for _, submission, _, _ in signed}
    told = {reset.id: reset for _, _, _, reset in signed if reset is not None}
    return [*submissions.values(), *(signature for signature, *_ in signed), *told.values()]


def _parts(session: Session, record: Record) -> list[Controlled]:
    found: list[Controlled] = []
    for kind in (RecordEntry, RecordPrevious, RecordSignature, RecordClock, RecordVoiding):
        found += session.scalars(select(kind).where(kind.record_id == record.id).order_by(kind.id))
    for filed in (RecordAttachment, AttachmentMark):
        # What is filed after the record ended does not change its trace.
        told = [filed.record_id == record.id]
        told += [filed.last_seq <= record.last_seq] if record.state in ENDED else []
        found += session.scalars(select(filed).where(*told).order_by(filed.id))
    if record.state is State.DESTROYED:
        found += disposals.signed_upto(session, record)
    return found


def _itself(session: Session, record: Record) -> dict[str, Any]:
    """`destroyed`: who let it go and when, up to the act that destroyed it; null where it is there."""
    gone = record.state is State.DESTROYED
    return {
        "record": record.number,
        "state": record.state.value,
        "opened_at": instant(record.opened_at),
        "sha256": record.sealed_sha256,
        "destroyed": [told(row) for row in disposals.signed_upto(session, record)] if gone else None,
    }


def _approvals(signed: Signed, revision: Revision) -> list[dict[str, Any]]:
    return [
        {
            "meaning": signature.meaning.value,
            "step": signature.step,
            "by": login,
            "name": signature.person_name,
            "acts_for": signature.for_name,
            "at": instant(signature.signed_at),
            "content": signature.content,
            "comment": signature.comment,
            "reset": resets.told(reset),
        }
        for signature, submission, login, reset in signed
        if submission.revision_id == revision.id
    ]


def _copies(ctx: Context, number: str) -> list[dict[str, Any]]:
    """The copies that the reader may see: the own ones, for who has no right to the register."""
    lines = copy_list(ctx, number)["copies"]
    # The token opens the scan page in the holder's name; a trace tells who held what, and no more.
    return [{name: v for name, v in line.items() if name not in ("token", "url")} for line in lines]


def _records(session: Session, document: Document, after: str | None) -> Sequence[Any]:
    """The records made with the document or governed by it: one more than are shown, if there are."""
    later = Record.id > (0 if after is None else find.record(session, after).id)
    governed = [Record.procedure_revision_id == r.id for r in find.revisions(session, document.id)]
    # Each kind by itself, from its own index: however many records there are, only these are looked at.
    first = [
        select(Record.id).where(kind, later).order_by(Record.id).limit(MOST_RECORDS + 1).subquery()
        for kind in (Record.document_id == document.id, *governed)
    ]
    ids = union(*(select(found.c.id) for found in first))
    return session.execute(_RECORDS.where(Record.id.in_(ids)).limit(MOST_RECORDS + 1)).all()


def _record_line(row: Any) -> dict[str, Any]:
    return {
        "record": row.number,
        "state": row.state.value,
        "opened": row.opened_day.isoformat(),
        "template": row.template,
        "template_revision": row.template_revision,
        "procedure": row.procedure,
        "procedure_revision": row.procedure_revision,
        "sha256": row.sealed_sha256,
    }
