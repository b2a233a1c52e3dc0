"""What was laid out and leaves its page or its cell, or leaves a page empty before it.

Knows WeasyPrint's boxes, not what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final
from xml.etree.ElementTree import Element

_SLACK: Final = 1.5
"""Pixels by which the widths of letters may differ from what was reckoned with."""
_MOST_SAID: Final = 40


@dataclass(frozen=True)
class Width:
    """What a table takes, and what it has, in pixels."""

    needed: float
    room: float


@dataclass
class Outside:
    """Tables whose words cross an edge, with their widths, and the other words that do.

    `late`: figures before which much of a page is empty, each with the height that is left there. `last`: of
    each page that holds a few lines alone, what says them, and the last that is said on the page before.
    """

    tables: dict[Element, Width] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    late: dict[Element, float] = field(default_factory=dict)
    last: list[tuple[list[Element], Element]] = field(default_factory=list)


def look(document: Any) -> Outside:
    """All that nobody could read on paper."""
    found = Outside()
    for page in document.pages:
        sheet = page._page_box
        left, top = sheet.content_box_x(), sheet.content_box_y()
        text = _Area(left + sheet.width, top + sheet.height)
        for child in sheet.children:
            # Head and foot stand outside the text, and must not leave the paper.
            margin = type(child).__name__ == "MarginBox"
            area = _Area(sheet.margin_width(), child.position_y + child.margin_height()) if margin else text
            _Look(found, area).at(child, None, None)
    sheets = [page._page_box for page in document.pages]
    for before, after in pairwise(sheets):
        _note_late(before, after, found)
        _note_last(before, after, found)
    return found


_EMPTY: Final = 0.4
"""More of a page than this is not left empty before a figure that could be drawn smaller."""
_CAPTION: Final = 14 * 96 / 25.4


def _note_late(before: Any, after: Any, found: Outside) -> None:
    bottom = max((box.position_y + box.height for box in _leaves(before)), default=None)
    if bottom is None or before.height != after.height:
        return
    left = before.content_box_y() + before.height - bottom
    for box in _leaves(after):
        if type(box).__name__.endswith("ReplacedBox"):
            room = left - (box.position_y - after.content_box_y()) - _CAPTION
            if left > _EMPTY * before.height and room < box.height:
                found.late[box.element] = room
            return
        # A heading or a caption came along with the figure; other words began the page by themselves.
        if box.element.tag not in _COMES_ALONG:
            return


_FEW: Final = 0.12
"""A page that is filled no further holds two or three lines: it is hardly worth its paper."""


def _note_last(before: Any, after: Any, found: Outside) -> None:
    above, leaves = list(_leaves(before)), list(_leaves(after))
    bottom = max((box.position_y + box.height for box in leaves), default=0)
    if above and leaves and bottom - after.content_box_y() < _FEW * after.height:
        found.last.append(([box.element for box in leaves], above[-1].element))


_COMES_ALONG: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _leaves(box: Any) -> Iterator[Any]:
    """Words and figures of a page, without its head and foot, in their order."""
    kind = type(box).__name__
    if kind == "TextBox" or kind.endswith("ReplacedBox"):
        yield box
    elif kind != "MarginBox":
        for child in getattr(box, "children", ()):
            yield from _leaves(child)


@dataclass(frozen=True)
class _Area:
    right: float
    bottom: float


@dataclass(frozen=True)
class _Look:
    found: Outside
    area: _Area

    def at(self, box: Any, table: Any, cell: Any) -> None:
        """A box and all that is in it; `table` and `cell` are those in which it stands."""
        kind = type(box).__name__
        if kind.endswith("TableBox"):
            table, cell = box, None
        elif kind == "TableCellBox":
            cell = box
        elif kind == "TextBox" or kind.endswith("ReplacedBox"):
            self._judge(box, table, cell)
        for child in getattr(box, "children", ()):
            self.at(child, table, cell)

    def _judge(self, box: Any, table: Any, cell: Any) -> None:
        right = box.position_x + box.width
        stretched = 1.0
        if cell is not None and right > cell.position_x + cell.border_width() + _SLACK:
            stretched = (right - cell.position_x) / cell.border_width()
        if table is not None and (stretched > 1 or right > self.area.right + _SLACK):
            taken = table.border_width()
            known = self.found.tables.get(table.element, Width(0, 0))
            room = min(self.area.right - table.position_x, taken)
            self.found.tables[table.element] = Width(max(known.needed, taken * stretched), room)
        elif right > self.area.right + _SLACK or box.position_y + box.height > self.area.bottom + _SLACK:
            self.found.words.append(" ".join(getattr(box, "text", "").split())[:_MOST_SAID])
