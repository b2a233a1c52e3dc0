"""Conditions and formulas of a template as they are read: fields by their titles, choices by their labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from docctl.rules import languages
from docctl.rules.records import entries, limits
from docctl.rules.records.conditions import in_words
from docctl.rules.records.limits import Limit
from docctl.rules.words import Own, Words

Fields = Mapping[str, Mapping[str, Any]]
Called = Callable[[str], Words]

_STATED: Final = re.compile(r"(\{limit:[a-z0-9_-]+\})")
_SIGNS: Final = MappingProxyType({" * ": " × ", " / ": " ÷ "})


# A blank form is printed once, and read by each later revision of the procedure.
_FIGURE: Final = Own(zh="程序规定的数值", en="the figure in the procedure")


def condition(written: str, fields: Fields, called: Called) -> Words:
    """A condition of the template as it is read, with fields by their titles."""
    parts = entries.parts(fields)
    names = {name: Words(part.get("title")) or called(name) for name, part in parts.items()}

    def told(language: str) -> str:
        def title(name: str) -> str:
            return names[name].told(language) if name in names else name

        def choice(name: str, value: str) -> str:
            return str(parts.get(name, {}).get("labels", {}).get(value, {}).get(language) or value)

        return in_words(written, language, title, choice)

    return Words({language: told(language) for language in languages.ALL})


def formula(written: str, fields: Fields, called: Called, stated: Mapping[str, Limit]) -> Words:
    """A formula in the same way, with the figures of the procedure in the place of their names."""
    pieces = [_piece(part, fields, called, stated) for part in _STATED.split(written) if part]
    return Words({language: "".join(piece.told(language) for piece in pieces) for language in languages.ALL})


def _piece(part: str, fields: Fields, called: Called, stated: Mapping[str, Limit]) -> Words:
    if _STATED.fullmatch(part):
        name = part.removeprefix("{limit:").removesuffix("}")
        limit = stated.get(name)
        return Words({each: limits.phrase(limit, each) for each in languages.ALL}) if limit else _FIGURE
    said = {}
    for language, text in condition(part, fields, called).items():
        for sign, shown in _SIGNS.items():
            text = text.replace(sign, shown)
        said[language] = text
    return Words(said)
