"""A paragraph that asks for a new page, and says no more: on paper one begins there; a page shows nothing.

How it is asked for says `rules.documents.signs`, in the ways of several editors.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from docctl.render import sanitiser
from docctl.rules.documents import signs

MARKS: Final[sanitiser.Marks] = {"div": {"new-page"}}
_BEFORE_INLINE: Final = 23


class NewPage(Extension):
    """Makes it an empty block of its own."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown asks for
        md.treeprocessors.register(_NewPage(md), "new_page", _BEFORE_INLINE)


class _NewPage(Treeprocessor):
    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            if signs.begins_page(paragraph.text or "") and not len(paragraph):
                paragraph.tag, paragraph.text = "div", None
                paragraph.set("class", "new-page")
