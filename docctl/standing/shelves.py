"""What scans mean and what a holder should have, as the rules of shelf walks judge it. Asks no permission."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from docctl.errors import NotFound
from docctl.models.copies import Copy, ExchangedPrint, Loan
from docctl.models.documents import Document, Revision
from docctl.rules import copies, copy_numbers
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import Status as RevisionStatus
from docctl.rules.shelves import Held, Seen
from docctl.standing import facts, find

_GOVERNS = (RevisionStatus.EFFECTIVE, RevisionStatus.ISSUED)


def held(session: Session, holder: str, place: str = "") -> list[Held]:
    """The copies that this holder has by the register; with `place`, those that are said to lie there."""
    lent = exists().where(Loan.copy_id == Copy.id, Loan.ended_at.is_(None)).correlate(Copy)
    wanted = (
        select(Copy.number, lent.label("lent"))
        .where(Copy.holder == holder, Copy.state.in_(copies.OUT))
        .order_by(Copy.document_id, Copy.running)
    )
    if place:
        wanted = wanted.where(Copy.place == place)
    return [Held(row.number, bool(row.lent)) for row in session.execute(wanted)]


def seen(session: Session, typed: Iterable[str], day: date) -> list[Seen]:
    """What each scan is, in their order; blank ones are none."""
    texts = [copy_numbers.without_address(one) for one in typed]
    found = [(text, *_copy(session, text)) for text in texts if text]
    stood = _standing(session, [copy for _, copy, _ in found if copy is not None], day)
    return [
        Seen(text)
        if copy is None
        else Seen(text, copy.number, copy.holder, *stood[copy.id], is_old_print=old)
        for text, copy, old in found
    ]


def _copy(session: Session, text: str) -> tuple[Copy | None, bool]:
    """The copy that a code or number names, and whether it is that of a print that was exchanged."""
    token = copy_numbers.normal_token(text)
    if token is None:
        try:
            return find.copy(session, text), False
        except NotFound:
            return None, False
    newest = session.scalar(select(Copy).where(Copy.token == token))
    if newest is not None:
        return newest, False
    old = session.scalar(select(ExchangedPrint.copy_id).where(ExchangedPrint.token == token))
    return (None, False) if old is None else (session.get_one(Copy, old), True)


def _standing(
    session: Session, rows: Sequence[Copy], day: date
) -> dict[int, tuple[copies.Status | None, bool]]:
    """Where each copy stands on `day`, and whether its revision governs or will."""
    known: dict[int, tuple[Document, Sequence[Revision]]] = {}
    for row in rows:
        if row.document_id not in known:
            document = session.get_one(Document, row.document_id)
            known[row.document_id] = (document, find.revisions(session, row.document_id))
    stood = {}
    for row, fact in zip(rows, facts.all_copies(session, rows), strict=True):
        document, of = known[row.document_id]
        judged = facts.revisions(of)
        own = next(r for r in judged if r.id == row.revision_id)
        status = revisions.status_on(own, judged, day, document=facts.document(document))
        stood[row.id] = (copies.state_on(fact, day), status in _GOVERNS)
    return stood
