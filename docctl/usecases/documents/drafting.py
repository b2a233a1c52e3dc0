"""Drafts: register a document, save its text, discard it, hand it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Post, Typed, line_of
from docctl.models.documents import Document, Revision, Signature, Submission, called
from docctl.rules.actions import Action
from docctl.rules.documents import (
    approval,
    chains,
    clauses,
    issue,
    labels,
    lint,
    numbering,
    revisions,
    signers,
)
from docctl.rules.documents.approval import Chain, Meaning
from docctl.rules.documents.remarks import refused
from docctl.rules.permissions import Subject
from docctl.standing import cited, control, facts, find
from docctl.standing import signers as standing
from docctl.store.library import Author, Prepared, RefMove
from docctl.store.material import Material, content_of, parse, read_files
from docctl.store.names import file_name, label_name
from docctl.store.source import Procedure, Template
from docctl.usecases.documents import replacing

Load = Callable[[], Material]
"""Reads and checks the files. Called late: whether one may is asked before what one brings."""


@retried(Action.DOCUMENT_REGISTER)
def register_document(
    ctx: Context, load: Load, *, label: str | None = None, chain: str | None = None
) -> Revision:
    """Give a document its number, with a first draft. The number is used up from now on."""
    ctx.permit(Action.DOCUMENT_REGISTER, Subject())
    wanted = labels.parse_label(label or labels.FIRST_LABEL)
    material = load()
    own_chain = _chain(ctx.session, material.content.level, chain)
    _check_number(ctx.session, material)
    with ctx.site.lock:
        prepared = _prepare(ctx, material, str(wanted), parent=None)
        with ctx.act(Action.DOCUMENT_REGISTER) as act:
            act.require(Subject(department=material.content.department))
            _check_number(act.session, material)
            number = material.content.number
            document = Document(
                number=number,
                number_key=numbering.key(number),
                file_name=file_name(number),
                level=material.content.level,
                department=material.content.department,
                chain=approval.chain_to_data(own_chain) if chain else None,
                registered_by_id=act.actor.person_id,
                registered_at=act.at,
            )
            act.add(document)
            draft = _begin(act, document, str(wanted))
            _fill(act, document, draft, material, prepared, old=None)
            act.add(draft)
            _check_signable(act, document, draft)
            act.record(
                draft, key=called(document, draft), number=number, label=draft.label, content=draft.content
            )
            return draft


@retried(Action.DRAFT_SAVE)
def save_draft(
    ctx: Context, number: str, load: Load, *, label: str | None = None, shown: str | None = None
) -> Revision:
    """Save the text of the revision that is being made; begins the next one where none is.

    `shown` is the content of the newest revision that the writer began from; it must still be the newest.
    Without it nobody takes the place of a draft that somebody else wrote.
    """
    document = find.document(ctx.session, number)
    ctx.permit(Action.DRAFT_SAVE, facts.subject(ctx.session, document))
    replacing.check_replaced(ctx, document, find.newest_revision(ctx.session, document), shown)
    _target(ctx.session, document, label, shown)
    material = load()
    _check_same_document(document, material)
    with ctx.site.lock:
        old = find.newest_revision(ctx.session, document).draft_commit
        draft_label = _target(ctx.session, document, label, shown)[1]
        prepared = _prepare(ctx, material, draft_label, parent=old)
        with ctx.act(Action.DRAFT_SAVE) as act:
            document = find.document(act.session, number)
            act.require(facts.subject(act.session, document))
            replacing.check_replaced(ctx, document, find.newest_revision(act.session, document), shown)
            draft, draft_label = _target(act.session, document, label, shown)
            if draft is None:
                draft = _begin(act, document, draft_label)
                act.add(draft)
            draft.state = revisions.after(draft.state, act.action, f"{document.number} {draft.label}")
            draft.label, draft.discarded_at = draft_label, None
            _fill(act, document, draft, material, prepared, old=old)
            act.record(
                draft,
                key=called(document, draft),
                number=document.number,
                label=draft.label,
                content=draft.content,
            )
            return draft


@retried(Action.DRAFT_DISCARD)
def discard_draft(ctx: Context, number: str) -> Revision:
    """Give a draft up. Saving it again opens it."""
    with ctx.act(Action.DRAFT_DISCARD) as act:
        document = find.document(act.session, number)
        draft = find.newest_revision(act.session, document)
        act.require(facts.subject(act.session, document, draft))
        draft.state = revisions.after(draft.state, act.action, f"{document.number} {draft.label}")
        draft.discarded_at = act.at
        act.record(draft, key=called(document, draft), number=document.number, label=draft.label)
        return draft


@retried(Action.REVISION_SUBMIT)
def submit_revision(ctx: Context, number: str, *, reason: str, shown: str | None = None) -> Revision:
    """Hand the draft in: its content is frozen, its chain copied onto it, and its author's signature given.

    `reason` is the written request (DC-69). `shown` is the content that the author saw and signs for.
    """
    document = find.document(ctx.session, number)
    draft = find.newest_revision(ctx.session, document)
    ctx.permit(Action.REVISION_SUBMIT, facts.subject(ctx.session, document, draft))
    revisions.after(draft.state, Action.REVISION_SUBMIT, f"{document.number} {draft.label}")
    issue.check_not_withdrawn(facts.document(document))
    content = parse(read_files(ctx.site.library, draft.manifest))
    _check_ready(ctx, content, reason)
    with ctx.act(Action.REVISION_SUBMIT) as act:
        document = find.document(act.session, number)
        draft = find.newest_revision(act.session, document)
        act.require(facts.subject(act.session, document, draft))
        draft.state = revisions.after(draft.state, act.action, f"{document.number} {draft.label}")
        _check_newest(document, draft, shown)
        _check_signable(act, document, draft)
        handed_in = _hand_in(act, document, draft, reason)
        act.add(handed_in)
        act.add(_author_signature(act, handed_in))
        name = f"refs/submitted/{document.file_name}/{label_name(draft.label)}/{handed_in.number}"
        act.move([RefMove(name, None, draft.draft_commit)])
        act.record(
            draft,
            key=called(document, draft),
            reason=reason,
            number=document.number,
            label=draft.label,
            content=draft.content,
        )
        return draft


def _hand_in(act: Act, document: Document, draft: Revision, reason: str) -> Submission:
    """What the chain signs, with the reason of the change, which stays beside the revision (DC-67)."""
    chain = facts.chain_of(act.session, document)
    draft.chain = chain
    draft.submission += 1
    draft.contributors = sorted({*draft.contributors, act.actor.person_id})
    return Submission(
        revision_id=draft.id,
        number=draft.submission,
        content=draft.content,
        manifest=draft.manifest,
        chain=chain,
        reason=reason,
        submitted_by_id=act.actor.person_id,
        submitted_at=act.at,
        commit_id=draft.draft_commit,
    )


def _author_signature(act: Act, handed_in: Submission) -> Signature:
    return Signature(
        submission_id=handed_in.id,
        step=0,
        part="",
        meaning=Meaning.PREPARE,
        person_id=act.actor.person_id,
        person_name=act.turn.name,
        content=handed_in.content,
        signed_at=act.at,
    )


def _check_ready(ctx: Context, content: Procedure | Template, reason: str) -> None:
    """What must be right before anybody is asked to sign it (DC-36, DC-69). Raises Invalid, all at once."""
    problems: dict[str, Message] = {}
    if not reason.strip():
        problems["reason"] = Message("say why this revision is wanted; it is kept as the request")
    for title in content.title.values():
        for found in lint.placeholders(list(clauses.read_lines(title))):
            problems["title"] = Message("{why} ({rule})", why=found.message, rule=found.rule)
    problems |= control.lacking(ctx.session, content)
    names = cited.names_in(content)
    problems |= refused(cited.remarks(ctx.site, ctx.session, content.number, names, ctx.today()))
    if isinstance(content, Procedure):
        for body in filter(None, (content.body, content.body_en)):
            lines = list(clauses.read_lines(body, content.body_line))
            for found in (*lint.placeholders(lines), *lint.units_without_figure(lines)):
                problems[line_of(found.line)] = Message("{why} ({rule})", why=found.message, rule=found.rule)
    if problems:
        raise Invalid(problems)


def _check_signable(act: Act, document: Document, draft: Revision) -> None:
    """Nothing is begun, and nobody is asked, that could not be signed to its end. Raises WrongState."""
    _, gaps = standing.before(act.session, document, draft, act.actor.person_id, act.at)
    signers.check_signable(called(document, draft), gaps)


def _check_number(session: Session, material: Material) -> None:
    """The number is one of the site's and free (DC-12); a department answers for the document (DC-109)."""
    key = numbering.key(material.content.number)
    used = session.scalars(select(Document.number_key).where(Document.number_key == key)).all()
    numbering.check(material.content.number, material.content.level, find.schemes(session), used)
    name = file_name(material.content.number)
    if session.scalar(select(Document.id).where(Document.file_name == name)) is not None:
        raise Invalid(
            {
                "number": Message(
                    "{number} would have the file name of another document", number=material.content.number
                )
            }
        )
    known = {d.key for d in find.departments(session)}
    if material.content.department not in known:
        raise Invalid(
            {
                "department": Message(
                    "{department} is none of {departments}",
                    department=Typed(material.content.department),
                    departments=[Post(key) for key in sorted(known)],
                )
            }
        )


