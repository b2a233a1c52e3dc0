"""Lists on pages: headings and cells from where they are declared, and the name of its column in each cell.

On a narrow screen a row is shown as a card, and the head is out of sight (office.css).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from flask import Flask, url_for
from markupsafe import Markup, escape

from docctl.queries.columns import Column, Listed, Surface
from docctl.web.kit import here, telling

_PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "document": "documents.show",
        "copy": "copies.show",
        "record": "records.show",
        "outsider": "copies.outsider_show",
        "delegation": "delegations.show",
        "disposal": "disposals.show",
    }
)
"""The page of a thing, by what a column says that its number is of."""
_CALLED: Final[Mapping[str, str]] = MappingProxyType({"outsider": "key"})
"""What the page calls it, where that is not its number."""
# In what our own templates wrote, where whatever they show is escaped: `<` begins a tag and nothing else.
# A parser takes 50 times as long (48 ms against 1 ms for a list of 50 lines).
_PART: Final = re.compile(r"<(tr|td|th)\b")


def install(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(labelled=labelled, headings=headings, cell=cell)


def headings(listed: Listed) -> list[str]:
    """What stands above the columns of a list on its page."""
    return listed.headings(Surface.PAGE, telling.reader())


def cell(line: Any, column: Column) -> str:
    """What stands in a column, where the page has no way of its own to show it. A number may lead on."""
    shown = column.cell(line, telling.reader(), here.site().zone)
    if shown is None or not column.leads_to:
        return "" if shown is None else str(shown)
    if column.leads_to == "revision":
        return pinned(line["document"], str(shown))
    asked: dict[str, Any] = {_CALLED.get(column.leads_to, "number"): shown}
    return Markup('<a href="{}">{}</a>').format(url_for(_PAGES[column.leads_to], **asked), shown)


def pinned(number: str, label: str) -> Markup:
    """The label of a revision, which leads to that revision, whatever is in force now."""
    there = url_for("documents.show_revision", number=number, label=label)
    return Markup('<a href="{}" aria-label="{} {}">{}</a>').format(there, number, label, label)


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
