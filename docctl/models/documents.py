"""Documents, their revisions, and the signatures that a revision was given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Day, Instant, Json, Said, Txt, Word, reference
from docctl.rules.delegating import as_signed
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.head import Head
from docctl.rules.documents.reviews import Verdict
from docctl.rules.documents.revisions import State
from docctl.rules.words import Words

_TRIED = text("trial_until IS NOT NULL")
_COUNTS = text("voided_at IS NULL")
_OPEN = text("state IN ('draft', 'in-review', 'approved')")


class Document(Controlled):
    """A document has its number for life; what it says is in its revisions."""

    __tablename__ = "document"

    number: Mapped[str] = mapped_column(Txt, unique=True)
    number_key: Mapped[str] = mapped_column(Txt, unique=True)
    file_name: Mapped[str] = mapped_column(Txt, unique=True)
    level: Mapped[str] = mapped_column(Txt)
    department: Mapped[str] = mapped_column(Txt)
    chain: Mapped[Any | None] = mapped_column(Json)
    registered_by_id: Mapped[int] = reference("person.id")
    registered_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_day: Mapped[date | None] = mapped_column(Day)
    withdrawn_seq: Mapped[int | None] = mapped_column(Big)
    withdrawn_by_id: Mapped[int | None] = reference("person.id")
    withdrawn_reason: Mapped[str | None] = mapped_column(Txt)


class DocumentAuthor(Controlled):
    """A named co-author of a document."""

    __tablename__ = "document_author"

    document_id: Mapped[int] = reference("document.id")
    person_id: Mapped[int] = reference("person.id")
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Revision(Controlled):
    """One numbered content of a document, from its first draft on.

    `manifest` lists its files: [{"path", "blob", "sha256", "size"}], by path. `content` is the SHA-256 of
    the manifest's canonical JSON: it is what a signature names. `blob` is the git blob of the main file.
    `chain` is the approval chain as it was copied at the last submission, `submission` how often it was
    submitted, `contributors` the ids of all who gave it content. `head` is what its front matter says
    besides: {key: [text]}, of docctl.rules.documents.head. `trial_until`: the end of a trial issue, as it
    was issued or prolonged.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("document_id", "label"),
        Index("one_open_revision", "document_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_revision_effective", "document_id", "effective_day", "issued_seq"),
        Index("ix_revision_trial", "trial_until", sqlite_where=_TRIED, postgresql_where=_TRIED),
    )

    document_id: Mapped[int] = reference("document.id")
    label: Mapped[str] = mapped_column(Txt)
    state: Mapped[State] = mapped_column(Word(State), index=True)
    title: Mapped[Words] = mapped_column(Said)
    head: Mapped[Head] = mapped_column(Json)
    manifest: Mapped[Any] = mapped_column(Json)
    content: Mapped[str] = mapped_column(Txt)
    blob: Mapped[str] = mapped_column(Txt)
    contributors: Mapped[Any] = mapped_column(Json)
    chain: Mapped[Any | None] = mapped_column(Json)
    submission: Mapped[int] = mapped_column(Big)
    draft_commit: Mapped[str] = mapped_column(Txt)
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    discarded_at: Mapped[datetime | None] = mapped_column(Instant)
    issued_at: Mapped[datetime | None] = mapped_column(Instant)
    issued_by_id: Mapped[int | None] = reference("person.id")
    issued_seq: Mapped[int | None] = mapped_column(Big)
    effective_day: Mapped[date | None] = mapped_column(Day)
    trial_until: Mapped[date | None] = mapped_column(Day)
    commit_id: Mapped[str | None] = mapped_column(Txt)
    pdf_sha256: Mapped[str | None] = mapped_column(Txt)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_reason: Mapped[str | None] = mapped_column(Txt)


class Submission(Controlled):
    """One hand-in of a revision for approval; `reason` is the written request (DC-69).

    `outcome` is null while the chain runs, then approved, rejected or retracted.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("revision_id", "number"),)

    revision_id: Mapped[int] = reference("revision.id")
    number: Mapped[int] = mapped_column(Big)
    content: Mapped[str] = mapped_column(Txt)
    manifest: Mapped[Any] = mapped_column(Json)
    chain: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Txt)
    submitted_by_id: Mapped[int] = reference("person.id")
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    commit_id: Mapped[str] = mapped_column(Txt)
    outcome: Mapped[str | None] = mapped_column(Txt)
    outcome_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome_by_id: Mapped[int | None] = reference("person.id")
    outcome_reason: Mapped[str | None] = mapped_column(Txt)


class Signature(Controlled):
    """Name, time, meaning and the content signed (21 CFR 11.50, 11.70). Void signatures stay as history.

    The unique indexes hold, for somebody with a database shell too, that nobody signs twice, that for nobody
    somebody else signs twice, and that no part of a step is signed twice; of signatures that count.
    `part` names a department of a countersign step, else is empty. `for_id` and `for_name`: for whom
    it was signed, who was away or handed it over.
    """

    __tablename__ = "signature"
    __table_args__ = (
        *(
            Index(
                f"uq_signature_{name}", *columns, unique=True, sqlite_where=_COUNTS, postgresql_where=_COUNTS
            )
            for name, columns in (
                ("person", ("submission_id", "person_id")),
                ("for", ("submission_id", "for_id")),
                ("part", ("submission_id", "step", "part")),
            )
        ),
    )

    submission_id: Mapped[int] = reference("submission.id")
    step: Mapped[int] = mapped_column(Big)
    part: Mapped[str] = mapped_column(Txt)
    meaning: Mapped[Meaning] = mapped_column(Word(Meaning))
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    comment: Mapped[str | None] = mapped_column(Txt)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    for_id: Mapped[int | None] = reference("person.id")
    for_name: Mapped[str | None] = mapped_column(Txt)
    delegation_id: Mapped[int | None] = reference("delegation.id")

    @property
    def names(self) -> str:
        """Who signed, and for whom: what is printed."""
        return as_signed(self.person_name, self.for_name)


class TrialExtension(Controlled):
    """Who approves the document has let a trial issue go on; signed for the content that is tried."""

    __tablename__ = "trial_extension"

    revision_id: Mapped[int] = reference("revision.id")
    until: Mapped[date] = mapped_column(Day)
    reason: Mapped[str] = mapped_column(Txt)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)


class DocumentReview(Controlled):
    """A periodic review of what was in force: what was found, and signed for that content (DC-41).

    `part`: an annex by its name, empty for the whole document (DC-42).
    """

    __tablename__ = "document_review"

    document_id: Mapped[int] = reference("document.id")
    revision_id: Mapped[int] = reference("revision.id")
    part: Mapped[str] = mapped_column(Txt)
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    evidence: Mapped[str] = mapped_column(Txt)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_day: Mapped[date] = mapped_column(Day)


def called(document: Document, revision: Revision) -> str:
    """What people call a revision: `LX-CX-2019-001 A/0`."""
    return f"{document.number} {revision.label}"
