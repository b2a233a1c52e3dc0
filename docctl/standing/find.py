"""Look-ups by the names that people use. Each raises NotFound with what to try next.

They take a session, so that the same look-up serves a query and, inside the writer's lock, a use case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docctl.errors import Invalid, NotFound, see
from docctl.errors.message import Level, Message, Typed
from docctl.models.base import Controlled
from docctl.models.changes import ChangeApplication
from docctl.models.configuration import (
    Administration,
    ApprovalChain,
    Department,
    GoverningProcedure,
    NumberScheme,
    Organisation,
    PublicAddress,
    WorkCalendar,
)
from docctl.models.copies import Copy, CopyRequest
from docctl.models.documents import Document, Revision, Signature, Submission
from docctl.models.outsiders import Outsider
from docctl.models.people import Person, PersonRole
from docctl.models.records import Record
from docctl.rules import copy_numbers
from docctl.rules.documents import numbering
from docctl.rules.people import LOGIN
from docctl.rules.words import Words

R = TypeVar("R", bound=Controlled)


def document(session: Session, number: str) -> Document:
    """The document of this number, however its blanks are typed; a number may bring its revision (DC-18)."""
    key = numbering.key(number)
    found = session.scalar(select(Document).where(Document.number_key == key))
    if found is not None:
        return found
    bare = next((bare for s in schemes(session) if (bare := s.bare(key)) != key), key)
    return _one(
        session,
        Document,
        Document.number_key == bare,
        Message("there is no document {number}; see: {where}", number=number, where=see.DOCUMENTS),
    )


def person(session: Session, login: str) -> Person:
    """The account of this login, active or not."""
    otherwise = Message("there is no account {login}; see: {where}", login=login, where=see.ACCOUNTS)
    if not LOGIN.fullmatch(login):
        raise NotFound(otherwise)  # it may hold what no database takes
    return _one(session, Person, Person.login == login, otherwise)


def copy(session: Session, number: str) -> Copy:
    """The copy of this number, however it is typed (`LX-CX-2019-001#007`, `lx-cx-2019-001 # 7`)."""
    otherwise = Message("there is no copy {number}; see: {where}", number=Typed(number), where=see.COPIES)
    try:
        key, running = copy_key(number)
    except Invalid:
        raise NotFound(otherwise) from None
    of = select(Document.id).where(Document.number_key == key).scalar_subquery()
    return _one(session, Copy, (Copy.document_id == of) & (Copy.running == running), otherwise)


def request(session: Session, number: str) -> CopyRequest:
    """The request for a copy of this number."""
    otherwise = Message(
        "there is no request {number}; see: {where}", number=Typed(number), where=see.REQUESTS
    )
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound(otherwise)
    return _one(session, CopyRequest, CopyRequest.number == str(int(number)), otherwise)


def change(session: Session, number: str) -> ChangeApplication:
    """The change application of this number."""
    otherwise = Message(
        "there is no change application {number}; see: {where}", number=Typed(number), where=see.CHANGES
    )
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound(otherwise)
    return _one(session, ChangeApplication, ChangeApplication.number == str(int(number)), otherwise)


def outsider(session: Session, key: str) -> Outsider:
    """The outsider of this key (`@1`)."""
    otherwise = Message("there is no outsider {key}; see: {where}", key=Typed(key), where=see.OUTSIDERS)
    if not (key.isprintable() and len(key) < 20):
        raise NotFound(otherwise)
    return _one(session, Outsider, Outsider.key == key, otherwise)


def record(session: Session, number: str) -> Record:
    """The record of this number (`LX-R-003-2026-0001`)."""
    return _one(
        session,
        Record,
        Record.number == numbering.canonical(number),
        Message("there is no record {number}; see: {where}", number=number, where=see.RECORDS),
    )


def revisions(session: Session, document_id: int) -> Sequence[Revision]:
    """All revisions of a document, in the order in which they were begun."""
    return session.scalars(
        select(Revision).where(Revision.document_id == document_id).order_by(Revision.id)
    ).all()


def newest_revision(session: Session, of: Document) -> Revision:
    """The revision that was begun last: the one that drafting, signing and issuing are about."""
    return revisions(session, of.id)[-1]


def submission(session: Session, of: Revision) -> Submission:
    """The newest submission of a revision."""
    return _one(
        session,
        Submission,
        (Submission.revision_id == of.id) & (Submission.number == of.submission),
        Message("revision {label} was never submitted; see: {where}", label=of.label, where=see.SUBMIT),
    )


def signatures(session: Session, submission_id: int) -> Sequence[Signature]:
    """The signatures of a submission, oldest first, void ones too."""
    return session.scalars(
        select(Signature).where(Signature.submission_id == submission_id).order_by(Signature.id)
    ).all()


def people(session: Session, *wanted: ColumnElement[bool]) -> Sequence[tuple[Person, frozenset[str]]]:
    """All active people (of whom this holds) with their roles, by login."""
    roles: dict[int, set[str]] = {}
    for person_id, role in session.execute(
        select(PersonRole.person_id, PersonRole.role).where(PersonRole.revoked_at.is_(None))
    ):
        roles.setdefault(person_id, set()).add(str(role))
    active = session.scalars(select(Person).where(Person.active.in_([True]), *wanted).order_by(Person.login))
    return [(p, frozenset(roles.get(p.id, ()))) for p in active]


def names_of_departments(session: Session) -> dict[str, Words]:
    """Retired ones too: a signature names the department of its day."""
    return {d.key: d.title for d in session.scalars(select(Department))}


def departments(session: Session) -> Sequence[Department]:
    """The departments that are not retired, by key."""
    return session.scalars(
        select(Department).where(Department.retired_at.is_(None)).order_by(Department.key)
    ).all()


def schemes(session: Session) -> list[numbering.Scheme]:
    """The number schemes in use."""
    rows = session.scalars(
        select(NumberScheme).where(NumberScheme.retired_at.is_(None)).order_by(NumberScheme.key)
    )
    return [numbering.Scheme(r.key, r.level, r.pattern, r.example, r.revision or "") for r in rows]


def chain(session: Session, level: str) -> ApprovalChain:
    """The approval chain configured for documents of this level."""
    return _one(
        session,
        ApprovalChain,
        ApprovalChain.level == level,
        Message(
            "no approval chain is configured for the level {level}; give the document its own ({option})",
            level=Level(level),
            option=see.CHAIN,
        ),
    )


def calendar(session: Session, name: str = "default") -> WorkCalendar:
    """The newest version of a calendar."""
    newest = (
        select(WorkCalendar).where(WorkCalendar.name == name).order_by(WorkCalendar.version.desc()).limit(1)
    )
    found = session.scalar(newest)
    if found is None:
        raise NotFound("there is no calendar {name}; configure one", name=name)
    return found


def governing(session: Session) -> str:
    """The number of the procedure that governs document control; empty if none does."""
    newest = select(GoverningProcedure.number).order_by(GoverningProcedure.id.desc()).limit(1)
    return session.scalar(newest) or ""


def administration(session: Session) -> str:
    """The key of the department that keeps the manual; empty if none does alone."""
    newest = select(Administration.department).order_by(Administration.id.desc()).limit(1)
    return session.scalar(newest) or ""


def public_address(session: Session) -> str:
    """Where the codes on paper lead, as the site decided; empty while nothing is decided."""
    newest = select(PublicAddress.address).order_by(PublicAddress.id.desc()).limit(1)
    return session.scalar(newest) or ""


def organisation(session: Session) -> Organisation:
    """The one organisation of the site."""
    return session.scalars(select(Organisation)).one()


def copy_key(number: str) -> tuple[str, int]:
    """What two spellings of a copy's number have in common: (`number_key`, `running`). Raises Invalid."""
    of, running = copy_numbers.parse_copy_number(number)
    return numbering.key(of), running


def _one(session: Session, kind: type[R], condition: ColumnElement[bool], otherwise: Message) -> R:
    found = session.scalar(select(kind).where(condition))
    if found is None:
        raise NotFound(otherwise)
    return found
