"""The words of docctl's tables in the languages that the tables leave out: asked of the catalogues.

The rules know no catalogue. Whoever begins what talks to people, pages or commands, calls `complete`.
"""

from __future__ import annotations

from docctl.rules.languages import Language
from docctl.rules.words import Own


def complete() -> None:
    """From now on no table needs a line for a language that has a catalogue."""
    Own.catalogue = staticmethod(_said)


def _said(language: Language, english: str) -> str:
    # The catalogues are read when a word is missing, not by each command.
    from docctl.language.catalogues import merged

    return merged(language).gettext(english)
