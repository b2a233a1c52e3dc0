"""Search: what the issued texts in force say, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from docctl.queries.desk.jump import Kind, named
from docctl.queries.documents.search import MOST, find_text
from docctl.rules.languages import Language
from docctl.web.kit import here, language

bp = Blueprint("search", __name__)

LONGEST: Final = 200
_PAGES: Final[Mapping[Kind, str]] = {
    Kind.COPY: "copies.show",
    Kind.RECORD: "records.show",
    Kind.DOCUMENT: "documents.show",
}


@dataclass(frozen=True)
class Passage:
    """A clause in which the words stand, and what it says there, in its language."""

    clause: str
    language: Language
    said: Markup


@dataclass
class Found:
    """A document with the places where the words stand; the first is the best one."""

    number: str
    title: str
    taken_over: bool
    places: list[Passage] = field(default_factory=list)


@bp.get("/search")
def index() -> ResponseReturnValue:
    """The documents that were found, each with its clauses; an exact number leads straight to what has it."""
    asked = request.args.get("q", "").strip()[:LONGEST]
    exact = named(here.reading(), asked)
    if exact is not None:
        return redirect(url_for(_PAGES[exact.kind], number=exact.number))
    hits = find_text(here.reading(), asked) if asked else []
    return render_template(
        "documents/search.html", asked=asked, found=_together(hits, asked), cut=len(hits) == MOST, most=MOST
    )


def _together(hits: Iterable[Mapping[str, str]], asked: str) -> list[Found]:
    found: dict[str, Found] = {}
    for hit in hits:
        document = found.setdefault(hit["number"], Found(hit["number"], _title(hit), bool(hit["taken_over"])))
        said = hit["snippet"].removeprefix(hit["clause"]).lstrip()
        if hit["clause"] or _plain(said) != _plain(hit["number"] + hit["title"]):
            document.places.append(Passage(hit["clause"], hit["language"], _marked(said, asked)))
    return list(found.values())


def _title(hit: Mapping[str, str]) -> str:
    """The title in the language of the reader, or the one that is there."""
    return hit[f"title_{language.of_request()}"] or hit["title"]


def _marked(snippet: str, asked: str) -> Markup:
    """The found word as <mark>. Brackets that the text has itself stay what they are."""
    for pair in _PAIR.finditer(snippet):
        if _plain(pair[1]) in _plain(asked) or _plain(asked) in _plain(pair[1]):
            before, after = snippet[: pair.start()], snippet[pair.end() :]
            return escape(before) + Markup("<mark>{}</mark>").format(pair[1]) + escape(after)
    return escape(snippet)


_PAIR: Final = re.compile(r"\[([^\[\]]+)\]")


def _plain(text: str) -> str:
    return "".join(text.casefold().replace("[", "").replace("]", "").split())
