"""Records that were kept long enough: proposed for destruction, and approved or refused by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.disposals import Disposal, DisposalItem, DisposalSignature
from docctl.models.records import Record
from docctl.rules.actions import Action
from docctl.rules.records import disposal
from docctl.rules.records.disposal import Candidate, State
from docctl.rules.records.retention import keep_until
from docctl.rules.text import clean
from docctl.standing import disposals, find, namesakes
from docctl.standing.loading import load
from docctl.store.values import canonical


@retried(Action.DISPOSAL_PROPOSE)
def propose_disposal(ctx: Context, numbers: Sequence[str], *, reason: str) -> Disposal:
    """Propose that these records, all kept by one department, are destroyed. None of them is touched yet."""
    disposal.check_listed(numbers, ())
    with ctx.act(Action.DISPOSAL_PROPOSE) as act:
        found = {(one := find.record(act.session, number)).id: one for number in numbers}
        records = sorted(found.values(), key=lambda record: record.number)
        for record in records:
            act.require(disposals.about(act.session, record))
        disposal.check_listed(numbers, {record.keeper for record in records})
        judged = disposals.candidates(act.turn.site, act.session, records, act.today)
        disposal.check_all(judged, act.today)
        disposal.check_reason(reason)
        made = Disposal(
            number=str((act.session.scalar(select(func.count(Disposal.id))) or 0) + 1),
            keeper=records[0].keeper,
            reason=clean(reason),
            state=State.PROPOSED,
        )
        act.add(made)
        act.add(*(_item(act, made, record, one) for record, one in zip(records, judged, strict=True)))
        act.flush()
        sign(act, made, None)
        act.record(made, reason=made.reason, records=[record.number for record in records])
        return made


def _item(act: Act, of: Disposal, record: Record, judged: Candidate) -> DisposalItem:
    assert judged.ended is not None  # else it was refused
    return DisposalItem(
        disposal_id=of.id,
        record_id=record.id,
        ended_day=judged.ended,
        kept_until=keep_until(judged.retention, judged.ended),
        content=record.sealed_sha256 or load(act.turn.site, act.session, record).content(),
    )


@retried(Action.DISPOSAL_APPROVE)
def approve_disposal(ctx: Context, number: str) -> Disposal:
    """Say, as somebody else than who proposed it, that these records may go."""
    with ctx.act(Action.DISPOSAL_APPROVE) as act:
        found = disposals.one(act.session, number)
        act.require(disposals.subject(act.session, found))
        found.state = disposal.after(found.state, act.action, found.number)
        check_still(act, found)
        sign(act, found, None)
        act.record(found)
        return found


@retried(Action.DISPOSAL_REFUSE)
def refuse_disposal(ctx: Context, number: str, *, reason: str) -> Disposal:
    """The records stay; also where the proposal was approved and something speaks against it since."""
    with ctx.act(Action.DISPOSAL_REFUSE) as act:
        found = disposals.one(act.session, number)
        act.require(disposals.subject(act.session, found))
        found.state = disposal.after(found.state, act.action, found.number)
        disposal.check_reason(reason)
        sign(act, found, clean(reason))
        act.record(found, reason=clean(reason))
        return found


def check_still(act: Act, found: Disposal) -> list[Record]:
    """Its records, all of which may still be destroyed. Raises WrongState: a hold may have come since."""
    records = [record for _, record in disposals.items(act.session, found)]
    judged = disposals.candidates(act.turn.site, act.session, records, act.today, besides=found.id)
    disposal.check_all(judged, act.today)
    return records


def sign(act: Act, of: Disposal, reason: str | None) -> None:
    """The actor's name under the proposal as it stands: its number, its list and its reason."""
    listed = [[record.number, item.content] for item, record in disposals.items(act.session, of)]
    act.add(
        DisposalSignature(
            disposal_id=of.id,
            meaning=act.action.verb,
            person_id=act.actor.person_id,
            person_name=namesakes.signed_as(act),
            content=sha256(canonical([of.number, listed, of.reason])).hexdigest(),
            signed_at=act.at,
            reason=reason,
        )
    )
