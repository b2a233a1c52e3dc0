"""The page for people, index.html: made from the events and files that it is about, and from nothing else.

Each section is a table of rows as the events left them. What is said in words stands in words.json; beside
the words there is always the name of the column or the very word of the event.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any, Dict, Iterator, List, Tuple

from docctl.ledger.evidence.canonical import text
from docctl.ledger.evidence.endings import ENDINGS, EVENTS, FILES
from docctl.ledger.evidence.former import Row
from docctl.ledger.evidence.rows import Rows
from docctl.ledger.evidence.sections import SECTIONS

Words = Dict[str, Dict[str, str]]

HEAD = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%s</title>
<style>
@page { size: A4 landscape; margin: 14mm 12mm; }
@page { @bottom-right { content: counter(page) " / " counter(pages); } }
html { font-family: "Noto Sans SC", "Noto Serif SC", sans-serif; font-size: 8pt; line-height: 1.4; }
table { width: 100%%; border-collapse: collapse; table-layout: fixed; }
th, td { border: 0.5pt solid #888; padding: 1mm; text-align: left; vertical-align: top; }
th, td { overflow-wrap: anywhere; }
thead { display: table-header-group; }
th { background: #eee; }
tr { break-inside: avoid; }
h2 { break-after: avoid; }
small { display: block; color: #555; }
</style>
</head>
<body>
"""


class Page:
    """The page of a file."""

    def __init__(self, rows: Rows, words: Words) -> None:
        self.rows, self.words = rows, words

    def parts(self, facts: List[Tuple[str, str]], files: List[Tuple[str, int, str]]) -> Iterator[str]:
        """The page, a piece at a time. `facts`: what it is about; `files`: those that it leads to."""
        yield HEAD % escape(self.said("evidence"))
        yield "<h1>" + escape(self.said("evidence")) + "</h1>\n" + self.about("evidence")
        known = ([self.words_of("fact." + key, key), escape(value)] for key, value in facts)
        yield from self.table("subject", [self.words_of(name, name) for name in ("fact", "value")], known)
        for section, t, columns in SECTIONS + ENDINGS:
            cells = ([self.cell(t, kind, name, row) for kind, name in columns] for row in self.rows.scoped(t))
            yield from self.table(section, [self.heading(t, name) for _, name in columns], cells)
        linked = (['<a href="%s">%s</a>' % (path, path), str(size), sha256] for path, size, sha256 in files)
        yield from self.table("files", [self.words_of(name, name) for name in FILES], linked)
        yield from self.table("events", [self.heading("event", name) for name in EVENTS], self.events())
        yield "</body>\n</html>\n"

    def table(self, section: str, headings: List[str], lines: Iterator[List[str]]) -> Iterator[str]:
        """A section with its heading; nothing where there is no line in it."""
        begun = False
        for cells in lines:
            if not begun:
                begun = True
                heads = "".join("<th>" + heading + "</th>" for heading in headings)
                title = self.words_of("section." + section, section)
                yield '<section id="' + section + '">\n<h2>' + title + "</h2>\n"
                yield self.about(section) + "<table>\n<thead><tr>" + heads + "</tr></thead>\n<tbody>\n"
            yield "<tr>" + "".join("<td>" + cell + "</td>" for cell in cells) + "</tr>\n"
        if begun:
            yield "</tbody>\n</table>\n</section>\n"

    def events(self) -> Iterator[List[str]]:
        """A line for each event that is in the file."""
        for (line,) in self.rows.db.execute("SELECT line FROM event ORDER BY seq"):
            seq, at, act, *rest = json.loads(line)
            yield [str(seq), escape(at), self.words_of("act." + act, act), *map(escape, rest)]

    def cell(self, t: str, kind: str, name: str, row: Row) -> str:
        """One cell as HTML."""
        held = row[name]
        if held is None or held == "":
            return ""
        if kind == "word":
            return self.words_of(t + "." + name + "." + held, held)
        if kind == "titles":
            said = json.loads(held)
            return escape(" / ".join(said[language] for language in sorted(said, reverse=True)))
        if kind == "value":
            return escape(self.rows.value(held))
        return escape(str(held) if kind == "text" else self.called(kind, held))

    def called(self, t: str, k: int) -> str:
        """What people call a row; its key where the file does not tell of it."""
        row = self.rows.newest(t, k)
        if row is None:
            return str(k)
        if t == "person":
            return str(row["name"] + " (" + row["login"] + ")")
        if t == "revision":
            return self.called("document", row["document_id"]) + " " + str(row["label"])
        if t == "submission":
            return self.called("revision", row["revision_id"]) + " (" + str(row["number"]) + ")"
        return str(row["number"])

    def heading(self, t: str, name: str) -> str:
        """What a column of a table is called."""
        own = t + "." + name
        return self.words_of(own if own in self.words else name, name)

    def said(self, key: str) -> str:
        """The words for a key, in each language."""
        words = self.words.get(key, {})
        return " ".join(words[language] for language in sorted(words, reverse=True))

    def words_of(self, key: str, shown: str) -> str:
        """The words for a key, and what the events call it: words are chosen, that is not."""
        return escape(self.said(key)) + "<small>" + escape(shown) + "</small>"

    def about(self, section: str) -> str:
        """What a section tells, a paragraph for each language."""
        words = self.words.get("about " + section, {})
        return "".join("<p>" + escape(words[each]) + "</p>\n" for each in sorted(words, reverse=True))


def value_text(value: Any) -> str:
    """A value of a record as it is shown: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else text(value)
