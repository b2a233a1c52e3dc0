"""The door to tables outside the ledger: no controlled row gets through it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from docctl.errors import Defect, Uncovered
from docctl.ledger import journal
from docctl.models.people import AccountPassword
from docctl.rules.words import Words
from tests.support.crash import assert_whole
from tests.support.planted import DEPARTMENT, department, head, new_department, title
from tests.support.sites import World

Attack = Callable[[Session], object]


def _changed(session: Session) -> None:
    department(session).title = Words(zh="Changed")


def _added(session: Session) -> None:
    session.add(new_department("new"))


def _deleted(session: Session) -> None:
    session.delete(department(session))


def _changed_by_core(session: Session) -> None:
    session.execute(update(DEPARTMENT).values(title=Words(zh="Changed")))


def _next(session: Session) -> int:
    return journal.head(session.connection()).seq + 1


def _changed_with_stamp(session: Session) -> None:
    session.execute(update(DEPARTMENT).values(title=Words(zh="Changed"), last_seq=_next(session)))


def _added_with_stamp(session: Session) -> None:
    values = {"key": "new", "title": Words(zh="新"), "aliases": []}
    session.execute(insert(DEPARTMENT).values(id=_next(session) << 16, last_seq=_next(session), **values))


def _committed(session: Session) -> None:
    session.commit()


@pytest.mark.parametrize(
    ("attack", "refusal"),
    [
        (_changed, Uncovered),
        (_added, Uncovered),
        (_deleted, Uncovered),
        (_changed_by_core, DBAPIError),
        (_changed_with_stamp, IntegrityError),
        (_added_with_stamp, IntegrityError),
        (_committed, Defect),
    ],
)
@pytest.mark.rule("SE-24")
def test_a_note_changes_no_controlled_row(
    shared_world: World, attack: Attack, refusal: type[Exception]
) -> None:
    before = head(shared_world), title(shared_world)
    with pytest.raises(refusal), shared_world.as_("controller").note() as session:
        attack(session)
    assert (head(shared_world), title(shared_world)) == before
    assert_whole(shared_world)


def test_a_note_writes_outside_the_ledger_and_makes_no_event(shared_world: World) -> None:
    ctx, before = shared_world.as_("controller"), head(shared_world)
    first = select(AccountPassword).order_by(AccountPassword.person_id).limit(1)
    with ctx.note() as session:
        with session.begin_nested():
            session.scalars(first).one().hash = "of a note"
        assert ctx.session.scalars(first).one().hash != "of a note", "it is not committed yet"
    assert ctx.session.scalars(first).one().hash == "of a note", "the snapshot of the reader is renewed"
    ctx.session.rollback()
    assert head(shared_world) == before


def test_a_note_that_fails_writes_nothing(shared_world: World) -> None:
    first = select(AccountPassword.hash).order_by(AccountPassword.person_id).limit(1)
    with shared_world.site.reading() as session:
        before = session.scalar(first)

    def fail(session: Session) -> None:
        session.execute(update(AccountPassword).values(hash="y"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), shared_world.as_("controller").note() as session:
        fail(session)
    with shared_world.site.reading() as session:
        assert session.scalar(first) == before
