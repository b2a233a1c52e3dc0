"""A record is held back from destruction, with a reason, until somebody else lifts the hold."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.disposals import RecordHold
from docctl.rules.actions import Action
from docctl.rules.records import disposal
from docctl.rules.text import clean
from docctl.standing import disposals, find, namesakes


@retried(Action.RECORD_HOLD)
def hold_record(ctx: Context, number: str, *, reason: str) -> RecordHold:
    """From now on it is not destroyed, whatever its form says, and not in a proposal that was approved."""
    with ctx.act(Action.RECORD_HOLD) as act:
        record = find.record(act.session, number)
        act.require(disposals.about(act.session, record))
        hold = disposals.standing_hold(act.session, record)
        disposal.check_hold(record.number, record.state, hold.reason if hold else "")
        disposal.check_reason(reason)
        made = RecordHold(
            record_id=record.id,
            reason=clean(reason),
            entered_by_id=act.actor.person_id,
            entered_name=namesakes.signed_as(act),
            entered_at=act.at,
        )
        act.add(made)
        act.record(made, key=record.number, reason=made.reason)
        return made


@retried(Action.RECORD_RELEASE)
def release_record(ctx: Context, number: str, *, reason: str) -> RecordHold:
    """Lift the hold. Whether it can be destroyed then is a question of its day, as for any other record."""
    with ctx.act(Action.RECORD_RELEASE) as act:
        record = find.record(act.session, number)
        act.require(disposals.about(act.session, record))
        hold = disposals.standing_hold(act.session, record)
        disposal.check_release(record.number, hold.reason if hold else "")
        disposal.check_reason(reason)
        assert hold is not None  # without one it was refused
        hold.answer = clean(reason)
        hold.revoked_by_id, hold.revoked_at = act.actor.person_id, act.at
        hold.revoked_name = namesakes.signed_as(act)
        act.record(hold, key=record.number, reason=hold.answer)
        return hold
