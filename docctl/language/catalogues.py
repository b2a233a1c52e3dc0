"""The sentences of all languages but English: one catalogue for each noun, put together when asked for.

`translations/LANGUAGE/NOUN.po` hold English message ids with their translation: of the pages (`%(name)s`),
and of what the layers below refuse and find (`{name}`, message.py). They are read as they are, so there is
nothing to compile and two people who add sentences do not meet in one file (decision 13).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from docctl.errors.message import Keyed, Reader
from docctl.rules import languages

FOLDER: Final = Path(__file__).with_name("translations")
_ENGLISH: Final = NullTranslations()


@cache
def merged(language: str) -> NullTranslations:
    """All catalogues of a language in one; of English none, for the message ids are English."""
    if language == languages.FOREIGN:
        return _ENGLISH
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


def reader(
    language: str, *, named: Callable[[Keyed], str | None] = lambda _: None, on_page: bool = False
) -> Reader:
    """Whom a message is told in this language."""
    return Reader(language=language, say=merged(language).gettext, named=named, on_page=on_page)
