"""Links of a text to other documents: what they name, and what is wrong with those within the text.

`[see](03-Workflows.md#5.2)` names a document by the name of a file, by its number or by its title; where that
is, is asked of the library, each time that somebody follows it. Knows no library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from docctl.rules.documents import signs
from docctl.rules.documents.clauses import Line
from docctl.rules.documents.spans import without_code

SCHEME: Final = "document"
"""Of the address that a rendered text has for such a link, before it is known where its reader finds it."""

PINNED: Final = "@"
"""In such an address, between the name of a document and the label of one of its revisions."""


@dataclass(frozen=True)
class Link:
    """What a link names: a document, and a clause of it if one is given."""

    name: str
    clause: str = ""

    @property
    def words(self) -> str:
        """The name without the number that files are sorted by, for a comparison with titles."""
        return plain(re.sub(r"^\d+[-_. ]+", "", self.name))


def link_of(address: str) -> Link | None:
    """What a link names, if it is one to another document of the library."""
    said = unquote(address).strip()
    if not said or said.startswith(("#", "/", "\\")) or _SCHEME.match(said.removeprefix(f"{SCHEME}:")):
        return None
    path, _, clause = said.removeprefix(f"{SCHEME}:").partition("#")
    name = _TEXT.sub("", path.partition("?")[0].rstrip("/")).rpartition("/")[2].strip()
    return Link(name, clause.strip()) if name and name not in {".", ".."} else None


def plain(words: str) -> str:
    """Words without what separates them, in small letters."""
    return re.sub(r"[\W_]+", "", words).casefold()


def slugs(headings: Iterable[str]) -> dict[str, int]:
    """What GitHub, GitLab, Typora and VS Code call the anchors of headings, each with which heading it is.

    Without dashes and signs, of which each of them makes what it likes: compare `plain` names.
    """
    found: dict[str, int] = {}
    many: dict[str, int] = {}
    for n, words in enumerate(headings):
        name = plain(words)
        before = many[name] = many.get(name, -1) + 1
        found.setdefault(f"{name}{before}" if before else name, n)
    return found


def links(lines: Iterable[Line]) -> Iterator[tuple[Line, Link]]:
    """Line and name of each link to another document."""
    for line, address in _addresses(lines):
        if link := link_of(address):
            yield line, link


def astray(lines: Iterable[Line], written: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Links within the text that lead to no clause, no anchor and no heading of it.

    `written`: the same lines as they are written, whose code is a word of a heading.
    """
    every = list(lines)
    known = {line.clause for line in every} | {name for line in every for name in _ANCHOR.findall(line.text)}
    known |= {name for line in every for name in _HEADED.findall(line.text)}
    headed = slugs(map(_heading, _headings(written)))
    for line, address in _addresses(every):
        target = unquote(address)
        if target.startswith("#") and target[1:] not in known and plain(target) not in headed:
            yield line, target


def _headings(lines: Iterable[Line]) -> Iterator[str]:
    """What stands behind `#`, and what stands above `===` or `---`."""
    above: list[str] = []
    for line in lines:
        if above and not line.begins and signs.underlines(line.within):
            yield " ".join(above)
            above = []
            continue
        if line.begins or not signs.goes_on(line.within):
            above = []
        if found := _WORDED.match(line.within):
            yield found[1]
        elif signs.goes_on(line.within):
            above.append(line.within.strip())


def _heading(said: str) -> str:
    """The words of a heading, as far as they count for its anchor."""
    return re.sub(r"\]\([^()\n]{0,300}\)|<[^<>\n]{0,100}>", "", _ANCHOR.sub("", said))


def _addresses(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    for line in lines:
        for found in _LINK.finditer(without_code(line.text)):
            yield line, found[1] or found[2] or found[3]


_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TEXT: Final = re.compile(r"\.(?:md|markdown|html?)$", re.IGNORECASE)
_ANCHOR: Final = re.compile(r"\{:?[ ]*#([^\s{}]+)\}")
# 一、 （二） 第三章 附录 A: headings that are numbered in words.
_HEADED: Final = re.compile(r"^#{1,6}\s+([^\s、]+)")
_WORDED: Final = re.compile(r" {0,3}#{1,6} +(.*)")
_LINK: Final = re.compile(
    r"(?<![!\\])\[[^\[\]\n]{0,300}\]\((?:<([^<>\n]{1,300})>|([^\s()<>]{1,300}))(?:\s+\"[^\"\n]{0,300}\")?\s*\)"
    r"|^ {0,3}\[(?!\^)[^\]\n]{1,100}\]:[ \t]*<?([^\s<>]{1,300})"
)
