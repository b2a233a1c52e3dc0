"""What was laid out and leaves its page or its cell. Knows WeasyPrint's boxes, not what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    """Tables whose words cross an edge, with their widths, and the other words that do."""

    tables: dict[Element, Width] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


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
    return found


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
