"""What a signer has to see before signing: what changed, the text, its files, who signed and who is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.models.documents import Document, Revision, Submission
from docctl.queries.documents.redline import (
    ON_A_PAGE,
    FigureAddress,
    department_titles,
    parts_read,
    revision_diff,
)
from docctl.queries.documents.remarks import remarks_on
from docctl.queries.documents.rerouting import Rerouted, rerouted
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.people.departments import department_words
from docctl.render.place import Place
from docctl.render.sheets import Form
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.documents import approval, revisions
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.remarks import Remark
from docctl.rules.documents.signers import Awaited, Gap
from docctl.rules.languages import Language
from docctl.rules.words import Words
from docctl.standing import changes, facts, find, reroutes, signers
from docctl.standing.bearers import bearers
from docctl.standing.document import readable
from docctl.standing.form import form_of
from docctl.store.template import Template


@dataclass(frozen=True)
class Signed:
    """A signature that stands. `part` is the department of a countersign step, else empty."""

    meaning: Meaning
    part: str
    name: str
    login: str
    at: datetime
    comment: str
    acts_for: str
    """Who was away, where it was signed in their place."""


@dataclass(frozen=True)
class Signing:
    """`content` is what a signature will name: the page hands it back with the signature.

    `base` is the label of the revision in force, None before the first; `redline` is clean HTML.
    """

    number: str
    title: Words
    label: str
    state: revisions.State
    content: str
    reason: str
    submitted_at: datetime
    base: str | None
    redline: str
    changes: int
    parts: tuple[tuple[str, str], ...]
    form: Form | None
    """Of a record template: the form as those see it who will fill it in."""
    files: tuple[Mapping[str, Any], ...]
    signed: tuple[Signed, ...]
    waiting: tuple[Awaited, ...]
    gaps: tuple[Gap, ...]
    """The parts among those that wait which nobody can sign."""
    part: approval.Part | None
    """What the reader's signature would sign; None where they cannot sign now."""
    may_reject: bool
    rerouted: tuple[Rerouted, ...]
    """How its way was changed since it was handed in."""
    remarks: tuple[Remark, ...]


@as_recorded(About.DOCUMENT, texts=lambda seen: [seen.label])
def signing(
    ctx: Context, number: str, address: FigureAddress, *, first: Language = languages.PRIMARY
) -> Signing:
    """The revision that was handed in. Raises Forbidden, WrongState where none was.

    `first`: the language whose part of the redline comes before the others.
    """
    document = find.document(ctx.session, number)
    newest = find.newest_revision(ctx.session, document)
    ctx.require(Action.DRAFT_READ, facts.subject(ctx.session, document, newest))
    if newest.state is not revisions.State.APPROVED:
        revisions.after(newest.state, Action.REVISION_SIGN, f"{document.number} {newest.label}")
    submission = find.submission(ctx.session, newest)
    read = readable(ctx, document, newest)
    content = read.content()
    changed = _changed(ctx, document, base := _in_force(ctx, document), newest, address, first)
    asked = (ctx.session, document, newest, bearers(ctx.session, ctx.now(), ctx.today()))
    sign, reject = (_part(ctx, document, newest, submission, ask) for ask in _ASKED)
    return Signing(
        document.number,
        newest.title,
        newest.label,
        newest.state,
        newest.content,
        submission.reason,
        submission.submitted_at,
        base,
        changed["html"],
        changed["changes"],
        tuple(parts_read(read, address, department_titles(ctx), ON_A_PAGE)),
        form_of(content, department_words(ctx)) if isinstance(content, Template) else None,
        tuple(newest.manifest),
        _signed(ctx.session, submission),
        signers.awaited(*asked),
        signers.gaps(*asked),
        sign,
        reject is not None,
        rerouted(ctx, submission),
        remarks_on(ctx, document, newest),
    )


@dataclass(frozen=True)
class Submitting:
    """A draft before it is handed in: what its author signs for, and who is asked after that."""

    number: str
    title: Words
    label: str
    content: str
    files: tuple[Mapping[str, Any], ...]
    chain: tuple[Awaited, ...]
    gaps: tuple[Gap, ...]
    """The parts of the chain that nobody could sign, as things stand."""
    remarks: tuple[Remark, ...]
    applications: tuple[tuple[str, str], ...]
    """The approved ones that the reader carries out: number, and number with reason."""
    under: str | None
    """The one under which it would be handed in; None for none."""
    reason: str
    needs_application: bool


@as_recorded(About.DOCUMENT, texts=lambda seen: [seen.label])
def submitting(ctx: Context, number: str, under: str | None = None) -> Submitting:
    """The draft, under an application (`under`). Raises Forbidden, and WrongState where there is none."""
    document = find.document(ctx.session, number)
    newest = find.newest_revision(ctx.session, document)
    subject = facts.subject(ctx.session, document, newest)
    ctx.require(Action.REVISION_SUBMIT, subject)
    revisions.after(newest.state, Action.REVISION_SUBMIT, f"{document.number} {newest.label}")
    mine = [
        one for one in changes.approved_ones(ctx.session, document) if one.executor_id == ctx.actor.person_id
    ]
    given = next((one for one in mine if one.number == under), mine[0] if mine else None)
    chain, gaps = signers.before(
        ctx.session,
        document,
        newest,
        ctx.actor.person_id,
        ctx.now(),
        ctx.today(),
        changes.chain(ctx.session, document, given),
    )
    return Submitting(
        document.number,
        newest.title,
        newest.label,
        newest.content,
        tuple(newest.manifest),
        chain,
        gaps,
        remarks_on(ctx, document, newest),
        tuple((one.number, f"{one.number}: {one.reason}") for one in mine),
        given.number if given else None,
        given.reason if given else "",
        changes.needs_one(ctx.session, document),
    )


_ASKED = (approval.may_sign, approval.may_reject)
_REDLINE: Final = Place(lower=2, prefix="redline-")
"""On a page that shows the text as well."""


def _changed(
    ctx: Context,
    document: Document,
    base: str | None,
    newest: Revision,
    address: FigureAddress,
    first: Language,
) -> dict[str, Any]:
    if base is None:
        return {"html": "", "changes": 0}
    return revision_diff(ctx, document.number, base, newest.label, address, first=first, place=_REDLINE)


def _in_force(ctx: Context, document: Document) -> str | None:
    known = facts.revisions(find.revisions(ctx.session, document.id))
    found = revisions.in_force(known, ctx.today(), document=facts.document(document))
    return found.label if found is not None else None


def _part(
    ctx: Context, document: Document, newest: Revision, submission: Submission, ask: Any
) -> approval.Part | None:
    if newest.state is not revisions.State.IN_REVIEW:
        return None
    decision: approval.Decision = ask(
        approval.chain_from_data(submission.chain),
        facts.signatures(find.signatures(ctx.session, submission.id)),
        ctx.actor,
        department=document.department,
        authors=facts.authors(ctx.session, document) | frozenset(newest.contributors),
        handed=reroutes.of_revision(ctx.session, newest),
    )
    return decision.part


def _signed(session: Session, submission: Submission) -> tuple[Signed, ...]:
    logins = {person.id: person.login for person, _ in find.people(session)}
    return tuple(
        Signed(
            s.meaning,
            s.part,
            s.person_name,
            logins.get(s.person_id, ""),
            s.signed_at,
            s.comment or "",
            s.for_name or "",
        )
        for s in find.signatures(session, submission.id)
        if s.voided_at is None
    )
