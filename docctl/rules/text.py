"""The written forms in which text, instants and values may enter the ledger; and what nobody can see."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Typed

# Letters and marks that print nothing without being format characters (category Cf).
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str) -> str:
    """The NFC form of `text`.

    Normalised at the edge and never in the hasher: NFC and NFD hash differently. Raises Invalid for NUL
    (PostgreSQL refuses it, SQLite keeps it) and for a lone surrogate (no UTF-8 for it).
    """
    if "\0" in text:
        raise Invalid("the text holds a NUL character; remove it")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("the text holds half a character (a lone surrogate); type it again") from None
    return unicodedata.normalize("NFC", text)


def instant(moment: datetime) -> str:
    """`moment` in UTC with microseconds and Z: of fixed width, so that text order is time order."""
    if moment.tzinfo is None:
        raise Invalid("a time without a zone was given; say which zone it is in")
    # isoformat, not strftime: %Y does not pad years before 1000.
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def plain(value: Any) -> Any:
    """`value` as dicts, lists, clean text, integers and None: what canonical JSON may hold here.

    Raises Invalid for a float: it has no single written form; give a decimal as text.
    """
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {clean(str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    raise Invalid("{value} has no exact written form; give decimals as text", value=Typed(value))


def printable(typed: str) -> str:
    """What was typed into a filter, without what no database takes."""
    return "".join(c for c in typed.strip() if c.isprintable())


def is_hidden(character: str) -> bool:
    """Whether a character cannot be seen: control, bidi, zero-width, filler, not assigned (SE-48)."""
    return (
        unicodedata.category(character) in _HIDDEN
        or character in _FILLERS
        or unicodedata.name(character, "").startswith(("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION"))
    )
