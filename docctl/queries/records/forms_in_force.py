"""Record templates as they are in force today: what each says, however many with two queries."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import ColumnElement, select

from docctl.door.context import Context
from docctl.errors import Invalid, Tampered
from docctl.models.documents import Document, Revision
from docctl.rules.documents import revisions
from docctl.rules.documents.numbering import key
from docctl.standing import facts, pinned
from docctl.store.template import Template

FORM = "form"
"""The level of record templates."""


def documents_today(ctx: Context, of: ColumnElement[bool]) -> list[tuple[Document, Revision | None]]:
    """These documents by number, each with its revision in force."""
    documents = ctx.session.scalars(select(Document).where(of).order_by(Document.number_key)).all()
    issued = select(Revision).join(Document, Document.id == Revision.document_id).where(of)
    known: dict[int, list[Revision]] = {}
    for row in ctx.session.scalars(issued.where(Revision.issued_at.is_not(None)).order_by(Revision.id)):
        known.setdefault(row.document_id, []).append(row)
    return [(d, _in_force(ctx, d, known.get(d.id, []))) for d in documents]


def templates_today(ctx: Context, of: ColumnElement[bool]) -> dict[Document, tuple[Revision, Template]]:
    """These of the forms that are in force, by number; each content is read once by a process."""
    found = {}
    for document, revision in documents_today(ctx, (Document.level == FORM) & of):
        if revision is not None:
            with suppress(Tampered):  # its own page says so, and no record is opened from it
                found[document] = revision, pinned.template_of(ctx.site, revision, revision.blob)
    return found


def template_today(ctx: Context, number: str) -> tuple[Document, Template] | None:
    """The form of this number as it is in force; None where there is none."""
    try:
        found = templates_today(ctx, Document.number_key == key(number))
    except Invalid:  # what can be no number is that of no form
        return None
    return next(((document, template) for document, (_, template) in found.items()), None)


def _in_force(ctx: Context, document: Document, rows: list[Revision]) -> Revision | None:
    found = revisions.in_force(facts.revisions(rows), ctx.today(), document=facts.document(document))
    return next((row for row in rows if found is not None and row.id == found.id), None)
