"""Issued text into the search index, by revision: what a reader may find is decided when they ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from docctl.door.site import Site
from docctl.models.documents import Document, Revision
from docctl.render import markdown, outline
from docctl.rules import languages
from docctl.store import search, search_seals
from docctl.store.source import Procedure
from docctl.store.template import Template


@dataclass(frozen=True)
class Section:
    """A piece of text under one clause, as the index takes it."""

    clause: str
    text: str


@dataclass(frozen=True)
class Text:
    """All that is to be found of a revision in one language."""

    language: str
    title: str
    sections: tuple[Section, ...]


def texts_of(content: Procedure | Template) -> list[Text]:
    """The texts of a document in each language that it has."""
    if isinstance(content, Template):
        return [_of_template(content, language) for language in languages.ALL]
    return [
        Text(
            language,
            content.title.get(language, ""),
            tuple(Section(s.clause, s.text) for s in _sections(content, written.body, language)),
        )
        for language, written in content.texts.items()
    ]


def put(
    site: Site, connection: Connection, document: Document, revision: Revision, texts: Iterable[Text]
) -> None:
    """Index the texts of an issued revision, and seal them."""
    for text in texts:
        search.replace(connection, revision.id, document.number, text.title, text.language, text.sections)
        search_seals.put(connection, site.index_key, revision.id, text.language)


def _sections(content: Procedure, body: str, language: str) -> Iterable[outline.Section]:
    rendered = markdown.to_html(
        body,
        language=language,
        limits=content.limits,
        figure_url=lambda path: path,
        number=content.number,
        title=content.title.get(language, ""),
    )
    return rendered.sections


def _of_template(template: Template, language: str) -> Text:
    titles = [p.get("title", {}).get(language, name) for name, p in template.schema["properties"].items()]
    title = template.title.get(language, "")
    return Text(language, title, (Section("", "\n".join([title, *titles])),))
