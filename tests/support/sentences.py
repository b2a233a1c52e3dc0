"""Every sentence that the pages say in English, and what the catalogues make of it.

`.venv/bin/python -m tests.support.sentences` prints what is not translated yet, ready for a catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

import docctl.web
from docctl.language import catalogues

WEB = Path(docctl.web.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "pgettext": ((1, "c"), 2), "ngettext": (1, 2), "marked": None}
OPTIONS = {"**.html": {"trimmed": "true"}}
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


def strings(of: object) -> list[str]:
    """A message, or all its forms."""
    return [str(form) for form in of] if isinstance(of, list | tuple) else [str(of or "")]


def untranslated() -> dict[str | tuple[str, ...], str]:
    """Message ids without Chinese, with the place where they are said first."""
    known = {
        (message.id if isinstance(message.id, str) else tuple(message.id), message.context)
        for catalogue in catalogues.catalogues("zh").values()
        for message in catalogue
        if message.id and all(strings(message.string))
    }
    found: dict[str | tuple[str, ...], str] = {}
    for place, message, context in said():
        if (message, context) not in known:
            found.setdefault(message, place)
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> None:
    """Entries to be copied into the catalogue of their noun."""
    for message, place in sorted(untranslated().items(), key=lambda found: found[1]):
        print(f"#: {place}")
        if isinstance(message, str):
            print(f'msgid {_quoted(message)}\nmsgstr ""\n')
        else:
            print(f'msgid {_quoted(message[0])}\nmsgid_plural {_quoted(message[1])}\nmsgstr[0] ""\n')


if __name__ == "__main__":
    main()
