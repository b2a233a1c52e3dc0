"""Whether search shows what was issued: each text as it was sealed, and none left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.models.documents import Document, Revision
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import State
from docctl.standing import facts
from docctl.store import search, search_seals


def differing(site: Site, session: Session) -> set[int]:
    """The revisions that are found by something else than their text, or not at all."""
    connection = session.connection()
    broken = {key for key, _ in search_seals.broken(connection, site.index_key)}
    return broken | (set(_all(site, session)) - search.indexed(connection))


def _all(site: Site, session: Session) -> Iterator[int]:
    """What governs work today, and what is issued for a later day."""
    today = site.clock().astimezone(site.zone).date()
    known: dict[int, tuple[Document, list[Revision]]] = {}
    issued = select(Document, Revision).join(Revision, Revision.document_id == Document.id)
    issued = issued.where(Revision.state.in_([State.ISSUED]), Document.withdrawn_day.is_(None))
    for document, revision in session.execute(issued):
        known.setdefault(document.id, (document, []))[1].append(revision)
    for document, begun in known.values():
        yield from to_be_found(document, begun, today)


def to_be_found(document: Document, issued: Iterable[Revision], today: date) -> set[int]:
    """Of the issued revisions of a document those that govern work on a day, or will."""
    judged = [r for r in facts.revisions(issued) if r.state is State.ISSUED and r.effective is not None]
    governing = revisions.in_force(judged, today, document=facts.document(document))
    to_come = {r.id for r in judged if r.effective is not None and r.effective > today}
    return to_come | ({governing.id} if governing is not None else set())
