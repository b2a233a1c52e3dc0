"""The text of a revision as pages show it: rendered at its first reading, then kept by what it was made from.

The content of a revision never changes, so neither does this; what the rows say beside it (status, days,
names) is no part of it. Who may read it was asked before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from docctl.door.context import Context
from docctl.queries.documents.redline import FigureAddress, shown_at
from docctl.render import (
    blocks,
    captions,
    dialect,
    inline,
    markdown,
    merged,
    new_page,
    notices,
    outline,
    place,
    sanitiser,
)
from docctl.rules.documents import enumerations, links, merging, signs, spans, structure, tags
from docctl.rules.documents.head import Head
from docctl.rules.records import limits
from docctl.standing.document import Readable
from docctl.store.source import Procedure

MOST_REMEMBERED: Final = 200
"""Texts that one process keeps in mind beside those in files; then it begins anew."""


@dataclass(frozen=True)
class Clause:
    """A line of the list of contents. `anchor` is that of the heading in the text."""

    level: int
    clause: str
    title: str
    anchor: str


@dataclass(frozen=True)
class LimitLine:
    """A time limit as the text states it, and the clause that it stands in."""

    clause: str
    phrase: str


@dataclass(frozen=True)
class Text:
    """One language of a document. `html` is clean; its headings begin at the second level."""

    language: str
    html: str
    contents: tuple[Clause, ...]
    limits: tuple[LimitLine, ...]


@dataclass(frozen=True)
class Texts:
    """A document in its languages, and what its front matter names."""

    texts: tuple[Text, ...]
    head: Head
    references: tuple[str, ...]
    records: tuple[str, ...]


def texts_of(ctx: Context, of: Readable, address: FigureAddress) -> Texts:
    """The texts of a procedure. Raises Tampered where its files are not as signed."""
    name = _name(of.revision.content, address)
    return ctx.site.memory.recall(
        "texts", name, lambda: _kept(ctx, name) or _made(ctx, name, of, address), most=MOST_REMEMBERED
    )


def _name(content: str, address: FigureAddress) -> str:
    """What it is made from: the content, the addresses of its figures, and the program that renders."""
    made_from = "\n".join((content, address("figure", "blob"), _program()))
    return hashlib.sha256(made_from.encode()).hexdigest()


@cache
def _program() -> str:
    """A program that renders otherwise, or has other words, keeps its texts under other names."""
    files = [Path(module.__file__) for module in (*_RENDERING, limits) if module.__file__] + [Path(__file__)]
    words = json.dumps([dict(said) for said in (*dialect.WORDS, *limits.WORDS)]).encode()
    return hashlib.sha256(b"".join([*(file.read_bytes() for file in files), words])).hexdigest()


def _kept(ctx: Context, name: str) -> Texts | None:
    data = ctx.site.rendered.read(name)
    return None if data is None else _from_data(json.loads(data))


def _made(ctx: Context, name: str, of: Readable, address: FigureAddress) -> Texts:
    procedure = of.content()
    assert isinstance(procedure, Procedure)  # a template is shown by its fields
    blobs = {entry["path"].removeprefix("procedures/"): entry["blob"] for entry in of.revision.manifest}
    written = [(language, text) for language, text in procedure.texts.items() if text.body]
    made = Texts(
        tuple(_text(procedure, language, text.body, blobs, address) for language, text in written),
        procedure.head,
        tuple(procedure.references),
        tuple(procedure.records),
    )
    ctx.site.rendered.keep(name, json.dumps(asdict(made), ensure_ascii=False).encode())
    return made


def _text(
    procedure: Procedure, language: str, body: str, blobs: dict[str, str], address: FigureAddress
) -> Text:
    rendered = markdown.to_html(
        body,
        language=language,
        limits=procedure.limits,
        figure_url=partial(shown_at, procedure.number, blobs, address),
        number=procedure.number,
        title=procedure.title.get(language, ""),
        place=_BELOW_THE_TITLE,
    )
    clauses = (Clause(h.level, h.clause, h.title, h.anchor) for h in rendered.contents)
    stated = (LimitLine(limit.clause, limits.phrase(limit, language)) for limit in procedure.limits.values())
    return Text(language, rendered.html, tuple(clauses), tuple(stated))


_RENDERING: Final = (
    *(markdown, blocks, captions, dialect, inline, merged, new_page, notices, outline, place, sanitiser),
    *(enumerations, links, merging, signs, spans, structure, tags),
)
_BELOW_THE_TITLE: Final = place.Place(lower=1)
"""The first level of a page is the title of the document."""


def _from_data(data: Any) -> Texts:
    texts = tuple(
        Text(
            text["language"],
            text["html"],
            tuple(Clause(**clause) for clause in text["contents"]),
            tuple(LimitLine(**line) for line in text["limits"]),
        )
        for text in data["texts"]
    )
    head = {key: tuple(said) for key, said in data["head"].items()}
    return Texts(texts, head, tuple(data["references"]), tuple(data["records"]))
