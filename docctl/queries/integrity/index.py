"""What search shows, against what was issued: readers work by it, so an altered line there is a finding."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from docctl.door.site import Site
from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.documents import Document, Revision
from docctl.standing import indexed


def examine(site: Site) -> Iterator[Finding]:
    """The revisions whose text in the search index is not as it was put there."""
    with site.reading() as session:
        found = indexed.differing(site, session)
    if not found:
        return
    with site.lock, site.reading() as session:  # an act may have come in between
        for key in sorted(indexed.differing(site, session)):
            called = session.execute(
                select(Document.number, Revision.label)
                .join(Revision, Revision.document_id == Document.id)
                .where(Revision.id == key)
            ).first()
            said = Message(
                "Search shows of {number} what is not its text, or does not find it. "
                "Run: docctl site upgrade --apply",
                number=" ".join(called) if called else str(key),
            )
            yield Finding(What.INDEX, f"search_document {key}", said)
