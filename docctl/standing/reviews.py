"""The reviews that a document needs and had, as rules judge them. Asks nobody's permission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.documents import Document, DocumentReview, Revision
from docctl.rules.documents import reviews
from docctl.rules.documents.reviews import Duty, ReviewFacts
from docctl.standing import cards


class Done(NamedTuple):
    """A row of DONE: its columns, in their order."""

    document_id: int
    revision_id: int
    part: str
    verdict: reviews.Verdict
    reviewed_day: date
    evidence: str
    person_name: str


DONE = select(*(getattr(DocumentReview, name) for name in Done._fields)).order_by(DocumentReview.id)


def duties(session: Session, document: Document, revision: Revision) -> tuple[Duty, ...]:
    """What is reviewed of a document, as the revision in force and the site say."""
    return reviews.duties(revision.head, cards.load(session).review_of(document.level))


def facts(rows: Iterable[Done], revision_id: int) -> Iterator[ReviewFacts]:
    """Rows as facts about the revision that is in force."""
    for row in rows:
        yield ReviewFacts(row.part, row.verdict, row.reviewed_day, row.revision_id == revision_id)
