"""The written forms in which text, instants and values may enter the ledger; and what nobody can see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Typed

# Letters and marks that print nothing without being format characters (category Cf).
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# The two planes that Unicode keeps for Chinese characters; the last two of each plane are none.
_FIRST_RARE: Final = "\U00020000"
_LAST_RARE: Final = "\U0003fffd"
WITHOUT_WIDTH: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""For `str.translate`: what web pages and editors leave behind, and what means nothing without them."""
# All but what nearly every text is made of: seen, and in no other form than NFC.
_LOOKED_AT: Final = re.compile("[^\t\n -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]")


def clean(text: str) -> str:
    """The one written form of what somebody typed: NFC, lines that end as on Unix, nothing unseen (SE-48).

    Blanks without any width, which come along from web pages, are taken out. Raises Invalid for what else
    nobody sees: controls, halves of characters, marks that turn the reading direction round.
    """
    if not _LOOKED_AT.search(text):
        return text
    text = text.replace("\r\n", "\n").translate(WITHOUT_WIDTH)
    for place, character in enumerate(text, 1):
        if character not in "\n\t" and is_hidden(character) and not _chooses_a_form(character):
            raise Invalid(
                "character {place} of this text cannot be seen (U+{code:04X}); "
                "delete it, or type the text again",
                place=place,
                code=ord(character),
            )
    return unicodedata.normalize("NFC", text)


def storable(text: str) -> str:
    """The form in which a database is given a text, to keep it or to look for it: NFC.

    Normalised at the edge and never in the hasher: NFC and NFD hash differently. Raises Invalid for NUL
    (PostgreSQL refuses it, SQLite keeps it) and for half a character (no UTF-8 for it).
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return clean(text)
    return unicodedata.normalize("NFC", text)


def instant(moment: datetime) -> str:
    """`moment` in UTC with microseconds and Z: of fixed width, so that text order is time order."""
    if moment.tzinfo is None:
        raise Invalid("a time without a zone was given; say which zone it is in")
    # isoformat, not strftime: %Y does not pad years before 1000.
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def plain(value: Any, text: Callable[[str], str] = clean) -> Any:
    """`value` as dicts, lists, `text` of each text, integers and None: what canonical JSON may hold here.

    Raises Invalid for a float: it has no single written form; give a decimal as text.
    """
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {text(str(k)): plain(v, text) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v, text) for v in value]
    raise Invalid("{value} has no exact written form; give decimals as text", value=Typed(value))


def printable(typed: str) -> str:
    """What was typed into a filter, without what no database takes."""
    return "".join(c for c in typed.strip() if c.isprintable())


def is_hidden(character: str) -> bool:
    """Whether a character cannot be seen: control, bidi, zero-width, filler, not assigned (SE-48)."""
    if unicodedata.category(character) == "Cn" and _FIRST_RARE <= character <= _LAST_RARE:
        return False  # a Chinese character of a later Unicode than this Python's: somebody's name
    return unicodedata.category(character) in _HIDDEN or character in _FILLERS or _chooses_a_form(character)


def _chooses_a_form(character: str) -> bool:
    """Whether it picks a form of the sign before it: of an emoji, or of a character in somebody's name."""
    return unicodedata.name(character, "").startswith(("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION"))
