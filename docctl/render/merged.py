"""Cells of tables: those that are merged (`rules.documents.merging`), and the bars that are words of theirs.

On the tree, before its words are read.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from docctl.rules.documents.merging import spans

_BEFORE_INLINE = 24


class Merged(Extension):
    """`^^` belongs to the cell above, `<<` to the cell on the left; a bar behind a backslash is a bar."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown asks for
        md.treeprocessors.register(_Merged(md), "merged", _BEFORE_INLINE)


class _Merged(Treeprocessor):
    def run(self, root: Element) -> None:
        for table in root.iter("table"):
            _merge(table)
            for cell in [*table.iter("th"), *table.iter("td")]:
                # Else code would keep the backslash, which only told the bar from the edge of a cell.
                cell.text = (cell.text or "").replace(r"\|", "|")


def _merge(table: Element) -> None:
    rows = list(table.iter("tr"))
    words = [[(cell.text or "").strip() for cell in row] for row in rows]
    found, merged = spans(words, heads=len(list(table.iterfind("thead/tr"))))
    cells = [list(row) for row in rows]
    for (r, c), span in found.items():
        for name, many in (("rowspan", span.rows), ("colspan", span.columns)):
            if many > 1:
                cells[r][c].set(name, str(many))
    for r, c in merged:
        rows[r].remove(cells[r][c])
