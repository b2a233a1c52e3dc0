"""A ledger in plain words, which the ledger of docctl is compared with: slow, in memory, one call for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from docctl.errors import Invalid, Tampered
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.entry import GENESIS, Entry, check_link, dumps, entry_hash
from docctl.ledger.finding import Finding
from docctl.ledger.merkle import root
from docctl.ledger.replay import Replay
from docctl.ledger.state import Live, compare_rows
from docctl.ledger.upcast import UP, Row, Upcaster


def link(event: Mapping[str, Any], prev_hash: bytes = GENESIS) -> Entry:
    """Chain an event, whose `seq` is already in it, onto the entry with hash `prev_hash`."""
    body = dumps(event)
    return Entry(event["seq"], body, prev_hash, entry_hash(prev_hash, body))


def check_chain(entries: Iterable[Entry], *, after: Entry | None = None) -> Iterator[Finding]:
    """Numbers without a gap and hashes that follow on. Bodies are hashed, not read.

    `after` is the entry before the first one, when it is not the first event of all.
    """
    for entry in entries:
        yield from check_link(entry, after)
        after = entry


def check(
    entries: Iterable[Entry],
    live: Live,
    *,
    origin: str | None = None,
    checkpoints: Iterable[Checkpoint] = (),
    up: Mapping[int, Upcaster] = UP,
) -> list[Finding]:
    """Everything that the ledger can say of itself and of the live rows, in one pass over each."""
    replay = Replay(origin=origin, checkpoints=checkpoints, up=up)
    replay.run(entries)
    replay.finish()
    return replay.findings + list(compare_rows(replay.state, live))


def rebuild(
    entries: Iterable[Entry],
    *,
    origin: str | None = None,
    checkpoints: Iterable[Checkpoint] = (),
    up: Mapping[int, Upcaster] = UP,
) -> dict[str, dict[int, Row]]:
    """The whole rows of every table; Tampered if anything at all is wrong with the ledger."""
    replay = Replay(origin=origin, checkpoints=checkpoints, up=up)
    replay.run(entries)
    replay.finish()
    if replay.findings:
        first = replay.findings[0]
        raise Tampered(
            f"The ledger cannot be replayed: {len(replay.findings)} findings, the first at"
            f" {first.where}: {first.what}. {first.message}"
        )
    return {table: dict(rows) for table, rows in replay.rows().items()}


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """RFC 6962 2.1.1: the siblings on the way from leaf `index` (from 0) up to the root."""
    if not 0 <= index < len(leaves):
        raise Invalid(f"There is no leaf {index} in a tree of {len(leaves)}.")
    proof: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if index < middle:
            proof.append(root(leaves[middle:high]))
            high = middle
        else:
            proof.append(root(leaves[low:middle]))
            low = middle
    return proof[::-1]
