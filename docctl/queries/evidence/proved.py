"""The proofs of an evidence file: of its events up to the newest checkpoint, and between checkpoints."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import WrongState, see
from docctl.ledger import journal
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.evidence.canonical import canonical
from docctl.ledger.merkle import verify_inclusion
from docctl.models.ledger import OutboxCheckpoint
from docctl.queries.evidence.gathering import AT_ONCE, Gathering
from docctl.queries.ledger.paths import consistency, paths

MOST_OLDER: Final = 100
"""Older checkpoints in one file."""
_SIZE: Final = OutboxCheckpoint.size


def newest(ctx: Context) -> bytes:
    """The newest checkpoint of the site. Raises WrongState where there is none."""
    note = ctx.session.scalar(select(OutboxCheckpoint.note).order_by(_SIZE.desc()).limit(1))
    if note is None:
        raise WrongState("nothing is signed yet; make a checkpoint first: {how}", how=see.CHECKPOINT)
    return bytes(note)


def inclusion(gathered: Gathering, seqs: Sequence[int], signed: Checkpoint) -> Iterator[bytes]:
    """A line for each event, with its path up to the root."""
    for begin in range(0, len(seqs), AT_ONCE):
        part = seqs[begin : begin + AT_ONCE]
        connection = gathered.session().connection()
        leaves = journal.some_hashes(connection, part)
        found = paths(connection, part, signed.size)
        # What is kept of the tree may be damaged; it can always be made again from the events.
        if not all(verify_inclusion(s - 1, signed.size, leaves[s], found[s], signed.root) for s in part):
            found = paths(connection, part, signed.size, kept=False)
        for seq in part:
            yield canonical({"path": [each.hex() for each in found[seq]], "seq": seq}) + b"\n"


def older(
    gathered: Gathering, seqs: Sequence[int], signed: Checkpoint
) -> Iterator[tuple[int, bytes, list[bytes]]]:
    """The checkpoints that were the first over these events, a hundred at most, with their proofs."""
    session = gathered.session()
    asked = select(_SIZE).where(signed.size > _SIZE).order_by(_SIZE)
    sizes = list(session.scalars(asked))
    covering = {at for seq in seqs if (at := bisect_left(sizes, seq)) < len(sizes)} | {len(sizes) - 1}
    chosen = [sizes[at] for at in sorted(covering) if at >= 0]
    if len(chosen) > MOST_OLDER:
        chosen = [chosen[n * len(chosen) // MOST_OLDER] for n in range(MOST_OLDER)]
    found = consistency(session.connection(), chosen, signed.size)
    for size in chosen:
        yield size, bytes(session.get_one(OutboxCheckpoint, size).note), found[size]
