"""The text of a procedure line by line, each with its clause; the figures and limits that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from docctl.errors.message import Message
from docctl.rules.text import is_hidden

LARGEST_FIGURE: Final = 20_000_000
_FENCE: Final = re.compile(r" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)")
_HEADING: Final = re.compile(r"#{1,6}\s+(?P<number>\d{1,3}(?:\.\d{1,3})*)(?!\.?\d)[.、]?\s*\S")
_CLAUSE: Final = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})+)(?:[.、]?\s+(?=\D)|(?=[\u4e00-\u9fff《“]))")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FIGURE: Final = re.compile(
    r"!\[.{0,500}?\]\(\s*<?([^)\s>]{1,300})|<img\b[^>]{0,500}?\ssrc\s*=\s*[\"']?([^\"'\s>]{1,300})"
    r"|^ {0,3}\[[^\]]{1,100}\]:[ \t]*<?([^\s>]{1,300}\.(?:png|jpe?g|gif|svg|webp))",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_FIGURE_NAME: Final = re.compile(r"[^\W_][\w.-]{0,99}\.(?:png|jpe?g|gif|svg|webp)", re.IGNORECASE)
_LIMIT: Final = re.compile(r"\{limit:([^{}\n]{0,80})\}")


@dataclass(frozen=True)
class Line:
    """A line of the text outside code blocks. `opens` says that a clause begins with it."""

    at: int
    text: str
    clause: str = ""
    opens: bool = False


def read_lines(text: str, first_line: int = 1) -> Iterator[Line]:
    """The lines outside code blocks, each with its clause. A block that never closes is none."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    clause, at = "", 0
    hopeless: dict[str, int] = {}  # length from which a fence of this sign is known to have no end
    while at < len(lines):
        found = _FENCE.fullmatch(lines[at])
        fence = (found[1] or found[2]) if found else ""
        if fence and len(fence) < hopeless.get(fence[0], len(text) + 1):
            closing = re.compile(rf" {{0,3}}{fence[0]}{{{len(fence)},}}\s*")
            end = next((n for n in range(at + 1, len(lines)) if closing.fullmatch(lines[n])), None)
            if end is not None:
                at = end + 1
                continue
            hopeless[fence[0]] = len(fence)
        opening = _HEADING.match(lines[at]) or _CLAUSE.match(lines[at])
        clause = opening["number"] if opening else clause
        yield Line(first_line + at, lines[at], clause, opening is not None)
        at += 1


def hidden_characters(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Line and character of each that cannot be seen (SE-48). What emoji need is let through."""
    for line in lines:
        hidden = (c for c in line.text if c not in "\t\ufe0f" and not c.isascii() and is_hidden(c))
        yield from ((line.at, c) for c in (*hidden, *_CONTROL.findall(line.text)))


def figures_named(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Line and path of each figure, relative to the file."""
    # Over the whole text: the words in front of a path may be broken over two lines.
    text = "\n".join(line.text for line in lines)
    for found in _FIGURE.finditer(text):
        path = next(filter(None, found.groups()))
        yield lines[text.count("\n", 0, found.end())].at, unquote(path)


def misplaced_figures(lines: Sequence[Line], folder: str, figures: Mapping[str, bytes]) -> dict[str, Message]:
    """Path to sentence for each figure that is not given, is too large, or is elsewhere."""
    found = {}
    for line, path in figures_named(lines):
        parts = path.split("/")
        if len(parts) != 2 or parts[0] != folder or not _FIGURE_NAME.fullmatch(parts[1]):
            found[path] = Message(
                "line {line}: a figure lies beside the text, as {folder}/name.png (jpg, gif, svg, webp)",
                line=line,
                folder=folder,
            )
        elif path not in figures:
            found[path] = Message("line {line}: this figure is missing; put the file there", line=line)
        elif len(figures[path]) > LARGEST_FIGURE:
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
