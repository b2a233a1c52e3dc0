"""The templates from which a record can be opened today: what each is for, and what governs it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.documents import Document, Revision
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import revisions
from docctl.rules.documents.numbering import key
from docctl.rules.records import stepwise
from docctl.rules.roles import posts_held
from docctl.rules.words import NOTHING, Words
from docctl.standing import facts, pinned
from docctl.store.source import Template

_FORM = "form"
"""The level of record templates."""


@dataclass(frozen=True)
class Offer:
    """A template in force with the procedure that governs it; `procedure_revision` None: it is not in force.

    `begins`: the roles and departments that fill the first step; `mine`: whether the reader has one of them.
    """

    number: str
    revision: str
    title: Words
    department: str
    procedure: str
    procedure_title: Words
    procedure_revision: str | None
    clauses: tuple[str, ...]
    begins: tuple[str, ...]
    mine: bool


def offers(ctx: Context) -> list[Offer]:
    """All templates in force, by number; four queries, and each content read once by a process.

    Raises Forbidden for who may not open records at all.
    """
    ctx.require(Action.RECORD_OPEN, Subject())
    templates = {}
    for document, revision in _standing(ctx, Document.level == _FORM):
        if revision is not None:
            with suppress(Tampered):  # its own page says so, and no record is opened from it
                templates[document] = revision, pinned.template_of(ctx.site, revision, revision.blob)
    named = {key(template.governed_by) for _, template in templates.values()}
    governing = {d.number_key: (d, r) for d, r in _standing(ctx, Document.number_key.in_(named))}
    return [_offer(ctx, d, revision, template, governing) for d, (revision, template) in templates.items()]


def _standing(ctx: Context, of: ColumnElement[bool]) -> list[tuple[Document, Revision | None]]:
    """These documents by number, each with its revision in force."""
    documents = ctx.session.scalars(select(Document).where(of).order_by(Document.number_key)).all()
    issued = select(Revision).join(Document, Document.id == Revision.document_id).where(of)
    known: dict[int, list[Revision]] = {}
    for row in ctx.session.scalars(issued.where(Revision.issued_at.is_not(None)).order_by(Revision.id)):
        known.setdefault(row.document_id, []).append(row)
    return [(d, _in_force(ctx, d, known.get(d.id, []))) for d in documents]


def _in_force(ctx: Context, document: Document, rows: list[Revision]) -> Revision | None:
    found = revisions.in_force(facts.revisions(rows), ctx.today(), document=facts.document(document))
    return next((row for row in rows if found is not None and row.id == found.id), None)


def _offer(
    ctx: Context,
    document: Document,
    revision: Revision,
    template: Template,
    stands: Mapping[str, tuple[Document, Revision | None]],
) -> Offer:
    governing, governed = stands.get(key(template.governed_by), (None, None))
    begins = stepwise.posts(template.steps, template.steps[0])
    return Offer(
        number=document.number,
        revision=revision.label,
        title=revision.title,
        department=document.department,
        procedure=governing.number if governing else template.governed_by,
        procedure_title=governed.title if governed else NOTHING,
        procedure_revision=governed.label if governed else None,
        clauses=template.clauses,
        begins=tuple(sorted(begins)),
        mine=not posts_held(ctx.actor).isdisjoint(begins),
    )
