"""Looks at every page, print and list of a site in the third language. Run inside the copy that has it.

`python -m tests.support.third_crawl FOLDER` makes the site in FOLDER and prints, as JSON, how much it has seen
and what was said outside of ⟦brackets⟧, each with where.
"""

from __future__ import annotations

import gc
import io
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from docctl.door.site import Site
from docctl.language import own_words
from docctl.queries.documents import redline
from docctl.render import printed
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.standing import find
from docctl.standing import sheet as standing
from docctl.standing.body import body_of
from docctl.standing.document import readable
from docctl.store import source
from docctl.store.template import read_template
from tests.support import refused, sites, third_language
from tests.support.pages import reader
from tests.support.sites import MONDAY, PEOPLE, Clock, World

KEY = third_language.KEY
LOGINS = ("admin", "controller", "author", "rep", "staff", "verifier")
MOST = 400
"""Pages of one person: more than there are, so that a crawl that never ends is seen."""
ALIKE = 4
"""Pages of one kind that one person sees: they differ by a number, and by the state of what it is the number of."""
NUMBER = re.compile(r"[A-Z]{2,4}(?:-[A-Z0-9]+|%20|%2F|/)+(?:%23\d+)?|[A-Z]-?/?\d+|\d+|[0-9a-f]{12,}")
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "content", "data-said")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{2,}")


def brackets_emptied(text: str) -> str:
    """What stands outside of all ⟦brackets⟧."""
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return text


class _Said(HTMLParser):
    """What a page says in the third language, and where: text and attributes, but for what is marked as another.

    Code, and what stands in a box, is nobody's language.
    """

    def __init__(self, address: str = "") -> None:
        super().__init__()
        self.silent = SILENT | ROWS if re.fullmatch(r"/ledger/\d+", address) else SILENT
        self.open: list[tuple[str, str]] = [("", "")]
        self.said: list[str] = [""]
        self.shown: list[str] = []
        """Of attributes."""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.open[-1][1])
        if language == KEY and self.silent is SILENT and not {of for of, _ in self.open} & SILENT:
            values = [given[name] for name in ATTRIBUTES if name in given]
            if tag == "meta":
                values = []
            if tag in {"input", "button"} and given.get("type") in {"submit", "button"}:
                values.append(given.get("value", ""))
            self.shown += values
        if tag == "a" and "download" not in given:
            self.links.append(given.get("href", ""))
        if tag not in INLINE:
            self.said.append("")
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1:
            if self.open.pop()[0] == tag:
                break
        if tag not in INLINE:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if self.open[-1][1] == KEY and not {tag for tag, _ in self.open} & self.silent:
            self.said.append(self.said.pop() + data)


INLINE = frozenset(["a", "abbr", "b", "cite", "code", "em", "mark", "small", "span", "strong", "sup", "time"])
"""A sentence goes on through these."""
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
SILENT = frozenset({"code", "pre", "textarea", "script", "style"})
ROWS = frozenset({"dd", "table"})
"""What an event's own page shows as the ledger holds it: values of rows and of what the act says."""


def outside(texts: list[str], data: re.Pattern[str]) -> Iterator[str]:
    """The texts that say something outside of the brackets which is no number, name or login."""
    for text in texts:
        rest = data.sub(" ", brackets_emptied(" ".join(text.split())))
        if CHINESE.search(rest) or WORD.search(rest):
            yield " ".join(text.split())[:160]


def data_of(world: World) -> re.Pattern[str]:
    """What is the same in all languages: names of people, logins, numbers, times, fingerprints, products."""
    names = {name for name, _, _ in PEOPLE.values()} | set(PEOPLE) | {"admin", "管理员", "operator"}
    departments = [d.title.stamped for d in find.departments(world.as_("admin").session)]  # as on the paper
    typed = {
        *departments,
        "首次发布",
        "不再适用",
        "回收",
        "丢失",
        "重复",
        "某厂",
        find.organisation(world.as_("admin").session).name,
    }
    acts = {action.value for action in Action}  # a column of their names stands beside that of their words
    products = {
        "SHA-256",
        "docctl",
        "PDF",
        "Excel",
        "JSON",
        "Markdown",
        "QR",
        *("Python", "SQLite", "PostgreSQL", "WeasyPrint", "git"),
        "answer",
        "GB/T 19001-2016",
        "words",
    }
    known = "|".join(re.escape(one) for one in sorted(names | typed | products | acts, key=len, reverse=True))
    shapes = r"https?://\S+|P11-\w+(?:/\d)?|"  # clauses of a standard, before what a part of one looks like
    shapes += r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}|"  # what a phone shares for its codes
    shapes += r"[A-Z]{2,4}(?:-[A-Z0-9]+)+(?:#\d+)?|[0-9a-f]{7,64}…?|Asia/Shanghai|UTC|[a-z-]+@[a-z0-9.-]+"
    # Files, what a list was filtered by, numbers of a scheme with blanks and signs.
    shapes += r"|procedures/\S+|templates/\S+|\(\.\w+\.md\)|\w+=[\w-]+|[A-Z]{1,4}/?[A-Z-]* ?[\d.-]*\d"
    return re.compile(rf"(?:{shapes}|\b(?:{known})\b|{known})")


