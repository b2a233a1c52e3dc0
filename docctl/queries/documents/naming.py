"""Which document a link names, asked when somebody follows it; what documents are called (DC-90, DC-118)."""

from __future__ import annotations

from collections.abc import Mapping

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.errors.message import Typed
from docctl.queries.desk.remembered import newest_event
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.links import link_of
from docctl.rules.words import Words
from docctl.standing.called import names
from docctl.standing.document import all_readable
from docctl.standing.linked import linked


def called(ctx: Context) -> Mapping[str, Words]:
    """What issued documents are called, each name and alias with the title; nothing is told of drafts."""
    key = (newest_event(ctx),)
    return ctx.site.memory.recall("what documents are called", key, lambda: _called(ctx), most=5)


def _called(ctx: Context) -> Mapping[str, Words]:
    return {name: of.title for name, of in names(ctx.session).items()}


def named(ctx: Context, name: str) -> str:
    """The number of the document, if its reader may see any of it. Raises NotFound, Forbidden."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    link = link_of(name)
    found = linked(ctx.session, link) if link else None
    # Of what its reader may not see, it does not tell either that it is there.
    if found is None or not all_readable(ctx, found[0]):
        raise NotFound("no document here is called {name}", name=Typed(name))
    return found[0].number
