"""A third language, as somebody would add it: a line in the list, a catalogue, texts and titles. No code.

`plant` does it to a copy of docctl. The language is `xx`: each sentence is its English in ⟦brackets⟧, so that
whatever stands on a page outside of them was said in another language.
"""

from __future__ import annotations

import re
import shutil
import string
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

import docctl
from tests.support.sentences import asked_of

KEY = "xx"
PACKAGE = Path(docctl.__file__).parent
LINE = f'        "{KEY}": Spoken(tag="{KEY}", name="⟦Third⟧", english="Third"),\n'
TITLES = re.compile(r"\{zh: (?P<zh>[^{},]*), en: (?P<en>[^{},]*)\}")


def plant(folder: Path) -> None:
    """A copy of docctl in `folder`, with the language."""
    made = folder / "docctl"
    shutil.copytree(PACKAGE, made, ignore=shutil.ignore_patterns("__pycache__"))
    listed = made / "rules" / "languages.py"
    before = listed.read_text("utf-8")
    last = re.search(r'        "en": Spoken\(.*\n', before)
    assert last is not None
    listed.write_text(before.replace(last[0], last[0] + LINE), "utf-8")
    catalogue = Catalog()
    for message in {*asked_of(KEY), "Third"}:
        catalogue.add(message, said(message) if isinstance(message, str) else tuple(map(said, message)))
    translations = made / "language" / "translations" / KEY
    translations.mkdir()
    with (translations / "all.po").open("wb") as file:
        write_po(file, catalogue)
    site = made / "site.yaml"
    site.write_text(titled(site.read_text("utf-8")), "utf-8")


def said(english: str) -> str:
    """A sentence in the third language; signs alone are the same in all of them."""
    words = re.sub(r"%\(\w+\)s|\{[^{}]*\}", "", english)
    return f"⟦{english}⟧" if set(words) & set(string.ascii_letters) else english


def titled(text: str) -> str:
    """A file whose titles are said in the third language too."""
    return TITLES.sub(lambda of: f"{{zh: {of['zh']}, en: {of['en']}, {KEY}: ⟦{of['en']}⟧}}", text)


def bodied(text: str, said_so: str) -> str:
    """A procedure with its words in another language: each run of Chinese characters in its body is `said_so`."""
    head, body = re.fullmatch(r"(---\n.*?\n---\n)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return head + re.sub(r"[\u3000-\u9fff\uff00-\uffef]+", f" {said_so} ", body)
