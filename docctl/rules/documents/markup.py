"""Markup that is not read, and so would stand in a print as it is written: where, and what (DC-119).

Knows lines and their signs; what is read, and how, is `structure`, `tags` and `docctl.render`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Final

from docctl.rules.documents import merging, signs, structure
from docctl.rules.documents.clauses import Line
from docctl.rules.documents.spans import STRUCK, without_code, without_comments
from docctl.rules.documents.tags import tags

Found = tuple[Line, str]
"""A line, and what of it will be printed as it stands."""


def plain(lines: Iterable[Line], meant: Iterable[str] = ()) -> list[Line]:
    """The lines as they are checked: without code, comments, and words that are said to be meant."""
    seen: list[Line] = []
    for together in _blocks(lines):
        texts = _uncommented([line.text for line in together])
        withins = _uncommented([line.within for line in together])
        seen += [
            replace(line, text=_said(text, meant), within=_said(within, meant))
            for line, text, within in zip(together, texts, withins, strict=True)
        ]
    return seen


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines of each block, and in a table each row: what a comment may go over."""
    together: list[Line] = []
    for line in lines:
        if together and (line.begins or line.kind == "table"):
            yield together
            together = []
        together.append(line)
    if together:
        yield together


def _uncommented(lines: Sequence[str]) -> list[str]:
    """Lines without their comments, each where it was."""
    text = "\n".join(lines)
    if "<!--" not in text:
        return list(lines)
    return without_comments(text, keep=True).split("\n")


def unread(lines: Sequence[Line]) -> Iterator[Found]:
    """What is not read of `plain` lines, the first of each line."""
    defined = {found[1].lower() for line in lines if (found := _DEFINED.match(line.within))}
    tagged = {**dict(_unmerged(lines)), **dict(_tagged(lines))}
    new_pages = set(_new_pages(lines))
    for line in lines:
        said = line.within.lstrip(signs.AS_TEXT)
        if line.at in new_pages:
            continue
        if line.at in tagged:
            yield line, tagged[line.at]
        elif line.kind == "text" and (signs.colons(said) or signs.fence(said)) is not None:
            yield line, said.strip()
        elif line.kind == "text" and (said.lstrip("# ").startswith("|") or signs.delimited(said)):
            yield line, said.strip()[:80]
        elif found := _UNREAD.search(re.sub(STRUCK, "", said)) or _box(line, said):
            yield line, found[0].strip()
        elif not said.startswith("#") and (found := _ATTRIBUTES.search(said)):
            yield line, found[0]
        elif lost := next(
            (f for f in _REFERRED.finditer(said) if (f[1] or f[2]).lower() not in defined), None
        ):
            yield line, lost[0]


def _box(line: Line, said: str) -> re.Match[str] | None:
    """A box that is not read: one is at the begin of an item, before words."""
    return _BOX.search(_TASK.sub("", said, count=1) if _ITEM.search(line.text) else said)


def vanishing(lines: Iterable[Line]) -> Iterator[Found]:
    """Headings that end in braces, and lines of braces, that say more than an anchor: it would be lost."""
    for line in lines:
        found = _BRACES.match(line.within)
        if found and not all(map(_ATTRIBUTE.fullmatch, found[1].split())):
            yield line, f"{{{found[1]}}}"


def beyond_the_head(lines: Iterable[Line]) -> Iterator[tuple[Line, str, int]]:
    """Rows of tables with more cells than the head: the words of those that get lost, and how many it has."""
    for table in _tables(lines):
        columns = signs.delimited(table[1].within) if len(table) > 1 else 0
        for line in table[2:]:
            if lost := " ".join(filter(None, _cells(line.within)[columns:])):
                yield line, lost, columns


