"""Where a controlled copy ends, and what takes its place: keep, destroy, replace, lose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from docctl.door.accounts import Proved
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.copies import Copy, ExchangedPrint, Loss
from docctl.models.documents import Document, Revision
from docctl.rules import copies, lending
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import Status
from docctl.rules.text import clean
from docctl.standing import address, copy_print, facts, find, keeping
from docctl.usecases.copies import register


@retried(Action.COPY_KEEP)
def keep_copy(ctx: Context, copy_number: str, *, reason: str) -> Copy:
    """Keep an obsolete copy for reference, marked 作废留存 (DC-76)."""
    with ctx.act(Action.COPY_KEEP) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        copy.state = register.after(act, copy)
        why = register.checked_reason(reason)
        act.add(register.step(act, copy, reason=why))
        act.record(copy, reason=why, holder=copy.holder)
        return copy


@retried(Action.COPY_DESTROY)
def destroy_copy(
    ctx: Context, copy_number: str, *, approved_by: Proved | None, witnesses: Sequence[Proved]
) -> Copy:
    """Destroy a copy, approved and before two witnesses, who gave their passwords; whoever destroys is none.

    Every witness is in the event; the register has room for the first two.
    """
    with ctx.act(Action.COPY_DESTROY) as act:
        copy = find.copy(act.session, copy_number)
        approver = next(iter(register.people(act.session, [approved_by.login] if approved_by else [])), None)
        present = register.people(act.session, dict.fromkeys(w.login for w in witnesses))
        approver_id, witness_ids = approver.id if approver else None, [p.id for p in present]
        act.require(
            Subject(
                name=copy.number, holder=copy.holder, approver=approver_id, witnesses=frozenset(witness_ids)
            )
        )
        copy.state = register.after(act, copy)
        copies.check_destruction(approver_id, witness_ids)
        step = register.step(act, copy)
        step.approved_by_id, step.witness_1_id, step.witness_2_id = approver_id, *witness_ids[:2]
        act.add(step)
        logins = [p.login for p in present]
        act.record(copy, holder=copy.holder, approved_by=approver and approver.login, witnesses=logins)
        return copy


@retried(Action.COPY_REPLACE)
def replace_copy(ctx: Context, copy_number: str, *, reason: str) -> Copy:
    """Exchange a damaged copy: the old print is taken back, a new one bears the same number (DC-55).

    The new print has a token of its own, so that the code on the old one does not go on saying "current".
    """
    with ctx.act(Action.COPY_REPLACE) as act:
        copy = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, copy))
        copy.state = register.after(act, copy)
        document, known = _document(act, copy)
        held = next(r for r in known if r.id == copy.revision_id)
        copies.check_hand_out(
            facts.of_revision(held), facts.revisions(known), act.today, facts.document(document)
        )
        why = register.checked_reason(reason)
        act.add(_taken_back(act, copy))
        copy.print_no += 1
        copy.token = register.new_token()
        signed = register.newest_signed(act)
        copy.signed_size, copy.signed_root = (signed.size, signed.root_text) if signed else (None, None)
        copy.pdf_sha256 = copy_print.stamped_sha256(act.turn.site, held, copy, address.bind(act))
        act.add(register.step(act, copy, reason=why))
        act.record(copy, reason=why, holder=copy.holder, print=copy.print_no)
        return copy


def lose_copy(
    ctx: Context,
    copy_number: str,
    *,
    reason: str,
    responsible: str,
    consequence: str,
    noticed: date | None = None,
) -> tuple[Copy, Copy | None]:
    """Declare the number of a lost copy void for ever; (it, its replacement under a new number) (DC-56).

    `responsible`: the account or the outsider who answers for it; `consequence`: what follows (DC-78).

    `noticed` is the day on which its holder found out (today): from then on its report is due. There is no
    replacement for a copy that had been asked back, nor of a revision that may not be handed out any more:
    issue a copy of what is in force, if its holder needs one.
    """
    said = {"reason": reason, "responsible": responsible, "consequence": consequence}
    lost, *replacement = _lose_copy(ctx, copy_number, **said, noticed=noticed)
    return lost, next(iter(replacement), None)


@retried(Action.COPY_LOSE)
def _lose_copy(
    ctx: Context, copy_number: str, *, reason: str, responsible: str, consequence: str, noticed: date | None
) -> list[Copy]:
    """The lost copy and, if there is one, its replacement: a list, as a repeated request gets it again."""
    with ctx.act(Action.COPY_LOSE) as act:
        lost = find.copy(act.session, copy_number)
        act.require(keeping.of_copy(act.session, lost))
        stood = register.status(act, lost)
        lost.state = copies.after(stood, act.action, lost.number)
        why = register.checked_reason(reason)
        found_out = noticed or act.today
        copies.check_noticed(found_out, issued=lost.issued_day, today=act.today)
        loss = _loss(act, lost, responsible, consequence, found_out)
        register.end_loan(act, lost)
        act.add(register.step(act, lost, reason=why), loss)
        made = [] if stood is Status.RECALLED else _replacement(act, lost)
        act.record(
            lost,
            reason=why,
            rows=[lost, *made],
            holder=lost.holder,
            noticed=found_out.isoformat(),
            responsible=loss.responsible,
            consequence=loss.consequence,
            replacement=next((c.number for c in made), None),
        )
        return [lost, *made]


def _loss(act: Act, lost: Copy, responsible: str, consequence: str, noticed: date) -> Loss:
    """Raises Invalid where nobody answers for it, or nothing follows (DC-78)."""
    lending.check_loss(responsible, consequence)
    (who,) = register.holders(act.session, [responsible], field="responsible", departments=False)
    return Loss(
        copy_id=lost.id,
        noticed_day=noticed,
        responsible=who.key,
        responsible_name=who.name,
        consequence=clean(consequence),
    )


def _replacement(act: Act, lost: Copy) -> list[Copy]:
    document, known = _document(act, lost)
    held = next(r for r in known if r.id == lost.revision_id)
    of = facts.document(document)
    if not copies.may_hand_out(facts.of_revision(held), facts.revisions(known), act.today, of):
        return []
    made = register.hand_out(
        act,
        document,
        held,
        known,
        [register.Holder(lost.holder, lost.holder_name)],
        {lost.holder: lost.purpose},
    )
    made[0].replaces_id = lost.id
    return made


def _document(act: Act, copy: Copy) -> tuple[Document, Sequence[Revision]]:
    return act.session.get_one(Document, copy.document_id), find.revisions(act.session, copy.document_id)


def _taken_back(act: Act, copy: Copy) -> ExchangedPrint:
    return ExchangedPrint(
        copy_id=copy.id,
        print_no=copy.print_no,
        token=copy.token,
        day=act.today,
        at=act.at,
        by_id=act.actor.person_id,
    )
