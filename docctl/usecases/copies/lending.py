"""Where a copy lies, and its loans: placed, lent, taken back (DC-72, DC-74, DC-77)."""

from __future__ import annotations

from datetime import date
from typing import Any

from docctl.door.accounts import Proved
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.copies import Copy, Loan
from docctl.models.documents import Document
from docctl.rules import lending
from docctl.rules.actions import Action
from docctl.rules.roles import Role, holds_post
from docctl.rules.text import clean
from docctl.standing import facts, find, keeping
from docctl.usecases.copies import register


@retried(Action.COPY_PLACE)
def place_copy(ctx: Context, copy_number: str, *, place: str) -> Copy:
    """Say where the paper lies (DC-72). The register keeps where it lay before."""
    with ctx.act(Action.COPY_PLACE) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        register.check_paper(act, copy)
        lending.check_place(place)
        copy.place = clean(place).strip()
        act.add(register.step(act, copy, reason=copy.place))
        act.record(copy, holder=copy.holder, place=copy.place)
        return copy


@retried(Action.COPY_LEND)
def lend_copy(
    ctx: Context,
    copy_number: str,
    *,
    borrower: str,
    due: date | None,
    reason: str,
    approved_by: Proved | None,
) -> Copy:
    """Lend a copy until a day, to an account or an outsider; the head who approves gave a password."""
    with ctx.act(Action.COPY_LEND) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        register.check_paper(act, copy)
        loan = _loan(act, copy, borrower, due, reason, approved_by)
        act.add(loan, register.step(act, copy, reason=loan.reason))
        said: dict[str, Any] = {"borrower": loan.borrower, "due": loan.due_day.isoformat()}
        act.record(copy, reason=loan.reason, holder=copy.holder, **said)
        return copy


@retried(Action.COPY_TAKE_BACK)
def take_back_copy(ctx: Context, copy_number: str) -> Copy:
    """The borrower has brought it back to its holder; the loan has ended."""
    with ctx.act(Action.COPY_TAKE_BACK) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        register.check_paper(act, copy)
        borrower = register.end_loan(act, copy)
        act.add(register.step(act, copy))
        act.record(copy, holder=copy.holder, borrower=borrower)
        return copy


def _loan(
    act: Act, copy: Copy, borrower: str, due: date | None, reason: str, approved_by: Proved | None
) -> Loan:
    """Raises Invalid, all problems at once."""
    (to,) = register.holders(act.session, [borrower], field="borrower", departments=False)
    approver, is_head = _approver(act, copy, approved_by)
    lending.check_loan(
        holder=copy.holder,
        borrower=to.key,
        reason=reason,
        due=due,
        today=act.today,
        is_approved=is_head,
        own=approver in {to.key, act.actor.login},
    )
    return Loan(
        copy_id=copy.id,
        borrower=to.key,
        borrower_name=to.name,
        due_day=due,
        reason=clean(reason),
        approved_by_id=find.person(act.session, approver).id,
        lent_day=act.today,
        lent_at=act.at,
        lent_by_id=act.actor.person_id,
    )


def _approver(act: Act, copy: Copy, approved_by: Proved | None) -> tuple[str, bool]:
    """Who approves, and whether they head the department that owns the document."""
    if approved_by is None:
        return "", False
    person = find.person(act.session, approved_by.login)
    document = act.session.get_one(Document, copy.document_id)
    roles = next(iter(r for p, r in find.people(act.session) if p.id == person.id), frozenset())
    actor = facts.actor(person, roles)
    return person.login, holds_post(actor, Role.DEPARTMENT_HEAD, document.department)
