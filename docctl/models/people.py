"""People, what they may do, and (outside the ledger) how they prove who they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Base, Big, Controlled, Flag, Instant, Json, Txt, Word, reference
from docctl.rules.notices import About
from docctl.rules.roles import Role
from docctl.rules.seconding import State


class Person(Controlled):
    """Somebody who acts in docctl. Never deleted: a person who leaves is made inactive.

    `secret` binds the rows of their password, which are outside the ledger: see rules/secrets.py. `came`:
    they have had a password of their own; until then somebody else may be behind the account. `factor`: binds
    the rows of their second factor in the same way; nobody without one has any.
    """

    __tablename__ = "person"

    login: Mapped[str] = mapped_column(Txt, unique=True)
    name: Mapped[str] = mapped_column(Txt)
    department: Mapped[str] = mapped_column(Txt)
    active: Mapped[bool] = mapped_column(Flag)
    secret: Mapped[str | None] = mapped_column(Txt)
    came: Mapped[bool] = mapped_column(Flag)
    factor: Mapped[str | None] = mapped_column(Txt)

    @property
    def human_key(self) -> str:
        return self.login


class PersonRole(Controlled):
    """A role granted, and perhaps revoked."""

    __tablename__ = "person_role"
    __table_args__ = (
        Index(
            "uq_person_role_granted",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    person_id: Mapped[int] = reference("person.id")
    role: Mapped[Role] = mapped_column(Word(Role))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class RoleProposal(Controlled):
    """Roles that one person proposes for another, until a second person confirms or refuses them."""

    __tablename__ = "role_proposal"
    __table_args__ = (
        Index(
            "uq_role_proposal_waiting",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    person_id: Mapped[int] = reference("person.id")
    roles: Mapped[Any] = mapped_column(Json)
    state: Mapped[State] = mapped_column(Word(State), index=True)
    proposed_by_id: Mapped[int] = reference("person.id")
    proposed_by_name: Mapped[str] = mapped_column(Txt)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = reference("person.id")
    decided_by_name: Mapped[str | None] = mapped_column(Txt)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Txt)


class PersonNotice(Controlled):
    """Somebody else did something to this person's account; they are told until they take note of it.

    `by_id` is nobody for whoever has the files of the site.
    """

    __tablename__ = "person_notice"

    person_id: Mapped[int] = reference("person.id")
    about: Mapped[About] = mapped_column(Word(About))
    by_id: Mapped[int | None] = reference("person.id")
    by_name: Mapped[str] = mapped_column(Txt)
    told_at: Mapped[datetime] = mapped_column(Instant)
    noted_at: Mapped[datetime | None] = mapped_column(Instant)


class AccountPassword(Base):
    """The argon2id hash of a person's password. No row: the account is locked until one is set."""

    __tablename__ = "account_password"

    person_id: Mapped[int] = mapped_column(
        Big,
        ForeignKey("person.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    )
    hash: Mapped[str] = mapped_column(Txt)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class AccountOneTime(Base):
    """The password of this person was made for them: until `until` it is good for setting their own, no more.

    No row: they have chosen it themselves, or got it from whoever has the site's files.
    """

    __tablename__ = "account_one_time"

    person_id: Mapped[int] = mapped_column(
        Big,
        ForeignKey("person.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    )
    until: Mapped[datetime] = mapped_column(Instant)


class AccountFactor(Base):
    """What the phone of this person shares with docctl, sealed with a key of the site.

    `last_step` is the half minute of the last code that was good, so that each is good once.
    """

    __tablename__ = "account_factor"

    person_id: Mapped[int] = mapped_column(
        Big,
        ForeignKey("person.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    )
    sealed: Mapped[str] = mapped_column(Txt)
    last_step: Mapped[int] = mapped_column(Big)


class AccountRecovery(Base):
    """One code on paper for whoever has lost the phone: its digest, and when it was used."""

    __tablename__ = "account_recovery"

    person_id: Mapped[int] = mapped_column(
        Big,
        ForeignKey("person.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    )
    digest: Mapped[str] = mapped_column(Txt, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
