"""What changed between two revisions of a document: its text, and what its front matter says.

A record template is compared as a readable list of all that its file says. Knows nothing of who changed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape
from types import MappingProxyType
from typing import Any, Final

from docctl.door.context import Context
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.people.departments import department_list
from docctl.render import markdown
from docctl.render.place import ALONE, Place
from docctl.render.redline import redline
from docctl.rules import languages
from docctl.rules.documents import clauses, head
from docctl.rules.languages import Language
from docctl.rules.records.limits import phrase
from docctl.rules.words import Own, Words
from docctl.standing import find
from docctl.standing.document import Readable, labelled
from docctl.store.names import figure_at
from docctl.store.source import Procedure
from docctl.store.template import Template
from docctl.store.tree import load_yaml

ON_A_PAGE: Final = Place(lower=2)
"""Under a heading of the page that shows it."""

FigureAddress = Callable[[str, str], str]
"""From the path of a figure and its git blob to where a page fetches it."""
Departments = Mapping[str, Mapping[str, str]]
"""What departments are called: by language, then by key."""
KEYS: Final[Departments] = MappingProxyType({})
"""Departments by their keys: nothing else is known of them."""

_COLON: Final = Own(zh="：", en=": ")
_WORDS: Final[Mapping[str, Words]] = {
    "department": Own(zh="部门", en="Department"),
    **{field.key: field.words for field in head.FIELDS},
    "records": Own(zh="记录", en="Records"),
    "limits": Own(zh="时限", en="Limits"),
}


def shown_at(number: str, blobs: Mapping[str, str], address: FigureAddress, path: str) -> str | None:
    """The address of a figure that the text of this document names; None for one that is not there."""
    kept = figure_at(number, path)
    return address(kept, blobs[kept]) if kept in blobs else None


def beside(path: str, blob: str) -> str:
    """The figure beside the page; its blob tells a figure that was exchanged under the same name."""
    return f"{path}#{blob[:12]}"


@as_recorded(About.DOCUMENT, texts=lambda diff: [diff["from"], diff["to"]])
def revision_diff(
    ctx: Context,
    number: str,
    old: str,
    new: str,
    figure_address: FigureAddress = beside,
    *,
    first: Language = languages.PRIMARY,
    place: Place = ALONE,
) -> dict[str, Any]:
    """`html` with what went in <del> and what came in <ins>, a part for each language, and `changes`.

    `first`: the language whose part comes before the others. `place`: where the parts stand on a page.
    Raises NotFound and Forbidden where the reader may not read one of the two.
    """
    document = find.document(ctx.session, number)
    both = [labelled(ctx, document, label) for label in (old, new)]
    known = department_titles(ctx)
    before, after = (dict(parts_read(one, figure_address, known)) for one in both)
    pieces, changes = [], 0
    for language in sorted(dict.fromkeys([*before, *after]), key=lambda each: each != first):
        compared = redline(
            before.get(language, ""),
            after.get(language, ""),
            _beside_others(place, language),
            language or first,
        )
        pieces.append(_section(language, compared.html))
        changes += compared.changes
    return {
        "number": document.number,
        "from": both[0].revision.label,
        "to": both[1].revision.label,
        "html": "\n".join(pieces),
        "changes": changes,
    }


def department_titles(ctx: Context) -> Departments:
    """What departments are called, by language and key."""
    lines = department_list(ctx)
    titles = {each: {line["key"]: line["title"].told(each) for line in lines} for each in languages.ALL}
    # A title that two departments share would hide a change from one to the other.
    shared = {language: Counter(of.values()) for language, of in titles.items()}
    return {
        language: {key: title for key, title in of.items() if shared[language][title] == 1}
        for language, of in titles.items()
    }


def parts_read(
    of: Readable, address: FigureAddress, known: Departments = KEYS, place: Place = ALONE
) -> Iterator[tuple[str, str]]:
    """`parts_of` for a revision as it is stored."""
    blobs = {entry["path"].removeprefix("procedures/"): entry["blob"] for entry in of.revision.manifest}
    yield from parts_of(of.content(), blobs, address, known, place)


def parts_of(
    content: Procedure | Template,
    blobs: Mapping[str, str],
    address: FigureAddress,
    known: Departments = KEYS,
    place: Place = ALONE,
) -> Iterator[tuple[str, str]]:
    """All that a document says as clean HTML, by language; a template has one part, under the empty name.

    `blobs`: those of its figures, by their paths. `known`: what departments are called. `place`: where the
    parts stand on a page.
    Raises Invalid for text that cannot be shown.
    """
    if isinstance(content, Template):
        yield "", _listed(load_yaml(content.raw))
        return
    for language, written in content.texts.items():
        rendered = markdown.to_html(
            written.body,
            language=language,
            limits=content.limits,
            figure_url=partial(shown_at, content.number, blobs, address),
            number=content.number,
            title=content.title.get(language, ""),
            place=_beside_others(place, language),
        )
        front = _front(content, language, known.get(language, {}))
        top = place.tag("h1")
        yield language, f"<{top}>{escape(content.title.get(language, ''))}</{top}>{front}{rendered.html}"


def _beside_others(place: Place, language: str) -> Place:
    """A text that is a whole page keeps its anchors; on a page with other things each has its own."""
    return place if place == ALONE else place.of(language)


def _front(content: Procedure, language: str, titles: Mapping[str, str]) -> str:
    """What the front matter says beside the title. Limits that the text prints are compared there."""
    printed = {name for _, name in clauses.limits_named(clauses.read_lines(content.texts[language].body))}
    told = {
        "department": titles.get(content.department, content.department),
        **{
            field.key: [titles.get(one, one) if field.of_departments else one for one in said]
            for field in head.FIELDS
            if (said := content.head.get(field.key))
        },
        "records": list(content.records),
        "limits": {n: phrase(limit, language) for n, limit in content.limits.items() if n not in printed},
    }
    named = {_WORDS[name].told(language): value for name, value in told.items() if value}
    return _listed(named, _COLON.told(language))


def _listed(value: Any, colon: str = ": ") -> str:
    """Mappings and lists of text as nested lists."""
    if isinstance(value, Mapping):
        items = [f"{escape(str(name))}{colon}{_listed(part, colon)}" for name, part in value.items()]
    elif isinstance(value, list):
        items = [_listed(part, colon) for part in value]
    else:
        return escape(str(value))
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _section(language: str, html: str) -> str:
    if not language:
        return f"<section>{html}</section>"
    return f'<section lang="{language}" aria-label="{languages.LIST[language].name}">{html}</section>'
