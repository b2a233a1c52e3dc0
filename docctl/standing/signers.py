"""Who can sign a revision: rows as the people and chains that rules.documents.signers judges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from docctl.models.documents import Document, Revision
from docctl.rules.documents import approval, signers
from docctl.rules.documents.approval import Chain
from docctl.rules.documents.revisions import State
from docctl.rules.documents.signers import Awaited, Case, Gap
from docctl.rules.people import Bearer
from docctl.standing import facts, find, reroutes
from docctl.standing.bearers import bearers


def awaited(
    session: Session, of: Document, revision: Revision, people: Sequence[Bearer]
) -> tuple[Awaited, ...]:
    """What is still to be signed; nothing unless the revision is in review."""
    case = _case(session, of, revision)
    return () if case is None else signers.awaited(case, people)


def gaps(session: Session, of: Document, revision: Revision, people: Sequence[Bearer]) -> tuple[Gap, ...]:
    """What of that nobody can sign."""
    case = _case(session, of, revision)
    return () if case is None else signers.gaps(case, people)


def waiting_for(session: Session, of: Document, revision: Revision, at: datetime, day: date) -> list[str]:
    """The logins of those who can sign the revision now; empty unless it is in review."""
    return logins(awaited(session, of, revision, bearers(session, at, day)))


def logins(parts: Collection[Awaited]) -> list[str]:
    """Those whose turn it is, by login."""
    return sorted({person.actor.login for part in parts if part.now for person in part.people})


def before(
    session: Session,
    of: Document,
    draft: Revision,
    submitter: int,
    at: datetime,
    day: date,
    chain: Chain | None = None,
) -> tuple[tuple[Awaited, ...], tuple[Gap, ...]]:
    """Who will be asked once this draft is handed in by `submitter`, and what of it nobody could sign.

    `chain`: another one than that of the document.
    """
    case = Case(
        chain=chain or approval.chain_from_data(facts.chain_of(session, of)),
        department=of.department,
        authors=_authors(session, of, draft) | {submitter},
    )
    people = bearers(session, at, day)
    return signers.awaited(case, people), signers.gaps(case, people)


def _case(session: Session, of: Document, revision: Revision) -> Case | None:
    if revision.state is not State.IN_REVIEW or revision.chain is None:
        return None
    return Case(
        chain=approval.chain_from_data(revision.chain),
        signatures=tuple(facts.signatures(find.signatures(session, find.submission(session, revision).id))),
        department=of.department,
        authors=_authors(session, of, revision),
        handed=reroutes.of_revision(session, revision),
    )


def _authors(session: Session, of: Document, revision: Revision) -> frozenset[int]:
    return facts.authors(session, of) | frozenset(revision.contributors)
