"""Who is to read a revision, who has, and who has not in time (DC-60): of one revision, and a report of all.

Whom a call concerns is told by the departments and people of today: who joins a department is concerned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Message, Post
from docctl.models.copies import Copy, Listed
from docctl.models.documents import Document, Revision
from docctl.models.people import Person, PersonRole
from docctl.models.readings import Reading, ReadingCall, ReadingConcern
from docctl.queries.columns import Column
from docctl.queries.columns import Listed as List
from docctl.queries.copies.needs import DAY, IN_FORCE, NEWEST, STANDS
from docctl.queries.documents.master_list import standing
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import OUT
from docctl.rules.outside import is_outside
from docctl.rules.readings import EVERYBODY
from docctl.rules.roles import Role
from docctl.rules.words import Words

_newer = aliased(ReadingCall)
CALLED: Final = and_(
    ReadingCall.revision_id == Revision.id,
    ~exists()
    .where(_newer.revision_id == Revision.id, _newer.id > ReadingCall.id)
    .correlate(ReadingCall, Revision),
)
"""The call that counts for a revision: the newest."""
CURRENT: Final = and_(STANDS, or_(Revision.id == NEWEST, Revision.id == IN_FORCE))
"""What is in force, or will be: what was superseded nobody has to read any more."""


def concerns(department: Any, login: Any) -> ColumnElement[bool]:
    """Whether a call concerns somebody of this department and login."""
    whom = ReadingConcern.concerned
    meant = or_(whom == EVERYBODY, whom == department, whom == login)
    return exists().where(ReadingConcern.call_id == ReadingCall.id, meant).correlate(ReadingCall, Person)


def has_read(person: Any) -> ColumnElement[bool]:
    """Whether this person has confirmed the revision."""
    mine = Reading.person_id == person
    return exists().where(Reading.revision_id == Revision.id, mine).correlate(Revision, Person)


WORKS: Final = and_(
    Person.active.in_([True]),
    exists()
    .where(
        PersonRole.person_id == Person.id,
        PersonRole.revoked_at.is_(None),
        PersonRole.role.in_([role for role in Role if role is not Role.AUDITOR]),
    )
    .correlate(Person),
)


@dataclass(frozen=True, kw_only=True)
class ReaderLine:
    """Somebody concerned, or who confirmed all the same. `late`: days past the last one, if they have not."""

    login: str
    name: str
    department: str
    read_at: datetime | None
    late: int


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A revision with its readers: those who have not read first. `concerned`: keys of the call and names.

    `asks`: the reader of this is concerned and has not confirmed. `proposed`: whom a call would concern:
    the departments to which the text applies, those on the distribution list, and holders of copies.
    """

    number: str
    title: Words
    label: str
    labels: tuple[str, ...]
    due: date | None
    concerned: tuple[tuple[str, str], ...]
    lines: tuple[ReaderLine, ...]
    asks: bool
    sees_all: bool
    may_call: bool
    may_confirm: bool
    proposed: frozenset[str]


def roster(ctx: Context, number: str, label: str | None = None, action: Action | None = None) -> Roster:
    """Of the revision issued last, or of this label. Who does not see all sees their own line.

    Raises NotFound, Forbidden.
    """
    stand, shown, _ = standing(ctx, number)
    document: Document = stand.document
    subject = Subject(name=document.number, department=document.department)
    if action is not None:
        ctx.require(action, subject)
    issued = [r for r, _ in stand.revisions if r.issued_at is not None and r.effective_day is not None]
    issued.sort(key=lambda r: (r.effective_day, r.issued_seq))
    meant = next((r for r in issued if r.label == label), issued[-1] if issued else shown)
    call = ctx.session.scalar(
        select(ReadingCall)
        .where(ReadingCall.revision_id == meant.id)
        .order_by(ReadingCall.id.desc())
        .limit(1)
    )
    lines = _lines(ctx, meant.id, call)
    sees_all = ctx.may(Action.READING_READ, subject)
    mine = [line for line in lines if line.login == ctx.actor.login]
    confirmed = any(line.read_at is not None for line in mine)
    current = bool(issued) and stand.document.withdrawn_day is None
    return Roster(
        number=document.number,
        title=meant.title,
        label=meant.label,
        labels=tuple(r.label for r in reversed(issued)),
        due=call.due_day if call else None,
        concerned=tuple(_concerned(ctx, call)),
        lines=tuple(lines if sees_all else mine),
        asks=bool(mine) and not confirmed,
        sees_all=sees_all,
        may_call=current and ctx.may(Action.READING_CALL, subject),
        may_confirm=current and not confirmed and ctx.may(Action.READING_CONFIRM, subject),
        proposed=_proposed(ctx, document, meant),
    )


