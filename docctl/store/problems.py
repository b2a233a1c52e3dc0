"""Problems of a file, gathered: each with the place where it is, all told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from docctl.errors import Invalid
from docctl.errors.message import Message, Place
from docctl.rules import languages
from docctl.rules.languages import Language

T = TypeVar("T")


def in_text(language: Language, where: str) -> str:
    """A place in the text of a language: those of another than the primary one say which: `en: line 7`."""
    return _below("" if language == languages.PRIMARY else f"{language}: ", where)


def tried(found: dict[str, Message], prefix: str, read: Callable[[], T]) -> T | None:
    """What `read` gives, or None after adding its problems to the others."""
    try:
        return read()
    except Invalid as error:
        found.update({_below(prefix, where): why for where, why in error.problems.items()})
        return None


def _below(prefix: str, where: str) -> str:
    key = f"{prefix}{where}".rstrip(".: ")
    if not isinstance(where, Place) or not prefix:
        return where if isinstance(where, Place) else key
    return Place(key, Message("{file}{place}", file=prefix, place=where))


def in_line(line: int, why: Message) -> Message:
    """The same, with the line of the file before it."""
    return Message("line {line}: {why}", line=line, why=why)
