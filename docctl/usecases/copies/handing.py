"""Controlled copies on their way out and back: issue, acknowledge, recall, return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.errors import Invalid, NotFound
from docctl.errors.message import Typed
from docctl.models.copies import Copy, Recall
from docctl.models.documents import Document, Revision
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.documents import issue, labels, revisions
from docctl.rules.documents.cards import check_hand_out
from docctl.rules.recalls import Cause
from docctl.standing import cards, facts, find, keeping
from docctl.usecases.copies import register, requesting


@retried(Action.COPY_ISSUE)
def issue_copies(
    ctx: Context, number: str, *, holders: Sequence[str], label: str | None = None
) -> list[Copy]:
    """Hand out one numbered copy to each holder, in their order, of the revision in force.

    `label` names another revision, one that is issued and still to come. Where nothing is in force yet,
    copies are of the first revision that will be.
    """
    with ctx.act(Action.COPY_ISSUE) as act:
        document = find.document(act.session, number)
        known = find.revisions(act.session, document.id)
        named = _named(document, known, label)
        act.require(keeping.of_document(act.session, document))
        revision = _to_hand_out(document, known, named, act.today)
        check_hand_out(cards.of(act.session, document, revision), document.number)
        to = register.holders(act.session, holders)
        over = requesting.check_hand_over(act, document, to)
        made = register.hand_out(act, document, revision, known, to, over.purposes)
        requesting.answer(act, over.requests, made)
        act.record(document, rows=made, label=revision.label, copies=[c.number for c in made])
        return made


@retried(Action.COPY_ACKNOWLEDGE)
def acknowledge_copy(ctx: Context, copy_number: str) -> Copy:
    """The holder has it: signed for by the holder, or by the controller for a signature on paper (DC-51)."""
    with ctx.act(Action.COPY_ACKNOWLEDGE) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        copy.state = register.after(act, copy)
        act.add(register.step(act, copy))
        act.record(copy, holder=copy.holder)
        return copy


@retried(Action.COPY_RECALL)
def recall_copy(ctx: Context, copy_number: str, *, reason: str) -> Copy:
    """Ask a copy back from its holder. It must not be used from today on."""
    with ctx.act(Action.COPY_RECALL) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        copy.state = register.after(act, copy)
        why = register.checked_reason(reason)
        by = act.actor.person_id
        cause = Cause.BY_HAND
        act.add(Recall(copy_id=copy.id, from_day=act.today, cause=cause, reason=why, by_id=by, at=act.at))
        act.add(register.step(act, copy, reason=why))
        act.record(copy, reason=why, holder=copy.holder)
        return copy


@retried(Action.COPY_RETURN)
def return_copy(ctx: Context, copy_number: str) -> Copy:
    """The copy is back. It is kept for reference or destroyed next."""
    with ctx.act(Action.COPY_RETURN) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        copy.state = register.after(act, copy)
        act.add(register.step(act, copy))
        act.record(copy, holder=copy.holder)
        return copy


def _named(document: Document, known: Sequence[Revision], label: str | None) -> Revision | None:
    if label is None:
        return None
    try:
        wanted = labels.parse_label(label)
    except Invalid:
        wanted = None
    found = next((r for r in known if labels.parse_label(r.label) == wanted), None)
    if found is None:
        raise NotFound(
            "{number} has no revision {label}; it has {labels}",
            number=document.number,
            label=Typed(label),
            labels=[r.label for r in known],
        )
    return found


def _to_hand_out(
    document: Document, known: Sequence[Revision], named: Revision | None, today: date
) -> Revision:
    of, judged = facts.document(document), facts.revisions(known)
    issue.check_not_withdrawn(of)
    coming = (r for r in judged if copies.may_hand_out(r, judged, today, of))
    governing = revisions.in_force(judged, today, document=of) or next(coming, judged[-1])
    meant = facts.of_revision(named) if named is not None else governing
    copies.check_hand_out(meant, judged, today, of)
    return next(r for r in known if r.id == meant.id)
