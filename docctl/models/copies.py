"""Controlled copies: who is to have one, who has one, what happened to each, and what calls it back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Day, Instant, Txt, Word, reference
from docctl.rules.asking import State as Asking
from docctl.rules.copies import State
from docctl.rules.distribution import Purpose
from docctl.rules.recalls import Cause

_LISTED = text("struck_at IS NULL")


class Listed(Controlled):
    """A holder on the distribution list of a document (DC-52), until somebody struck them off.

    `holder` and `holder_name` as of a copy.
    """

    __tablename__ = "distribution"
    __table_args__ = (
        Index(
            "uq_distribution_listed",
            "document_id",
            "holder",
            unique=True,
            sqlite_where=_LISTED,
            postgresql_where=_LISTED,
        ),
    )

    document_id: Mapped[int] = reference("document.id")
    holder: Mapped[str] = mapped_column(Txt)
    holder_name: Mapped[str] = mapped_column(Txt)
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    listed_at: Mapped[datetime] = mapped_column(Instant)
    listed_by_id: Mapped[int] = reference("person.id")
    struck_at: Mapped[datetime | None] = mapped_column(Instant)
    struck_by_id: Mapped[int | None] = reference("person.id")


class CopyRequest(Controlled):
    """Somebody asks for a copy beyond the distribution list (DC-50); `decision` is why it was decided so."""

    __tablename__ = "copy_request"

    number: Mapped[str] = mapped_column(Txt, unique=True)
    document_id: Mapped[int] = reference("document.id")
    holder: Mapped[str] = mapped_column(Txt, index=True)
    holder_name: Mapped[str] = mapped_column(Txt)
    reason: Mapped[str] = mapped_column(Txt)
    state: Mapped[Asking] = mapped_column(Word(Asking), index=True)
    asked_by_id: Mapped[int] = reference("person.id")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = reference("person.id")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[str | None] = mapped_column(Txt)
    copy_id: Mapped[int | None] = reference("copy.id")


class Copy(Controlled):
    """A numbered copy of a revision in somebody's hands (DC-46). `running` is never used again.

    `print_no` counts the prints under this number: a damaged copy is exchanged under the same number
    (DC-55), a lost one is replaced under a new one (`replaces_id`, DC-56). `token` is that of the newest
    print. `holder` is a login, a department or an outsider, `holder_name` what is printed. `signed_size` and
    `signed_root` (base64) are of the newest checkpoint at its print: with them on it, paper is a witness.
    `place` is where the paper lies (DC-72).
    """

    __tablename__ = "copy"
    __table_args__ = (
        UniqueConstraint("document_id", "running"),
        # Of which document too: a department holds a copy of nearly every one.
        Index("ix_copy_holder", "holder", "document_id"),
    )

    number: Mapped[str] = mapped_column(Txt, unique=True)
    document_id: Mapped[int] = reference("document.id")
    revision_id: Mapped[int] = reference("revision.id")
    running: Mapped[int] = mapped_column(Big)
    token: Mapped[str] = mapped_column(Txt, unique=True)
    holder: Mapped[str] = mapped_column(Txt)
    holder_name: Mapped[str] = mapped_column(Txt)
    state: Mapped[State] = mapped_column(Word(State), index=True)
    print_no: Mapped[int] = mapped_column(Big)
    issued_day: Mapped[date] = mapped_column(Day)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by_id: Mapped[int] = reference("person.id")
    replaces_id: Mapped[int | None] = reference("copy.id")
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    place: Mapped[str | None] = mapped_column(Txt)
    pdf_sha256: Mapped[str | None] = mapped_column(Txt)
    signed_size: Mapped[int | None] = mapped_column(Big)
    signed_root: Mapped[str | None] = mapped_column(Txt)


class CopyStep(Controlled):
    """One thing that was done with a copy, on a day: the register of issue and recall (DC-49).

    `action` is the last word of the act (issue, acknowledge, recall, return, keep, destroy, replace, lose,
    place, lend, take_back), `state` the stored state after it: some leave that as it was.
    """

    __tablename__ = "copy_step"

    copy_id: Mapped[int] = reference("copy.id")
    action: Mapped[str] = mapped_column(Txt)
    state: Mapped[State] = mapped_column(Word(State))
    day: Mapped[date] = mapped_column(Day)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = reference("person.id")
    reason: Mapped[str | None] = mapped_column(Txt)
    approved_by_id: Mapped[int | None] = reference("person.id")
    witness_1_id: Mapped[int | None] = reference("person.id")
    witness_2_id: Mapped[int | None] = reference("person.id")


class ExchangedPrint(Controlled):
    """A damaged print that was taken back for a new one under the same number (DC-55), and its old token.

    The QR code on it outlives the exchange; scanned, it must not speak for the new print.
    """

    __tablename__ = "exchanged_print"
    __table_args__ = (UniqueConstraint("copy_id", "print_no"),)

    copy_id: Mapped[int] = reference("copy.id")
    print_no: Mapped[int] = mapped_column(Big)
    token: Mapped[str] = mapped_column(Txt, unique=True)
    day: Mapped[date] = mapped_column(Day)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = reference("person.id")


_OPEN = text("ended_at IS NULL")


class Loan(Controlled):
    """A copy in the hands of a borrower until a day (DC-74, DC-77). `borrower` is a login or an outsider.

    It ends when the copy is taken back, or is reported lost.
    """

    __tablename__ = "loan"
    __table_args__ = (
        Index("uq_loan_open", "copy_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    copy_id: Mapped[int] = reference("copy.id")
    borrower: Mapped[str] = mapped_column(Txt, index=True)
    borrower_name: Mapped[str] = mapped_column(Txt)
    due_day: Mapped[date] = mapped_column(Day)
    reason: Mapped[str] = mapped_column(Txt)
    approved_by_id: Mapped[int] = reference("person.id")
    lent_day: Mapped[date] = mapped_column(Day)
    lent_at: Mapped[datetime] = mapped_column(Instant)
    lent_by_id: Mapped[int] = reference("person.id")
    ended_day: Mapped[date | None] = mapped_column(Day)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = reference("person.id")


class Loss(Controlled):
    """Who answers for a lost copy, and what follows from it (DC-78)."""

    __tablename__ = "loss"

    copy_id: Mapped[int] = reference("copy.id")
    noticed_day: Mapped[date] = mapped_column(Day)
    responsible: Mapped[str] = mapped_column(Txt)
    responsible_name: Mapped[str] = mapped_column(Txt)
    consequence: Mapped[str] = mapped_column(Txt)


class ListsSeen(Controlled):
    """Somebody of the administration department took note of what changed in the departments' lists (DC-58).

    `upto` is the last line of the register that they were shown.
    """

    __tablename__ = "lists_seen"

    upto: Mapped[int] = mapped_column(Big)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    seen_by_id: Mapped[int] = reference("person.id")


class Recall(Controlled):
    """A copy asked back from `from_day` on. `revision_id`: the revision that takes the place of its own.

    `reason` is what somebody typed: nobody types one when a revision is issued.
    """

    __tablename__ = "recall"

    copy_id: Mapped[int] = reference("copy.id")
    from_day: Mapped[date] = mapped_column(Day)
    revision_id: Mapped[int | None] = reference("revision.id")
    cause: Mapped[Cause] = mapped_column(Word(Cause))
    reason: Mapped[str | None] = mapped_column(Txt)
    by_id: Mapped[int] = reference("person.id")
    at: Mapped[datetime] = mapped_column(Instant)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
