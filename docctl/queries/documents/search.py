"""What a reader finds: the index holds every issued text, of which those in force on the day are shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import Busy
from docctl.models.documents import Document, Revision
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import revisions, takeovers
from docctl.standing import facts
from docctl.standing.document import may_read
from docctl.store import search

MOST = 20


def find_text(ctx: Context, query: str, limit: int = MOST) -> list[dict[str, str]]:
    """Hits, best first: `number`, `title`, `clause` (empty for a hit in number or title), `snippet`
    with its `language`.

    `taken_over`: since when it is in force by its paper, if it was taken over; else empty.
    `title` is in the language in which it was found, `title_zh`, `title_en` … are the document's.
    The found words stand in [ ] in the snippet. A clause found in two languages is one hit.
    """
    ctx.require(Action.DOCUMENT_SEARCH, Subject())
    connection = ctx.session.connection()
    if not search.is_current(connection):
        raise Busy(
            "the search index was made by another docctl and would find less than there is; "
            "whoever has the site's files makes it anew with: {command}",
            command="docctl site upgrade --apply",
        )
    hits = search.find(connection, query, search.MOST_HITS)
    governing = _in_force(ctx, {hit.document_id for hit in hits})
    shown: dict[tuple[str, str], dict[str, str]] = {}
    for hit in hits:
        if hit.document_id in governing:
            titles = governing[hit.document_id]
            line = {"number": hit.number, "title": hit.title, "clause": hit.clause}
            line |= {"snippet": hit.snippet, "language": hit.language}
            line["taken_over"] = next(iter(titles.head.get(takeovers.SINCE, ())), "")
            line |= {f"title_{each}": titles.title.get(each, "") for each in languages.ALL}
            shown.setdefault((hit.number, hit.clause), line)
    return list(shown.values())[: max(limit, 0)]


def _in_force(ctx: Context, revision_ids: set[int]) -> dict[int, Revision]:
    """Those of the revisions that govern work today and that the reader may read, by their ids."""
    mine = select(Revision.document_id).where(Revision.id.in_(revision_ids))
    rows: Any = ctx.session.execute(
        select(Revision, Document)
        .join(Document, Document.id == Revision.document_id)
        .where(Document.id.in_(mine))
    )
    known: dict[int, tuple[Document, list[Revision]]] = {}
    for revision, document in rows:
        known.setdefault(document.id, (document, []))[1].append(revision)
    today = ctx.today()
    found: dict[int, Revision] = {}
    for document, begun in known.values():
        governing = revisions.in_force(facts.revisions(begun), today, document=facts.document(document))
        rows = (r for r in begun if governing is not None and r.id == governing.id)
        found |= {r.id: r for r in rows if may_read(ctx, document, r)}
    return found
