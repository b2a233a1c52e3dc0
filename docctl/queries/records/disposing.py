"""Disposals as pages and commands show them: one with its list and signatures, those under way, proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.errors.message import Message
from docctl.models.disposals import Disposal, DisposalSignature
from docctl.models.documents import Revision
from docctl.models.records import Record
from docctl.queries.ledger.recorded import require_rows
from docctl.queries.ledger.recorded_rows import rows_of_disposal
from docctl.queries.records.disposable import ENDED, over
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import disposal
from docctl.rules.records.disposal import DONE, State
from docctl.rules.text import instant
from docctl.rules.words import Words
from docctl.standing import disposals

ACTS: Final = (
    Action.DISPOSAL_APPROVE,
    Action.DISPOSAL_REFUSE,
    Action.DISPOSAL_DESTROY,
    Action.DISPOSAL_WITNESS,
)
SHOWN: Final = 100
"""Records that the form of a proposal offers; the others are typed."""


@dataclass(frozen=True)
class DisposalLine:
    """A record of it. `why_not`: what keeps it by now, before it is destroyed."""

    number: str
    title: Words
    ended: date
    kept_until: date | None
    content: str
    why_not: Message | None


@dataclass(frozen=True)
class DisposalView:
    """`acts` is what the reader may do with it now; `left` are files that are to go and are still there."""

    number: str
    keeper: str
    reason: str
    state: State
    lines: tuple[DisposalLine, ...]
    signed: tuple[DisposalSignature, ...]
    acts: frozenset[Action]
    left: int


@dataclass(frozen=True)
class Offered:
    """A record that may be proposed, for who may propose it."""

    number: str
    title: Words
    ended: date


def disposal_view(ctx: Context, number: str, action: Action = Action.DISPOSAL_READ) -> DisposalView:
    """One of them. Raises NotFound; Forbidden and WrongState as the act itself would."""
    found = disposals.one(ctx.session, number)
    subject = disposals.subject(ctx.session, found)
    ctx.require(action, subject)
    require_rows(ctx.site, ctx.session, rows_of_disposal(ctx.session, found.id))
    if action is not Action.DISPOSAL_READ:
        disposal.after(found.state, action, found.number)
    lines = tuple(_lines(ctx, found))
    kept = {Action.DISPOSAL_APPROVE, Action.DISPOSAL_DESTROY} if any(one.why_not for one in lines) else set()
    return DisposalView(
        number=found.number,
        keeper=found.keeper,
        reason=found.reason,
        state=found.state,
        lines=lines,
        signed=tuple(disposals.signatures(ctx.session, found)),
        acts=frozenset(a for a in ACTS if a not in kept and _is_time(found, a) and ctx.may(a, subject)),
        left=len(disposals.left(ctx.site, ctx.session, found).names) if found.state in DONE else 0,
    )


def _lines(ctx: Context, found: Disposal) -> list[DisposalLine]:
    of = disposals.items(ctx.session, found)
    why: dict[str, Message | None] = {}
    if found.state in disposal.LIVE:
        records = [record for _, record in of]
        judged = disposals.candidates(ctx.site, ctx.session, records, ctx.today(), besides=found.id)
        why = {one.number: disposal.why_not(one, ctx.today()) for one in judged}
    forms = select(Revision.id, Revision.title).where(
        Revision.id.in_({record.template_revision_id for _, record in of})
    )
    titles = {row.id: row.title for row in ctx.session.execute(forms)}
    return [
        DisposalLine(
            number=record.number,
            title=titles[record.template_revision_id],
            ended=item.ended_day,
            kept_until=item.kept_until,
            content=item.content,
            why_not=why.get(record.number),
        )
        for item, record in of
    ]


def _is_time(found: Disposal, action: Action) -> bool:
    try:
        disposal.after(found.state, action, found.number)
    except WrongState:
        return False
    return True


def under_way(ctx: Context) -> Sequence[Disposal]:
    """Those of which something is still to be done, oldest first. Raises Forbidden for who has no role."""
    ctx.require(Action.DISPOSAL_READ, Subject())
    open_ = [State.PROPOSED, State.APPROVED, State.DESTROYED]
    return ctx.session.scalars(select(Disposal).where(Disposal.state.in_(open_)).order_by(Disposal.id)).all()


def waiting_for(ctx: Context) -> list[tuple[Disposal, Action]]:
    """Those that the reader can bring on, and how; nothing for who can only witness or refuse."""
    if not ctx.may(Action.DISPOSAL_READ, Subject()):
        return []
    return [
        (one, action)
        for one in under_way(ctx)
        for action in (Action.DISPOSAL_APPROVE, Action.DISPOSAL_DESTROY)
        if _is_time(one, action) and ctx.may(action, disposals.subject(ctx.session, one))
    ]


def offered(ctx: Context, keeper: str) -> list[Offered]:
    """Records past their retention that the reader may propose, the oldest first; of one keeper."""
    asked = (
        select(Record, Revision.title, ENDED.label("ended"))
        .join(Revision, Revision.id == Record.template_revision_id)
        .where(over(ctx), Record.keeper == keeper)
        .order_by(Record.id)
        .limit(SHOWN)
    )
    return [
        Offered(row.Record.number, row.title, row.ended.astimezone(ctx.site.zone).date())
        for row in ctx.session.execute(asked)
        if ctx.may(Action.DISPOSAL_PROPOSE, disposals.about(ctx.session, row.Record))
    ]


def keepers(ctx: Context) -> list[str]:
    """The departments that keep records past their retention, as far as the reader may propose those."""
    asked = select(Record.keeper).where(over(ctx)).distinct().order_by(Record.keeper)
    return [
        key for key in ctx.session.scalars(asked) if ctx.may(Action.DISPOSAL_PROPOSE, Subject(department=key))
    ]


def told(seen: DisposalView) -> Mapping[str, Any]:
    """As the command line tells it."""
    return {
        "disposal": seen.number,
        "keeper": seen.keeper,
        "reason": seen.reason,
        "state": seen.state.value,
        "records": [
            {
                "record": line.number,
                **line.title.keys_of("title"),
                "ended": line.ended.isoformat(),
                "kept_until": line.kept_until.isoformat() if line.kept_until else None,
                "sha256": line.content,
            }
            for line in seen.lines
        ],
        "signatures": [
            {
                "meaning": row.meaning,
                "name": row.person_name,
                "at": instant(row.signed_at),
                "content": row.content,
                "reason": row.reason,
            }
            for row in seen.signed
        ],
        "left": seen.left,
    }
