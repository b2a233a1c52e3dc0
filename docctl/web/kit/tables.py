"""Rows of a table that can be read without their head: each cell bears the name of its column.

On a narrow screen a row is shown as a card, and the head is out of sight (office.css).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from flask import Flask
from markupsafe import Markup, escape

_PART: Final = re.compile(r"<(tr|td|th)\b")


def install(app: Flask) -> None:
    """Give templates the filter."""
    app.jinja_env.filters.update(labelled=labelled)


def labelled(rows: Markup, headers: Sequence[str]) -> Markup:
    """The rows with a `data-label` in every cell. A row with a table in it is left as it is."""
    if "<table" in rows:
        return rows
    column = 0

    def label(part: re.Match[str]) -> str:
        nonlocal column
        if part[1] == "tr":
            column = 0
            return part[0]
        header = headers[column] if column < len(headers) else ""
        column += 1
        return f'{part[0]} data-label="{escape(header)}"'

    return Markup(_PART.sub(label, rows))  # noqa: S704 - the cells were escaped by the template
