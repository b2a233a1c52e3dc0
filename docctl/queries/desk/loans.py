"""The loans in an inbox: one's own, and for the office those that are overdue (DC-77)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import or_, select

from docctl.door.context import Context
from docctl.models.copies import Copy, Loan
from docctl.models.documents import Document, Revision
from docctl.queries.desk.items import Item
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject

_OPEN: Final = (
    select(
        Copy.number,
        Document.number.label("document"),
        Revision.title,
        Revision.label,
        Loan.borrower,
        Loan.borrower_name,
        Loan.lent_day,
        Loan.due_day,
    )
    .join(Copy, Copy.id == Loan.copy_id)
    .join(Document, Document.id == Copy.document_id)
    .join(Revision, Revision.id == Copy.revision_id)
    .where(Loan.ended_at.is_(None))
    .order_by(Loan.due_day, Loan.id)
)


def of_loans(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """What one has borrowed oneself, and what others have beyond its day, for who takes it back."""
    mine, late = Loan.borrower == ctx.actor.login, Loan.due_day < ctx.today()
    takes_back = ctx.may(Action.COPY_TAKE_BACK, Subject())
    rows = ctx.session.execute(_OPEN.where(or_(mine, late) if takes_back else mine))
    found = tuple(
        Item(
            number=row.number,
            title=row.title,
            document=row.document,
            revision=row.label,
            since=row.lent_day.isoformat(),
            note=row.borrower_name,
            holder=row.borrower,
            due=row.due_day.isoformat(),
            late=max((ctx.today() - row.due_day).days, 0),
        )
        for row in rows
    )
    return {"on_loan": found}
