"""Whose text a draft takes the place of: nobody overwrites a colleague's newer draft unseen."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.models.documents import Document, Revision
from docctl.rules.documents.revisions import State

SHORTEST = 12
"""So many characters of a fingerprint are enough to name a content."""


def same(shown: str, content: str) -> bool:
    """Whether `shown` names this content: all of its fingerprint, or how it begins."""
    return shown == content or (len(shown) >= SHORTEST and content.startswith(shown))


def check_replaced(ctx: Context, document: Document, newest: Revision, shown: str | None) -> None:
    """Raises WrongState where somebody else wrote the draft, and the writer does not say that they saw it.

    Who wrote it stands in the commit of the draft, which the row names by its hash.
    """
    if shown is not None or newest.state is not State.DRAFT:
        return
    wrote = ctx.site.library.author(newest.draft_commit)
    if wrote.login != ctx.actor.login:
        raise WrongState(
            "The draft of {number} {label} is by {name} ({login}). Read it first; to put your text in its "
            "place, say which text that is: --replaces {content}",
            number=document.number,
            label=newest.label,
            name=wrote.name,
            login=wrote.login,
            content=newest.content[:SHORTEST],
        )
