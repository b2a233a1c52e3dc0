"""Whom a reminder would reach, for who is about to send one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from docctl.door.context import Context
from docctl.rules.actions import Action
from docctl.rules.documents import revisions
from docctl.rules.documents.signers import Awaited
from docctl.rules.words import Words
from docctl.standing import facts, find, signers
from docctl.standing.bearers import bearers


@dataclass(frozen=True, kw_only=True)
class UrgePreview:
    """A revision in review, and the parts of its chain whose turn it is."""

    number: str
    title: Words
    label: str
    asked: tuple[Awaited, ...]


def urge_preview(ctx: Context, number: str) -> UrgePreview:
    """Raises NotFound, Forbidden, WrongState where nobody is asked for anything."""
    document = find.document(ctx.session, number)
    newest = find.newest_revision(ctx.session, document)
    handed_in = find.submission(ctx.session, newest)
    about = facts.subject(ctx.session, document, newest)
    ctx.require(Action.REVISION_URGE, replace(about, asker=handed_in.submitted_by_id))
    revisions.after(newest.state, Action.REVISION_SIGN, f"{document.number} {newest.label}")
    people = bearers(ctx.session, ctx.now(), ctx.today())
    parts = signers.awaited(ctx.session, document, newest, people)
    return UrgePreview(
        number=document.number,
        title=newest.title,
        label=newest.label,
        asked=tuple(part for part in parts if part.now),
    )
