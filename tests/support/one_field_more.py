"""A field more in the head of a document, as somebody would add it: one row of one table."""

from __future__ import annotations

import shutil
from pathlib import Path

import docctl

PACKAGE = Path(docctl.__file__).parent
TABLE = Path("rules") / "documents" / "head.py"
ROW = """    HeadField(
        key="process",
        words=Own(zh="所属过程", en="Process"),
        schema={"type": "string", "minLength": 1, "maxLength": 80},
        in_forms=True,
    ),
"""


def plant(folder: Path) -> None:
    """A copy of docctl in `folder`, with the field."""
    shutil.copytree(PACKAGE, folder / "docctl", ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "docctl" / TABLE
    before, first, after = table.read_text("utf-8").partition("FIELDS: Final = (\n")
    assert first
    table.write_text(before + first + ROW + after, "utf-8")
