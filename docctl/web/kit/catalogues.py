"""The Chinese of the pages: one catalogue for each noun, put together when the program starts.

`translations/zh/NOUN.po` hold English message ids with their translation. They are read as they are, so there
is nothing to compile and two people who add sentences do not meet in one file (decision 13).
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

FOLDER: Final = Path(__file__).parents[1] / "translations"
REFUSALS: Final = "refusals"
"""The catalogue of the sentences of docctl.errors: they come from below, where no language is known."""


class Catalogues(Domain):  # type: ignore[misc]
    """The texts of all nouns as one, for Flask-Babel."""

    def get_translations(self) -> NullTranslations:
        """Those of the language of the request; none for English, which the message ids are in."""
        locale = get_locale()
        return merged("zh") if locale is not None and locale.language == "zh" else _ENGLISH


_ENGLISH: Final = NullTranslations()


@cache
def merged(language: str) -> Translations:
    """All catalogues of a language in one."""
    together = Catalog(locale=language)
    for catalogue in catalogues(language).values():
        for message in catalogue:
            if message.id:
                together[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return Translations(compiled)


def catalogues(language: str) -> Mapping[str, Catalog]:
    """The catalogues as they are in their files, by noun."""
    files = sorted((FOLDER / language).glob("*.po"))
    return {file.stem: read_po(io.BytesIO(file.read_bytes()), locale=language) for file in files}


def refusal(sentence: str, language: str) -> str:
    """A sentence of docctl.errors in this language; as it is where nobody has translated it.

    What commands to type is of no use on a page, so that end of a sentence is left away.
    """
    said = _COMMAND.sub("", sentence)
    for pattern, translation in _refusals(language):
        found = pattern.fullmatch(said)
        if found is not None:
            return translation % found.groupdict()
    return said


_COMMAND: Final = re.compile(r"[;,]? (see|with|make one with|it needs): docctl [a-z -]+$")
_BLANK: Final = re.compile(r"%\((\w+)\)s")


@cache
def _refusals(language: str) -> list[tuple[re.Pattern[str], str]]:
    found = catalogues(language).get(REFUSALS, Catalog())
    return [(_pattern(str(m.id)), str(m.string)) for m in found if m.id and m.string]


def _pattern(msgid: str) -> re.Pattern[str]:
    parts = _BLANK.split(msgid)
    # Text and names of blanks take turns; a blank that comes again has to hold the same.
    named: list[str] = []
    pattern = ""
    for n, part in enumerate(parts):
        if n % 2 == 0:
            pattern += re.escape(part.replace("%%", "%"))
        elif part in named:
            pattern += f"(?P={part})"
        else:
            named.append(part)
            pattern += f"(?P<{part}>.+?)"
    return re.compile(pattern, re.DOTALL)