def misplaced(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that look like items of a list and are in the paragraph above them."""
    hanging = False  # a note and a definition have items of their own below them, indented
    for line in lines:
        said = line.within
        goes_on = hanging and not line.begins and (signs.is_blank(said) or signs.indent(said) >= 4)
        hanging = signs.is_hanging(said) or goes_on
        if line.kind == "text" and not goes_on and signs.is_misplaced(said):
            yield line


def drawings(text: str, first_line: int = 1) -> Iterator[tuple[int, str]]:
    """Line and kind of each block of code that is the source of a drawing or a formula."""
    yield from _drawings(structure.blocks(structure.lines_of(text)), first_line)


def _drawings(blocks: Iterable[structure.Block], above: int) -> Iterator[tuple[int, str]]:
    for block in blocks:
        if block.kind == "code" and (found := _DRAWING.match(block.said)):
            yield above + block.at, found[1]
        for part in block.parts:
            yield from _drawings(part.blocks, above + part.at)


def _tagged(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Of each line the first tag that is not read. A tag may end in a later line of its paragraph."""
    for paragraph in _paragraphs(lines):
        begins = list(accumulate((len(line.within) + 1 for line in paragraph), initial=0))
        text = "\n".join(line.within for line in paragraph)
        for tag in reversed(list(tags(text))):
            if not tag.made:
                yield paragraph[bisect_right(begins, tag.start) - 1].at, text[tag.start : tag.end]


def _new_pages(lines: Iterable[Line]) -> Iterator[int]:
    """The lines that are read as new pages: paragraphs of their own, and no terms of a definition."""
    for paragraph, following in pairwise([*_paragraphs(lines), []]):
        defined = following and following[0].within.lstrip().startswith(":")
        if len(paragraph) == 1 and _begins_page(paragraph[0]) and not defined:
            yield paragraph[0].at


def _begins_page(line: Line) -> bool:
    return line.kind == "text" and signs.begins_page(line.within)


def _unmerged(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Of each line of a table the first mark that merges no cells."""
    for table in _tables(lines):
        rows = [_cells(line.within) for line in table if not signs.delimited(line.within)]
        having = [line.at for line in table if not signs.delimited(line.within)]
        _, merged = merging.spans(rows)
        for r, row in enumerate(rows):
            lost = [said for c, said in enumerate(row) if said in merging.MARKS and (r, c) not in merged]
            if lost:
                yield having[r], lost[0]


def _cells(row: str) -> list[str]:
    """The words of the cells of a line, as far as it has bars; those in code are none."""
    said = row.strip()
    bars = [found.start() for found in re.finditer(r"(?<!\\)\|", without_code(said))]
    edges = [-1, *bars, len(said)]
    cells = [said[begin + 1 : end].strip() for begin, end in pairwise(edges)]
    return cells[0 in bars : len(cells) - (len(said) - 1 in bars)]


def _tables(lines: Iterable[Line]) -> Iterator[list[Line]]:
    together: list[Line] = []
    for line in lines:
        if together and (line.kind != "table" or line.begins):
            yield together
            together = []
        if line.kind == "table":
            together.append(line)
    if together:
        yield together


def _paragraphs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    together: list[Line] = []
    for line in lines:
        ended = bool(together) and not signs.goes_on(together[-1].within)
        apart = line.begins or line.kind == "table" or ended or not signs.goes_on(line.within)
        if apart and together:
            yield together
            together = []
        if line.within.strip():
            together.append(line)
    if together:
        yield together


def _said(text: str, meant: Iterable[str]) -> str:
    if not text.strip():
        return text
    said = without_code(text)
    for words in meant:
        said = said.replace(words, " " * len(words))
    # A line of nothing but code is none that divides paragraphs.
    return said if said.strip() else f"{_OBJECT}{said[1:]}"


_UNREAD: Final = re.compile(
    r"<!--|\[\[[^\]\n]{1,200}\]\]|\{%.{0,200}?%\}|(?<![\w:]):[a-z][a-z0-9_+-]{2,40}:(?![\w:])"
    r"|(?<!=)==[^=\s](?:[^=\n]{0,200}[^=\s])?==(?!=)|\$\$|\$[^$\n\\]{0,200}\\[a-zA-Z][^$\n]{0,200}\$"
    r"|^\s*\\[a-zA-Z]{3,}(?:\{[^}\n]{0,200}\})*\s*$|^\s*@(?:start|end)[a-z]+\s*$"
    # A formula ($E=mc^2$, not $5), what other editors underline, strike out or keep for themselves.
    r"|(?<![A-Za-z0-9_$\\])\$(?=[^\s$\d])(?:[A-Za-z]|[^$\n\u4e00-\u9fff]{0,200}[\^_=\\{}<>+*/][^$\n\u4e00-\u9fff]{0,200})(?<!\s)\$(?![A-Za-z0-9$])"
    r"|(?<![A-Za-z0-9_+])\+\+(?=[^\s+])[^+\n]{1,200}(?<![\s+])\+\+(?![A-Za-z0-9_+])|%%(?=[^\s%])[^%\n]{1,200}%%"
    r"|(?<![\w~\])])~(?=[^\s~\d])[^~\n]{1,100}(?<![\s~])~(?![\w~])"
    r"|~~|(?<!\\)\^\[(?![\d.,+−-]*\])[^\]\n]{1,200}\]|(?<!\\)\[-?@[A-Za-z][\w:.-]{1,60}[^\]\n]{0,100}\](?![(\[])"
    r"|(?<![\]\\])\[[^\[\]\n]{0,200}\]\{[ ]*(?:[.#][\w-]+|[\w-]+=)[^{}\n]{0,200}\}"
    # Headings without a blank; blocks of MkDocs, Hugo and reStructuredText; tables that are drawn.
    r"|^\s*#(?:#{1,5}[^\s#]|[^\s#\d!]).{0,40}|^\s*/{3,}(?:[ ]*[a-z][\w-]*.{0,60})?$"
    r"|^\s*\.\.[ ][a-z][\w-]*::.{0,60}|^\s*={3}[!+]?[ ]+\".{0,60}\"|\{\{[<%].{0,100}?[%>]\}\}"
    r"|^\s*\+(?:[-=]{2,}\+)+\s*$|^\s*-{2,}(?:[ ]+-{2,})+\s*$"
)
_ITEM: Final = re.compile(r"(?:[-+*]|\d{1,9}[.)]) +\[[ xX]\] +\S")
_TASK: Final = re.compile(r"^ *\[[ xX]\] +(?=\S)")
_BOX: Final = re.compile(r"(?<![\]\w\\])\[ \](?![(\[:])|^ *\[[xX]\](?: |$)")
_ATTRIBUTES: Final = re.compile(
    r"(?<![)*_`>\]{$])\{(?!#[^\s{}]+\}\s*$)[ ]*(?:[.#][\w-]+|[\w-]+=[^\s{}]+)(?:[ ]+[^{}\n]{0,200})?\}"
)
_REFERRED: Final = re.compile(r"(?<!\\)\[(\^[^\]\s]{1,100})\](?!:)|(?<=\])\[([^\]^]{1,100})\]")
_OBJECT: Final = "\ufffc"
_DEFINED: Final = re.compile(r" {0,3}\[(\^?[^\]]{1,100})\]:")
_BRACES: Final = re.compile(r"(?:#{1,6}[^#].*?[ ]|[ ]*)\{:?([^{}\n]{1,200})\}[ ]*$")
_ATTRIBUTE: Final = re.compile(r"[.#]\S+|[\w-]+=\S+|limit:\S*")
_DRAWING: Final = re.compile(
    r"[{.]*(mermaid|plantuml|puml|uml|dot|graphviz|flow(?:chart)?|sequence|gantt|drawio|ditaa|math|latex|katex|echarts)\b",
    re.IGNORECASE,
)
