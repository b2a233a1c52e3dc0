"""Rows as the frozen facts that rules judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.copies import Copy, CopyStep, Recall
from docctl.models.documents import Document, DocumentAuthor, Revision, Signature, Submission, called
from docctl.models.people import Person
from docctl.rules import copies
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, takeovers
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts, State
from docctl.rules.documents.trials import Trial, trial_of
from docctl.rules.roles import Actor
from docctl.standing import find, reroutes
from docctl.standing.rows import DocumentRow, RevisionRow

Steps = tuple[tuple[State, date], ...]


def document(row: Document | DocumentRow) -> DocumentFacts:
    """A document, and when it was withdrawn if it was."""
    return DocumentFacts(row.number, row.withdrawn_day, row.withdrawn_seq)


def of_revision(row: Revision | RevisionRow, steps: Steps = ()) -> RevisionFacts:
    """One revision; `steps` are those of `history`, where the past matters."""
    return RevisionFacts(row.id, row.label, row.state, row.effective_day, row.issued_seq, steps)


def revisions(rows: Iterable[Revision]) -> list[RevisionFacts]:
    """Facts without the steps of the past: what is issued and from when is enough to say what governs."""
    return [of_revision(row) for row in rows]


def trial(row: Revision | RevisionRow) -> Trial | None:
    """The trial that a revision is, if it is one."""
    return trial_of(row.label, row.head, row.trial_until)


def end_of_trial(row: Revision | RevisionRow) -> date | None:
    """The last day of the trial that a revision is."""
    found = trial(row)
    return found.until if found is not None else None


def history(row: Revision | RevisionRow, submissions: Iterable[Submission], zone: tzinfo) -> Steps:
    """From which day on a revision was in which state, oldest first. Days are days of the site.

    One that was taken over from paper was in force before it was entered: it counts as issued since then.
    """
    if row.issued_at is not None and (since := takeovers.since(row.head)) is not None:
        return ((State.ISSUED, since),)
    moments = [(State.DRAFT, row.drafted_at)]
    for handed_in in submissions:
        moments.append((State.IN_REVIEW, handed_in.submitted_at))
        if handed_in.outcome_at is not None:
            approved = handed_in.outcome == "approved"
            moments.append((State.APPROVED if approved else State.DRAFT, handed_in.outcome_at))
    ends = (
        (State.ISSUED, row.issued_at),
        (State.CANCELLED, row.cancelled_at),
        (State.DISCARDED, row.discarded_at),
    )
    moments += [(state, at) for state, at in ends if at is not None]
    return tuple((state, at.astimezone(zone).date()) for state, at in sorted(moments, key=lambda m: m[1]))


def since_on_paper(row: Revision) -> date | None:
    """The day that its paper states, of a revision that is taken over; None of every other."""
    return takeovers.since(row.head) if takeovers.is_chain(row.chain) else None


def copy(
    row: Copy, steps: Sequence[CopyStep], recalls: Sequence[Recall], replaced_by: str | None
) -> copies.CopyFacts:
    """`steps` and `recalls` are this copy's, oldest first."""
    return copies.CopyFacts(
        number=row.number,
        state=row.state,
        revision_id=row.revision_id,
        steps=tuple((step.state, step.day) for step in steps),
        recalls=tuple(copies.RecallFacts(r.from_day, r.voided_at is not None) for r in recalls),
        replaced_by=replaced_by,
    )


def all_copies(session: Session, rows: Sequence[Copy]) -> list[copies.CopyFacts]:
    """The facts of many copies with three queries in all."""
    ids = [row.id for row in rows]
    steps: dict[int, list[CopyStep]] = {}
    for step in session.scalars(select(CopyStep).where(CopyStep.copy_id.in_(ids)).order_by(CopyStep.id)):
        steps.setdefault(step.copy_id, []).append(step)
    recalls: dict[int, list[Recall]] = {}
    for recall in session.scalars(select(Recall).where(Recall.copy_id.in_(ids)).order_by(Recall.id)):
        recalls.setdefault(recall.copy_id, []).append(recall)
    found = session.execute(select(Copy.replaces_id, Copy.number).where(Copy.replaces_id.in_(ids)))
    replacements = {row.replaces_id: row.number for row in found}
    return [copy(r, steps.get(r.id, ()), recalls.get(r.id, ()), replacements.get(r.id)) for r in rows]


def signatures(rows: Iterable[Signature]) -> list[approval.SignatureFacts]:
    """The signatures of one submission, void ones too."""
    return [
        approval.SignatureFacts(r.step, r.part, r.person_id, r.voided_at is not None, r.for_id) for r in rows
    ]


def actor(row: Person, roles: Iterable[str]) -> Actor:
    """A person as somebody who acts, with the roles that stand."""
    return Actor(row.id, row.login, frozenset(roles), row.department)


def authors(session: Session, row: Document) -> frozenset[int]:
    """Who registered the document, and its named co-authors."""
    named = session.scalars(
        select(DocumentAuthor.person_id).where(
            DocumentAuthor.document_id == row.id, DocumentAuthor.revoked_at.is_(None)
        )
    )
    return frozenset({row.registered_by_id, *named})


def subject(session: Session, of: Document, revision: Revision | None = None) -> Subject:
    """What permissions may ask about a document, and about one revision of it.

    Before its first submission a revision has no chain of its own; it would get the document's.
    """
    chain = approval.chain_from_data(chain_of(session, of, revision))
    return Subject(
        name=of.number if revision is None else called(of, revision),
        department=of.department,
        authors=authors(session, of),
        contributors=frozenset(revision.contributors) if revision is not None else frozenset(),
        posts=approval.posts(chain),
        handed=reroutes.of_revision(session, revision) if revision is not None else (),
    )


def approving(session: Session, of: Document) -> Subject:
    """The same of a document, where of its chain only those are meant who sign last."""
    newest = find.newest_revision(session, of)
    last = approval.chain_from_data(chain_of(session, of, newest))[-1]
    return replace(subject(session, of, newest), posts=frozenset(last.who))


def chain_of(session: Session, of: Document, revision: Revision | None = None) -> Sequence[Mapping[str, Any]]:
    """The chain that was copied onto the revision, else the one that its next submission would copy.

    Who took a document over and who compared it decide nothing on it once it is issued.
    """
    own: Sequence[Mapping[str, Any]] | None = revision.chain if revision is not None else None
    if revision is not None and revision.state is State.ISSUED and takeovers.is_chain(own):
        own = None
    steps: Sequence[Mapping[str, Any]] | None = own or of.chain
    return steps or find.chain(session, of.level).steps
