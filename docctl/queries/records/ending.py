"""How a record ends: what holds it back, in which disposal it is, what the reader may do of that."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.models.disposals import Disposal, DisposalItem, DisposalSignature
from docctl.models.records import Record, RecordVoiding
from docctl.rules.actions import Action
from docctl.rules.records import disposal
from docctl.rules.records.disposal import State
from docctl.rules.records.life import State as RecordState
from docctl.rules.text import instant
from docctl.standing import disposals, find


def ending(ctx: Context, record: Record) -> dict[str, Any]:
    """The hold that stands, and the newest disposal that names it, with who signed what; null where none."""
    hold = disposals.standing_hold(ctx.session, record)
    held = None
    if hold is not None:
        held = {"reason": hold.reason, "by": hold.entered_name, "at": instant(hold.entered_at)}
    return {"hold": held, "disposal": _named(ctx.session, record)} | _voiding(ctx.session, record)


def _voiding(session: Session, record: Record) -> dict[str, Any]:
    """`voided_by`: the later record and its step, or null; `voids`: the records that this one made void."""
    later = select(Record.number, RecordVoiding.step).join(RecordVoiding, RecordVoiding.later_id == Record.id)
    found = session.execute(later.where(RecordVoiding.record_id == record.id)).one_or_none()
    earlier = select(Record.number).join(RecordVoiding, RecordVoiding.record_id == Record.id)
    return {
        "voided_by": {"record": found.number, "step": found.step} if found else None,
        "voids": [
            *session.scalars(earlier.where(RecordVoiding.later_id == record.id).order_by(Record.number))
        ],
    }


def _named(session: Session, record: Record) -> dict[str, Any] | None:
    newest = (
        select(Disposal)
        .join(DisposalItem, DisposalItem.disposal_id == Disposal.id)
        .where(DisposalItem.record_id == record.id, Disposal.state != State.REFUSED)
        .order_by(Disposal.id.desc())
        .limit(1)
    )
    found = session.scalar(newest)
    if found is None:
        return None
    return {
        "number": found.number,
        "state": found.state,
        "signatures": [signed(row) for row in disposals.signatures(session, found)],
    }


def signed(row: DisposalSignature) -> dict[str, Any]:
    """A signature under a disposal, as pages and the command line tell it."""
    return {"meaning": row.meaning, "name": row.person_name, "at": instant(row.signed_at)}


def ending_acts(ctx: Context, record: Record) -> frozenset[Action]:
    """Hold, release, propose: what the reader may do now."""
    about = disposals.about(ctx.session, record)
    held = disposals.standing_hold(ctx.session, record) is not None
    acts = set()
    if record.state is not RecordState.DESTROYED:
        acts.add(Action.RECORD_RELEASE if held else Action.RECORD_HOLD)
    if record.state in (RecordState.CLOSED, RecordState.VOID):
        (one,) = disposals.candidates(ctx.site, ctx.session, [record], ctx.today())
        if disposal.why_not(one, ctx.today()) is None:
            acts.add(Action.DISPOSAL_PROPOSE)
    return frozenset(action for action in acts if ctx.may(action, about))


def record_to_end(ctx: Context, number: str, action: Action) -> tuple[Record, str]:
    """The record and the reason of its hold, for the form of either act. Raises what that would say."""
    record = find.record(ctx.session, number)
    ctx.require(action, disposals.about(ctx.session, record))
    hold = disposals.standing_hold(ctx.session, record)
    reason = hold.reason if hold else ""
    if action is Action.RECORD_HOLD:
        disposal.check_hold(record.number, record.state, reason)
    else:
        disposal.check_release(record.number, reason)
    return record, reason