def _check_same_document(document: Document, material: Material) -> None:
    """A document keeps its number, and the year in it, whatever becomes of its text (DC-17)."""
    problems = {}
    if numbering.key(material.content.number) != document.number_key:
        problems["number"] = Message(
            "the file says {said}, the document is {number}",
            said=material.content.number,
            number=document.number,
        )
    for name in ("level", "department"):
        said, known = getattr(material.content, name), getattr(document, name)
        if said != known:
            problems[name] = Message(
                "the file says {said}, the document is registered with {known}", said=said, known=known
            )
    if problems:
        raise Invalid(problems)


def _target(
    session: Session, document: Document, label: str | None, shown: str | None
) -> tuple[Revision | None, str]:
    """The revision that a draft is saved to (None: a new one) and its label. Raises WrongState, Invalid."""
    issue.check_not_withdrawn(facts.document(document))
    known = find.revisions(session, document.id)
    newest = known[-1]
    if newest.state in (revisions.State.IN_REVIEW, revisions.State.APPROVED):
        raise WrongState(
            "{number} {label} is {state} and its content frozen; reject or retract it to change it",
            number=document.number,
            label=newest.label,
            state=newest.state,
        )
    _check_newest(document, newest, shown)
    editable = newest.state in (revisions.State.DRAFT, revisions.State.DISCARDED)
    if label is None and editable:
        return newest, newest.label
    last = labels.parse_label(newest.label)
    wanted = labels.parse_label(label) if label else labels.next_label(last)
    _check_label(document, wanted, [r for r in known if not (editable and r is newest)])
    return (newest if editable else None), str(wanted)


