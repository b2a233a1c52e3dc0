"""From a draft to a revision in force, and what is refused on the way."""

from __future__ import annotations

from sqlalchemy import select

from docctl.models import find
from docctl.models.documents import Revision
from docctl.rules.revision import State
from tests.support.sites import World, issue, procedure


def test_an_approved_revision_is_issued_with_the_bytes_that_were_signed(world: World) -> None:
    number = issue(world, procedure())
    ctx = world.as_("staff")
    document = find.document(ctx.session, number)
    issued = ctx.session.scalars(select(Revision).where(Revision.document_id == document.id)).one()
    assert issued.state is State.ISSUED
    assert world.site.library.file(str(issued.commit_id), "procedures/LX-CX-2019-101.md") == procedure().content.raw
