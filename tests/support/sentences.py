"""Every sentence that the pages say in English, and what the catalogues make of it.

`.venv/bin/python -m tests.support.sentences` prints what has no Chinese yet, ready for a catalogue; with `xx`
behind it what has nothing in a language that the tables of words leave out.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

import docctl.web
from docctl.language import catalogues
from docctl.rules import languages

WEB = Path(docctl.web.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "pgettext": ((1, "c"), 2), "ngettext": (1, 2), "marked": None}
OPTIONS = {"**.html": {"trimmed": "true"}}
SAID = ("clause", "text", "missing", "supplies")
"""Of a clause, in each language."""
METHODS = [("**.py", "python"), ("pages/**.html", "jinja2")]


def said() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    """Where (`inbox.py:12`), the message id (or singular and plural), its context."""
    for name, line, message, _, context in extract_from_dir(
        str(WEB),
        METHODS,
        OPTIONS,
        KEYWORDS,
    ):
        yield f"{name}:{line}", message, context
    for spoken in languages.LIST.values():
        yield "languages.py", spoken.english, None


def own_words() -> Iterator[tuple[str, str]]:
    """Where, and the English of each word in a table: the id by which a catalogue may complete it."""
    for file in sorted(WEB.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Own"
                and node.keywords
            ):
                words = {word.arg: word.value for word in node.keywords}
                english = words.get(languages.FOREIGN)
                assert isinstance(english, ast.Constant), (
                    f"{file}:{node.lineno}: no catalogue can know these words"
                )
                yield f"{file.name}:{node.lineno}", str(english.value)
    yield from ((where, words[languages.FOREIGN]) for where, words in regulations())


def regulations() -> Iterator[tuple[str, dict[str, str]]]:
    """What docctl says of standards: a table of words too, in a file of its own."""
    found = json.loads((WEB.parent / "rules" / "regulations.json").read_text("utf-8"))
    texts = [*found["standards"].values()]
    texts += [clause[key] for clause in found["clauses"].values() for key in SAID if key in clause]
    yield from (("regulations.json", words) for words in texts)


def asked_of(language: str) -> dict[str | tuple[str, ...], str]:
    """All ids that a catalogue of this language needs, with a place where each is said."""
    found: dict[str | tuple[str, ...], str] = {}
    for noun, catalogue in catalogues.catalogues("zh").items():
        for message in catalogue:
            if message.id:
                found.setdefault(
                    message.id if isinstance(message.id, str) else tuple(message.id), f"{noun}.po"
                )
    if language != "zh":
        found |= {english: place for place, english in own_words() if english not in found}
    return found


def strings(of: object) -> list[str]:
    """A message, or all its forms."""
    return [str(form) for form in of] if isinstance(of, list | tuple) else [str(of or "")]


def untranslated(language: str = "zh") -> dict[str | tuple[str, ...], str]:
    """Message ids that have nothing in a language, with the place where they are said first."""
    known = {
        (message.id if isinstance(message.id, str) else tuple(message.id), message.context)
        for catalogue in catalogues.catalogues(language).values()
        for message in catalogue
        if message.id and all(strings(message.string))
    }
    found: dict[str | tuple[str, ...], str] = {}
    for place, message, context in said():
        if (message, context) not in known:
            found.setdefault(message, place)
    translated = {of for of, _ in known}
    for message, place in asked_of(language).items():
        if message not in translated:
            found.setdefault(message, place)
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> None:
    """Entries to be copied into the catalogue of their noun."""
    for message, place in sorted(untranslated(*sys.argv[1:2]).items(), key=lambda found: found[1]):
        print(f"#: {place}")
        if isinstance(message, str):
            print(f'msgid {_quoted(message)}\nmsgstr ""\n')
        else:
            print(f'msgid {_quoted(message[0])}\nmsgid_plural {_quoted(message[1])}\nmsgstr[0] ""\n')


if __name__ == "__main__":
    main()
