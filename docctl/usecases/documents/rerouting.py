"""The way of a revision in review is changed: one more signs (加签), back to a step, handed over (转办).

It stays the same submission of the same content, so what was signed before the place of the change stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid
from docctl.errors.message import Message, Typed
from docctl.models.documents import Document, Revision, Signature, Submission, called
from docctl.models.rerouting import Reroute
from docctl.rules.actions import Action
from docctl.rules.delegating import Named
from docctl.rules.documents import approval, chains, rerouting, revisions
from docctl.rules.documents.rerouting import Kind
from docctl.rules.people import Bearer
from docctl.rules.text import clean
from docctl.standing import facts, find, reroutes, signers
from docctl.standing.bearers import bearers
from docctl.usecases.documents import approving


@retried(Action.REVISION_ADD_SIGNER)
def add_signer_revision(
    ctx: Context, number: str, *, step: str, reason: str, before: int | None = None
) -> Reroute:
    """Ask for another signature, before the step of this number (counted from 1), else as soon as can be.

    `step` as it stands in a chain (`countersign:quality`). What is signed by then stands.
    """
    with ctx.act(Action.REVISION_ADD_SIGNER) as act:
        document, draft, handed_in = _in_review(act, number)
        name = called(document, draft)
        rerouting.check_reason(reason)
        chain = approval.chain_from_data(handed_in.chain)
        wanted = chains.parse_step(step, [d.key for d in find.departments(act.session)])
        given = facts.signatures(find.signatures(act.session, handed_in.id))
        index = rerouting.place_of(wanted, before, rerouting.places(chain, given))
        people = bearers(act.session, act.at, act.today)
        without = signers.gaps(act.session, document, draft, people)
        _move_on(act, handed_in, index)
        longer = (*chain[:index], wanted, *chain[index:])
        handed_in.chain = draft.chain = approval.chain_to_data(longer)
        with_it = signers.gaps(act.session, document, draft, people)
        rerouting.check_no_worse(name, len(without), len(with_it))
        made = _made(act, handed_in, Kind.ADDED, index, reason, post="+".join(wanted.who))
        act.add(made)
        _record(act, document, draft, made, chain=handed_in.chain)
        return made


@retried(Action.REVISION_SEND_BACK)
def send_back_revision(ctx: Context, number: str, *, step: int, reason: str) -> Reroute:
    """Back to the step of this number (counted from 1): it and all after it are signed again.

    What was signed before it stands.
    """
    with ctx.act(Action.REVISION_SEND_BACK) as act:
        document, draft, handed_in = _in_review(act, number)
        ask = approval.may_reject
        approving.decide(ask, act.session, document, draft, handed_in, act.actor).part_or_raise()
        rerouting.check_reason(reason)
        chain = approval.chain_from_data(handed_in.chain)
        given = find.signatures(act.session, handed_in.id)
        index = rerouting.back_to(step, rerouting.steps_back(chain, facts.signatures(given)))
        void = [one for one in given if one.voided_at is None and one.step >= index]
        for one in void:
            one.voided_at = act.at
        made = _made(act, handed_in, Kind.SENT_BACK, index, reason)
        act.add(made)
        _record(act, document, draft, made, **_told_void(given, void))
        return made


@retried(Action.REVISION_HAND_OVER)
def hand_over_revision(ctx: Context, number: str, *, to: str, reason: str) -> Reroute:
    """Somebody else who signs takes over the part whose turn it is; both names will stand under it."""
    with ctx.act(Action.REVISION_HAND_OVER) as act:
        document, draft, handed_in = _in_review(act, number)
        ask = approval.may_sign
        part = approving.decide(ask, act.session, document, draft, handed_in, act.actor).part_or_raise()
        rerouting.check_handing(part, called(document, draft))
        rerouting.check_reason(reason)
        post = part.who
        people = {p.actor.login: p for p in bearers(act.session, act.at, act.today)}
        taker, holder = _named(people, to), _named(people, act.actor.login)
        given = facts.signatures(find.signatures(act.session, handed_in.id))
        authors = facts.authors(act.session, document) | frozenset(draft.contributors)
        rerouting.check_taker(taker, holder, post, authors, approval.signed_by(given))
        made = _made(act, handed_in, Kind.HANDED_OVER, part.step, reason, post=post)
        made.to_id, made.to_name = taker.person_id, people[taker.login].name
        without = signers.gaps(act.session, document, draft, [*people.values()])
        act.add(made)
        act.flush()
        with_it = signers.gaps(act.session, document, draft, [*people.values()])
        rerouting.check_no_worse(called(document, draft), len(without), len(with_it))
        _record(act, document, draft, made, to=taker.login)
        return made


def _in_review(act: Act, number: str) -> tuple[Document, Revision, Submission]:
    """Raises Forbidden for who may not, WrongState for what is not in review."""
    document = find.document(act.session, number)
    draft = find.newest_revision(act.session, document)
    subject = facts.subject(act.session, document, draft)
    handed_in = find.submission(act.session, draft) if draft.submission else None
    act.require(replace(subject, asker=handed_in.submitted_by_id if handed_in else None))
    revisions.after(draft.state, Action.REVISION_SIGN, called(document, draft))
    return document, draft, find.submission(act.session, draft)


def _move_on(act: Act, handed_in: Submission, index: int) -> None:
    """What was handed over keeps its step, where another is put before it."""
    for row in reroutes.of(act.session, handed_in.id):
        if row.kind is Kind.HANDED_OVER and row.step >= index:
            row.step += 1


def _named(people: dict[str, Bearer], login: str) -> Named:
    found = people.get(login)
    if found is None:
        raise Invalid({"to": Message("{login} is no account that is in use", login=Typed(login))})
    who = found.actor
    return Named(
        person_id=who.person_id, login=login, roles=who.roles, department=who.department, able=found.able
    )


def _made(act: Act, handed_in: Submission, kind: Kind, step: int, reason: str, post: str = "") -> Reroute:
    return Reroute(
        submission_id=handed_in.id,
        kind=kind,
        step=step,
        post=post,
        reason=clean(reason),
        by_id=act.actor.person_id,
        by_name=act.turn.name,
        at=act.at,
    )


def _told_void(given: Sequence[Signature], void: Sequence[Signature]) -> dict[str, Any]:
    """For the event: whose signatures stand, and whose do not any more."""
    stand = [one.person_name for one in given if one.voided_at is None]
    return {"void": [one.person_name for one in void], "stand": stand}


def _record(act: Act, document: Document, draft: Revision, made: Reroute, **told: Any) -> None:
    act.record(
        draft,
        key=called(document, draft),
        rows=[made],
        reason=made.reason,
        number=document.number,
        label=draft.label,
        step=made.step + 1,
        **told,
    )