def _check_newest(document: Document, newest: Revision, shown: str | None) -> None:
    """Raises WrongState where the text is not the one that somebody has before them."""
    if shown is not None and not replacing.same(shown, newest.content):
        raise WrongState(
            "{number} {label} was saved by somebody else since it was shown to you; look at the "
            "newer text first",
            number=document.number,
            label=newest.label,
        )


def _check_label(document: Document, wanted: labels.RevisionLabel, others: Sequence[Revision]) -> None:
    """A label is never used again, and comes after those that were issued. Raises Invalid."""
    if any(labels.parse_label(r.label) == wanted for r in others):
        raise Invalid(
            {
                "revision": Message(
                    "{number} {label} was used before; take the next label",
                    number=document.number,
                    label=str(wanted),
                )
            }
        )
    issued = [labels.parse_label(r.label) for r in others if r.issued_at is not None]
    if issued and wanted < max(issued):
        raise Invalid(
            {
                "revision": Message(
                    "{label} does not come after {issued}, which was issued",
                    label=str(wanted),
                    issued=str(max(issued)),
                )
            }
        )


def _begin(act: Act, document: Document, label: str) -> Revision:
    return Revision(
        document_id=document.id,
        label=label,
        state=revisions.State.DRAFT,
        contributors=[],
        submission=0,
        drafted_at=act.at,
    )


def _fill(
    act: Act, document: Document, draft: Revision, material: Material, prepared: Prepared, *, old: str | None
) -> None:
    draft.title = material.content.title
    draft.manifest = material.manifest
    draft.content = content_of(material.manifest)
    draft.blob = material.main_blob
    draft.contributors = sorted({*draft.contributors, act.actor.person_id})
    draft.draft_commit = prepared.commit
    act.move([RefMove(f"refs/drafts/{document.file_name}", old, prepared.commit)], prepared)


def _prepare(ctx: Context, material: Material, label: str, *, parent: str | None) -> Prepared:
    files: dict[str, bytes | None] = dict(material.files)
    if parent is not None:
        gone = ctx.site.library.tree(parent).keys() - files.keys()
        files |= dict.fromkeys(gone)
    return ctx.site.library.prepare(
        files,
        parent=parent,
        author=Author(ctx.name, ctx.actor.login),
        when=ctx.now(),
        message=f"{material.content.number} {label}: draft",
    )


def _chain(session: Session, level: str, chain: str | None) -> Chain:
    if chain is None:
        return approval.chain_from_data(find.chain(session, level).steps)
    return chains.parse_chain(chain, [d.key for d in find.departments(session)])
