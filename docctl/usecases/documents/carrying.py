"""Carrying out a change: a revision is handed in under its application, its issue closes that (DC-66, DC-70).

Part of other acts: it opens none, and asks nobody's permission.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.transaction import Act
from docctl.models.changes import ChangeApplication, ChangeNotice
from docctl.models.documents import Document, Revision
from docctl.rules.conditions import Subject
from docctl.rules.documents import changes
from docctl.rules.documents.changes import Told
from docctl.standing import changes as standing
from docctl.standing import facts, find


def subject(session: Session, document: Document, draft: Revision, number: str | None) -> Subject:
    """What the right to hand a revision in asks: who is named by its application, if it has one."""
    change = standing.named(session, document, number)
    of = facts.subject(session, document, draft)
    return of if change is None else replace(of, executor=change.executor_id)


def application(act: Act, document: Document, number: str | None) -> ChangeApplication | None:
    """The one under which a revision is handed in. Raises WrongState where it needs one."""
    change = standing.named(act.session, document, number)
    known = find.revisions(act.session, document.id)
    changes.check_hand_in(
        document.number,
        required=standing.needs_one(act.session, document),
        first=all(revision.issued_at is None for revision in known),
        given=change is not None,
        open_ones=[one.number for one in standing.approved_ones(act.session, document)],
    )
    return change


def hand_in(act: Act, draft: Revision, change: ChangeApplication | None) -> str | None:
    """The revision is that of this application, and of no other; its number."""
    for before in standing.under(act.session, [draft.id]).values():
        if before is not change:
            before.result_id = None
    if change is None:
        return None
    change.state = changes.after(change.state, act.action, change.number)
    change.result_id = draft.id
    return change.number


def issued(act: Act, document: Document, revision: Revision) -> str | None:
    """The application of this revision is carried out; the departments concerned are told. Its number."""
    change = standing.under(act.session, [revision.id]).get(revision.id)
    if change is None:
        return None
    change.state = changes.after(change.state, act.action, change.number)
    tell(act, change, document, revision, Told.ISSUED)
    return change.number


def cancelled(act: Act, revision: Revision) -> None:
    """What was issued under it never counted: the application is still to be carried out."""
    change = standing.under(act.session, [revision.id]).get(revision.id)
    if change is not None:
        change.state = changes.after(change.state, act.action, change.number)
        change.result_id = None


def tell(act: Act, change: ChangeApplication, document: Document, revision: Revision, about: Told) -> None:
    """A notice for each department concerned, until somebody there takes note of it (DC-70)."""
    act.flush()
    done = select(ChangeNotice).where(ChangeNotice.change_id == change.id, ChangeNotice.noted_at.is_(None))
    for earlier in act.session.scalars(done):
        # Who has not looked yet is told what counts now, once.
        earlier.noted_at = act.at
    for department in sorted(standing.concerned(act.session, document, revision)):
        act.add(ChangeNotice(change_id=change.id, about=about, department=department, told_at=act.at))
