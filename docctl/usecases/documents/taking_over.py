"""Documents that were in force on paper before the site began, taken over: one, or a whole master list.

The office takes a document over, the head of its department compares it with the paper and signs that, and it
is issued like any other: since the day that its paper states. Nobody takes a document over alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision, Signature, Submission, called
from docctl.models.ledger import IdempotencyKey
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, labels, numbering, revisions, signers, takeovers
from docctl.rules.documents.revisions import State
from docctl.standing import find, namesakes, sheet
from docctl.standing import signers as standing
from docctl.standing.began import first_day
from docctl.store.library import Prepared, RefMove
from docctl.store.material import Material, content_of
from docctl.store.names import file_name, label_name
from docctl.store.paper import Paper, material_of_paper
from docctl.usecases.copies.several import part_of
from docctl.usecases.documents import draft_checks, drafting

Load = Callable[[], Paper]
_NO_REASON: Final = Message("say why, and where the papers are; it is kept")


@retried(Action.DOCUMENT_TAKE_OVER)
def take_over_document(ctx: Context, load: Load, *, reason: str, print_checked: bool = False) -> Revision:
    """Enter a document as its paper says. It waits for the head of its department, who compares it.

    One that was sent back, or given up, is entered anew under its number. Refuses what could not be printed
    unless the caller has seen to it (`print_checked`).
    """
    ctx.permit(Action.DOCUMENT_TAKE_OVER, Subject())
    paper = load()
    label, material = checked(ctx, paper, reason)
    with ctx.site.lock:
        document, before = _known(ctx.session, material)
        parent = before.draft_commit if before is not None else None
        prepared = drafting._prepare(ctx, material, label, parent=parent)
        if not print_checked:
            _check_printable(ctx, material, label, reason)
        with ctx.act(Action.DOCUMENT_TAKE_OVER) as act:
            act.require(Subject(name=material.content.number, department=material.content.department))
            document, before = _known(act.session, material)
            if document is None:
                document = _document(act, material)
                act.add(document)
            taken = before or drafting._begin(act, document, label)
            taken.state = revisions.after(taken.state, act.action, called(document, taken))
            taken.label, taken.discarded_at = label, None
            drafting._fill(act, document, taken, material, prepared, old=parent)
            if before is None:
                act.add(taken)
            _check_signable(act, document, taken)
            _hand_in(act, document, taken, reason, prepared)
            act.record(
                taken,
                key=called(document, taken),
                reason=reason,
                number=document.number,
                label=label,
                content=taken.content,
                effective=paper.effective.isoformat(),
                approver=takeovers.approver(taken.head),
            )
            return taken


def take_over_documents(
    ctx: Context, papers: Mapping[int, Paper], unknown: Mapping[str, Message], *, reason: str
) -> list[Revision]:
    """Enter all of them, an event each, once nothing is wrong with any. Raises Invalid by `FIELD-ROW`.

    `papers` by row; `unknown` is what was found wrong already when they were read. Under the key of a request
    each has one of its own: sent again, it enters what was not entered yet.
    """
    ctx.permit(Action.DOCUMENT_TAKE_OVER, Subject())
    if problems := {**unknown, **problems_of(ctx, papers, reason)}:
        raise Invalid(problems)
    return [
        take_over_document(part_of(ctx, each.number), _given(each), reason=reason, print_checked=True)
        for each in papers.values()
    ]


def problems_of(ctx: Context, papers: Mapping[int, Paper], reason: str) -> dict[str, Message]:
    """All that is wrong with these rows, by `FIELD-ROW`; nothing is stored."""
    found: dict[str, Message] = {}
    seen: dict[str, int] = {}
    alone: dict[str, Message | None] = {}
    if not reason.strip():
        found["reason"] = _NO_REASON
    for row, paper in papers.items():
        if _is_done(ctx, paper):
            continue
        try:
            _, material = checked(ctx, paper, reason or "-")
            first = seen.setdefault(numbering.key(material.content.number), row)
            if first != row:
                raise Invalid({"number": Message("stands in row {row} too", row=first)})
            department = material.content.department
            if department not in alone:
                alone[department] = _nobody_compares(ctx, department)
            if (why := alone[department]) is not None:
                raise Invalid({"department": why})
        except Invalid as error:
            found |= {f"{field}-{row}": why for field, why in error.problems.items()}
    return found


def checked(ctx: Context, paper: Paper, reason: str) -> tuple[str, Material]:
    """The label and the files of what is taken over, if nothing is wrong. Raises Invalid, all at once."""
    problems: dict[str, Message] = {}
    label = _tried(problems, lambda: str(labels.parse_label(paper.label)))
    material = _tried(problems, lambda: material_of_paper(paper))
    problems |= takeovers.check_since(paper.effective, first_day(ctx.session, ctx.site.zone))
    problems |= takeovers.check_editions(paper.editions, paper.effective)
    if not paper.approver.strip():
        problems["approver"] = Message("say who approved it, as the paper says")
    if not reason.strip():
        problems["reason"] = _NO_REASON
    if material is not None and label is not None:
        _tried(problems, lambda: _known(ctx.session, material))
    if problems or label is None or material is None:
        raise Invalid(problems)
    return label, material


T = TypeVar("T")


def _tried(problems: dict[str, Message], work: Callable[[], T]) -> T | None:
    try:
        return work()
    except Invalid as error:
        problems |= error.problems
        return None


def _known(session: Session, material: Material) -> tuple[Document | None, Revision | None]:
    """The document, where it was entered and sent back or given up. Raises Invalid for a number in use."""
    key = numbering.key(material.content.number)
    document = session.scalar(select(Document).where(Document.number_key == key))
    if document is None:
        draft_checks.check_number(session, material)
        return None, None
    known = find.revisions(session, document.id)
    again = len(known) == 1 and known[0].state in (State.DRAFT, State.DISCARDED)
    if not again or not known[0].head.get(takeovers.SINCE):
        draft_checks.check_number(session, material)
    draft_checks.check_same_document(document, material)
    return document, known[0]


def _document(act: Act, material: Material) -> Document:
    content = material.content
    return Document(
        number=content.number,
        number_key=numbering.key(content.number),
        file_name=file_name(content.number),
        level=content.level,
        department=content.department,
        registered_by_id=act.actor.person_id,
        registered_at=act.at,
    )


def _hand_in(act: Act, document: Document, taken: Revision, reason: str, prepared: Prepared) -> None:
    """What the head of the department signs, and the signature of who took it over."""
    taken.chain = approval.chain_to_data(takeovers.CHAIN)
    taken.submission += 1
    handed_in = Submission(
        revision_id=taken.id,
        number=taken.submission,
        content=taken.content,
        manifest=taken.manifest,
        chain=taken.chain,
        reason=reason,
        submitted_by_id=act.actor.person_id,
        submitted_at=act.at,
        commit_id=taken.draft_commit,
    )
    act.add(handed_in)
    act.add(
        Signature(
            submission_id=handed_in.id,
            step=0,
            part="",
            meaning=takeovers.CHAIN[0].meaning,
            person_id=act.actor.person_id,
            person_name=namesakes.signed_as(act),
            content=handed_in.content,
            signed_at=act.at,
        )
    )
    name = f"refs/submitted/{document.file_name}/{label_name(taken.label)}/{handed_in.number}"
    act.move([RefMove(name, None, prepared.commit)])


def _check_signable(act: Act, document: Document, taken: Revision) -> None:
    who = act.actor.person_id
    _, gaps = standing.before(act.session, document, taken, who, act.at, act.today, takeovers.CHAIN)
    signers.check_signable(called(document, taken), gaps)


def _nobody_compares(ctx: Context, department: str) -> Message | None:
    """Why no document of this department can be taken over, if none can."""
    of, who = Document(department=department, registered_by_id=ctx.actor.person_id), ctx.actor.person_id
    made = Revision(contributors=[])
    _, gaps = standing.before(ctx.session, of, made, who, ctx.now(), ctx.today(), takeovers.CHAIN)
    try:
        signers.check_signable(department, gaps)
    except WrongState as error:
        return error.said
    return None


def _check_printable(ctx: Context, material: Material, label: str, reason: str) -> None:
    content = material.content
    of = Document(
        number=content.number,
        file_name=file_name(content.number),
        level=content.level,
        department=content.department,
    )
    made = Revision(
        label=label, title=content.title, head=content.head, content=content_of(material.manifest)
    )
    sheet.check_printable(ctx, of, made, content, reason)


def _is_done(ctx: Context, paper: Paper) -> bool:
    """Whether this very request entered it before."""
    key = part_of(ctx, paper.number).op
    return key is not None and ctx.session.get(IdempotencyKey, key) is not None


def _given(paper: Paper) -> Load:
    return lambda: paper
