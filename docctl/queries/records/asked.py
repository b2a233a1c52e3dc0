"""Which records a list holds: what the reader may see and the filter asks for, as a condition of queries."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.records import Record, RecordAttachment, RecordEntry, RecordSignature
from docctl.queries.picking import picks
from docctl.queries.records import papers, turns
from docctl.queries.records.found import found_by
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import stepwise
from docctl.rules.records.life import UNSEALED, State
from docctl.rules.text import printable
from docctl.standing import pinned


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A part of the records: any part of a number or title; of one template, in one state, with this person.

    `due` is `overdue`, `unfinished` or `paper` (one is not back). `document` is the number of the
    template or of the governing procedure. `words` stand in its values, each of them. `of` is all that a
    value of the field says, or of the kind of case file `dossier` (DC-103). `since` and `until` are days.
    """

    q: str = ""
    template: str = ""
    state: str = ""
    person: str = ""
    due: str = ""
    document: str = ""
    words: str = ""
    field: str = ""
    dossier: str = ""
    of: str = ""
    since: str = ""
    until: str = ""


ALL = Asked()


def conditions(ctx: Context, asked: Asked) -> ColumnElement[bool]:
    """What holds of a record that is meant; on Record alone, so that any query about records takes it."""
    asked = Asked(**{name: printable(typed) for name, typed in vars(asked).items()})
    return and_(true(), *readable(ctx), *_agreeing(ctx, asked))


def readable(ctx: Context) -> Iterator[ColumnElement[bool]]:
    """What a record must be for the reader to see it; nothing for who sees all.

    The condition TAKES_PART, put to the database: who opened it, wrote or signed in it, or fills a step.
    """
    if ctx.may(Action.RECORD_READ, Subject(performers=frozenset())):
        return
    me = ctx.actor.person_id
    ways: list[ColumnElement[bool]] = []
    if ctx.may(Action.RECORD_READ, Subject(performers=frozenset({me}))):
        ways += [Record.opened_by_id == me, _took_part(me)]
    ways.append(Record.template_revision_id.in_(_templates_to_fill(ctx)))
    yield or_(*ways)


def _took_part(person: int | ColumnElement[int]) -> ColumnElement[bool]:
    return or_(
        exists().where(RecordEntry.record_id == Record.id, RecordEntry.by_id == person),
        exists().where(RecordSignature.record_id == Record.id, RecordSignature.person_id == person),
        exists().where(RecordAttachment.record_id == Record.id, RecordAttachment.by_id == person),
    )


def _templates_to_fill(ctx: Context) -> Sequence[int]:
    """The revisions of templates that have a step which the reader fills."""
    used = select(Revision).where(Revision.id.in_(select(Record.template_revision_id)))
    found = []
    for revision in ctx.session.scalars(used):
        steps = _steps_of(ctx, revision)
        posts = frozenset[str]().union(*(stepwise.posts(steps, step) for step in steps))
        if ctx.may(Action.RECORD_READ, Subject(performers=frozenset(), step_posts=posts)):
            found.append(revision.id)
    return found


def _steps_of(ctx: Context, revision: Revision) -> Sequence[stepwise.StepFacts]:
    """None of a template that is not what was pinned: then only who took part is known to take part."""
    try:
        return pinned.template_of(ctx.site, revision, revision.blob).steps
    except Tampered:
        return ()


def _agreeing(ctx: Context, asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.template:
        yield Record.document_id.in_(select(Document.id).where(Document.number == asked.template))
    if asked.state:
        yield Record.state == State(asked.state) if asked.state in set(State) else false()
    if asked.person:
        yield _with_person(asked.person)
    if asked.due == "unfinished":
        yield Record.state.in_(UNSEALED)
    if asked.due == "overdue":
        yield Record.id.in_(turns.late(ctx))
    if asked.due == "paper":
        yield papers.not_back(ctx)
    if asked.document:
        yield _under(asked.document)
    yield from found_by(asked.words, asked.field, asked.dossier, asked.of)
    yield from _opened(asked.since, asked.until)
    if part := asked.q.casefold():
        by_number = func.lower(Record.number).contains(part, autoescape=True)
        yield or_(by_number, Record.template_revision_id.in_(_titled(ctx, part)))


def _opened(since: str, until: str) -> Iterator[ColumnElement[bool]]:
    """Opened on these days, both included. What is no day finds nothing."""
    for typed, compare in ((since, operator.ge), (until, operator.le)):
        if typed:
            try:
                yield compare(Record.opened_day, date.fromisoformat(typed))
            except ValueError:
                yield false()


def _with_person(login: str) -> ColumnElement[bool]:
    person = select(Person.id).where(Person.login == login).scalar_subquery()
    return or_(Record.opened_by_id == person, _took_part(person))


def _under(number: str) -> ColumnElement[bool]:
    governed = aliased(Revision)
    document = select(Document.id).where(Document.number == number).scalar_subquery()
    procedures = select(governed.id).where(governed.document_id == document)
    return or_(Record.document_id == document, Record.procedure_revision_id.in_(procedures))


def _titled(ctx: Context, part: str) -> list[int]:
    """The revisions of templates with this in a title: few, and no database folds all letters alike."""
    used = select(Revision.id, Revision.title).where(Revision.id.in_(select(Record.template_revision_id)))
    return [row.id for row in ctx.session.execute(used) if picks(part, row.title.values())]
