"""What a site holds, in figures and one list that anybody may see: no account stands behind these reads.

Nothing of drafts but their number, and no name of a person: issued documents and counts only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ScalarSelect, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.ledger import journal
from docctl.models.base import Day
from docctl.models.configuration import Organisation
from docctl.models.copies import Copy, Recall
from docctl.models.documents import Document, Revision
from docctl.models.ledger import OutboxCheckpoint
from docctl.models.records import Record
from docctl.queries.documents.stand import Stand
from docctl.rules import copies
from docctl.rules.documents import revisions
from docctl.rules.records import life
from docctl.standing import find
from docctl.standing.rows import DOCUMENTS, REVISIONS, DocumentRow, RevisionRow

LINES_OF_A_PAGE: Final = 100
"""Documents on one page of the list: on a phone that is already a long way to scroll."""


@dataclass(frozen=True)
class Overview:
    """A site on a day. `listed` documents have issued text; `documents` are those of `page`, by number.

    `copies_recalled` counts the copies that are out although they were called back; `copies_out` has them
    too. A document is a line of `queries.documents.document_list`.
    """

    organisation: str
    in_force: int
    in_review: int
    copies_out: int
    copies_recalled: int
    records_open: int
    listed: int
    page: int
    documents: list[dict[str, Any]]

    @property
    def pages(self) -> int:
        return max(1, -(-self.listed // LINES_OF_A_PAGE))


def overview(site: Site, day: date, page: int = 1) -> Overview:
    """Three statements, however many documents. A page that is not there is the nearest that is."""
    with site.reading() as session:
        figures = session.execute(_FIGURES, {"day": day}).one()._asdict()
        last = max(1, -(-figures["listed"] // LINES_OF_A_PAGE))
        page = min(max(page, 1), last)
        return Overview(**figures, page=page, documents=_documents(session, day, page))


def organisation_name(session: Session) -> str:
    """Whose site this is; it stands on every page, so it needs no right."""
    return find.organisation(session).name


def events_since_checkpoint(site: Site) -> int:
    """How many events the newest checkpoint in the library does not cover."""
    with site.reading() as session:
        return journal.head(session.connection()).seq - (session.scalar(_COVERED) or 0)


_DAY: Final = bindparam("day", type_=Day)
_ISSUED: Final = and_(Revision.document_id == Document.id, Revision.state.in_([revisions.State.ISSUED]))
_HAS_ISSUED_TEXT: Final = select(Revision.id).where(_ISSUED).exists()
_CALLED_BACK: Final = (
    select(Recall.id)
    .where(Recall.copy_id == Copy.id, Recall.voided_at.is_(None), Recall.from_day <= _DAY)
    .exists()
)


def _count(of: Any, *conditions: Any) -> ScalarSelect[int]:
    return select(func.count(of)).where(*conditions).scalar_subquery()


_FIGURES: Final = select(
    Organisation.name.label("organisation"),
    _count(
        Document.id,
        or_(Document.withdrawn_day.is_(None), Document.withdrawn_day > _DAY),
        select(Revision.id).where(_ISSUED, Revision.effective_day <= _DAY).exists(),
    ).label("in_force"),
    _count(Revision.id, Revision.state.in_([revisions.State.IN_REVIEW])).label("in_review"),
    _count(Copy.id, Copy.state.in_(copies.OUT)).label("copies_out"),
    _count(Copy.id, Copy.state.in_(copies.OUT), _CALLED_BACK).label("copies_recalled"),
    _count(Record.id, Record.state.in_(life.UNSEALED)).label("records_open"),
    _count(Document.id, _HAS_ISSUED_TEXT).label("listed"),
)

_PAGE: Final = DOCUMENTS.where(_HAS_ISSUED_TEXT).limit(LINES_OF_A_PAGE)
_TEXTS: Final = REVISIONS.where(
    Revision.document_id.in_(bindparam("documents", expanding=True)),
    Revision.state.in_([revisions.State.ISSUED]),
)

_COVERED: Final[Select[int]] = select(func.max(OutboxCheckpoint.size)).where(
    OutboxCheckpoint.commit_id.is_not(None)
)


def _documents(session: Session, day: date, page: int) -> list[dict[str, Any]]:
    listed = [*map(DocumentRow._make, session.execute(_PAGE.offset((page - 1) * LINES_OF_A_PAGE)))]
    texts: dict[int, list[RevisionRow]] = defaultdict(list)
    for row in session.execute(_TEXTS, {"documents": [document.id for document in listed]}):
        text = RevisionRow._make(row)
        texts[text.document_id].append(text)
    stands = [Stand.of(document, texts[document.id], day, {}) for document in listed]
    shown = [(stand, stand.shown(drafts=False)) for stand in stands]
    return [stand.line(row) for stand, row in shown if row is not None]
