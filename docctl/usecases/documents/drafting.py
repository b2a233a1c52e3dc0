"""Drafts: register a document, save its text, discard it, hand it in."""

from __future__ import annotations

from collections.abc import Callable

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.changes import ChangeApplication
from docctl.models.documents import Document, Revision, Signature, Submission, called
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, issue, labels, numbering, revisions, signers
from docctl.rules.documents.approval import Chain, Meaning
from docctl.standing import changes, facts, find, namesakes, sheet
from docctl.standing import signers as standing
from docctl.store.library import Author, Prepared, RefMove
from docctl.store.material import Material, content_of, parse, read_files
from docctl.store.names import file_name, label_name
from docctl.usecases.documents import carrying, chaining, draft_checks, replacing

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
    draft_checks.check_number(ctx.session, material)
    own_chain = chaining.given(ctx.session, material.content.level, chain)
    with ctx.site.lock:
        prepared = _prepare(ctx, material, str(wanted), parent=None)
        with ctx.act(Action.DOCUMENT_REGISTER) as act:
            act.require(Subject(department=material.content.department))
            draft_checks.check_number(act.session, material)
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
    draft_checks.target(ctx.session, document, label, shown)
    material = load()
    draft_checks.check_same_document(document, material)
    with ctx.site.lock:
        old = find.newest_revision(ctx.session, document).draft_commit
        draft_label = draft_checks.target(ctx.session, document, label, shown)[1]
        prepared = _prepare(ctx, material, draft_label, parent=old)
        with ctx.act(Action.DRAFT_SAVE) as act:
            document = find.document(act.session, number)
            act.require(facts.subject(act.session, document))
            replacing.check_replaced(ctx, document, find.newest_revision(act.session, document), shown)
            draft, draft_label = draft_checks.target(act.session, document, label, shown)
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
def submit_revision(
    ctx: Context,
    number: str,
    *,
    reason: str,
    change: str | None = None,
    shown: str | None = None,
    print_checked: bool = False,
) -> Revision:
    """Hand the draft in: its content is frozen, its chain copied onto it, and its author's signature given.

    `reason` is the written request (DC-69), `change` the approved application under which it is handed in
    (DC-66); by itself the only one, where the level needs one. `shown`: the content signed for.
    Refuses what could not be printed at its issue, unless the caller has seen to it (`print_checked`).
    """
    _check_submission(ctx, number, reason, change, print_checked=print_checked)
    with ctx.act(Action.REVISION_SUBMIT) as act:
        document = find.document(act.session, number)
        draft = find.newest_revision(act.session, document)
        act.require(carrying.subject(act.session, document, draft, change))
        draft.state = revisions.after(draft.state, act.action, f"{document.number} {draft.label}")
        draft_checks.check_newest(document, draft, shown)
        application = carrying.application(act, document, change)
        handed_in = _hand_in(act, document, draft, application, reason)
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
            change=carrying.hand_in(act, draft, application),
        )
        return draft


def _check_submission(
    ctx: Context, number: str, reason: str, change: str | None, *, print_checked: bool
) -> None:
    """The slow checks, before the lock."""
    document = find.document(ctx.session, number)
    draft = find.newest_revision(ctx.session, document)
    ctx.permit(Action.REVISION_SUBMIT, carrying.subject(ctx.session, document, draft, change))
    revisions.after(draft.state, Action.REVISION_SUBMIT, f"{document.number} {draft.label}")
    issue.check_not_withdrawn(facts.document(document))
    content = parse(read_files(ctx.site.library, draft.manifest))
    draft_checks.check_ready(ctx, content, reason, draft.label)
    if not print_checked:
        sheet.check_printable(ctx, document, draft, content, reason)


def _hand_in(
    act: Act, document: Document, draft: Revision, application: ChangeApplication | None, reason: str
) -> Submission:
    """What the chain signs, with the reason of the change, which stays beside the revision (DC-67)."""
    chain = changes.chain(act.session, document, application)
    _check_signable(act, document, draft, chain)
    draft.chain = approval.chain_to_data(chain)
    draft.submission += 1
    draft.contributors = sorted({*draft.contributors, act.actor.person_id})
    return Submission(
        revision_id=draft.id,
        number=draft.submission,
        content=draft.content,
        manifest=draft.manifest,
        chain=draft.chain,
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
        person_name=namesakes.signed_as(act),
        content=handed_in.content,
        signed_at=act.at,
    )


def _check_signable(act: Act, document: Document, draft: Revision, chain: Chain | None = None) -> None:
    """Nothing is begun, and nobody is asked, that could not be signed to its end. Raises WrongState."""
    _, gaps = standing.before(act.session, document, draft, act.actor.person_id, act.at, act.today, chain)
    signers.check_signable(called(document, draft), gaps)


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
    draft.head = material.content.head
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
