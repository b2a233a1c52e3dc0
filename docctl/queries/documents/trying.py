"""Trial issues (DC-35): those that are over, and what somebody sees before one is prolonged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.models.documents import Document
from docctl.queries.desk.items import Item
from docctl.queries.documents.standing_today import DAY, IN_FORCE, SHOWN, is_shown
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, revisions
from docctl.rules.roles import holds_post
from docctl.rules.words import Words
from docctl.standing import facts, find


@dataclass(frozen=True, kw_only=True)
class TrialPreview:
    """A trial issue in force. `earliest`: the first day that it may be prolonged to."""

    number: str
    label: str
    title: Words
    until: date | None
    earliest: date


def trial_preview(ctx: Context, number: str) -> TrialPreview:
    """Raises WrongState where there is none, Forbidden for who may not read documents."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    document = find.document(ctx.session, number)
    known = find.revisions(ctx.session, document.id)
    governing = revisions.in_force(facts.revisions(known), ctx.today(), document=facts.document(document))
    row = next((one for one in known if governing is not None and one.id == governing.id), None)
    trial = facts.trial(row) if row is not None else None
    if row is None or trial is None:
        raise WrongState("{number} is no trial issue; there is nothing to prolong", number=document.number)
    last = max(trial.until or ctx.today(), ctx.today())
    return TrialPreview(
        number=document.number,
        label=row.label,
        title=row.title,
        until=trial.until,
        earliest=last + timedelta(days=1),
    )


_OVER: Final = (
    select(Document.number, Document.department, SHOWN.label, SHOWN.title, SHOWN.chain, SHOWN.trial_until)
    .join(SHOWN, is_shown(IN_FORCE))
    .where(SHOWN.trial_until <= DAY)
    .order_by(SHOWN.trial_until, Document.number_key)
)


def trials_over(ctx: Context) -> Iterator[Item]:
    """Those that are to be confirmed, prolonged or withdrawn, for the office and for who approves them."""
    office = ctx.may(Action.REVISION_ISSUE, Subject())
    for row in ctx.session.execute(_OVER, {"day": ctx.today()}):
        if office or _approves(ctx, row):
            yield Item(
                number=row.number,
                title=row.title,
                document=row.number,
                revision=row.label,
                since=row.trial_until.isoformat(),
                due=row.trial_until.isoformat(),
                late=(ctx.today() - row.trial_until).days,
            )


def _approves(ctx: Context, row: Any) -> bool:
    last = approval.chain_from_data(row.chain)[-1]
    return any(holds_post(ctx.actor, post, row.department) for post in last.who)
