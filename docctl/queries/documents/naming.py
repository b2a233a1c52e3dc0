"""Which document a link names, asked when somebody follows it."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.errors.message import Typed
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.links import link_of
from docctl.standing.document import all_readable
from docctl.standing.linked import linked


def named(ctx: Context, name: str) -> str:
    """The number of the document, if its reader may see any of it. Raises NotFound, Forbidden."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    link = link_of(name)
    found = linked(ctx.session, link) if link else None
    # Of what its reader may not see, it does not tell either that it is there.
    if found is None or not all_readable(ctx, found[0]):
        raise NotFound("no document here is called {name}", name=Typed(name))
    return found[0].number
