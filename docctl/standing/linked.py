"""Where the links of a text lead in this library: by number, by the name of a file, by title."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.errors.message import Message
from docctl.models.documents import Document, Revision
from docctl.render.dialect import LinkTold
from docctl.rules.documents.citations import key_of
from docctl.rules.documents.clauses import read_lines
from docctl.rules.documents.finding import Finding
from docctl.rules.documents.links import Link, links, plain
from docctl.rules.languages import Language
from docctl.rules.words import Own, Words
from docctl.store.source import Written

Told = LinkTold | None


def linked(session: Session, link: Link) -> tuple[Document, Words] | None:
    """The document that a link names, and what it is called; None where it names none, or several."""
    by_number = select(Document).where(
        (Document.number_key == (key_of(link.name) or "-")) | (Document.file_name == link.name)
    )
    found = session.scalars(by_number).first() or _titled(session, link)
    return (found, _title(session, found)) if found is not None else None


def on_paper(session: Session | None, language: Language) -> Told:
    """What a print says behind a link: number, title and clause. Without a session links stay."""
    if session is None:
        return None

    def told(link: Link) -> str | None:
        found = linked(session, link)
        if found is None:
            return None
        document, title = found
        clause = f" {link.clause}" if link.clause else ""
        return _TOLD.told(language).format(document.number, title.told(language), clause)

    return told


_TOLD: Final = Own(zh="（{0}《{1}》{2}）", en=" ({0} {1}{2})")


def dead_links(session: Session, text: Written) -> Iterator[Finding]:
    """The links of a text to documents that this library has not, or has no more (DC-82)."""
    for line, link in links(read_lines(text.body, text.body_line)):
        found = linked(session, link)
        if found is None or found[0].withdrawn_day is not None:
            said = Message(
                "{name} leads to no document in use here; name it by number or title, or take the link away.",
                name=link.name,
            )
            yield Finding("DC-82", "error", line.clause, line.at, said)


def _titled(session: Session, link: Link) -> Document | None:
    wanted = {plain(link.name), link.words} - {""}
    rows = session.execute(select(Revision.document_id, Revision.title).order_by(Revision.id))
    # Of each document the newest title: what it was called before is no name of it any more.
    newest = {of: title for of, title in rows}  # noqa: C416 - rows, not pairs
    named = [of for of, title in newest.items() if wanted & {plain(said) for said in title.values()}]
    return session.get(Document, named[0]) if len(named) == 1 else None


def _title(session: Session, of: Document) -> Words:
    """As it is called in its newest issued revision, else in its newest."""
    newest = (
        select(Revision.title)
        .where(Revision.document_id == of.id)
        .order_by(Revision.issued_seq.is_(None), Revision.issued_seq.desc(), Revision.id.desc())
        .limit(1)
    )
    return Words(session.execute(newest).scalar_one())
