"""Reads a workbook in a process of its own: what a file of a stranger blows up to stops that process alone.

Run as a file, with the workbook on standard input and nothing else; answers with JSON on standard output. It
uses the standard library and the reader of workbooks only: values, no formula, nothing from outside (SE-27).
"""

from __future__ import annotations

import datetime
import json
import resource
import sys
from io import BytesIO
from typing import Any, Final

MEMORY: Final = 1 << 30
PROCESSOR: Final = 20
ROWS: Final = 6_000
COLUMNS: Final = 60
LONGEST: Final = 4_000


def main() -> int:
    """Exit code 3 where it is no workbook."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        sheet = book.get_sheet_by_index(0)
        before = sheet.start[0] if sheet.start else 0
        above: list[list[str]] = [[] for _ in range(min(before, ROWS))]
        found = [[_text(cell)[:LONGEST] for cell in row[:COLUMNS]] for row in sheet.to_python(nrows=ROWS)]
    except (PasswordError, CalamineError, OSError, IndexError, ValueError):
        return 3
    json.dump(above + found, sys.stdout)
    return 0


def _text(cell: Any) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
