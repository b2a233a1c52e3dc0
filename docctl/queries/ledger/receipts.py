"""The receipt of an event, for whoever did it and for whoever reads the audit trail (21 CFR 11.10(e))."""

from __future__ import annotations

import json

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import NotFound, Tampered, WrongState, see
from docctl.ledger import checkpoint, receipt
from docctl.ledger.entry import entry_hash
from docctl.ledger.merkle import verify_inclusion
from docctl.models.ledger import LedgerEvent, OutboxCheckpoint
from docctl.queries.ledger.paths import paths
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject


def receipt_of(ctx: Context, seq: int) -> bytes:
    """The text of it, under the first checkpoint over the event.

    Raises NotFound, Forbidden, WrongState while no checkpoint covers the event, Tampered for one that is not
    what was signed.
    """
    row = ctx.session.get(LedgerEvent, seq) if 0 < seq < 2**63 else None
    if row is None:
        ctx.require(Action.TRAIL_READ, Subject())
        raise NotFound("there is no event {seq}", seq=seq)
    body, before = bytes(row.body), bytes(row.prev_hash)
    if not _is_own(ctx, body):
        ctx.require(Action.TRAIL_READ, Subject())
    size = OutboxCheckpoint.size
    made = ctx.session.scalar(select(OutboxCheckpoint).where(size >= seq).order_by(size).limit(1))
    if made is None:
        raise WrongState(
            "no checkpoint covers event {seq} yet; one comes within ten minutes, or at once with: {how}",
            seq=seq,
            how=see.CHECKPOINT,
        )
    signed = checkpoint.verify(bytes(made.note), ctx.site.settings.keys)
    leaf, connection = entry_hash(before, body), ctx.session.connection()
    for kept in (True, False):  # what is kept of the tree may be damaged
        path = paths(connection, [seq], signed.size, kept=kept)[seq]
        if verify_inclusion(seq - 1, signed.size, leaf, path, signed.root):
            return receipt.make(seq, before, body, path, bytes(made.note)).encode()
    raise Tampered("Event {seq} is not what was signed; see {check}.", seq=seq, check=see.CHECK)


def _is_own(ctx: Context, body: bytes) -> bool:
    """Whether whoever asks did it: by their key, not by a login that somebody may have had before."""
    try:
        return bool(json.loads(body)["actor"]["id"] == ctx.actor.person_id)
    except (ValueError, KeyError, TypeError):
        return False
