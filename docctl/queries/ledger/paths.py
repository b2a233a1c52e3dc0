"""The Merkle paths of a few events, at a cost that does not grow with the ledger.

Most of a path is kept with the checkpoints. What is kept may be damaged: whoever asks compares with a root
that was signed, and can have it all worked out from the events instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, bindparam, select

from docctl.door.checkpoints import SMALLEST_KEPT
from docctl.ledger import journal
from docctl.ledger.merkle import Subtree, consistency_parts, inclusion_parts, joined, root
from docctl.models.ledger import CacheSubtree

_KEPT = select(CacheSubtree.upto, CacheSubtree.level, CacheSubtree.hash).where(
    CacheSubtree.upto.in_(bindparam("upto", expanding=True))
)


def paths(
    connection: Connection, seqs: Collection[int], size: int, *, kept: bool = True
) -> dict[int, list[bytes]]:
    """The path of each event up to the root over the first `size`. Without `kept` the events alone count."""
    return _joined(connection, {seq: inclusion_parts(seq - 1, size) for seq in seqs}, kept)


def consistency(
    connection: Connection, olds: Collection[int], size: int, *, kept: bool = True
) -> dict[int, list[bytes]]:
    """For each older size the proof that the root over it is of the same history as the one over `size`."""
    return _joined(connection, {old: consistency_parts(old, size) for old in olds}, kept)


def _joined(
    connection: Connection, parts: Mapping[int, list[list[Subtree]]], kept: bool
) -> dict[int, list[bytes]]:
    wanted = {subtree for siblings in parts.values() for sibling in siblings for subtree in sibling}
    known = _kept(connection, wanted) if kept else {}
    known |= _from_events(connection, wanted - known.keys())
    return {key: [joined([known[s] for s in sibling]) for sibling in of] for key, of in parts.items()}


def _kept(connection: Connection, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    ends = sorted({subtree.upto for subtree in wanted if subtree.level >= SMALLEST_KEPT})
    return {Subtree(r.upto, r.level): bytes(r.hash) for r in connection.execute(_KEPT, {"upto": ends})}


def _from_events(connection: Connection, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    ranges = {s: range(s.upto - (1 << s.level) + 1, s.upto + 1) for s in wanted}
    small = {seq for s, seqs in ranges.items() if s.level < SMALLEST_KEPT for seq in seqs}
    leaves = journal.some_hashes(connection, small)
    return {
        s: root(leaves[seq] for seq in seqs if seq in leaves)
        if s.level < SMALLEST_KEPT
        else root(journal.hashes(connection, seqs.start - 1, s.upto))
        for s, seqs in ranges.items()
    }
