"""Who is to have a document: the list that the department in charge keeps (DC-52). Knows no table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed
from docctl.rules.words import Own


class Purpose(StrEnum):
    """What a holder has a copy for: to work by it, or to file it for another department (DC-61)."""

    USE = "use"
    FILING = "filing"

    @property
    def words(self) -> Own:
        return _PURPOSES[self]


_PURPOSES: Final[Mapping[Purpose, Own]] = MappingProxyType(
    {Purpose.USE: Own(zh="使用", en="for use"), Purpose.FILING: Own(zh="备案", en="for filing")}
)


def check_change(
    listed: Mapping[str, str], added: Sequence[str], struck: Sequence[str], strangers: Collection[str]
) -> None:
    """`listed`: names by key; `added` and `struck` are keys, `strangers` to be struck and not on the list.

    Raises Invalid, all problems at once.
    """
    problems = {}
    if twice := [key for key in added if key in listed]:
        problems["add"] = Message("Already on the list: {names}.", names=[listed[key] for key in twice])
    if strangers:
        problems["strike"] = Message(
            "Not on the list: {names}. On it are {listed}.",
            names=[Typed(name) for name in strangers],
            listed=list(listed.values()) or Message("nobody"),
        )
    if not added and not struck and not strangers:
        problems["add"] = Message("Name somebody to be put on the list, or to be struck off it.")
    if problems:
        raise Invalid(problems)
