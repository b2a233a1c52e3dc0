"""What was changed on the way of what is in review. Asks nobody's permission."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.documents import Revision, Submission
from docctl.models.people import Person, PersonRole
from docctl.models.rerouting import Reroute
from docctl.rules.documents.rerouting import Kind
from docctl.rules.documents.revisions import State
from docctl.rules.roles import Absent, Handed


def of(session: Session, submission_id: int) -> Sequence[Reroute]:
    """What was changed of one submission, oldest first."""
    wanted = select(Reroute).where(Reroute.submission_id == submission_id).order_by(Reroute.id)
    return session.scalars(wanted).all()


def among(session: Session, submissions: Collection[int]) -> Sequence[Reroute]:
    """The same of several."""
    if not submissions:
        return ()
    wanted = select(Reroute).where(Reroute.submission_id.in_(submissions)).order_by(Reroute.id)
    return session.scalars(wanted).all()


def handed_in(session: Session, rows: Iterable[Reroute]) -> Mapping[int, tuple[Handed, ...]]:
    """The parts that were handed over, by submission: of each the last time, by who holds it now."""
    newest = {
        (row.submission_id, row.step, row.post, row.by_id): row
        for row in rows
        if row.kind is Kind.HANDED_OVER
    }
    holders = _people(session, {row.by_id for row in newest.values()})
    found: dict[int, tuple[Handed, ...]] = {}
    for row in newest.values():
        if row.to_id is not None and row.by_id in holders:
            handed = Handed(row.step, row.post, row.to_id, holders[row.by_id])
            found[row.submission_id] = (*found.get(row.submission_id, ()), handed)
    return found


def of_revision(session: Session, revision: Revision) -> tuple[Handed, ...]:
    """The parts of its chain that were handed over; none unless it is in review."""
    if revision.state is not State.IN_REVIEW:
        return ()
    wanted = (
        select(Reroute)
        .join(Submission, Submission.id == Reroute.submission_id)
        .where(Submission.revision_id == revision.id, Submission.number == revision.submission)
        .order_by(Reroute.id)
    )
    found = handed_in(session, session.scalars(wanted).all())
    return next(iter(found.values()), ())


def _people(session: Session, ids: Collection[int]) -> dict[int, Absent]:
    if not ids:
        return {}
    roles: dict[int, set[str]] = {}
    held = select(PersonRole.person_id, PersonRole.role).where(
        PersonRole.person_id.in_(ids), PersonRole.revoked_at.is_(None)
    )
    for person_id, role in session.execute(held):
        roles.setdefault(person_id, set()).add(str(role))
    people = session.scalars(select(Person).where(Person.id.in_(ids), Person.active.in_([True])))
    return {
        p.id: Absent(p.id, p.login, p.name, frozenset(roles.get(p.id, ())), p.department, None)
        for p in people
    }
