"""Change applications as the rules judge them, and whom a change concerns. Asks nobody's permission."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

import rfc8785
from sqlalchemy import select, union
from sqlalchemy.orm import Session

from docctl.errors import WrongState
from docctl.models.changes import ChangeApplication, ChangeSignature, ChangeStudy
from docctl.models.copies import Copy, Listed
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.readings import ReadingCall, ReadingConcern
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, change_rows, changes, issue, takeovers
from docctl.rules.documents.approval import Chain, SignatureFacts
from docctl.rules.documents.revisions import State
from docctl.rules.roles import Role
from docctl.standing import cards, facts, find, keeping


def to_change(session: Session, document: Document) -> Revision:
    """What was issued last: in force, or announced. Raises WrongState where nothing is, or not any more."""
    issue.check_not_withdrawn(facts.document(document))
    issued = [r for r in find.revisions(session, document.id) if r.state is State.ISSUED]
    if not issued:
        raise WrongState(
            "Of {number} nothing is issued yet; there is nothing to be changed.", number=document.number
        )
    return max(issued, key=lambda r: r.issued_seq or 0)


def original_approver(session: Session, revision: Revision) -> tuple[str, str]:
    """The post that approved a revision, and the name of who did (DC-64).

    Of one taken over from paper: the post that approves its next revision; nobody approved it here.
    """
    submission, document = find.submission(session, revision), session.get_one(Document, revision.document_id)
    if takeovers.is_chain(submission.chain):
        return approval.chain_from_data(facts.chain_of(session, document))[-1].who[0], ""
    post = approval.chain_from_data(submission.chain)[-1].who[0]
    given = [s for s in find.signatures(session, submission.id) if s.voided_at is None]
    return post, next((s.person_name for s in given if s.meaning is approval.Meaning.APPROVE), "")


def concerned(session: Session, document: Document, revision: Revision) -> frozenset[str]:
    """The departments that a change concerns: the owner, those of its scope, list, copies and readers."""
    holders = union(
        select(Listed.holder).where(Listed.document_id == document.id, Listed.struck_at.is_(None)),
        select(Copy.holder).where(Copy.document_id == document.id, Copy.state.in_(copies.OUT)),
        select(ReadingConcern.concerned)
        .join(ReadingCall, ReadingCall.id == ReadingConcern.call_id)
        .join(Revision, Revision.id == ReadingCall.revision_id)
        .where(Revision.document_id == document.id),
    )
    keys = set(session.scalars(holders))
    known = {department.key for department in find.departments(session)}
    of_people = session.scalars(select(Person.department).where(Person.login.in_(keys - known)).distinct())
    named = {document.department, *revision.head.get("scope", ()), *keys, *of_people}
    return frozenset(named & known)


def subject_of_document(session: Session, document: Document) -> Subject:
    """What the right to apply asks: a document that names no scope counts for all departments (DC-40)."""
    known = find.revisions(session, document.id)
    revision = next((r for r in reversed(known) if r.state is State.ISSUED), known[-1])
    everywhere = not revision.head.get("scope")
    of = concerned(session, document, revision)
    kept_by = keeping.of_document(session, document).kept_by if document.level == changes.MANUAL else None
    return Subject(
        name=document.number,
        department=document.department,
        concerned=frozenset(d.key for d in find.departments(session)) if everywhere else of,
        kept_by=kept_by,
    )


def subject(change: ChangeApplication, document: Document) -> Subject:
    """What the rights to decide on an application ask."""
    return Subject(
        name=f"{document.number} / {change.number}",
        department=document.department,
        posts=approval.posts(approval.chain_from_data(change.chain)),
        asker=change.applied_by_id,
    )


def case(session: Session, change: ChangeApplication, document: Document) -> changes.Case:
    """An application as the rules judge it."""
    return cases(session, [(change, document)])[0]


def cases(session: Session, of: Sequence[tuple[ChangeApplication, Document]]) -> list[changes.Case]:
    """The same of several, with two queries in all."""
    mine = [change.id for change, _ in of]
    signed: dict[int, list[SignatureFacts]] = {}
    for s in session.scalars(select(ChangeSignature).where(ChangeSignature.change_id.in_(mine))):
        signed.setdefault(s.change_id, []).append(SignatureFacts(s.step, s.part, s.person_id))
    studied: dict[int, set[int]] = {}
    for row in session.scalars(select(ChangeStudy).where(ChangeStudy.change_id.in_(mine))):
        studied.setdefault(row.change_id, set()).add(row.person_id)
    return [
        changes.Case(
            number=change.number,
            chain=approval.chain_from_data(change.chain),
            department=document.department,
            applicant=change.applied_by_id,
            signatures=tuple(signed.get(change.id, ())),
            substituted=change.substitute is not None,
            studied=frozenset(studied.get(change.id, ())),
        )
        for change, document in of
    ]


def content_of(change: ChangeApplication, document: Document, revision: Revision) -> str:
    """The SHA-256 of what an application says: what its signatures name."""
    said = {
        "number": change.number,
        "document": document.number,
        "content": revision.content,
        "kind": change.kind.value,
        "reason": change.reason,
        "rows": change_rows.rows_to_data(change_rows.rows_from_data(change.rows)),
        "applied_by": change.applied_by_id,
    }
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def signatures(session: Session, of: Iterable[ChangeApplication]) -> Sequence[ChangeSignature]:
    """What was signed for applications, oldest first."""
    mine = ChangeSignature.change_id.in_([change.id for change in of])
    return session.scalars(select(ChangeSignature).where(mine).order_by(ChangeSignature.id)).all()


def may_carry_out(
    document: Document, authors: Collection[int], person: Person, roles: Collection[str]
) -> bool:
    """Whether a person may write and hand in the revision; `authors` are those of the document."""
    own = person.id in authors or person.department == document.department
    return own and Role.AUTHOR in roles


def approved_ones(session: Session, document: Document) -> Sequence[ChangeApplication]:
    """The approved applications of a document that are still to be carried out, oldest first."""
    wanted = select(ChangeApplication).where(
        ChangeApplication.document_id == document.id,
        ChangeApplication.state.in_([changes.State.APPROVED]),
    )
    return session.scalars(wanted.order_by(ChangeApplication.id)).all()


def needs_one(session: Session, document: Document) -> bool:
    """Whether the next revision is to be handed in under an application: the first of a document never is."""
    known = find.revisions(session, document.id)
    required = cards.load(session).needs_application(document.level)
    return required and any(revision.issued_at is not None for revision in known)


def under(session: Session, revisions: Iterable[int]) -> dict[int, ChangeApplication]:
    """The applications under which revisions were handed in, by the ids of the revisions."""
    wanted = select(ChangeApplication).where(ChangeApplication.result_id.in_(list(revisions)))
    return {row.result_id: row for row in session.scalars(wanted) if row.result_id is not None}


def named(session: Session, document: Document, number: str | None) -> ChangeApplication | None:
    """The application under which a revision is handed in: the one named, else the only one, if needed."""
    if number:
        found = find.change(session, number)
        if found.document_id != document.id:
            raise WrongState(
                "Application {number} is not about {document}.", number=found.number, document=document.number
            )
        changes.after(found.state, Action.REVISION_SUBMIT, found.number)
        return found
    approved = approved_ones(session, document)
    needed = cards.load(session).needs_application(document.level)
    return approved[0] if needed and len(approved) == 1 else None


def chain(session: Session, document: Document, change: ChangeApplication | None) -> Chain:
    """The chain that the next submission gets."""
    full = approval.chain_from_data(facts.chain_of(session, document))
    short = cards.load(session).has_short_chain(document.level)
    return changes.for_kind(full, change.kind if change else None, short=short)
