"""Nothing leaves the page without a word: each wide table gets the first form in which it fits.

Smaller type, a page across, both, and then breaks within its words. What fits in none is refused. A figure
that would leave much of a page empty before it is drawn smaller; a text whose last lines would have a page to
themselves is set closer. Marks the tree of the page and has it laid
out again; what the marks look like is the style sheet's matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element

from docctl.errors import Invalid
from docctl.errors.message import Message, line_of
from docctl.render import continued, outside
from docctl.render.outside import Outside, Width

_FORMS: Final = ("small", "across", "across small", "across small broken")
_ACROSS: Final = (252 - 165) * 96 / 25.4
"""By how many pixels the text of a page across is wider."""
_SMALL: Final = 0.85
"""How wide a table in small type is, of what it was."""
_MOST_COLUMNS: Final = 30
"""More would be narrower than 8 mm each, and nobody could read them."""


def fitted(made: Any, sources: Sequence[str], **options: Any) -> Any:
    """The document laid out. `made` is WeasyPrint's HTML, `sources` are what the writer wrote.

    Raises Invalid for what leaves the page in every form, by its line where a source has it.
    """
    root = made.etree_element
    parents = {child: parent for parent in root.iter() for child in parent}
    # A list on a form is drawn as narrow as it must be: it leaves no cell, and nobody could fill it in.
    narrow = [list_ for list_ in root.iter("table") if _is_list(list_) and _columns(list_) > _MOST_COLUMNS]
    if narrow and sources:
        raise Invalid({_line(_row(narrow[0]), sources): _too_wide(narrow[0])})
    tried: dict[Element, str] = {}
    drawn_smaller: set[Element] = set()
    divided = continued.Divided(parents)
    while True:
        document = made.render(**options)
        found = outside.look(document)
        problems = {_line(words, sources): _too_long(words) for words in found.words}
        for table, width in found.tables.items():
            form = _next(table, width, tried.get(table, ""))
            if form is None:
                problems[_line(_row(table), sources)] = _too_wide(table)
                continue
            tried[table] = form
            _give(table, form, parents)
        # Without a source nobody could mend it: a list of evidence is printed as well as it can be.
        if problems and sources:
            raise Invalid(problems)
        late = {figure: room for figure, room in found.late.items() if figure not in drawn_smaller}
        for figure, room in late.items():
            drawn_smaller.add(figure)
            figure.set("style", f"max-height: {room:.0f}px")
        closer = [] if found.tables or late or divided.tried else _closer(found, parents)
        for text in closer:
            text.set("class", f"{text.get('class') or ''} closer".strip())
        # Last, for where pages end is settled then.
        if (problems or not (found.tables or late or closer)) and divided.is_settled(document):
            return document


def _closer(found: Outside, parents: Mapping[Element, Element]) -> list[Element]:
    """The texts whose last lines stand on a page alone, and that were not set closer yet."""
    texts = []
    for alone, before in found.last:
        [text, *others] = {_text_of(each, parents) for each in alone} or {None}
        if text is not None and not others and _text_of(before, parents) is text:
            texts.append(text)
    return [text for text in texts if "closer" not in (text.get("class") or "").split()]


def _text_of(element: Element, parents: Mapping[Element, Element]) -> Element | None:
    """The text that an element stands in."""
    above: Element | None = element
    while above is not None and above.tag != "article":
        above = parents.get(above)
    return above


def _next(table: Element, width: Width, tried: str) -> str | None:
    """The form after `tried` in which the table may fit."""
    # It was measured in the form that was tried; what it takes in the others is worked out from that.
    needed = width.needed / (_SMALL if "small" in tried else 1)
    room = width.room - (_ACROSS if "across" in tried else 0)
    for form in _FORMS[_FORMS.index(tried) + 1 if tried else 0 :]:
        wide = needed * (_SMALL if "small" in form else 1)
        fits = wide <= room + (_ACROSS if "across" in form else 0)
        if fits or ("broken" in form and _columns(table) <= _MOST_COLUMNS):
            return form
    return None


def _give(table: Element, form: str, parents: Mapping[Element, Element]) -> None:
    for mark in form.split():
        for element in _turned(table, parents) if mark == "across" else (table,):
            known = (element.get("class") or "").split()
            element.set("class", " ".join(dict.fromkeys([*known, mark])))


def _turned(table: Element, parents: Mapping[Element, Element]) -> Iterator[Element]:
    """What lies across with a table: the headings and captions right above it; of a blank form all of it."""
    above: Element | None = table
    while above is not None:
        if "blank-form" in (above.get("class") or "").split():
            yield above
            return
        above = parents.get(above)
    yield table
    beside = list(parents[table])
    for element in reversed(beside[: beside.index(table)]):
        classes = (element.get("class") or "").split()
        if not re.fullmatch("h[1-6]", element.tag) and not {"of-table", "body-title"} & {*classes}:
            return
        yield element


def _is_list(table: Element) -> bool:
    return "inner" in (table.get("class") or "").split()


def _columns(table: Element) -> int:
    rows = (row for row in table.iter("tr"))
    return max((sum(int(cell.get("colspan") or 1) for cell in row) for row in rows), default=0)


def _row(table: Element) -> str:
    """The first row, by which a writer knows the table."""
    first = next(table.iter("tr"), table)
    return " ".join(" ".join(cell.itertext()) for cell in first)


def _too_wide(table: Element) -> Message:
    return Message(
        "the table that begins with “{words}” is too wide for a page, even across and in small type; give it "
        "fewer columns, or divide it",
        words=_row(table)[:60],
    )


def _too_long(words: str) -> Message:
    return Message("“{words}” leaves the page; write it shorter, or divide it", words=words or "…")


def _line(words: str, sources: Sequence[str]) -> str:
    """The first line of a source that says these words in this order, as a place; else `layout`."""
    pattern = re.compile(".*?".join(map(re.escape, words.split())))
    for source in sources:
        for n, line in enumerate(source.splitlines(), 1):
            if words and pattern.search(line):
                return line_of(n)
    return "layout"
