"""How the way of a revision in review can be changed by who reads, and how it was changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from docctl.door.context import Context
from docctl.models.documents import Document, Revision, Submission
from docctl.rules.actions import Action
from docctl.rules.documents import approval, rerouting, revisions
from docctl.rules.documents.approval import Chain, Meaning, Part, Step
from docctl.rules.documents.rerouting import Kind
from docctl.rules.roles import SIGNERS
from docctl.rules.words import Words
from docctl.standing import facts, find, reroutes
from docctl.standing.bearers import bearers


@dataclass(frozen=True)
class Rerouted:
    """One change of the way. `step` counts from 1."""

    kind: Kind
    step: int
    posts: tuple[str, ...]
    to: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Way:
    """The chain as it stands, with who has signed. `places` and `back` are numbers of steps, from 1.

    `places`: before which one more can be put; `back`: to which it can go. `takers`: login and name.
    """

    number: str
    title: Words
    label: str
    chain: tuple[tuple[int, Step, tuple[str, ...]], ...]
    places: tuple[int, ...]
    back: tuple[int, ...]
    part: Part | None
    takers: tuple[tuple[str, str], ...]


def way(ctx: Context, number: str, action: Action) -> Way:
    """For the page of one of the three acts. Raises NotFound, Forbidden, WrongState."""
    document = find.document(ctx.session, number)
    newest = find.newest_revision(ctx.session, document)
    handed_in = find.submission(ctx.session, newest)
    subject = facts.subject(ctx.session, document, newest)
    ctx.require(action, replace(subject, asker=handed_in.submitted_by_id))
    revisions.after(newest.state, Action.REVISION_SIGN, f"{document.number} {newest.label}")
    chain, given = _chain(ctx, handed_in)
    part = _part(ctx, document, newest, handed_in)
    if action is Action.REVISION_HAND_OVER and part is not None:
        rerouting.check_handing(part, f"{document.number} {newest.label}")
    rows = find.signatures(ctx.session, handed_in.id)
    signed = [(row.step, row.names) for row in rows if row.voided_at is None]
    return Way(
        number=document.number,
        title=newest.title,
        label=newest.label,
        chain=tuple(
            (n + 1, step, tuple(name for at, name in signed if at == n)) for n, step in enumerate(chain)
        ),
        places=tuple(n + 1 for n in rerouting.places(chain, given)),
        back=tuple(n + 1 for n in rerouting.steps_back(chain, given)),
        part=part,
        takers=_takers(ctx, document, newest, given) if action is Action.REVISION_HAND_OVER else (),
    )


def is_open(ctx: Context, document: Document, newest: Revision, action: Action) -> bool:
    """Whether it can be done now with what is in review, by who may do it at all."""
    handed_in = find.submission(ctx.session, newest)
    chain, given = _chain(ctx, handed_in)
    if action is Action.REVISION_ADD_SIGNER:
        return bool(rerouting.places(chain, given))
    if action is Action.REVISION_HAND_OVER:
        part = _part(ctx, document, newest, handed_in)
        return part is not None and part.absent is None and part.meaning is not Meaning.APPROVE
    may = _decision(ctx, document, newest, handed_in, approval.may_reject).part is not None
    return may and bool(rerouting.steps_back(chain, given))


def rerouted(ctx: Context, handed_in: Submission) -> tuple[Rerouted, ...]:
    """How the way of this submission was changed, oldest first."""
    return tuple(
        Rerouted(
            row.kind,
            row.step + 1,
            tuple(row.post.split("+")) if row.post else (),
            row.to_name or "",
            row.by_name,
            row.at,
            row.reason,
        )
        for row in reroutes.of(ctx.session, handed_in.id)
    )


def _chain(ctx: Context, handed_in: Submission) -> tuple[Chain, Sequence[approval.SignatureFacts]]:
    given = facts.signatures(find.signatures(ctx.session, handed_in.id))
    return approval.chain_from_data(handed_in.chain), given


def _part(ctx: Context, document: Document, newest: Revision, handed_in: Submission) -> Part | None:
    return _decision(ctx, document, newest, handed_in, approval.may_sign).part


def _decision(
    ctx: Context,
    document: Document,
    newest: Revision,
    handed_in: Submission,
    ask: Callable[..., approval.Decision],
) -> approval.Decision:
    return ask(
        approval.chain_from_data(handed_in.chain),
        facts.signatures(find.signatures(ctx.session, handed_in.id)),
        ctx.actor,
        department=document.department,
        authors=facts.authors(ctx.session, document) | frozenset(newest.contributors),
        handed=reroutes.of_revision(ctx.session, newest),
    )


def _takers(
    ctx: Context, document: Document, newest: Revision, given: Sequence[approval.SignatureFacts]
) -> tuple[tuple[str, str], ...]:
    """Who signs documents, did not write this one, and has not signed it. The act asks again."""
    barred = facts.authors(ctx.session, document) | frozenset(newest.contributors)
    barred |= approval.signed_by(given) | {ctx.actor.person_id}
    people = bearers(ctx.session, ctx.now(), ctx.today())
    found = (p for p in people if p.able and not p.actor.roles.isdisjoint(SIGNERS))
    return tuple((p.actor.login, p.name) for p in found if p.actor.person_id not in barred)
