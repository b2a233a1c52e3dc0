"""Holders outside the organisation: registered, changed, and their contact erased again (DC-71, DC-74)."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.copies import Copy, Loan
from docctl.models.outsiders import Outsider, OutsiderContact
from docctl.render import fonts
from docctl.rules import copies, outside
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.text import clean
from docctl.standing import find
from docctl.usecases.copies import register


@retried(Action.OUTSIDER_ADD)
def add_outsider(ctx: Context, *, company: str, name: str, contact: str) -> Outsider:
    """Register a company that is to hold copies. The event names it, and not who is talked to there."""
    ctx.permit(Action.OUTSIDER_ADD, Subject())
    outside.check_outsider(company=company, name=name, contact=contact)
    if ctx.site.settings.pdf:
        fonts.refuse_missing_in(company, "company")  # it will stand on what they hold
    with ctx.act(Action.OUTSIDER_ADD) as act:
        act.require(Subject())
        running = (act.session.scalar(select(func.count(Outsider.id))) or 0) + 1
        made = Outsider(
            key=f"{outside.MARK}{running}",
            company=clean(company).strip(),
            registered_at=act.at,
            registered_by_id=act.actor.person_id,
        )
        act.add(made)
        act.flush()
        act.session.add(OutsiderContact(outsider_id=made.id, name=clean(name), contact=clean(contact)))
        act.record(made, company=made.company)
        return made


@retried(Action.OUTSIDER_CHANGE)
def change_outsider(
    ctx: Context, key: str, *, company: str | None = None, name: str | None = None, contact: str | None = None
) -> Outsider:
    """Another person to talk to, or another name of the company. Paper that is out keeps its name."""
    said = {"company": company, "name": name, "contact": contact}
    outside.check_outsider(**{field: text for field, text in said.items() if text is not None})
    if company is not None and ctx.site.settings.pdf:
        fonts.refuse_missing_in(company, "company")
    with ctx.act(Action.OUTSIDER_CHANGE) as act:
        outsider = find.outsider(act.session, key)
        act.require(Subject(name=outsider.company))
        outside.check_there(outsider.company, erased=outsider.erased_at is not None)
        kept = act.session.get_one(OutsiderContact, outsider.id)
        kept.name = kept.name if name is None else clean(name)
        kept.contact = kept.contact if contact is None else clean(contact)
        outsider.company = outsider.company if company is None else clean(company).strip()
        act.record(
            outsider, company=outsider.company, changed=[f for f, text in said.items() if text is not None]
        )
        return outsider


@retried(Action.OUTSIDER_ERASE)
def erase_outsider(ctx: Context, key: str, *, reason: str) -> Outsider:
    """Erase who was talked to there. The company stays in the register of copies; it gets none any more."""
    with ctx.act(Action.OUTSIDER_ERASE) as act:
        outsider = find.outsider(act.session, key)
        act.require(Subject(name=outsider.company))
        out = select(func.count(Copy.id)).where(Copy.holder == outsider.key, Copy.state.in_(copies.OUT))
        lent = select(func.count(Loan.id)).where(Loan.borrower == outsider.key, Loan.ended_at.is_(None))
        held = (act.session.scalar(out) or 0) + (act.session.scalar(lent) or 0)
        outside.check_erase(outsider.company, erased=outsider.erased_at is not None, held=held)
        why = register.checked_reason(reason)
        act.session.execute(delete(OutsiderContact).where(OutsiderContact.outsider_id == outsider.id))
        outsider.erased_at, outsider.erased_by_id = act.at, act.actor.person_id
        act.record(outsider, reason=why, company=outsider.company)
        return outsider
