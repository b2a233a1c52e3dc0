"""What an issue, a cancellation or a withdrawal will do, before somebody does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.models.documents import Revision
from docctl.queries.documents.remarks import referring_to, remarks_on
from docctl.queries.records.hands import Lacking, of_template
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.documents import issue, revisions
from docctl.rules.documents.citations import key_of
from docctl.rules.documents.remarks import Remark
from docctl.rules.words import Words
from docctl.standing import facts, find
from docctl.standing.cited import InForce


@dataclass(frozen=True)
class CopyOut:
    """A copy in somebody's hands, and the label of what it shows."""

    number: str
    holder: str
    holder_name: str
    label: str
    issued_day: date


@dataclass(frozen=True)
class IssuePreview:
    """`replaces`: the labels of the issued revisions that this one takes the place of, or would fall back to.

    `earliest`: before that day it cannot take effect. `copies`: those that the act asks back.
    `pdf`: whether a print is made first, which takes a while. `remarks` are on what the text names,
    `referring` are the documents in force that name this one. `governs_control`: its limits bind docctl.
    """

    number: str
    title: Words
    label: str
    state: revisions.State
    content: str
    effective: date | None
    today: date
    earliest: date
    in_force: str | None
    coming: str | None
    copies: tuple[CopyOut, ...]
    pdf: bool
    nobody_can: tuple[Lacking, ...]
    """The steps of this record template that no account could fill. Blank forms on paper need none."""
    remarks: tuple[Remark, ...]
    referring: tuple[InForce, ...]
    governs_control: bool
    stated: date | None
    """Since when it is in force as its paper says, where it is taken over."""


def issue_preview(ctx: Context, number: str, action: Action) -> IssuePreview:
    """`action`: revision.issue, revision.cancel or document.withdraw. Raises Forbidden and WrongState."""
    document = find.document(ctx.session, number)
    known = find.revisions(ctx.session, document.id)
    newest = known[-1]
    ctx.require(action, facts.subject(ctx.session, document, newest))
    stand, today, whole = facts.revisions(known), ctx.today(), facts.document(document)
    _check(action, f"{document.number} {newest.label}", whole, stand, today)
    governing = revisions.in_force(stand, today, document=whole)
    issued = [r for r in stand if r.state is revisions.State.ISSUED and r.effective is not None]
    coming = max((r for r in issued if _day(r) > today), key=_order, default=None)
    return IssuePreview(
        document.number,
        newest.title,
        newest.label,
        newest.state,
        newest.content,
        newest.effective_day,
        today,
        max([today, *map(_day, issued)]),
        governing.label if governing else None,
        coming.label if coming else None,
        tuple(_out(ctx, document.id, newest.id if action is Action.REVISION_CANCEL else None)),
        ctx.site.settings.pdf,
        of_template(ctx, document, newest) if action is Action.REVISION_ISSUE else (),
        remarks_on(ctx, document, newest, issuing=True) if action is Action.REVISION_ISSUE else (),
        referring_to(ctx, document.number),
        key_of(find.governing(ctx.session)) == document.number_key,
        facts.since_on_paper(newest),
    )


def _check(
    action: Action,
    about: str,
    document: revisions.DocumentFacts,
    stand: Sequence[revisions.RevisionFacts],
    today: date,
) -> None:
    """What the act itself will ask of the state. Raises WrongState."""
    if action is Action.REVISION_ISSUE:
        revisions.after(stand[-1].state, action, about)
        issue.check_not_withdrawn(document)
    elif action is Action.REVISION_CANCEL:
        issue.check_cancel(stand[-1], today)
    else:
        issue.check_withdraw(document, stand)


def _day(issued: revisions.RevisionFacts) -> date:
    return issued.effective or date.min


def _order(issued: revisions.RevisionFacts) -> tuple[date, int]:
    return _day(issued), issued.issued_seq or 0


def _out(ctx: Context, document_id: int, only: int | None) -> Sequence[CopyOut]:
    wanted = (
        select(Copy.number, Copy.holder, Copy.holder_name, Revision.label, Copy.issued_day)
        .join(Revision, Revision.id == Copy.revision_id)
        .where(Copy.document_id == document_id, Copy.state.in_(copies.OUT))
        .order_by(Copy.running)
    )
    rows = ctx.session.execute(wanted if only is None else wanted.where(Copy.revision_id == only))
    return [CopyOut(*row) for row in rows]
