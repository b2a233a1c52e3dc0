"""Whether rows and files are what was recorded of them: worked out again, for the few that one answer shows.

Rows are compared with their last event, files with their signed hashes, and the events with the first signed
checkpoint over them all. `docctl check` does all of it for the whole site.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.errors import Invalid, Tampered
from docctl.errors.message import Message
from docctl.ledger import checkpoint, journal
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.finding import Finding, What
from docctl.ledger.merkle import verify_inclusion
from docctl.models.base import Controlled
from docctl.models.documents import Revision, Signature
from docctl.models.ledger import OutboxCheckpoint
from docctl.queries.ledger.paths import paths
from docctl.queries.ledger.recorded import file_differences
from docctl.queries.ledger.rows import Rows, Told, broken, differing

_IN_LIBRARY = select(OutboxCheckpoint).where(OutboxCheckpoint.commit_id.is_not(None)).limit(1)
_FIRST_OVER = _IN_LIBRARY.where(OutboxCheckpoint.size >= bindparam("seq")).order_by(OutboxCheckpoint.size)
_NEWEST = _IN_LIBRARY.order_by(OutboxCheckpoint.size.desc())


@dataclass
class Proof:
    """What was worked out. `size` events are under the root; the `waiting` ones are not under it yet.

    `inclusion`: {"event", "leaf", "path"} of each event, in hex (RFC 6962), for anybody to follow.
    """

    findings: list[Finding] = field(default_factory=list)
    size: int = 0
    root: str = ""
    inclusion: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def find(self, what: What, where: object, said: Message) -> None:
        self.findings.append(Finding(what, str(where), said))

    def to_data(self) -> dict[str, Any]:
        """For an answer: `verified` is true when nothing is wrong."""
        return {
            "verified": not self.findings,
            "findings": [found.to_data() for found in self.findings],
            "proof": {
                "events": self.size,
                "root": self.root,
                "inclusion": self.inclusion,
                "waiting": self.waiting,
            },
        }


def prove(
    site: Site,
    session: Session,
    revisions: Sequence[Revision],
    rows: Iterable[Controlled],
    *,
    upto: int | None = None,
) -> Proof:
    """Prove the files of the revisions, and the rows with the events that made and last changed them.

    `upto`: the event that ended what is proved. Rows are compared as they stand, and the events that are
    led to the root are those up to it: so the proof of what is sealed stays the same for ever.
    """
    proof, told = Proof(), Told(session)
    everything = [*revisions, *rows]
    for revision in revisions:
        proof.findings += file_differences(site, revision)
    _prove_signatures(revisions, everything, proof)
    proof.findings += differing(site, session, by_table(everything), told)
    changed = {row.last_seq if upto is None else told.until(row, upto) for row in everything}
    seqs = sorted({row.id >> 16 for row in everything} | (changed - {0}))
    told.read(seqs)
    _prove_events(site, session, seqs, told, proof)
    return proof


def by_table(rows: Iterable[Controlled]) -> Rows:
    """The keys of rows, by their table."""
    found: Rows = {}
    for row in rows:
        found.setdefault(row.__tablename__, set()).add(row.id)
    return found


def _prove_signatures(revisions: Sequence[Revision], rows: Iterable[Controlled], proof: Proof) -> None:
    contents = {revision.content for revision in revisions}
    for row in rows:
        if isinstance(row, Signature) and row.content not in contents:
            said = Message("{name} signed other content.", name=row.person_name)
            proof.find(What.OTHER_CONTENT, f"signature {row.id}", said)


def _prove_events(site: Site, session: Session, seqs: Sequence[int], told: Told, proof: Proof) -> None:
    proof.findings += broken(told)
    # The first checkpoint over all of them: it stays the same whatever comes later, a rebuild too.
    made = session.scalar(_FIRST_OVER, {"seq": max(seqs, default=0)}) or session.scalar(_NEWEST)
    if made is None:
        proof.waiting = list(seqs)
        return
    try:
        signed = checkpoint.verify(bytes(made.note), site.settings.keys)
    except (Invalid, Tampered) as error:
        proof.find(What.NOT_GENUINE, made.size, error.said)
        return
    proof.size, proof.root = signed.size, base64.b64encode(signed.root).decode("ascii")
    if journal.head(session.connection()).seq < signed.size:
        said = Message("A checkpoint signed {size} events; not all are there.", size=signed.size)
        proof.find(What.ROLLBACK, signed.size, said)
        return
    proof.waiting = [seq for seq in seqs if seq > signed.size]
    leaves = {
        seq: event.entry_hash
        for seq in seqs
        if seq <= signed.size and (event := told.events[seq]) is not None
    }
    _prove_inclusion(session.connection(), leaves, signed, proof)


def _prove_inclusion(
    connection: Connection, leaves: Mapping[int, bytes], signed: Checkpoint, proof: Proof
) -> None:
    """Each leaf, by the number of its event, is under the root that was signed."""
    found = paths(connection, leaves, signed.size)
    if not all(_is_under(signed, seq, leaf, found[seq]) for seq, leaf in leaves.items()):
        found = paths(connection, leaves, signed.size, kept=False)
    for seq, leaf in leaves.items():
        if not _is_under(signed, seq, leaf, found[seq]):
            said = Message("The event is not among those that the checkpoint signed.")
            proof.find(What.FORK, seq, said)
        path = [h.hex() for h in found[seq]]
        proof.inclusion.append({"event": seq, "leaf": leaf.hex(), "path": path})


def _is_under(signed: Checkpoint, seq: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    return verify_inclusion(seq - 1, signed.size, leaf, path, signed.root)
