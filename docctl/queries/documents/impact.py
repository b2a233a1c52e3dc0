"""What a change of a document would touch, clause by clause: worked out as things stand, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.models.documents import Document, Revision
from docctl.models.readings import Reading, ReadingCall, ReadingConcern
from docctl.models.records import Record
from docctl.queries.documents.remarks import referring_to
from docctl.queries.documents.standing_today import IN_FORCE, SHOWN, is_shown
from docctl.queries.records.asked import Asked, conditions
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.change_rows import Row
from docctl.rules.documents.citations import key_of
from docctl.rules.words import Words
from docctl.standing import cited
from docctl.standing.cited import InForce
from docctl.standing.document import readable
from docctl.standing.form import form_of
from docctl.store.source import Procedure
from docctl.store.template import Template


@dataclass(frozen=True, kw_only=True)
class FormTouched:
    """A form of the document; `open_records` under it are those that the reader sees."""

    number: str
    title: Words
    open_records: int


@dataclass(frozen=True, kw_only=True)
class ClauseTouched:
    """A clause that is to be changed: the fields of forms that rest on it, and the figures that it states."""

    clause: str
    fields: tuple[tuple[str, Words], ...]
    limits: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Impact:
    """`copies_out` are all, `copies` those that the reader may see: number, key and name of the holder.

    `concerned`: whom the call to read it concerns, by key and name; `read_by` so many have.
    """

    clauses: tuple[ClauseTouched, ...]
    forms: tuple[FormTouched, ...]
    citing: tuple[InForce, ...]
    copies_out: int
    copies: tuple[tuple[str, str, str], ...]
    concerned: tuple[tuple[str, str], ...]
    due: date | None
    read_by: int


def impact(ctx: Context, document: Document, revision: Revision, rows: Sequence[Row]) -> Impact:
    """Of what was issued last; the reader was asked for the right to see the application."""
    names = cited.names_of(ctx.site, revision)
    numbers = [document.number] if names.governed_by else list(names.records)
    forms = _forms(ctx, numbers)
    out = _copies(ctx, document)
    call = ctx.session.scalar(
        select(ReadingCall).where(ReadingCall.revision_id == revision.id).order_by(ReadingCall.id.desc())
    )
    return Impact(
        clauses=tuple(_clauses(ctx, document, revision, rows, forms)),
        forms=tuple(_touched(ctx, document, forms)),
        citing=referring_to(ctx, document.number),
        copies_out=len(out),
        copies=tuple(_seen(ctx, out)),
        concerned=_concerned(ctx, call),
        due=call.due_day if call else None,
        read_by=_read_by(ctx, revision),
    )


Forms = Sequence[tuple[Document, Revision]]


def _forms(ctx: Context, numbers: Iterable[str]) -> Forms:
    """Those in force, each with the revision that is."""
    wanted = (
        select(Document, SHOWN)
        .join(SHOWN, is_shown(IN_FORCE))
        .where(Document.number_key.in_(set(map(key_of, numbers))))
        .order_by(Document.number_key)
    )
    return [(form, revision) for form, revision in ctx.session.execute(wanted, {"day": ctx.today()})]


def _touched(ctx: Context, document: Document, forms: Forms) -> Iterable[FormTouched]:
    mine = conditions(ctx, Asked(document=document.number, due="unfinished"))
    counted = select(Record.document_id, func.count(Record.id)).where(mine).group_by(Record.document_id)
    open_of = {row[0]: row[1] for row in ctx.session.execute(counted)}
    for form, revision in forms:
        yield FormTouched(number=form.number, title=revision.title, open_records=open_of.get(form.id, 0))


def _clauses(
    ctx: Context, document: Document, revision: Revision, rows: Sequence[Row], forms: Forms
) -> Iterable[ClauseTouched]:
    of = readable(ctx, document, revision).content()
    limits = {name: limit.clause for name, limit in of.limits.items()} if isinstance(of, Procedure) else {}
    templates = [
        (form.number, readable(ctx, form, one).template()) for form, one in forms if form.id != document.id
    ]
    for clause in dict.fromkeys(row.clause for row in rows):
        yield ClauseTouched(
            clause=clause,
            fields=tuple(
                (number, title) for number, template in templates for title in _fields_at(template, clause)
            ),
            limits=tuple(name for name, at in limits.items() if _is_at(at, clause)),
        )


def _fields_at(template: Template, clause: str) -> Iterable[Words]:
    """The fields of a form that say they rest on a clause, or on one below it, in the words of the form."""
    properties = template.schema.get("properties", {})
    resting = {name for name, said in properties.items() if _is_at(str(said.get("clause", "")), clause)}
    for step, shown in zip(template.steps, form_of(template, {}).steps, strict=True):
        for name, field in zip(step.fields, shown.fields, strict=False):
            if name in resting:
                yield field.title


def _is_at(named: str, clause: str) -> bool:
    return named == clause or named.startswith(f"{clause}.")


def _copies(ctx: Context, document: Document) -> Sequence[Copy]:
    out = Copy.document_id == document.id, Copy.state.in_(copies.OUT)
    return ctx.session.scalars(select(Copy).where(*out).order_by(Copy.running)).all()


def _seen(ctx: Context, out: Iterable[Copy]) -> Iterable[tuple[str, str, str]]:
    for copy in out:
        if ctx.may(Action.COPY_READ, Subject(holder=copy.holder)):
            yield copy.number, copy.holder, copy.holder_name


def _concerned(ctx: Context, call: ReadingCall | None) -> tuple[tuple[str, str], ...]:
    if call is None:
        return ()
    named = select(ReadingConcern.concerned, ReadingConcern.name).where(ReadingConcern.call_id == call.id)
    return tuple((key, name) for key, name in ctx.session.execute(named.order_by(ReadingConcern.id)))


def _read_by(ctx: Context, revision: Revision) -> int:
    return ctx.session.scalar(select(func.count(Reading.id)).where(Reading.revision_id == revision.id)) or 0