def is_asked(ctx: Context, number: str, label: str) -> bool:
    """Whether the reader of this revision is asked to confirm it: for its page."""
    asked = (
        select(Revision.id)
        .join(Document, Document.id == Revision.document_id)
        .join(ReadingCall, CALLED)
        .where(Document.number == number, Revision.label == label, CURRENT)
        .where(concerns(ctx.actor.department, ctx.actor.login), ~has_read(ctx.actor.person_id))
    )
    may = ctx.may(Action.READING_CONFIRM, Subject())
    return may and ctx.session.execute(asked, {DAY.key: ctx.today()}).first() is not None


def _lines(ctx: Context, revision: int, call: ReadingCall | None) -> list[ReaderLine]:
    found = aliased(Reading)
    wanted = (
        select(Person.login, Person.name, Person.department, found.read_at)
        .outerjoin(found, and_(found.person_id == Person.id, found.revision_id == revision))
        .order_by(found.read_at.is_not(None), Person.department, Person.login)
    )
    if call is None:
        wanted = wanted.where(found.id.is_not(None))
    else:
        whom = ReadingConcern.concerned
        meant = or_(whom == EVERYBODY, whom == Person.department, whom == Person.login)
        there = exists().where(ReadingConcern.call_id == call.id, meant).correlate(Person)
        wanted = wanted.where(or_(found.id.is_not(None), and_(WORKS, there)))
    late = max((ctx.today() - call.due_day).days, 0) if call else 0
    return [
        ReaderLine(
            login=row.login,
            name=row.name,
            department=row.department,
            read_at=row.read_at,
            late=late if row.read_at is None else 0,
        )
        for row in ctx.session.execute(wanted)
    ]


def _concerned(ctx: Context, call: ReadingCall | None) -> list[tuple[str, str]]:
    if call is None:
        return []
    rows = select(ReadingConcern.concerned, ReadingConcern.name).where(ReadingConcern.call_id == call.id)
    return [(row.concerned, row.name) for row in ctx.session.execute(rows.order_by(ReadingConcern.id))]


def _proposed(ctx: Context, document: Document, revision: Revision) -> frozenset[str]:
    listed = select(Listed.holder).where(Listed.document_id == document.id, Listed.struck_at.is_(None))
    holding = select(Copy.holder).where(Copy.document_id == document.id, Copy.state.in_(OUT))
    scope = revision.head.get("scope", ())
    keys = {*scope, *ctx.session.scalars(listed), *ctx.session.scalars(holding)}
    return frozenset(key for key in keys if not is_outside(key))


def _rows(ctx: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.number.label("document"),
            Revision.title,
            Revision.label.label("revision"),
            Person.login,
            Person.name,
            Person.department,
            ReadingCall.due_day.label("due"),
        )
        .select_from(ReadingCall)
        .join(Revision, CALLED)
        .join(Document, Document.id == Revision.document_id)
        .join(Person, WORKS)
        .where(CURRENT, concerns(Person.department, Person.login), ~has_read(Person.id))
        .params(day=ctx.today())
    )


def _until(day: date) -> ColumnElement[bool]:
    return ReadingCall.due_day < day


UNREAD: Final = Report(
    name="unread",
    about=Message("Who is asked to read a revision that is in force or will be, and has not confirmed it."),
    action=Action.READING_READ,
    rows=_rows,
    key=Document.number_key + " " + Revision.label + " " + Person.login,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="person", label=Message("Person"), where=part_of(Person.login, Person.name)),
        Filter(name="department", label=Message("Department"), where=part_of(Person.department)),
        Filter(name="before", label=Message("Due before"), where=_until, takes=date),
    ),
    listed=List(
        title=Message("Not read yet"),
        columns=(
            Column(key="document", heading=Message("Document number"), shape="number", leads_to="document"),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(key="title", heading=Message("Title")),
            Column(key="name", heading=Message("Person")),
            Column(
                key="department", heading=Message("Department"), value=lambda line: Post(line["department"])
            ),
            Column(key="due", heading=Message("To be read by"), shape="day"),
        ),
    ),
)

READERS: Final = List(
    title=Message("Readers"),
    columns=(
        Column(key="name", heading=Message("Person"), value=lambda line: f"{line.name} ({line.login})"),
        Column(key="department", heading=Message("Department"), value=lambda line: Post(line.department)),
        Column(key="read", heading=Message("Read and understood"), value=lambda line: line.read_at),
        Column(key="late", heading=Message("Days late"), value=lambda line: line.late or None),
    ),
)

_TO_READ: Final = (
    select(Document.number, Revision.label, Revision.title, ReadingCall.called_at, ReadingCall.due_day)
    .select_from(ReadingCall)
    .join(Revision, CALLED)
    .join(Document, Document.id == Revision.document_id)
    .where(CURRENT, concerns(bindparam("department"), bindparam("login")), ~has_read(bindparam("person")))
    .order_by(ReadingCall.due_day, ReadingCall.id)
)


def to_read(ctx: Context) -> Any:
    """The rows of what this person is asked to read."""
    me = ctx.actor
    asked = {"department": me.department, "login": me.login, "person": me.person_id, DAY.key: ctx.today()}
    return ctx.session.execute(_TO_READ, asked).all()
