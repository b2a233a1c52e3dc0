"""What a site has decided about itself: controlled rows, read from site.yaml when it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Instant, Json, Said, Txt, reference
from docctl.rules.words import Words


class Organisation(Controlled):
    """The one organisation of this site; ties the database to the site by `site_id`."""

    __tablename__ = "organisation"

    site_id: Mapped[str] = mapped_column(Txt, unique=True)
    name: Mapped[str] = mapped_column(Txt)
    time_zone: Mapped[str] = mapped_column(Txt)
    public_key: Mapped[str] = mapped_column(Txt)

    @property
    def human_key(self) -> str:
        return self.site_id


class Department(Controlled):
    """A department, with the other names under which texts and people know it (DC-113)."""

    __tablename__ = "department"

    key: Mapped[str] = mapped_column(Txt, unique=True)
    title: Mapped[Words] = mapped_column(Said)
    aliases: Mapped[Any] = mapped_column(Json)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class NumberScheme(Controlled):
    """A pattern of document numbers (DC-16: a scheme is data, not code).

    `revision`: how the revision is written behind the number, where it is (DC-18).
    """

    __tablename__ = "number_scheme"

    key: Mapped[str] = mapped_column(Txt, unique=True)
    level: Mapped[str] = mapped_column(Txt)
    pattern: Mapped[str] = mapped_column(Txt)
    example: Mapped[str] = mapped_column(Txt)
    revision: Mapped[str | None] = mapped_column(Txt)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class ApprovalChain(Controlled):
    """The signatures that a revision of a document of this level needs, in order (DC-26)."""

    __tablename__ = "approval_chain"

    level: Mapped[str] = mapped_column(Txt, unique=True)
    steps: Mapped[Any] = mapped_column(Json)

    @property
    def human_key(self) -> str:
        return self.level


class WorkCalendar(Controlled):
    """One version of a working-time calendar. A record keeps the one under which it was opened (PR-94)."""

    __tablename__ = "calendar"
    __table_args__ = (UniqueConstraint("name", "version"),)

    name: Mapped[str] = mapped_column(Txt)
    version: Mapped[int] = mapped_column(Big)
    content: Mapped[Any] = mapped_column(Json)


class Administration(Controlled):
    """Which department keeps the manual (DC-54), from the event that made the row on; empty: none alone."""

    __tablename__ = "administration"

    department: Mapped[str] = mapped_column(Txt)


class GoverningProcedure(Controlled):
    """Which procedure governs document control at the site, from the event that made the row on.

    A change is a new row, so that what was begun under the former one stays judged by it. An empty number:
    from then on none does, and docctl's defaults count.
    """

    __tablename__ = "governing_procedure"

    number: Mapped[str] = mapped_column(Txt)


class DocumentRules(Controlled):
    """The classes of documents, and what documents of each level are: docctl.rules.documents.cards.

    A change is a new row; the newest counts. Without one docctl's own counts.
    """

    __tablename__ = "document_rules"

    content: Mapped[Any] = mapped_column(Json)


class PublicAddress(Controlled):
    """Where the codes on paper lead, from the event that made the row on; the newest counts.

    Without one the file docctl.toml says it, until the first copy is handed out.
    """

    __tablename__ = "public_address"

    address: Mapped[str] = mapped_column(Txt)


class AccountRules(Controlled):
    """What the site has decided about its accounts: docctl.rules.seconding.

    A change is a new row; the newest counts. Without one nothing is decided.
    """

    __tablename__ = "rules_of_accounts"

    content: Mapped[Any] = mapped_column(Json)


class ApproverChoice(Controlled):
    """Somebody has confirmed who approves the documents of a level, where the sources name two (DC-23).

    `steps`: the chain that was confirmed; another one is not.
    """

    __tablename__ = "approver_choice"

    level: Mapped[str] = mapped_column(Txt)
    steps: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Txt)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    confirmed_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def human_key(self) -> str:
        return self.level
