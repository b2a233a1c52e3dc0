"""Blocks of a text into elements, as `rules.documents.structure` finds them.

Takes the place of what Python-Markdown does for lists, quotations and code: it wants a blank line before a
list and four blanks for each level, where editors show lists without (decision 37). What is left, headings,
tables, notes, definitions and paragraphs, is its own.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, HashHeaderProcessor, HRProcessor
from markdown.extensions import Extension
from markdown.util import AtomicString, code_escape

from docctl.render import notices
from docctl.rules.documents import signs, structure
from docctl.rules.documents.signs import without_indent
from docctl.rules.documents.spans import without_comments
from docctl.rules.documents.structure import Block, Lines, Part
from docctl.rules.languages import Language

ACROSS: Final = "across"
"""The class of what lies across on paper."""
_TASK: Final = re.compile(r"\[([ xX])\](?= +\S)")
_LANGUAGE: Final = re.compile(r"[{.]*([\w+-]{1,32})")


class Blocks(Extension):
    """Reads blocks as editors preview them."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown asks for
        for replaced in ("indent", "code", "olist", "ulist", "quote"):
            md.parser.blockprocessors.deregister(replaced)
        md.parser.blockprocessors.register(_Blocks(md.parser, self.language), "blocks", 200)
        md.parser.blockprocessors.register(_Heading(md.parser), "hashheader", 70)
        md.parser.blockprocessors.register(_Underlined(md.parser), "setextheader", 60)
        md.parser.blockprocessors.register(_Rule(md.parser), "hr", 50)


class _Heading(HashHeaderProcessor):
    """A heading has a blank behind its signs: `#1 boiler` is the first boiler, and `# C#` keeps its sharp."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?P<header>|[ ][^\n]*?)(?:[ ]+#+)?[ ]*(?:\n|$)")


class _Underlined(BlockProcessor):
    """A paragraph above a line of `===` or `---` is a heading, however many lines it has."""

    _RE: Final = re.compile(r"\A((?:[^\n]+\n)+?)(?:(=+)|-+)[ ]*(?:\n|\Z)")

    def test(self, parent: Element, block: str) -> bool:
        found = self._RE.match(block)
        if found is None or signs.begins_page(found[1]):
            return False
        above = found[1].removesuffix("\n").split("\n")
        return all(signs.goes_on(line) and not signs.is_hanging(line) for line in above)

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        if found := self._RE.match(block):
            SubElement(parent, "h1" if found[2] else "h2").text = found[1].strip()
            if below := block[found.end() :]:
                blocks.insert(0, below)


class _Rule(HRProcessor):
    """A rule may have any blanks between its signs."""

    SEARCH_RE = re.compile(signs.RULE, re.MULTILINE)


class _Blocks(BlockProcessor):
    """Sees each text first, whole; gives the paragraphs in it back to the other processors."""

    def __init__(self, parser: BlockParser, language: Language) -> None:
        super().__init__(parser)
        self.language = language
        self.seen: list[Element] = []  # the elements whose text was divided, the innermost last

    def test(self, parent: Element, block: str) -> bool:
        return not self.seen or self.seen[-1] is not parent

    def run(self, parent: Element, blocks: list[str]) -> None:
        lines = "\n\n".join(blocks).split("\n")
        blocks.clear()
        self._put(parent, lines, structure.blocks(lines))

    def _put(self, parent: Element, lines: Lines, found: tuple[Block, ...]) -> None:
        self.seen.append(parent)
        text: list[str] = []
        for block in found:
            if block.kind in {"text", "table"}:
                text.append("\n".join(without_indent(lines[block.at : block.end])))
                continue
            self._put_text(parent, text)
            text = []
            if block.kind == "code":
                _put_code(parent, block)
            elif block.kind == "list":
                self._put_list(parent, block)
            elif block.kind != "unseen":
                self._put_quote(parent, block)
        self._put_text(parent, text)
        self.seen.pop()

    def _put_text(self, parent: Element, text: list[str]) -> None:
        if text:
            said = without_comments("\n\n".join(text)).rstrip("\n")
            self.parser.parseBlocks(parent, said.split("\n\n"))

    def _put_list(self, parent: Element, block: Block) -> None:
        holder = SubElement(parent, "ul" if block.first is None else "ol")
        if block.first is not None and block.first != 1:
            holder.set("start", str(block.first))
        for part in block.parts:
            item = SubElement(holder, "li")
            self._put_part(item, part)
            if not block.loose:
                _close_up(item)
            _tick(item)

    def _put_quote(self, parent: Element, block: Block) -> None:
        [part] = block.parts
        if block.kind == "notice" and notices.lies_across(block.said):
            self._put_part(SubElement(parent, "div", {"class": ACROSS}), part)
            return
        quote = SubElement(parent, "blockquote")
        said = notices.alert(part.lines[0]) if block.kind == "quote" else block.said
        if said is not None:
            SubElement(SubElement(quote, "p"), "strong").text = notices.headed(said, self.language)
        if said is not None and block.kind == "quote":
            part = Part(part.at, ["", *part.lines[1:]], part.blocks)
        self._put_part(quote, part)

    def _put_part(self, holder: Element, part: Part) -> None:
        # A paragraph in it is one, whatever it stands in.
        self.parser.state.set("part")
        self._put(holder, part.lines, part.blocks)
        self.parser.state.reset()


def _put_code(parent: Element, block: Block) -> None:
    [part] = block.parts
    code = SubElement(SubElement(parent, "pre"), "code")
    if named := _LANGUAGE.match(block.said):
        code.set("class", f"language-{named[1]}")
    code.text = AtomicString("".join(f"{code_escape(line)}\n" for line in part.lines))


def _close_up(item: Element) -> None:
    """Takes the first paragraph of an item for its own words."""
    if len(item) and item[0].tag == "p":
        first = item[0]
        item.text = first.text
        item.remove(first)


def _tick(item: Element) -> None:
    """Makes `[ ]` and `[x]` of a task the box that they stand for."""
    holder = item if item.text or not len(item) else item[0]
    found = _TASK.match(holder.text or "")
    if found and holder.tag in {"li", "p"}:
        holder.text = ("☐" if found[1] == " " else "☑") + (holder.text or "")[found.end() :]
