"""The copies of one revision that were out when something happened: asked by the event, not by the day.

A day means its end, and on a day of change that is another answer. What an event saw never changes again, so
neither does this, whatever becomes of a copy later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.models.base import Controlled
from docctl.models.copies import Copy, CopyStep, Recall
from docctl.models.documents import Document, Revision
from docctl.rules import copies, copy_numbers
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import CopyFacts, RecallFacts


class CopyThen(TypedDict):
    """A copy as it stood at an event. Days are ISO dates; `replaces` is the lost one whose place it took."""

    copy: str
    document: str
    revision: str
    holder: str
    holder_name: str
    state: str
    issued: str
    recalled_from: str | None
    replaces: str | None


@dataclass(frozen=True, kw_only=True)
class OutAt:
    """The copies by number, and the rows that say so: those for whoever has to prove it.

    `missing`: numbers that were handed out by then, and have no row any more.
    """

    copies: tuple[CopyThen, ...]
    rows: tuple[Controlled, ...]
    missing: tuple[str, ...]


def copies_out_at(ctx: Context, seq: int, day: date, *, revision: int) -> OutAt:
    """The copies of this revision that were out right after event `seq`, which was on `day` (DC-107).

    Who may not see every copy gets those that they or their department hold; who may see none, none.
    """
    if not ctx.may(Action.COPY_READ, Subject(holder=ctx.actor.login)):
        return OutAt(copies=(), rows=(), missing=())
    session, of = ctx.session, ctx.session.get_one(Revision, revision)
    document = session.get_one(Document, of.document_id)
    known = select(Copy).where(Copy.document_id == document.id, Copy.id < _after(seq)).order_by(Copy.running)
    handed_out = session.scalars(known).all()
    sees_all = ctx.may(Action.COPY_READ, Subject())
    mine = None if sees_all else {ctx.actor.login, ctx.actor.department}
    seen = [c for c in handed_out if c.revision_id == of.id and (mine is None or c.holder in mine)]
    steps, recalls = _steps(session, seen, seq), _recalls(session, seen, seq)
    lines, rows = [], list[Controlled]()
    replaced = {c.id: c.number for c in handed_out}
    for copy in seen:
        line = _line(copy, document, of, steps.get(copy.id, []), recalls.get(copy.id, []), seq, day, replaced)
        if line is not None:
            lines.append(line)
            rows += [copy, *steps.get(copy.id, []), *recalls.get(copy.id, [])]
    return OutAt(
        copies=tuple(lines),
        rows=tuple(rows),
        missing=tuple(_missing(document, handed_out)) if sees_all else (),
    )


def _after(seq: int) -> int:
    """The keys of rows that event `seq` or an earlier one made are smaller."""
    return (seq + 1) << 16


def _line(
    copy: Copy,
    document: Document,
    of: Revision,
    steps: list[CopyStep],
    recalls: list[Recall],
    seq: int,
    day: date,
    numbers: dict[int, str],
) -> CopyThen | None:
    judged = CopyFacts(
        number=copy.number,
        state=copy.state,
        revision_id=copy.revision_id,
        steps=tuple((step.state, step.day) for step in steps),
        # A void recall was touched once more, by the event that made it void.
        recalls=tuple(
            RecallFacts(r.from_day, r.voided_at is not None and r.last_seq <= seq) for r in recalls
        ),
    )
    status = copies.state_on(judged, day) if steps else None
    if status is None or not status.in_hands:
        return None
    standing = [r.from_day for r in judged.recalls if not r.voided]
    return CopyThen(
        copy=copy.number,
        document=document.number,
        revision=of.label,
        holder=copy.holder,
        holder_name=copy.holder_name,
        state=status.value,
        issued=copy.issued_day.isoformat(),
        recalled_from=min(standing).isoformat() if standing else None,
        replaces=numbers.get(copy.replaces_id or 0),
    )


def _steps(session: Session, seen: Iterable[Copy], seq: int) -> dict[int, list[CopyStep]]:
    found: dict[int, list[CopyStep]] = {}
    then = CopyStep.copy_id.in_([c.id for c in seen]) & (CopyStep.id < _after(seq))
    for step in session.scalars(select(CopyStep).where(then).order_by(CopyStep.id)):
        found.setdefault(step.copy_id, []).append(step)
    return found


def _recalls(session: Session, seen: Iterable[Copy], seq: int) -> dict[int, list[Recall]]:
    found: dict[int, list[Recall]] = {}
    then = Recall.copy_id.in_([c.id for c in seen]) & (Recall.id < _after(seq))
    for recall in session.scalars(select(Recall).where(then).order_by(Recall.id)):
        found.setdefault(recall.copy_id, []).append(recall)
    return found


def _missing(document: Document, handed_out: Iterable[Copy]) -> Iterable[str]:
    """Numbers run without gaps: a gap is a copy whose row somebody took away."""
    there = {copy.running for copy in handed_out}
    for running in range(1, max(there, default=0) + 1):
        if running not in there:
            yield copy_numbers.copy_number(document.number, running)
