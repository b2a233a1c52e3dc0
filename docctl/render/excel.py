"""A workbook of one list. Knows cells; every text is written as text, whatever it begins with (SE-30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook

Cell = str | int | date | None

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORBIDDEN_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NAME: Final = 31
_LONGEST_CELL: Final = 32_767
_WIDEST: Final = 60
_LOOKED_AT: Final = 200
"""Lines by which the width of a column is judged."""


def workbook(
    title: str,
    columns: Mapping[str, Sequence[Cell]],
    notes_title: str,
    notes: Mapping[str, str],
    *,
    made_at: datetime,
) -> bytes:
    """A sheet with a heading over each column, and a second one with notes in two columns."""
    target = BytesIO()
    book = Workbook(target, _OPTIONS)
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(_sheet_name(title))
    sheet.freeze_panes(1, 0)
    for n, (heading, cells) in enumerate(columns.items()):
        sheet.set_column(n, n, _width([heading, *cells[:_LOOKED_AT]]))
        sheet.write_string(0, n, heading, bold)
    for row, cells in enumerate(zip(*columns.values(), strict=True), start=1):
        for n, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(row, n, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(row, n, cell)
            elif cell:
                sheet.write_string(row, n, cell[:_LONGEST_CELL])
    about = book.add_worksheet(_sheet_name(notes_title))
    about.set_column(0, 1, 30)
    for row, (name, value) in enumerate(notes.items()):
        about.write_string(row, 0, name, bold)
        about.write_string(row, 1, value[:_LONGEST_CELL])
    book.close()
    return target.getvalue()


def _sheet_name(title: str) -> str:
    return title.translate(_FORBIDDEN_IN_NAMES).strip()[:_LONGEST_NAME] or "1"


def _width(cells: Sequence[Cell]) -> int:
    """Chinese characters are as wide as two Latin ones."""
    longest = max(sum(2 if ord(c) > 0x2E7F else 1 for c in str(cell or "")) for cell in cells)
    return min(longest + 2, _WIDEST)
