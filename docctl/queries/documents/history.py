"""How a document came to be what it is: its revisions with their signatures, its copies, its records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import Invalid, Tampered
from docctl.models.documents import Document, Revision, Signature, Submission
from docctl.models.people import Person
from docctl.queries.copies.register import CopyLine, copy_list, copy_reconcile
from docctl.queries.documents.master_list import standing
from docctl.queries.ledger import trace
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.records.asked import Asked
from docctl.queries.records.listing import record_list
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.changes import Kind
from docctl.rules.documents.revisions import Status
from docctl.rules.words import Words
from docctl.standing import changed, changes
from docctl.standing.document import may_read


@dataclass(frozen=True)
class Signed:
    """A signature that stands."""

    meaning: Meaning
    name: str
    at: datetime
    comment: str
    receipt: int | None
    """The event of it, where it is the reader's own."""


@dataclass(frozen=True)
class RevisionLine:
    """A revision. `reason` is the request that its submission was made with, or why it was cancelled.

    `before` is the label of the issued revision that it can be compared with.
    """

    label: str
    status: Status
    effective: date | None
    issued_at: datetime | None
    issued_by: str
    reason: str
    signatures: tuple[Signed, ...]
    before: str | None
    has_print: bool
    sections: tuple[str, ...]
    """The clauses that it changed of `before`, as far as its files are as signed."""
    application: str | None
    """The number of the change application under which it was made."""
    kind: Kind | None


@dataclass(frozen=True)
class Revisions:
    """Newest first. `labels` are those that can be compared, oldest first."""

    number: str
    title: Words
    lines: tuple[RevisionLine, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """What is out of a document and what was made by it.

    `balance` is for who may see every copy; `copies` are those that the reader may see, `records` the same,
    with the last of them in `following` where more come.
    """

    number: str
    title: Words
    balance: dict[str, Any] | None
    copies: tuple[CopyLine, ...]
    records: tuple[dict[str, Any], ...]
    following: str | None
    sees_all: bool


@as_recorded(About.DOCUMENT)
def revisions(ctx: Context, number: str) -> Revisions:
    """The revisions that the reader may see. Raises NotFound, Forbidden."""
    stand, shown, _ = standing(ctx, number)
    document = stand.document
    seen = [row for row, _ in stand.revisions if may_read(ctx, document, row)]
    signed, reasons = _signatures(ctx, seen), _reasons(ctx, seen)
    issuers = _names(ctx, {row.issued_by_id for row in seen if row.issued_by_id})
    under = changes.under(ctx.session, [row.id for row in seen])
    lines, before, text = [], None, None
    for row in seen:
        change = under.get(row.id)
        lines.append(
            RevisionLine(
                label=row.label,
                status=stand.status(row) or Status.DRAFT,
                effective=row.effective_day,
                issued_at=row.issued_at,
                issued_by=issuers.get(row.issued_by_id or 0, ""),
                reason=row.cancel_reason or reasons.get(row.id, ""),
                signatures=tuple(signed.get(row.id, ())),
                before=before,
                has_print=row.pdf_sha256 is not None,
                sections=_sections(ctx, text, row),
                application=change.number if change else None,
                kind=change.kind if change else None,
            )
        )
        before, text = (row.label, row) if row.issued_at else (before, text)
    labels = tuple(line.label for line in lines)
    return Revisions(document.number, shown.title, tuple(reversed(lines)), labels)


@as_recorded(About.DOCUMENT)
def use(ctx: Context, number: str, after: str | None = None) -> Use:
    """Copies and records of a document, as far as the reader may see them. Raises NotFound, Forbidden."""
    stand, shown, _ = standing(ctx, number)
    document: Document = stand.document
    all_copies = ctx.may(Action.COPY_READ, Subject())
    all_records = ctx.may(Action.RECORD_READ, Subject(performers=frozenset()))
    following: str | None = None
    if all_records:
        records, following = trace.records_of(ctx, document, after)
    else:
        own = record_list(ctx, Asked(document=document.number))
        records = [_like_traced(line, ctx) for line in own]
    return Use(
        document.number,
        shown.title,
        copy_reconcile(ctx, document.number) if all_copies else None,
        tuple(copy_list(ctx, document.number)["copies"]),
        tuple(records),
        following,
        all_copies and all_records,
    )


def _sections(ctx: Context, before: Revision | None, row: Revision) -> tuple[str, ...]:
    try:
        return changed.sections(ctx.site, before, row)
    except (Tampered, Invalid):
        return ()  # the redline and `docctl check` tell it; here it must not hold up the others


_SIGNATURES: Final = (
    select(Submission.revision_id, Signature)
    .join(Submission, Submission.id == Signature.submission_id)
    .where(Signature.voided_at.is_(None))
    .order_by(Signature.id)
)
_REASONS: Final = select(Submission.revision_id, Submission.reason).order_by(Submission.id)


def _signatures(ctx: Context, seen: Iterable[Revision]) -> dict[int, list[Signed]]:
    found: dict[int, list[Signed]] = {}
    mine = Submission.revision_id.in_([row.id for row in seen])
    for revision_id, s in ctx.session.execute(_SIGNATURES.where(mine)):
        own = s.id >> 16 if s.person_id == ctx.actor.person_id else None
        signed = Signed(s.meaning, s.names, s.signed_at, s.comment or "", own)
        found.setdefault(revision_id, []).append(signed)
    return found


def _reasons(ctx: Context, seen: Iterable[Revision]) -> dict[int, str]:
    """The newest request of each."""
    mine = Submission.revision_id.in_([row.id for row in seen])
    return {row.revision_id: row.reason for row in ctx.session.execute(_REASONS.where(mine))}


def _names(ctx: Context, ids: Iterable[int]) -> dict[int, str]:
    found = ctx.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {row.id: row.name for row in found}


def _like_traced(line: dict[str, Any], ctx: Context) -> dict[str, Any]:
    opened = datetime.fromisoformat(line["opened_at"]).astimezone(ctx.site.zone).date()
    return {
        "record": line["number"],
        "state": line["state"],
        "opened": opened.isoformat(),
        "template": line["template"],
        "template_revision": line["template_revision"],
        "procedure": line["procedure"],
        "procedure_revision": line["procedure_revision"],
    }
