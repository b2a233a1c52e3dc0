"""Copies on paper that were in hands before the site began, entered into the register as paper says it.

Nobody acknowledges for a holder: each copy waits until its holder does, as any that is handed out. Numbers of
copies have no gaps here, by which a missing one is noticed: the number on the paper is kept beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, NotFound, WrongState
from docctl.errors.message import Message
from docctl.models.copies import Copy, CopyStep
from docctl.models.documents import Document, Revision
from docctl.models.ledger import IdempotencyKey
from docctl.rules import copies, copy_numbers
from docctl.rules import copies_on_paper as on_paper
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies_on_paper import Held
from docctl.rules.distribution import Purpose
from docctl.rules.documents import numbering, revisions, takeovers
from docctl.rules.text import clean
from docctl.standing import address, copy_print, facts, find, keeping
from docctl.standing.began import first_day
from docctl.usecases.copies import register
from docctl.usecases.copies.several import part_of


@retried(Action.COPY_TAKE_OVER)
def take_over_copies(ctx: Context, number: str, *, held: Sequence[Held], reason: str) -> list[Copy]:
    """Enter the copies of one document that was taken over itself. Raises Invalid by `FIELD-ROW`."""
    with ctx.act(Action.COPY_TAKE_OVER) as act:
        document = find.document(act.session, number)
        act.require(keeping.of_document(act.session, document))
        copies.check_reason(reason)
        if problems := _problems(ctx, held):
            raise Invalid(problems)
        known = find.revisions(act.session, document.id)
        revision = next(r for r in known if r.id == _governing(known, document, act.today))
        used = act.session.scalar(select(func.max(Copy.running)).where(Copy.document_id == document.id)) or 0
        held = sorted(held, key=lambda one: on_paper.in_order(one.copy))
        made = [_copy(act, document, revision, one, n) for n, one in enumerate(held, used + 1)]
        act.add(*made)
        public = address.bind(act)
        for copy, one in zip(made, held, strict=True):
            copy.pdf_sha256 = copy_print.stamped_sha256(act.turn.site, revision, copy, public)
            line = register.step(act, copy, reason=f"{on_paper.said(one.copy)} {clean(reason)}")
            line.day = one.day
            act.add(line, *register.recalls_ahead(act, copy, revision, known))
        act.record(document, reason=reason, rows=made, label=revision.label, copies=[c.number for c in made])
        return made


def take_over_register(
    ctx: Context, held: Sequence[Held], unknown: Mapping[str, Message], *, reason: str
) -> list[Copy]:
    """Enter all of these, an event for each document, once nothing is wrong with any.

    Raises Invalid by `FIELD-ROW`; `unknown` is what was found wrong already when they were read.
    """
    ctx.permit(Action.COPY_TAKE_OVER, Subject())
    by_document: dict[str, list[Held]] = {}
    for one in held:
        by_document.setdefault(_key(one.document), []).append(one)
    waiting = [one for of in by_document.values() if not _is_done(ctx, of) for one in of]
    if problems := {**unknown, **_problems(ctx, waiting), **_no_reason(reason)}:
        raise Invalid(problems)
    made: list[Copy] = []
    for key, of in by_document.items():
        made += take_over_copies(part_of(ctx, key), of[0].document, held=of, reason=reason)
    return made


def _problems(ctx: Context, held: Sequence[Held]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    began, seen = first_day(ctx.session, ctx.site.zone), dict[tuple[str, str], int]()
    for one in held:
        wrong = _in_row(ctx, one, began)
        first = seen.setdefault((_key(one.document), one.copy), one.row)
        if first != one.row:
            wrong["copy"] = Message("stands in row {row} too", row=first)
        found |= {f"{field}-{one.row}": why for field, why in wrong.items()}
    return found


def _in_row(ctx: Context, one: Held, began: date) -> dict[str, Message]:
    wrong: dict[str, Message] = {}
    try:
        register.holders(ctx.session, [one.holder])
    except Invalid as error:
        wrong["holder"] = error.problems["holder"]
    if one.day >= began:
        wrong["day"] = Message("{day} is not before {began}, when this site began", day=one.day, began=began)
    try:
        document = find.document(ctx.session, one.document)
        governing = _taken_over(ctx, document)
        if not ctx.may(Action.COPY_TAKE_OVER, keeping.of_document(ctx.session, document)):
            why = Message("copies of {number} go out from another department", number=document.number)
            return wrong | {"document": why}
    except (NotFound, WrongState) as error:
        return wrong | {"document": error.said}
    if governing.effective_day is not None and one.day < governing.effective_day:
        wrong["day"] = Message(
            "{day} lies before {label} was in force; call a copy of an earlier edition back instead",
            day=one.day,
            label=governing.label,
        )
    there = (
        select(Copy.number)
        .join(CopyStep, CopyStep.copy_id == Copy.id)
        .where(Copy.document_id == document.id, CopyStep.action == Action.COPY_TAKE_OVER.verb)
        .where(CopyStep.reason.startswith(f"{on_paper.said(one.copy)} ", autoescape=True))
    )
    if (copy := ctx.session.scalar(there)) is not None:
        wrong["copy"] = Message("is entered already, as {copy}", copy=copy)
    return wrong


def _taken_over(ctx: Context, document: Document) -> Revision:
    """What is in force, if it was taken over from paper. Raises WrongState."""
    known = find.revisions(ctx.session, document.id)
    governing = next((r for r in known if r.id == _governing(known, document, ctx.today())), None)
    if governing is None or takeovers.since(governing.head) is None:
        raise WrongState(
            "{number} is not in force as taken over from paper; hand its copies out here",
            number=document.number,
        )
    return governing


def _governing(known: Sequence[Revision], document: Document, today: date) -> int | None:
    found = revisions.in_force(facts.revisions(known), today, document=facts.document(document))
    return found.id if found is not None else None


def _copy(act: Act, document: Document, revision: Revision, one: Held, running: int) -> Copy:
    [holder] = register.holders(act.session, [one.holder])
    return Copy(
        number=copy_numbers.copy_number(document.number, running),
        document_id=document.id,
        revision_id=revision.id,
        running=running,
        token=register.new_token(),
        holder=holder.key,
        holder_name=holder.name,
        state=copies.State.ISSUED,
        purpose=Purpose.USE,
        print_no=1,
        place=clean(one.place).strip() or None,
        issued_day=one.day,
        issued_at=act.at,
        issued_by_id=act.actor.person_id,
    )


def _key(document: str) -> str:
    try:
        return numbering.key(document)
    except Invalid:
        return document


def _no_reason(reason: str) -> dict[str, Message]:
    try:
        copies.check_reason(reason)
    except Invalid as error:
        return dict(error.problems)
    return {}


def _is_done(ctx: Context, of: Sequence[Held]) -> bool:
    key = part_of(ctx, _key(of[0].document)).op
    return key is not None and ctx.session.get(IdempotencyKey, key) is not None
