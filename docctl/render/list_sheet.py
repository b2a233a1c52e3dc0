"""A list on paper, as values and as the HTML of its print: its head, its lines, and who signs below it.

Knows no column and no row of a database; what it puts into HTML it escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Final

from docctl.render import fonts
from docctl.render.blank_form import tag
from docctl.render.marks import GENERATOR
from docctl.render.paper import CODE
from docctl.rules.languages import Language
from docctl.rules.words import Own

MOST_UPRIGHT: Final = 5
"""A list of more columns lies across."""


@dataclass(frozen=True)
class ListSheet:
    """A list in one language. `notes` are said below it."""

    language: Language
    organisation: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str], ...]


_PAGE: Final = Own(zh="第 {page} 页　共 {pages} 页", en="Page {page} of {pages}")
_SIGNS: Final = (
    Own(zh="编制", en="Prepared by"),
    Own(zh="审核", en="Reviewed by"),
    Own(zh="批准", en="Approved by"),
)
_COUNTS: Final = {"page": '<b class="page-number"></b>', "pages": '<b class="page-count"></b>'}


def to_html(sheet: ListSheet) -> str:
    """The whole print, with the style sheet in it. A character that no font has stands as its code."""
    head = "".join(f"<th>{escape(said)}</th>" for said in sheet.headings)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in sheet.rows)
    notes = "　".join(f"{escape(name)}：{escape(said)}" for name, said in sheet.notes if said)
    signs = "".join(f"<td>{escape(said.told(sheet.language))}：</td>" for said in _SIGNS)
    across = " across" if len(sheet.headings) > MOST_UPRIGHT else ""
    body = (
        f'<section class="body list{across}"><p class="body-title">{escape(sheet.title)}</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="form-foot">{notes}</p><table class="signs"><tr>{signs}</tr></table></section>'
    )
    body, _ = fonts.as_codes(body)
    style = (files("docctl.render") / "print" / "sheet.css").read_text("utf-8")
    pages = escape(_PAGE.told(sheet.language)).format(**_COUNTS)
    return (
        f'<!DOCTYPE html><html lang="{tag(sheet.language)}"><head><meta charset="utf-8">'
        f'<title>{escape(sheet.title)}</title><meta name="generator" content="{GENERATOR}">'
        f'<meta name="author" content="{escape(sheet.organisation)}"><style>{style}</style></head>'
        f'<body class="one"><header class="running-head"><table><tr><td>{escape(sheet.organisation)}</td>'
        f"<td><b>{escape(sheet.title)}</b></td></tr></table></header>"
        f'<footer class="running-foot"><span>{pages}</span></footer>{body}</body></html>'
    )


def _cell(said: str) -> str:
    """A number is not broken at its hyphens."""
    mark = ' class="code"' if CODE.fullmatch(said) else ""
    return f"<td{mark}>{escape(said)}</td>"
