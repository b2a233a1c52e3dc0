"""The numbers of documents that a text names within its sentences, so that they lead there.

Of what is issued only: nothing is told of drafts. Asked for anew when something is issued.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.models.documents import Document, Revision
from docctl.render.mentions import Numbers


def numbers(ctx: Context) -> Numbers:
    """Those of the issued documents of this site."""
    newest = ctx.session.scalar(select(func.max(Revision.issued_seq)))
    return ctx.site.memory.recall("numbers in sentences", (newest,), lambda: _numbers(ctx), most=2)


def _numbers(ctx: Context) -> Numbers:
    rows = ctx.session.execute(
        select(Document.number, Document.file_name, Revision.label)
        .join(Revision, Revision.document_id == Document.id)
        .where(Revision.issued_at.is_not(None))
    )
    names: dict[str, str] = {}
    labels: dict[str, set[str]] = defaultdict(set)
    for number, name, label in rows:
        names[number] = name
        labels[number].add(label)
    return Numbers(names, {number: frozenset(known) for number, known in labels.items()})
