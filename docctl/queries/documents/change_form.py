"""What somebody sees before they apply for a change, and who can be named to carry one out."""

from __future__ import annotations

from dataclasses import dataclass

from docctl.door.context import Context
from docctl.models.documents import Document
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import changes
from docctl.rules.words import Words
from docctl.standing import changes as standing
from docctl.standing import cited, facts, find
from docctl.standing.document import readable


@dataclass(frozen=True, kw_only=True)
class ChangeForm:
    """What somebody sees before they apply: what was issued last, its clauses, who would decide.

    `executors`: login and name of those who may write the revision.
    """

    number: str
    title: Words
    label: str
    clauses: tuple[str, ...]
    executors: tuple[tuple[str, str], ...]
    posts: tuple[str, ...]
    original: str


def change_form(ctx: Context, number: str) -> ChangeForm:
    """Raises NotFound, Forbidden, and WrongState where nothing is issued."""
    document = find.document(ctx.session, number)
    ctx.require(Action.CHANGE_APPLY, standing.subject_of_document(ctx.session, document))
    revision = standing.to_change(ctx.session, document)
    readable(ctx, document, revision)
    post, original = standing.original_approver(ctx.session, revision)
    chain = changes.chain_for(document.level, post)
    return ChangeForm(
        number=document.number,
        title=revision.title,
        label=revision.label,
        clauses=cited.names_of(ctx.site, revision).clauses,
        executors=_executors(ctx, document),
        posts=tuple(step.who[0] for step in chain[1:]),
        original=original,
    )


def executors(ctx: Context, number: str) -> tuple[tuple[str, str], ...]:
    """Login and name of those who may write the revision of a document, and so can be named."""
    ctx.require(Action.CHANGE_READ, Subject())
    return _executors(ctx, find.document(ctx.session, number))


def _executors(ctx: Context, document: Document) -> tuple[tuple[str, str], ...]:
    own = facts.authors(ctx.session, document)
    return tuple(
        (person.login, person.name)
        for person, roles in find.people(ctx.session)
        if standing.may_carry_out(document, own, person, roles)
    )
