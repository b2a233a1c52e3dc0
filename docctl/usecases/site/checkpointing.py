"""Sign the ledger as it stands, and put it into the library, because somebody asked for it."""

from __future__ import annotations

from sqlalchemy import select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.errors import Busy
from docctl.ledger import checkpoint
from docctl.ledger.checkpoint import Checkpoint
from docctl.models.configuration import Organisation
from docctl.models.ledger import OutboxCheckpoint
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.standing import find

_NEWEST = select(OutboxCheckpoint.note).order_by(OutboxCheckpoint.size.desc()).limit(1)


def checkpoint_ledger(ctx: Context) -> Checkpoint:
    """The newest checkpoint: the asking is an event, and the checkpoint that follows it covers that event."""
    asked = _ask(ctx)
    ctx.session.rollback()
    note = ctx.session.scalars(_NEWEST).one()
    signed = checkpoint.verify(note, ctx.site.settings.keys)
    if asked is not None and signed.size < asked:
        raise Busy("the ledger could not be signed just now; see the log, then try again")
    return signed


def _ask(ctx: Context) -> int | None:
    """The number of the event; None for a request that was answered before."""
    made: list[int] = []
    _record(ctx, made)
    return made[-1] if made else None


@retried(Action.LEDGER_CHECKPOINT)
def _record(ctx: Context, made: list[int]) -> Organisation:
    with ctx.act(Action.LEDGER_CHECKPOINT) as act:
        act.require(Subject())
        organisation = find.organisation(act.session)
        act.record(organisation)
        made.append(act.seq)
        return organisation
