"""What git still has to be told, and whether the library is where the database put it.

The database decides which commit is the head. A row of the outbox is written with its event; moving the
references comes after, and can be done again by anybody. When `main` is where no finished row put it, the
library has DIVERGED: writing stops, reading goes on. Opens no door: `transaction.settle` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from docctl.errors import Diverged, Tampered
from docctl.models.ledger import OutboxMove
from docctl.store.library import RefMove

if TYPE_CHECKING:
    from docctl.site import Site

MAIN = "refs/heads/main"
PENDING = "pending"
DONE = "done"

_MAIN_ID = select(OutboxMove.id).where(OutboxMove.main.is_not(None)).order_by(OutboxMove.id.desc()).limit(1)
_LOOK = (
    select(OutboxMove.state, OutboxMove.main)
    .where(or_(OutboxMove.state == PENDING, OutboxMove.id == _MAIN_ID.scalar_subquery()))
    .order_by(OutboxMove.id)
)
_PENDING = select(OutboxMove).where(OutboxMove.state == PENDING).order_by(OutboxMove.id)
_HEAD = select(OutboxMove.main).where(OutboxMove.main.is_not(None)).order_by(OutboxMove.id.desc()).limit(1)


def is_settled(site: Site) -> bool:
    """Whether nothing is pending. Raises Diverged if so and `main` is not where the database put it."""
    with site.reading() as session:
        rows = session.execute(_LOOK).all()
    if any(row.state == PENDING for row in rows):
        return False
    recorded, found = rows[-1].main if rows else None, site.library.ref(MAIN)
    if found != recorded:
        raise Diverged(
            f"the library has diverged: main is at {found}, the database put it at {recorded};"
            " nothing is written until an administrator has compared the two (docctl check)"
        )
    return True


def head(site: Site) -> str | None:
    """The commit that main points at once everything pending is finished: the parent of the next one."""
    with site.reading() as session:
        return session.scalar(_HEAD)


def carry_out(site: Site) -> list[int]:
    """Move the references of all pending rows, in one go; the keys of those rows.

    Raises Diverged when somebody moved a reference of the library, or when an object that was promised
    cannot be made again.
    """
    site.library.remove_stale_locks()
    with site.reading() as session:
        rows = session.scalars(_PENDING).all()
    for row in rows:
        _make_objects_again(site, row)
    moves = _joined([move for row in rows for move in row.moves])
    site.library.move([m for m in moves if site.library.ref(m.ref) != m.new])
    return [row.id for row in rows]


def mark_done(session: Session, ids: Sequence[int]) -> None:
    """What was carried out is done; the stream of its objects has served."""
    session.execute(update(OutboxMove).where(OutboxMove.id.in_(ids)).values(state=DONE, stream=None))


def _make_objects_again(site: Site, row: OutboxMove) -> None:
    """After a power cut an object may be empty or gone although it was promised. Same stream, same ids."""
    if row.stream is None:
        return
    try:
        site.library.restore(row.stream, tuple(row.objects))
    except Tampered as error:
        raise Diverged(f"objects of the library cannot be made again: {error}") from error


def _joined(moves: Sequence[Any]) -> list[RefMove]:
    """One move for each reference, from where the first finds it to where the last leaves it."""
    joined: dict[str, RefMove] = {}
    for move in moves:
        first = joined.get(move["ref"])
        joined[move["ref"]] = RefMove(move["ref"], first.old if first else move["old"], move["new"])
    return list(joined.values())
