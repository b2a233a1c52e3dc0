"""What follows from rows is worked out anew for those alone that something touched; the rest is as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.configuration import DocumentRules
from docctl.models.documents import Document, Revision
from docctl.queries.desk import followed
from docctl.queries.desk.followed import Followed, rows_of, touched
from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from tests.support.sites import World, procedure

ONE, OTHER = "LX-CX-2019-101", "LX-CX-2019-102"


@dataclass
class Watched:
    """The number of revisions of each document, and for which documents it was asked."""

    asked: list[int | None] = field(default_factory=list)

    def make(self, ctx: Context, keys: Collection[int] | None) -> Mapping[int, str]:
        self.asked.append(None if keys is None else len(keys))
        rows = select(Document.id, Document.number, Revision.content)
        rows = rows.join(Revision, Revision.document_id == Document.id)
        if keys is not None:
            rows = rows.where(Document.id.in_(keys))
        return {row.id: f"{row.number} {row.content}" for row in ctx.session.execute(rows)}

    @property
    def followed(self) -> Followed[str]:
        rows = touched(Document, Document.id), touched(Revision, Revision.document_id)
        return Followed(what="watched", rows=rows, whole=rows_of(DocumentRules), make=self.make)


@pytest.fixture
def watched(sqlite_world: World) -> Watched:
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure(ONE))
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure(OTHER))
    return Watched()


def look(world: World, watched: Watched) -> list[str]:
    world.forget()
    ctx = world.as_("auditor")
    ctx.session.rollback()
    return sorted(watched.followed.now(ctx).values())


def test_one_document_is_made_anew_and_the_others_are_as_they_were(
    sqlite_world: World, watched: Watched
) -> None:
    before = look(sqlite_world, watched)
    assert look(sqlite_world, watched) == before
    drafting.save_draft(sqlite_world.as_("author"), ONE, lambda: procedure(ONE, extra="改。"))
    after = look(sqlite_world, watched)
    assert watched.asked == [None, 1]
    assert after[1] == before[1]
    assert after[0] != before[0]


def test_what_touches_none_of_the_rows_makes_nothing_anew(sqlite_world: World, watched: Watched) -> None:
    before = look(sqlite_world, watched)
    accounts.lock_user(sqlite_world.as_("admin"), "rep", reason="丢失口令")
    assert look(sqlite_world, watched) == before
    assert watched.asked == [None]


def test_another_day_makes_all_anew(sqlite_world: World, watched: Watched) -> None:
    look(sqlite_world, watched)
    sqlite_world.clock.advance(days=1)
    look(sqlite_world, watched)
    assert watched.asked == [None, None]


def test_with_very_many_all_are_made_anew(
    sqlite_world: World, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(sqlite_world, watched)
    monkeypatch.setattr(followed, "_TOO_MANY", 0)
    drafting.save_draft(sqlite_world.as_("author"), ONE, lambda: procedure(ONE, extra="改。"))
    look(sqlite_world, watched)
    assert watched.asked == [None, None]


def test_a_site_that_was_restored_goes_on_from_nothing_that_it_does_not_know(
    sqlite_world: World, watched: Watched
) -> None:
    look(sqlite_world, watched)
    memory = sqlite_world.site.memory
    (state,) = memory.known("followed watched", None)
    memory.keep("followed watched", None, (replace(state, newest=b"another past"),))
    look(sqlite_world, watched)
    assert watched.asked == [None, None]


def test_who_began_to_read_before_an_act_is_told_what_was_then(sqlite_world: World, watched: Watched) -> None:
    early = sqlite_world.as_("auditor")
    before = sorted(watched.followed.now(early).values())
    drafting.save_draft(sqlite_world.as_("author"), ONE, lambda: procedure(ONE, extra="改。"))
    late = sqlite_world.as_("rep")
    after = sorted(watched.followed.now(late).values())
    assert after != before
    assert sorted(watched.followed.now(early).values()) == before
    assert watched.asked == [None, 1]
    assert sorted(watched.followed.now(late).values()) == after
    assert watched.asked == [None, 1]


def test_what_is_told_of_all_is_made_once_for_each_answer(sqlite_world: World, watched: Watched) -> None:
    made: list[int] = []

    def count(answers: Mapping[int, str]) -> int:
        made.append(len(answers))
        return len(answers)

    for _ in range(2):
        sqlite_world.forget()
        assert watched.followed.told(sqlite_world.as_("auditor"), count) == 2
    assert made == [2]
