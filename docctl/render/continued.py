"""续表: a table with a numbered caption that goes on over pages says on each of them which table it is.

What stands on which page is known once it is laid out; the table is then divided there, so that each part
begins its page under a caption of its own. Knows WeasyPrint's boxes and the tree, not what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from docctl.rules import languages
from docctl.rules.words import Own

CONTINUED: Final = Own(zh="续{said}", en="{said} (continued)")
_CAPTION: Final = 32.0
"""Pixels that a caption takes, with what is left below it and for the borders."""
_BORDER: Final = 2.0
"""By how many pixels a column of fixed width must be wider than the cell that was laid out."""
_FEW: Final = 2
"""Fewer rows than these are not left behind."""


@dataclass
class _Laid:
    """A table as it was laid out: the rows of each page, their heights, the widths of its columns."""

    begins: int = 0
    pages: list[list[Element]] = field(default_factory=list)
    heights: dict[Element, float] = field(default_factory=dict)
    widths: list[float] = field(default_factory=list)
    room: float = 0.0


class Divided:
    """The tables that are divided, each with the page on which it begins; and how all was before."""

    def __init__(self, parents: dict[Element, Element]) -> None:
        self.parents, self.tried = parents, False
        self.begins: dict[Element, int] = {}
        self.before: list[tuple[Element, list[Element], dict[str, str]]] = []

    def is_settled(self, document: Any) -> bool:
        """Whether the document can stay as it is laid out. Else something was changed: lay it out again."""
        laid = _laid_out(document)
        if not self.tried:
            self.tried = True
            for table, of in laid.items():
                self._divide(table, of)
            return not self.begins
        if all(table in laid and laid[table].begins == page for table, page in self.begins.items()):
            return True
        # The first part left its page, so that it was divided at the wrong row.
        for element, children, attributes in reversed(self.before):
            element[:] = children
            element.attrib.clear()
            element.attrib.update(attributes)
        self.begins.clear()
        return False

    def _divide(self, table: Element, laid: _Laid) -> None:
        caption = _caption(table, self.parents)
        if caption is None or len(laid.pages) < 2 or not laid.widths or not _is_plain(table):
            return
        parts = _parts(laid)
        for each in (self.parents[table], caption, table, *table.findall("tbody")):
            self.before.append((each, list(each), dict(each.attrib)))
        if len(laid.pages[0]) < _FEW and sum(laid.heights.values()) < laid.room:
            # One row alone, of a table that a page has room for: it begins there.
            caption.set("style", "break-before: page")
            self.begins[table] = laid.begins + 1
        elif len(parts) > 1:
            _divide(table, caption, parts, laid.widths, self.parents)
            self.begins[table] = laid.begins


def _laid_out(document: Any) -> dict[Element, _Laid]:
    found: dict[Element, _Laid] = {}
    for n, page in enumerate(document.pages):
        sheet = page._page_box
        for box in _tables(sheet):
            laid = found.setdefault(box.element, _Laid(begins=n))
            rows = list(_rows(box))
            heads = [row for row in rows if row.element.find("th") is not None]
            own = [row for row in rows if row.element.find("th") is None]
            laid.pages.append([row.element for row in own])
            laid.heights |= {row.element: row.height for row in own}
            laid.widths = [cell.border_width() for cell in heads[0].children] if heads else []
            laid.room = sheet.height - sum(row.height for row in heads) - _CAPTION
    return found


def _tables(box: Any) -> Iterator[Any]:
    if type(box).__name__ == "TableBox":
        yield box
    for child in getattr(box, "children", ()):
        yield from _tables(child)


def _rows(box: Any) -> Iterator[Any]:
    if type(box).__name__ == "TableRowBox":
        yield box
    else:
        for child in getattr(box, "children", ()):
            yield from _rows(child)


def _caption(table: Element, parents: Mapping[Element, Element]) -> Element | None:
    """The numbered caption right above it."""
    beside = list(parents[table]) if table in parents else []
    before = next((above for above, below in pairwise(beside) if below is table), None)
    return before if before is not None and "of-table" in (before.get("class") or "").split() else None


def _is_plain(table: Element) -> bool:
    """Whether it has one row of heads, a cell for each column."""
    return len(table.findall("thead/tr")) == 1 and all("colspan" not in th.attrib for th in table.iter("th"))


def _parts(laid: _Laid) -> list[list[Element]]:
    """The rows of each part: the first as it was laid out, the others as far as their captions leave room.

    No page ends between rows that have a cell in common; where that cannot be, there is one part.
    """
    rows = [row for page in laid.pages for row in page]
    together = _together(rows)
    edges = [0]
    past = _before(len(laid.pages[0]), together)
    height = 0.0
    while past < len(rows):
        if past <= edges[-1]:
            return [rows]
        edges.append(past)
        height = 0.0
        while past < len(rows) and (height := height + laid.heights[rows[past]]) <= laid.room:
            past += 1
        past = past if past == len(rows) else _before(past, together)
    return [rows[begin:end] for begin, end in pairwise([*edges, len(rows)])]


def _before(row: int, together: set[int]) -> int:
    """The row, or the first of those that it is together with."""
    while row in together:
        row -= 1
    return row


def _together(rows: list[Element]) -> set[int]:
    """The rows into which a cell goes on from the row above."""
    spans = ((n, int(cell.get("rowspan") or 1)) for n, row in enumerate(rows) for cell in row)
    return {n + more for n, many in spans for more in range(1, many)}


def _divide(
    table: Element,
    caption: Element,
    parts: list[list[Element]],
    widths: list[float],
    parents: dict[Element, Element],
) -> None:
    _set_widths(table, widths)
    parent = parents[table]
    at = list(parent).index(table) + 1
    tail, table.tail = table.tail, None
    said = CONTINUED.told(_language(table, parents)).format(said="".join(caption.itertext()))
    homes = {row: home for home in table.iter() for row in home}
    for rows in parts[1:]:
        again = Element("p", {"class": f"{caption.get('class', '')} continued"})
        again.text = said
        further = Element("table", dict(table.attrib))
        further.extend(deepcopy(head) for head in table if head.tag in {"colgroup", "thead"})
        body = SubElement(further, "tbody")
        for row in rows:
            homes[row].remove(row)
            body.append(row)
        parent[at:at] = [again, further]
        at += 2
        parents |= {again: parent, further: parent}
        parents |= {child: above for above in further.iter() for child in above}
        table = further
    table.tail = tail


def _set_widths(table: Element, widths: list[float]) -> None:
    """All parts have the columns of the first; the widest has what the others leave."""
    table.set("style", "table-layout: fixed")
    columns = Element("colgroup")
    for width in widths:
        given = {} if width == max(widths) else {"style": f"width: {width + _BORDER:.2f}px"}
        SubElement(columns, "col", given)
    table.insert(0, columns)


def _language(element: Element, parents: Mapping[Element, Element]) -> str:
    above: Element | None = element
    while above is not None and "lang" not in above.attrib:
        above = parents.get(above)
    spoken = "" if above is None else above.get("lang", "")
    return next((key for key, one in languages.LIST.items() if one.tag == spoken), languages.PRIMARY)
