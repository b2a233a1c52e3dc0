"""The templates from which a record can be opened today: what each is for, and what governs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import true

from docctl.door.context import Context
from docctl.models.documents import Document, Revision
from docctl.queries.records.forms_in_force import documents_today, templates_today
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.numbering import key
from docctl.rules.records import stepwise
from docctl.rules.roles import posts_held
from docctl.rules.words import NOTHING, Words
from docctl.store.template import Template


@dataclass(frozen=True)
class Offer:
    """A template in force with the procedure that governs it; `procedure_revision` None: it is not in force.

    `begins`: the roles and departments that fill the first step; `mine`: whether the reader has one of them.
    `asks_for`: the forms of the records that must be there before.
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
    asks_for: tuple[str, ...] = ()


def offers(ctx: Context) -> list[Offer]:
    """All templates in force, by number; four queries, and each content read once by a process.

    Raises Forbidden for who may not open records at all.
    """
    ctx.require(Action.RECORD_OPEN, Subject())
    templates = templates_today(ctx, true())
    named = {key(template.governed_by) for _, template in templates.values()}
    governing = {d.number_key: (d, r) for d, r in documents_today(ctx, Document.number_key.in_(named))}
    return [_offer(ctx, d, revision, template, governing) for d, (revision, template) in templates.items()]


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
        asks_for=tuple(wanted.template for wanted in template.previous),
    )
