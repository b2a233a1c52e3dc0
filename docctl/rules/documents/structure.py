"""How a text is built of blocks: code, comments, notices, quotations, lists and tables within each other.

As CommonMark and GFM read it, and so as editors preview it. Both ask here: who renders a text, and who
checks its lines. Knows lines whose tabs were made blanks (`lines_of`), and nothing of what is in a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from docctl.rules.documents import signs
from docctl.rules.documents.enumerations import stands_alone
from docctl.rules.documents.signs import Marker, is_blank

Lines = Sequence[str]
Kind = Literal["text", "table", "code", "unseen", "notice", "quote", "list"]
"""`unseen`: a comment, or the place for a list of contents, which docctl makes of its own accord."""

DEEPEST: Final = 64
"""Blocks within each other. What is deeper stays text; nothing that can be printed is (`render.bounds`)."""


@dataclass(frozen=True)
class Part:
    """What stands within a block, from line `at` on: lines without their indent or `>`, and their blocks."""

    at: int
    lines: Lines
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Block:
    """The lines from `at` to before `end` of a text.

    `parts`: the items of a list, or the one inside of a quotation, a notice or a block of code. `said`: what
    a fence or a notice says behind its sign. `first`: the number that a list begins with. `loose`: its
    items stand apart.
    """

    kind: Kind
    at: int
    end: int
    parts: tuple[Part, ...] = ()
    said: str = ""
    first: int | None = None
    loose: bool = False


@dataclass(frozen=True)
class Leaf:
    """A line that is in no code and no comment. `at`: which of the whole text; `begins`: a block with it."""

    at: int
    kind: Kind
    text: str
    begins: bool = False


def lines_of(text: str) -> list[str]:
    """The lines of a text, as the other functions take them."""
    return re.sub(r"\r\n?", "\n", text).expandtabs(4).split("\n")


def blocks(lines: Lines) -> tuple[Block, ...]:
    """The blocks of a text in their order. Each line is in one of them."""
    return tuple(_Reader(lines, 0).blocks())


def each_line(lines: Lines, found: tuple[Block, ...] | None = None, above: int = 0) -> Iterator[Leaf]:
    """Each line of text and of tables in a text, without the marks of the blocks that it stands in."""
    for block in blocks(lines) if found is None else found:
        if block.kind in {"text", "table"}:
            for n in range(block.at, block.end):
                yield Leaf(above + n, block.kind, lines[n], begins=n == block.at)
        elif block.kind in {"list", "quote", "notice"}:
            for part in block.parts:
                yield from each_line(part.lines, part.blocks, above + part.at)


class _Reader:
    """Reads the lines of a text or of a part, `depth` blocks within."""

    def __init__(self, lines: Lines, depth: int) -> None:
        self.lines, self.depth = lines, depth
        self.hopeless: dict[str, int] = {}  # length from which a fence of this sign is known to have no end

    def blocks(self) -> Iterator[Block]:
        at = begun = 0
        before = ""  # the line before, as long as its paragraph may go on
        hanging = False
        while at < len(self.lines):
            line = self.lines[at]
            if not line:
                before, at = "", at + 1
                continue
            block = self._block(at, is_open=bool(before), hanging=hanging)
            if block is not None or (at > begun and stands_alone(line, before)):
                if at > begun:
                    yield Block("text", begun, at)
                begun = at
            if block is not None:
                yield block
                at = begun = block.end
                before, hanging = "", False
                continue
            before = line if signs.goes_on(line) and not (before and signs.underlines(line)) else ""
            hanging = signs.is_hanging(line) or (hanging and (is_blank(line) or signs.indent(line) >= 4))
            at += 1
        if at > begun:
            yield Block("text", begun, at)

    def _block(self, at: int, *, is_open: bool, hanging: bool = False) -> Block | None:
        """The block that begins here, where it is none of text. An open paragraph goes on if it may."""
        line = self.lines[at]
        if is_blank(line) or self.depth > DEEPEST:
            return None
        if signs.indent(line) >= 4:
            return None if is_open or hanging else self._indented(at)
        if (mark := signs.marker(line)) and (not is_open or mark.interrupts):
            return self._list(at, mark)
        return self._fenced(at) or self._unseen(at) or self._notice(at) or self._quote(at) or self._table(at)

    def _part(self, at: int, lines: Lines) -> Part:
        return Part(at, lines, tuple(_Reader(lines, self.depth + 1).blocks()))

    def _indented(self, at: int) -> Block:
        end = self._indented_end(at)
        return Block("code", at, end, (Part(at, [line[4:] for line in self.lines[at:end]]),))

    def _indented_end(self, at: int) -> int:
        """Before which line those end that are indented by four, with blank lines between them."""
        end = at
        for n in range(at, len(self.lines)):
            if signs.indent(self.lines[n]) >= 4:
                end = n + 1
            elif not is_blank(self.lines[n]):
                break
        return end

    def _fenced(self, at: int) -> Block | None:
        fence = signs.fence(self.lines[at])
        if fence is None or len(fence.sign) >= self.hopeless.get(fence.sign[0], len(fence.sign) + 1):
            return None
        closing = re.compile(rf" {{0,3}}{fence.sign[0]}{{{len(fence.sign)},}} *")
        end = next((n for n in range(at + 1, len(self.lines)) if closing.fullmatch(self.lines[n])), None)
        if end is None:
            self.hopeless[fence.sign[0]] = len(fence.sign)
            return None
        code = [line[min(fence.indent, signs.indent(line)) :] for line in self.lines[at + 1 : end]]
        return Block("code", at, end + 1, (Part(at + 1, code),), fence.said)

    def _unseen(self, at: int) -> Block | None:
        if signs.asks_for_contents(self.lines[at]):
            return Block("unseen", at, at + 1)
        if not signs.opens_comment(self.lines[at]) or "<!--" in self.hopeless:
            return None
        end = next((n for n in range(at, len(self.lines)) if "-->" in self.lines[n]), None)
        if end is None:
            self.hopeless["<!--"] = 0
            return None
        alone = is_blank(self.lines[end].partition("-->")[2])
        return Block("unseen", at, end + 1) if alone else None

    def _notice(self, at: int) -> Block | None:
        said = signs.exclaimed(self.lines[at])
        if said is not None:
            end = max(self._indented_end(at + 1), at + 1) if at + 1 < len(self.lines) else at + 1
            return Block(
                "notice", at, end, (self._part(at + 1, [x[4:] for x in self.lines[at + 1 : end]]),), said
            )
        opened = signs.colons(self.lines[at])
        if opened is None or not opened.said or ":" in self.hopeless:
            return None
        depth = 0
        for n in range(at, len(self.lines)):
            if (found := signs.colons(self.lines[n])) is not None:
                depth += 1 if found.said else -1
            if not depth:
                return Block("notice", at, n + 1, (self._part(at + 1, self.lines[at + 1 : n]),), opened.said)
        self.hopeless[":"] = 0
        return None

    def _quote(self, at: int) -> Block | None:
        if signs.quoted(self.lines[at]) is None:
            return None
        inside: list[str] = []
        end = at
        for line in self.lines[at:]:
            said = signs.quoted(line)
            if said is None and not self._is_lazy(inside, line):
                break
            inside.append(signs.AS_TEXT + line if said is None else said)
            end += 1
        return Block("quote", at, end, (self._part(at, inside),))

    def _list(self, at: int, mark: Marker) -> Block:
        parts: list[Part] = []
        apart = False
        end = begun = at
        following: Marker | None = mark
        while following is not None and following.sign == mark.sign:
            item = self._item(begun, following)
            end = begun + len(item)
            parts.append(self._part(begun, item))
            begun = next((n for n in range(end, len(self.lines)) if not is_blank(self.lines[n])), end)
            following = signs.marker(self.lines[begun]) if begun < len(self.lines) else None
            apart |= begun > end and following is not None and following.sign == mark.sign
        return Block("list", at, end, tuple(parts), "", mark.number, apart or any(map(_is_parted, parts)))

    def _item(self, at: int, mark: Marker) -> list[str]:
        own = [mark.text]
        for line in self.lines[at + 1 :]:
            if is_blank(line):
                if len(own) == 1 and is_blank(mark.text):
                    break  # an item begins with one blank line at most
                own.append("")
            elif signs.indent(line) >= mark.width:
                own.append(line[mark.width :])
            elif self._is_lazy(own, line):
                own.append(signs.AS_TEXT + line)
            else:
                break
        while len(own) > 1 and is_blank(own[-1]):
            own.pop()
        return own

    def _table(self, at: int) -> Block | None:
        """A head, a line of bars below it, and rows as far as the paragraph would go."""
        columns = signs.columns(self.lines[at])
        if not columns or at + 1 == len(self.lines) or signs.delimited(self.lines[at + 1]) != columns:
            return None
        end = at + 2
        while end < len(self.lines) and self._is_row(end, columns):
            end += 1
        return Block("table", at, end)

    def _is_row(self, at: int, columns: int) -> bool:
        line = self.lines[at]
        own = signs.goes_on(line) and not signs.begins(line) and signs.indent(line) < 4
        return own and (columns > 1 or signs.columns(line) > 0)

    def _is_lazy(self, before: Lines, line: str) -> bool:
        """Whether a line without the indent or sign of its paragraph goes on with it all the same."""
        return (
            bool(before)
            and signs.goes_on(line)
            and not signs.begins(line)
            and not stands_alone(line, before[-1])
            and signs.leaves_open(before[-1], before[-2] if len(before) > 1 else "")
        )


def _is_parted(part: Part) -> bool:
    """Whether a blank line stands between two blocks of an item."""
    texts = (block for block in part.blocks if block.kind == "text")
    return any(is_blank(part.lines[n]) for block in texts for n in range(max(block.at, 1), block.end))
