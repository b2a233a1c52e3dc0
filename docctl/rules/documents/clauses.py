"""The text of a procedure line by line, each with its clause; the figures and limits that it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from docctl.errors.message import Message
from docctl.rules.documents import structure
from docctl.rules.documents.structure import Kind
from docctl.rules.text import is_hidden

LARGEST_FIGURE: Final = 20_000_000
_HEADING: Final = re.compile(r"#{1,6}\s+(?P<number>\d{1,3}(?:\.\d{1,3})*)(?!\.?\d)[.、]?\s*\S")
_CLAUSE: Final = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})+)(?:[.、]?\s+(?=\D)|(?=[\u4e00-\u9fff《“]))")
_FIGURE: Final = re.compile(
    r"!\[.{0,500}?\]\(\s*(?:<([^<>\n]{1,300})>|<?([^)\s>]{1,300}))|<img\b[^>]{0,500}?\ssrc\s*=\s*[\"']?([^\"'\s>]{1,300})"
    r"|^ {0,3}\[[^\]]{1,100}\]:[ \t]*<?([^\s>]{1,300}\.(?:png|jpe?g|gif|svg|webp|pdf))",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_FIGURE_NAME: Final = re.compile(r"[^\W_][\w.-]{0,99}\.(?:png|jpe?g|gif|svg|webp|pdf)", re.IGNORECASE)
_LIMIT: Final = re.compile(r"\{limit:([^{}\n]{0,80})\}")


@dataclass(frozen=True)
class Line:
    """A line of the text, outside code blocks and comments. `opens` says that a clause begins with it.

    `within`: what it says without the marks of the lists and quotations that it stands in; empty where it has
    nothing but marks. `begins`: it is the first of its block.
    """

    at: int
    text: str
    clause: str = ""
    opens: bool = False
    within: str = ""
    kind: Kind = "text"
    begins: bool = False


def read_lines(text: str, first_line: int = 1) -> Iterator[Line]:
    """The lines outside code blocks and comments, each with its clause. A block that never closes is none."""
    yield from _lines(text, first_line)


@lru_cache(maxsize=8)
def _lines(text: str, first_line: int) -> tuple[Line, ...]:
    """Kept for a while: what is written is asked for its figures, its limits, its clauses and its gaps."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    read: list[Line] = []
    clause = ""
    for leaf in structure.each_line([line.expandtabs(4) for line in lines]):
        written = lines[leaf.at]
        opening = _HEADING.match(written) or _CLAUSE.match(written)
        clause = opening["number"] if opening else clause
        read.append(
            Line(
                first_line + leaf.at, written, clause, opening is not None, leaf.text, leaf.kind, leaf.begins
            )
        )
    return tuple(read)


def changed(old: str, new: str) -> set[str]:
    """The clauses whose own lines differ between two texts; empty stands for what comes before the first."""
    before, now = (_by_clause(text) for text in (old, new))
    return {clause for clause in before.keys() | now.keys() if before.get(clause) != now.get(clause)}


def _by_clause(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in read_lines(text):
        if line.text.strip():
            found.setdefault(line.clause, []).append(line.text.strip())
    return found


def in_order(clause: str) -> tuple[int, ...]:
    """For sorting: 5.10 comes after 5.2."""
    return tuple(int(part) for part in clause.split(".") if part.isdecimal())


def hidden_characters(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Line and character of each that cannot be seen (SE-48). What emoji need is let through."""
    for line in lines:
        yield from ((line.at, c) for c in line.text if is_unseen(c))


def is_unseen(character: str) -> bool:
    """Whether nobody sees a character of a text, which is no end of a line (SE-48)."""
    if character.isascii():
        return not (character.isprintable() or character in "\t\n")
    return character not in "\ufe0e\ufe0f" and is_hidden(character)


def figures_named(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Line and path of each figure, relative to the file."""
    # Over the whole text: the words in front of a path may be broken over two lines.
    text = "\n".join(line.text for line in lines)
    for found in _FIGURE.finditer(text):
        path = next(filter(None, found.groups()))
        yield lines[text.count("\n", 0, found.end())].at, unquote(path)


def misplaced_figures(
    lines: Sequence[Line], folder: str, kept_at: Callable[[str], str], figures: Mapping[str, bytes]
) -> dict[str, Message]:
    """Path to sentence for each figure that is not given, is too large, or is elsewhere.

    `kept_at` says where a path leads, in `figures`; `folder` is how people call the folder of the document.
    """
    found = {}
    for line, path in figures_named(lines):
        parts, kept = path.split("/"), kept_at(path)
        if len(parts) != 2 or kept.split("/")[0] != kept_at(f"{folder}/x").split("/")[0]:
            kept = ""
        if not kept or not _FIGURE_NAME.fullmatch(parts[1]):
            found[path] = Message(
                "line {line}: a figure lies beside the text, as {folder}/name.png (jpg, gif, svg, webp; pdf)",
                line=line,
                folder=folder,
            )
        elif kept not in figures:
            found[path] = Message("line {line}: this figure is missing; put the file there", line=line)
        elif len(figures[kept]) > LARGEST_FIGURE:
            found[path] = Message(
                "line {line}: this figure has over {most} MB; make it smaller",
                line=line,
                most=LARGEST_FIGURE // 10**6,
            )
    return found


def limits_named(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Line and name of each `{limit:name}`."""
    for line in lines:
        yield from ((line.at, name.strip()) for name in _LIMIT.findall(line.text))