def links_of(page: str, address: str) -> Iterator[str]:
    """Where the links of a page lead, but for the same page in another language and for signing out."""
    reading = _Said()
    reading.feed(page)
    for link in reading.links:
        whole = urljoin(address, unescape(link))
        if whole.startswith("/") and "lang=" not in whole:
            yield urlsplit(whole)._replace(fragment="").geturl()


def pages_of(world: World, login: str) -> Iterator[tuple[str, str]]:
    """Every page that somebody comes to by links, and each list as Excel."""
    who = reader(world, login, KEY)
    seen, waiting = {"/"}, ["/", "/permissions", "/check", "/check?number=nonsense", "/search?q=words"]
    kinds: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        answer = who.get(address)
        said = answer.content_type
        assert answer.status_code < 500, f"{login} {address}: {answer.status}"
        if said.startswith("text/html"):
            yield address, answer.text
            found = [link for link in links_of(answer.text, address) if link not in seen]
            if login != LOGINS[0]:  # events are the same for all who see them
                found = [link for link in found if not link.startswith("/ledger/")]
            seen |= set(found)
            for link in dict.fromkeys(found):
                kinds[kind := re.sub(r"=[^&]*", "", NUMBER.sub("*", link))] += 1
                if len(seen) < MOST and kinds[kind] <= ALIKE:
                    waiting.append(link)
        elif "spreadsheet" in said and not address.endswith("/table"):
            # What is filled in elsewhere bears its heads in both languages of paper, as stamps do.
            yield address, f'<html lang="{KEY}">{sheet_text(answer.data)}</html>'


def sheet_text(workbook: bytes) -> str:
    """The texts of an Excel file, as paragraphs."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    return "".join(f"<p>{said}</p>" for part in parts for said in re.findall(r"<t[^>]*>([^<]*)</t>", part))


def prints_of(world: World) -> Iterator[tuple[str, str]]:
    """The sheet of a procedure, of a blank form, and a redline, in the third language alone."""
    ctx = world.as_("controller")
    for number in (refused.ISSUED, refused.FORM):
        document = find.document(ctx.session, number)
        revised = find.newest_revision(ctx.session, document)
        body = body_of(readable(ctx, document, revised).content(), document.file_name)
        made = standing.sheet_of(
            ctx.site, ctx.session, document, revised, body, issued=ctx.today(), effective=ctx.today()
        )
        html = printed.to_html(made)
        yield f"print of {number}", html
        assert f'lang="{KEY}"' in html
    compared = redline.revision_diff(ctx, refused.DRAFT, "A/0", "A/0")["html"]
    yield "redline", compared


def make(folder: Path) -> World:
    """A site with documents in three languages, copies and records in all states."""
    own_words.complete()  # as each command and the pages do
    read_procedure = source.read_procedure

    def in_three(data: bytes, _: object, figures: dict[str, bytes]) -> source.Procedure:
        text = third_language.titled(data.decode())
        others = {"en": "Words", KEY: "⟦Words⟧"}
        told = {key: third_language.bodied(text, said).encode() for key, said in others.items()}
        return read_procedure(text.encode(), told, figures)

    setattr(sites, "read_procedure", in_three)  # noqa: B010 - the name of another module
    setattr(  # noqa: B010
        sites, "read_template", lambda data: read_template(third_language.titled(data.decode()).encode())
    )
    sites.TEMPLATE = TEMPLATE
    sites.build(folder, {})
    clock = Clock(MONDAY + timedelta(hours=1))
    return World(Site.open(folder, clock=clock, environ={}), clock)


TEMPLATE = sites.TEMPLATE.replace(
    "{{name: report,", "{{name: report, title: {{zh: 报告, en: Report}},"
).replace("{{name: solve,", "{{name: solve, title: {{zh: 解决, en: Solve}},")


def main(folder: Path) -> None:
    """Prints what was seen and what was wrong."""
    assert KEY in languages.LIST
    gc.set_threshold(100_000, 20, 50)  # as in the tests
    world = make(folder)
    refused.furnished(world)
    data = data_of(world)
    faults: dict[str, str] = {}
    seen: dict[str, int] = {}
    for whose, pages in [*((login, pages_of(world, login)) for login in LOGINS), ("print", prints_of(world))]:
        for address, page in pages:
            seen[whose] = seen.get(whose, 0) + 1
            reading = _Said(address)
            reading.feed(page)
            for said in outside([*reading.said, *reading.shown], data):
                faults.setdefault(said, f"{whose} {address}")
    print(json.dumps({"seen": seen, "faults": faults}, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
