"""Case files: the records that name one customer, product or project, and the forms that are not there yet.

A field says by `dossier` what its value names (DC-103). Only what the reader may see is in a case file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.errors import NotFound, Tampered
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision
from docctl.models.record_words import RecordValue
from docctl.models.records import Record
from docctl.queries.columns import Column, Listed
from docctl.queries.records.asked import ALL, Asked, conditions
from docctl.queries.records.forms_in_force import templates_today
from docctl.queries.records.listing import newest_records
from docctl.rules.documents.numbering import key
from docctl.rules.records.dossiers import Dossier, folded
from docctl.rules.records.life import State
from docctl.rules.text import printable
from docctl.rules.words import Words
from docctl.standing import pinned

DOSSIERS: Final = Listed(
    title=Message("Case files"),
    columns=(
        Column(key="name", heading=Message("Case file"), shape="words"),
        Column(key="records", heading=Message("Records"), shape="number"),
        Column(key="newest", heading=Message("Newest opened"), shape="day"),
    ),
)


@dataclass(frozen=True)
class Missing:
    """A form that a procedure of the case file names among its records, and of which there is none in it."""

    number: str
    title: Words
    procedure: str


@dataclass(frozen=True)
class CaseFile:
    """`lines` as the list of records has them, the newest first."""

    kind: Dossier
    name: str
    lines: list[dict[str, Any]]
    missing: tuple[Missing, ...]


def dossier_list(
    ctx: Context, kind: Dossier, *, q: str = "", after: str = "", most: int | None = None
) -> list[dict[str, Any]]:
    """The case files of a kind in the order of their names, `most` behind the one called `after`.

    `q` is how their names begin. One query.
    """
    value = RecordValue
    seen = select(Record.id).where(conditions(ctx, ALL)).correlate(None)
    wanted = (
        select(
            func.min(value.told).label("name"),
            func.count(value.record_id.distinct()).label("records"),
            func.max(Record.opened_day).label("newest"),
        )
        .join(Record, Record.id == value.record_id)
        .where(value.dossier == kind, value.record_id.in_(seen), value.folded > folded(printable(after)))
        .group_by(value.folded)
        .order_by(value.folded)
        .limit(most)
    )
    if begins := folded(printable(q)):
        wanted = wanted.where(value.folded.startswith(begins, autoescape=True))
    return [dict(row) for row in ctx.session.execute(wanted).mappings()]


def case_file(ctx: Context, kind: Dossier, name: str) -> CaseFile:
    """All records that name it, with what is missing. Raises NotFound where the reader sees none of them."""
    asked = Asked(dossier=kind.value, of=name)
    lines = newest_records(ctx, asked) if folded(printable(name)) else []
    if not lines:
        raise NotFound("no record that you may see names {name}", name=name)
    mine = (RecordValue.dossier == kind) & (RecordValue.folded == folded(printable(name)))
    called = ctx.session.scalar(select(func.min(RecordValue.told)).where(mine)) or name
    return CaseFile(kind, called, lines, tuple(_missing(ctx, kind, asked, lines)))


def _missing(ctx: Context, kind: Dossier, asked: Asked, lines: list[dict[str, Any]]) -> Iterator[Missing]:
    """Of the forms that say whom they are about: without such a field nobody can say that one is missing."""
    there = {key(line["template"]) for line in lines if line["state"] != State.VOID}
    named: dict[str, str] = {}
    for procedure, forms in _procedures(ctx, asked):
        named |= {key(form): procedure for form in forms if key(form) not in there}
    for document, (_, template) in templates_today(ctx, Document.number_key.in_(named)).items():
        if any(field.get("dossier") == kind for field in template.schema["properties"].values()):
            yield Missing(document.number, template.title, named[document.number_key])


def _procedures(ctx: Context, asked: Asked) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The procedures that govern these records, with the forms that the pinned revisions name."""
    of = select(Record.procedure_revision_id).where(conditions(ctx, asked))
    rows = select(Document.number, Revision).join(Document, Document.id == Revision.document_id)
    for number, revision in ctx.session.execute(rows.where(Revision.id.in_(of)).order_by(Revision.id)):
        try:
            yield number, pinned.forms_of(ctx.site, revision, revision.blob)
        except Tampered:  # the check names it; of what it asked for nobody can say anything
            continue
