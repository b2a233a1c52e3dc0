"""Change applications that wait for a person: to decide on, to carry out, to take note of."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.models.changes import ChangeApplication, ChangeNotice
from docctl.models.documents import Document, Revision
from docctl.queries.desk.items import Item
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.changes import State
from docctl.rules.documents.revisions import State as RevisionState
from docctl.rules.roles import SIGNERS, holds_post
from docctl.standing import changes as standing

_made = aliased(Revision)
_OPEN: Final = (
    select(ChangeApplication, Document, Revision.title)
    .join(Document, Document.id == ChangeApplication.document_id)
    .join(Revision, Revision.id == ChangeApplication.revision_id)
    .where(Document.withdrawn_day.is_(None))
    .order_by(ChangeApplication.id)
)
_TOLD: Final = (
    select(ChangeNotice, ChangeApplication.number, Document.number.label("document"), Revision.title)
    .join(ChangeApplication, ChangeApplication.id == ChangeNotice.change_id)
    .join(Document, Document.id == ChangeApplication.document_id)
    .join(Revision, Revision.id == ChangeApplication.revision_id)
    .where(ChangeNotice.noted_at.is_(None))
    .order_by(ChangeNotice.id)
)


def of_change_work(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """The parts of an inbox that are about change applications, by their names."""
    return {
        "to_decide": _to_decide(ctx),
        "to_carry_out": _to_carry_out(ctx),
        "changes_told": _told(ctx),
    }


def _to_decide(ctx: Context) -> tuple[Item, ...]:
    if ctx.actor.roles.isdisjoint(SIGNERS):
        return ()
    wanted = _OPEN.where(
        ChangeApplication.state.in_([State.APPLIED]),
        ChangeApplication.applied_by_id != ctx.actor.person_id,
    )
    rows = ctx.session.execute(wanted).all()
    cases = standing.cases(ctx.session, [(row[0], row[1]) for row in rows])
    return tuple(
        _item(row)
        for row, case in zip(rows, cases, strict=True)
        if any(holds_post(ctx.actor, post, case.department) for post in case.progress.open)
    )


def _to_carry_out(ctx: Context) -> tuple[Item, ...]:
    """Those that name the person, and under which nothing is on its way."""
    if not ctx.may(Action.DRAFT_SAVE, Subject(authors=frozenset({ctx.actor.person_id}))):
        return ()
    on_its_way = select(_made.id).where(
        _made.id == ChangeApplication.result_id,
        _made.state.in_([RevisionState.IN_REVIEW, RevisionState.APPROVED]),
    )
    wanted = _OPEN.where(
        ChangeApplication.state.in_([State.APPROVED]),
        ChangeApplication.executor_id == ctx.actor.person_id,
        ~on_its_way.correlate(ChangeApplication).exists(),
    )
    return tuple(_item(row) for row in ctx.session.execute(wanted))


def _item(row: Any) -> Item:
    change, document, title = row
    return Item(
        number=change.number,
        title=title,
        document=document.number,
        since=change.applied_at.isoformat(),
        note=f"{document.number}: {change.reason}",
    )


def _told(ctx: Context) -> tuple[Item, ...]:
    """What one's department is told, until somebody there takes note of it."""
    department = frozenset({ctx.actor.department})
    if not ctx.may(Action.CHANGE_NOTE, Subject(concerned=department)):
        return ()
    rows = ctx.session.execute(_TOLD.where(ChangeNotice.department == ctx.actor.department))
    return tuple(
        Item(
            number=row.number,
            title=row.title,
            document=row.document,
            since=row.ChangeNotice.told_at.isoformat(),
            note=row.ChangeNotice.about.words,
        )
        for row in rows
    )
