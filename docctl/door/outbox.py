"""What git still has to be told, and whether the library is where the database put it.

The database decides which commit is the head. A row of the outbox is written with its event; moving the
references comes after, and can be done again by anybody. When `main` is where no finished row put it, the
library has DIVERGED: writing stops, reading goes on. Opens no door: `transaction.settle` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.errors import Diverged, Tampered, see
from docctl.errors.message import Message
from docctl.models.ledger import OutboxMove
from docctl.store.library import RefMove
from docctl.store.names import label_name

MAIN = "refs/heads/main"
PENDING = "pending"
DONE = "done"
_SUBMITTED = "refs/submitted/"

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
            "the library has diverged: main is at {found}, the database put it at {recorded}; "
            "nothing is written until an administrator has compared the two ({check})",
            found=found or Message("nothing"),
            recorded=recorded or Message("nothing"),
            check=see.CHECK,
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
    with site.reading() as session:
        rows = session.scalars(_PENDING).all()
    site.library.remove_stale_locks({move["ref"] for row in rows for move in row.moves})
    for row in rows:
        _make_objects_again(site, row)
    site.library.move(_joined(site, [move for row in rows for move in row.moves]))
    return [row.id for row in rows]


def mark_done(session: Session, ids: Sequence[int]) -> None:
    """What was carried out is done; the stream of its objects has served."""
    session.execute(update(OutboxMove).where(OutboxMove.id.in_(ids)).values(state=DONE, stream=None))


def references(
    rows: Mapping[str, Mapping[int, Mapping[str, Any]]], found: Mapping[str, str]
) -> dict[str, str]:
    """Each reference of the library but main, with the commit to which it leads by what the rows say.

    `rows` gives table, key and raw cells, `found` the references there are. A draft may change its label
    after it was handed in, so which of them is the one of a submission is seen by its number and commit.
    """
    files = {key: row["file_name"] for key, row in rows.get("document", {}).items()}
    revisions = rows.get("revision", {})
    wanted: dict[str, str] = {}
    for _, row in sorted(revisions.items()):
        name = files[row["document_id"]]
        wanted[f"refs/drafts/{name}"] = row["draft_commit"]  # the newest revision has the last word
        if row["commit_id"] is not None:
            wanted[f"refs/tags/{name}/{label_name(row['label'])}"] = row["commit_id"]
    there = {
        (*ref.split("/")[2::2], commit): ref for ref, commit in found.items() if ref.startswith(_SUBMITTED)
    }
    for row in rows.get("submission", {}).values():
        of = revisions[row["revision_id"]]
        name, number, commit = files[of["document_id"]], str(row["number"]), row["commit_id"]
        usual = f"{_SUBMITTED}{name}/{label_name(of['label'])}/{number}"
        ref = usual if found.get(usual) == commit else there.get((name, number, commit), usual)
        wanted[ref] = commit
    return wanted


def _make_objects_again(site: Site, row: OutboxMove) -> None:
    """After a power cut an object may be empty or gone although it was promised. Same stream, same ids."""
    if row.stream is None:
        return
    try:
        site.library.restore(row.stream, tuple(row.objects))
    except Tampered as error:
        raise Diverged("objects of the library cannot be made again: {why}", why=error.said) from error


def _joined(site: Site, moves: Sequence[Mapping[str, Any]]) -> list[RefMove]:
    """One move for each reference that is not there yet: from where it is, if that is a place on its way."""
    ways: dict[str, list[str | None]] = {}
    for move in moves:
        ways.setdefault(move["ref"], [move["old"]]).append(move["new"])
    found = {ref: site.library.ref(ref) for ref in ways}
    return [
        RefMove(ref, found[ref] if found[ref] in way else way[0], str(way[-1]))
        for ref, way in ways.items()
        if found[ref] != way[-1]
    ]
