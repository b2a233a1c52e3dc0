"""The rules by which records of forms fall due, through time: from issued forms and what governs them.

A fixed number of queries for all forms. What a past day asked for stays what it was: a period is judged by
the revisions that were in force on its last day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.models.configuration import WorkCalendar
from docctl.models.documents import Document, Revision
from docctl.models.records import Record
from docctl.models.recurring import FormRule, RecordSubject
from docctl.rules.documents import revisions
from docctl.rules.documents.numbering import key
from docctl.rules.documents.revisions import State
from docctl.rules.records import calendars
from docctl.rules.records.calendars import Calendar
from docctl.rules.records.recurring import Recurrence, Rule
from docctl.rules.records.subjects import SubjectFacts
from docctl.rules.words import Words
from docctl.standing import facts, find, pinned


@dataclass(frozen=True)
class Duty:
    """A form whose records fall due by themselves. `title`, `posts` and `now`: of its newest rule.

    `posts` fill its first step. `lacking`: limits by which it goes and which its procedure does not state, or
    not as a stretch of days.
    """

    document_id: int
    number: str
    title: Words
    department: str
    procedure: str
    posts: frozenset[str]
    now: Recurrence
    rules: tuple[Rule, ...]
    lacking: tuple[str, ...]


def duties(site: Site, session: Session, document_id: int | None = None) -> list[Duty]:
    """Of all forms that say or said that their records fall due, by number; or of one."""
    said = select(FormRule).where(FormRule.recurs.is_not(None))
    if document_id is not None:
        said = said.where(FormRule.document_id == document_id)
    by_revision = {row.revision_id: row for row in session.scalars(said)}
    forms = _documents(session, Document.id.in_({row.document_id for row in by_revision.values()}))
    governing = {key(row.governed_by) for row in by_revision.values()}
    procedures = {d.number_key: (d, r) for d, r in _documents(session, Document.number_key.in_(governing))}
    found = (_duty(site, document, issued, by_revision, procedures) for document, issued in forms)
    return sorted((duty for duty in found if duty is not None), key=lambda duty: duty.number)


def subjects(session: Session, numbers: Collection[str]) -> dict[str, list[SubjectFacts]]:
    """What the complete records of these forms stand for, by the key of the form, each by their numbers."""
    wanted = (
        select(RecordSubject, Record.number, Document.number_key)
        .join(Record, Record.id == RecordSubject.record_id)
        .join(Document, Document.id == RecordSubject.document_id)
        .where(Document.number_key.in_({key(number) for number in numbers}))
        .order_by(Record.number)
    )
    found: dict[str, list[SubjectFacts]] = {}
    for row, number, form in session.execute(wanted):
        found.setdefault(form, []).append(subject_facts(row, number))
    return found


def subject_facts(row: RecordSubject, number: str) -> SubjectFacts:
    """A row as the rules take it."""
    until = row.content["until"]
    return SubjectFacts(
        row.record_id,
        number,
        row.called,
        date.fromisoformat(row.content["start"]),
        date.fromisoformat(until) if until else None,
        row.content["values"],
    )


def calendar(site: Site, session: Session) -> Calendar:
    """The working calendar of today."""
    row: WorkCalendar = find.calendar(session)
    return calendars.from_mapping(row.content, str(site.zone))


_Issued = Sequence[Revision]


def _documents(session: Session, of: Any) -> Iterator[tuple[Document, _Issued]]:
    """These documents with their issued revisions."""
    issued = (
        select(Revision)
        .join(Document, Document.id == Revision.document_id)
        .where(of, Revision.state.in_([State.ISSUED]))
        .order_by(Revision.id)
    )
    known: dict[int, list[Revision]] = {}
    for row in session.scalars(issued):
        known.setdefault(row.document_id, []).append(row)
    for document in session.scalars(select(Document).where(of).order_by(Document.number_key)):
        yield document, known.get(document.id, [])


def _duty(
    site: Site,
    document: Document,
    issued: _Issued,
    said: Mapping[int, FormRule],
    procedures: Mapping[str, tuple[Document, _Issued]],
) -> Duty | None:
    own = [row for row in issued if row.id in said]
    if not own:
        return None
    newest = said[own[-1].id]
    governing = procedures.get(key(newest.governed_by))
    lacking: set[str] = set()
    rules = tuple(_rules(site, (document, issued), said, procedures, lacking))
    return Duty(
        document_id=document.id,
        number=document.number,
        title=own[-1].title,
        department=document.department,
        procedure=governing[0].number if governing else newest.governed_by,
        posts=frozenset(newest.posts),
        now=Recurrence.parse(newest.recurs),
        rules=rules,
        lacking=tuple(sorted(lacking)),
    )


def _rules(
    site: Site,
    form: tuple[Document, _Issued],
    said: Mapping[int, FormRule],
    procedures: Mapping[str, tuple[Document, _Issued]],
    lacking: set[str],
) -> Iterator[Rule]:
    """One for each stretch of time in which neither the form nor its procedure changed."""
    names = {key(row.governed_by) for row in said.values() if row.document_id == form[0].id}
    governing = {name: procedures[name] for name in names if name in procedures}
    days = _changes([form, *governing.values()])
    for n, begins in enumerate(days):
        revision = _in_force(form, begins)
        rule = said.get(revision.id) if revision is not None else None
        procedure = governing.get(key(rule.governed_by)) if rule is not None else None
        governed = _in_force(procedure, begins) if procedure else None
        if rule is None or governed is None:
            continue
        recurrence = Recurrence.parse(rule.recurs)
        limits = pinned.limits_of(site, governed, governed.blob)
        if missing := recurrence.unusable(limits):
            lacking |= missing
            continue
        ends = days[n + 1] if n + 1 < len(days) else None
        yield Rule(begins, ends, recurrence, limits)


def _changes(of: Iterable[tuple[Document, _Issued]]) -> list[date]:
    found: set[date] = set()
    for document, issued in of:
        found |= {row.effective_day for row in issued if row.effective_day is not None}
        if document.withdrawn_day is not None:
            found.add(document.withdrawn_day)
    return sorted(found)


def _in_force(of: tuple[Document, _Issued], day: date) -> Revision | None:
    document, issued = of
    found = revisions.in_force(facts.revisions(issued), day, document=facts.document(document))
    return next((row for row in issued if found is not None and row.id == found.id), None)
