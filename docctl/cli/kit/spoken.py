"""In which language a command tells people something. Loads the catalogues only when they are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from docctl.errors.message import ENGLISH, Reader
from docctl.rules import languages

OPTION: Final = "--lang"
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def wanted(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """`--lang`, else the language of the terminal; English where nothing says, or says another one.

    It must be known before anything can be parsed: what cannot be parsed is told in it too.
    """
    before = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    for n, argument in enumerate(before):
        name, equals, value = argument.partition("=")
        if name == OPTION:
            return _known(value if equals else "".join(before[n + 1 : n + 2]))
    said = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    return _known(said.partition(".")[0].partition("_")[0].lower())


def reader(language: str) -> Reader:
    """Whom a command tells its sentences. Things are told by the keys that are typed for them."""
    if language == ENGLISH.language:
        return ENGLISH
    from docctl.language import catalogues

    return catalogues.reader(language)


def _known(language: str) -> str:
    return language if language in languages.LIST else ENGLISH.language
