"""Markdown of a procedure into safe HTML.

The text is untrusted: HTML in it is shown, never obeyed, and what comes out is cleaned against explicit
lists (SE-15). Knows no site, no revision and no place where figures are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markdown import Markdown

from docctl.errors import Invalid
from docctl.errors.message import Message, line_of
from docctl.render import outline, paper
from docctl.render.blocks import Blocks
from docctl.render.bounds import refuse_what_explodes
from docctl.render.dialect import BACK_TO_NOTE, Dialect, FigureUrl, LinkTold
from docctl.render.inline import Inline
from docctl.render.merged import Merged
from docctl.render.new_page import MARKS as NEW_PAGE
from docctl.render.new_page import NewPage
from docctl.render.place import ALONE, Place
from docctl.render.sanitiser import clean
from docctl.rules.languages import Language
from docctl.rules.records.limits import Limit
from docctl.rules.text import is_hidden


@dataclass(frozen=True)
class Rendered:
    """Cleaned HTML; the same text and limits always give the same bytes."""

    html: str
    contents: tuple[outline.Heading, ...]
    sections: tuple[outline.Section, ...]


def to_html(
    text: str,
    *,
    language: Language,
    limits: Mapping[str, Limit],
    figure_url: FigureUrl,
    number: str,
    title: str = "",
    told: LinkTold | None = None,
    place: Place = ALONE,
    for_paper: bool = False,
) -> Rendered:
    """Render the body (without front matter) of document `number` in its language.

    `title`: what stands above it; a first heading that says the same is left out. `told`: what a
    print says behind links to other documents. `place`:
    where it stands beside other texts. `for_paper`: with the marks that the style sheet of a print goes by.

    Raises Invalid, each line a key, for limits that the front matter has not got and for text out of bounds.
    """
    refuse_what_explodes(text)
    dialect = Dialect(language, limits, figure_url, place, title, told, for_paper=for_paper)
    html = clean(
        _reading(dialect, for_paper=for_paper).convert(_visible(text)),
        figures=dialect.figures,
        prefix=place.prefix,
        marks=paper.MARKS if for_paper else NEW_PAGE,
    )
    if dialect.unknown_limits:
        raise Invalid(_unknown(dialect.unknown_limits, text, number))
    return Rendered(html, *outline.read(html, place))


def _reading(dialect: Dialect, *, for_paper: bool) -> Markdown:
    return Markdown(
        extensions=[
            *_EXTENSIONS,
            *(Blocks(dialect.language), Inline(), Merged(), NewPage(), dialect),
            *([paper.Marks()] if for_paper else []),
        ],
        extension_configs={
            "tables": {"use_align_attribute": True},
            "footnotes": {"BACKLINK_TITLE": BACK_TO_NOTE.told(dialect.language)},
        },
        output_format="html",
    )


_EXTENSIONS: Final = ["tables", "footnotes", "def_list", "abbr", "attr_list"]
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_PLAIN: Final = "\t\n\r\x20-\x7e\u3001-\u303f\u4e00-\u9fff\uff01-\uff65"
_UNUSUAL = re.compile(f"[^{_PLAIN}]")


def _visible(text: str) -> str:
    """Controls, bidi overrides, zero-width and other unseen characters as their code points (SE-48)."""
    return _UNUSUAL.sub(lambda m: _shown(m[0]) if is_hidden(m[0]) else m[0], text.removeprefix("\ufeff"))


def _shown(character: str) -> str:
    # Behind ⚠ and its like they only choose between a sign in colour and one of text.
    return "" if character in "\ufe0e\ufe0f" else f"⟦U+{ord(character):04X}⟧"


def _unknown(names: list[str], text: str, number: str) -> dict[str, Message]:
    problems: dict[str, Message] = {}
    for name in dict.fromkeys(names):
        place = line_of(_line_of(name, text))
        said = Message(
            "{number} has no limit {name}; define it under limits in the front matter, or mend the name",
            number=number,
            name=name,
        )
        before = problems.get(place)
        problems[place] = said if before is None else Message("{first}; {then}", first=before, then=said)
    return problems


def _line_of(name: str, text: str) -> int:
    """The first line that has the limit outside inline code, else the first that has it at all."""
    wanted = re.compile(rf"\{{limit:[ ]*{re.escape(name)}[ ]*\}}")
    having = [(n, line) for n, line in enumerate(re.split(r"\r\n|\r|\n", text), 1) if wanted.search(line)]
    bare = (n for n, line in having if len(line) > 5000 or wanted.search(_CODE.sub("", line)))
    return next(bare, having[0][0])
