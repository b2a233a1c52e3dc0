"""Signed checkpoints of the ledger, and the library commits that carry them out of the database's reach.

A checkpoint is made at every issue, withdrawal and closing of a record, else after 100 events or ten
minutes, and by the server where nothing more comes; each adds one segment of events to `ledger/` in the
library. Whatever else signs or ends something signs a note at once.
Opens no door: `transaction` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from docctl.door import extending, outbox
from docctl.door.site import Site
from docctl.ledger import checkpoint, journal, segments
from docctl.ledger.merkle import Frontier
from docctl.models.ledger import CacheFrontier, CacheSubtree, OutboxCheckpoint, OutboxMove
from docctl.rules.actions import CONFIRMED, Action
from docctl.store.durable import write_atomically
from docctl.store.library import Author, Content, Kept, Prepared, RefMove

MOST_EVENTS = 100
LONGEST = timedelta(minutes=10)
NOTE = "ledger/checkpoint"
SMALLEST_KEPT = 4
"""Level of the smallest subtrees that are kept: below it sixteen hashes at most are read instead."""

COMMITTED_AFTER = frozenset(
    {
        Action.SITE_INIT,
        Action.SITE_RESTORE,
        Action.KEY_ROTATED,
        Action.REVISION_ISSUE,
        Action.DOCUMENT_WITHDRAW,
        Action.RECORD_CLOSE,
        Action.LEDGER_CHECKPOINT,
    }
)
SIGNED_AFTER = CONFIRMED - COMMITTED_AFTER
"""What signs or ends something, or changes who may: somebody might wish that it had not happened."""

_COMMITTED = (
    select(OutboxCheckpoint.size, OutboxCheckpoint.made_at)
    .where(OutboxCheckpoint.commit_id.is_not(None))
    .order_by(OutboxCheckpoint.size.desc())
    .limit(1)
)
_FRONTIER = select(CacheFrontier).order_by(CacheFrontier.size.desc()).limit(1)


@dataclass(frozen=True)
class Checkpoint:
    """A signed note on the first `frontier.size` events, and the commit that carries it, if there is one.

    `subtrees` of the Merkle tree were completed since the size `since`: rows of CacheSubtree.
    """

    note: bytes
    frontier: Frontier
    since: int
    subtrees: list[dict[str, Any]]
    made_at: datetime
    parent: str | None
    prepared: Prepared | None

    @property
    def size(self) -> int:
        return self.frontier.size


def is_due(site: Site, seq: int, at: datetime) -> bool:
    """Whether so many events or so much time has passed since the last committed checkpoint."""
    known: tuple[int, datetime] = site.memory.recall(
        "checkpoint", None, lambda: _newest_committed(site) or (0, at)
    )
    if not _is_past(known, seq, at):
        return False
    # Another process may have made one since: what this one remembers is old, and never too new.
    known = site.memory.keep("checkpoint", None, _newest_committed(site) or (0, at))
    return _is_past(known, seq, at)


def covered(site: Site) -> int:
    """How many events the library's newest checkpoint signs."""
    newest = _newest_committed(site)
    return newest[0] if newest else 0


def _is_past(known: tuple[int, datetime], seq: int, at: datetime) -> bool:
    size, made_at = known
    return seq - size >= MOST_EVENTS or at - made_at >= LONGEST


def _newest_committed(site: Site) -> tuple[int, datetime] | None:
    with site.reading() as session:
        row = session.execute(_COMMITTED).first()
    return (row.size, row.made_at) if row else None


def prepare(site: Site, at: datetime, *, commit: bool) -> Checkpoint:
    """Sign the ledger as it stands; with `commit`, write the objects of the commit that carries it."""
    with site.reading() as session:
        connection = session.connection()
        known = session.scalar(_FRONTIER)
        size = journal.head(connection).seq
        extending.require_extension(site, connection, size)
        frontier = Frontier(known.size, [bytes.fromhex(h) for h in known.hashes]) if known else Frontier()
        since, subtrees = frontier.size, []
        for leaf in journal.hashes(connection, since, size):
            completed = frontier.append(leaf)[SMALLEST_KEPT - 1 :]
            subtrees += [
                {"upto": frontier.size, "level": level, "hash": found}
                for level, found in enumerate(completed, SMALLEST_KEPT)
            ]
        row = session.execute(_COMMITTED).first()
        entries = list(journal.events(connection, row.size if row else 0)) if commit else []
    note = checkpoint.sign(site.settings.origin, size, frontier.root(), site.key)
    parent = outbox.head(site)
    if not commit:
        return Checkpoint(note, frontier, since, subtrees, at, parent, None)
    files: dict[str, Content] = _moved(site, parent) | {NOTE: note}
    if entries:
        files[segments.name(entries[0].seq)] = segments.encode(entries)
    prepared = site.library.prepare(
        files,
        parent=parent,
        author=Author("docctl", "docctl"),
        when=at,
        message=f"Checkpoint of {size} events",
    )
    return Checkpoint(note, frontier, since, subtrees, at, parent, prepared)


def _moved(site: Site, parent: str | None) -> dict[str, Content]:
    """What lies beside each other in `ledger/` goes into folders once: the first checkpoint after an upgrade.

    The blobs are the same, only the folders are new; older commits and tags stay as they are.
    """
    files = site.library.files_in(parent, NOTE.partition("/")[0]) if parent else {}
    moved: dict[str, Content] = {}
    for old, new in segments.moved(files).items():
        moved |= {old: None, new: Kept(files[old.removeprefix(segments.FOLDER)])}
    return moved


def keep(session: Session, made: Checkpoint) -> None:
    """Put a prepared checkpoint into its tables, through a note."""
    known = session.get(OutboxCheckpoint, made.size)
    commit = made.prepared.commit if made.prepared else known and known.commit_id
    session.merge(OutboxCheckpoint(size=made.size, note=made.note, made_at=made.made_at, commit_id=commit))
    session.merge(CacheFrontier(size=made.size, hashes=[p.hex() for p in made.frontier.peaks]))
    # Where the frontier was lost, the tree is hashed again from its first leaf, and so are these.
    session.execute(delete(CacheSubtree).where(CacheSubtree.upto > made.since))
    if made.subtrees:
        session.execute(insert(CacheSubtree), made.subtrees)
    if made.prepared is not None:
        move = RefMove(outbox.MAIN, made.parent, made.prepared.commit)
        session.add(
            OutboxMove(
                seq=None,
                moves=[{"ref": move.ref, "old": move.old, "new": move.new}],
                objects=list(made.prepared.objects),
                main=move.new,
                stream=made.prepared.stream,
                state=outbox.PENDING,
            )
        )


def show(site: Site, made: Checkpoint) -> None:
    """Leave the newest note in the file DIR/checkpoint, where a backup or a witness finds it."""
    write_atomically(site.path / extending.FILE, made.note)
    if made.prepared is not None:
        site.memory.keep("checkpoint", None, (made.size, made.made_at))
