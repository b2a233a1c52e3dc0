"""Notices (`> [!NOTE]`, `::: tip`, `!!! warning "…"`): what is printed above them. Knows no tree."""

from __future__ import annotations

import re
from typing import Final

from docctl.rules.languages import Language
from docctl.rules.words import Own

_ALERT: Final = re.compile(r"\[!([A-Za-z]+)\][+-]? *(.*)")
_SAID: Final = re.compile(r"[{.]*(?P<kind>[A-Za-z][\w-]*)\}? *(?P<title>.*)")

_ACROSS: Final = frozenset({"landscape", "横向", "横排", "横版"})

KINDS: Final[dict[str, Own]] = {
    "note": Own(zh="说明", en="Note"),
    "info": Own(zh="说明", en="Note"),
    "tip": Own(zh="提示", en="Tip"),
    "hint": Own(zh="提示", en="Tip"),
    "important": Own(zh="重要", en="Important"),
    "warning": Own(zh="警告", en="Warning"),
    "caution": Own(zh="注意", en="Caution"),
    "attention": Own(zh="注意", en="Caution"),
    "danger": Own(zh="危险", en="Danger"),
    "example": Own(zh="示例", en="Example"),
}


def alert(line: str) -> str | None:
    """What the first line of a quotation says, if it makes a notice of it."""
    found = _ALERT.fullmatch(line.strip())
    return f"{found[1]} {found[2]}".strip() if found else None


def lies_across(said: str) -> bool:
    """Whether `::: landscape` asks for pages that lie across, and for no notice."""
    return said.strip("{}. ").lower() in _ACROSS


def headed(said: str, language: Language) -> str:
    """What is printed above a notice: its own title, else the word for its kind, else what was written."""
    found = _SAID.fullmatch(said)
    if found is None:
        return said
    kind = KINDS.get(found["kind"].lower())
    title = re.sub(r"^\[(.*)\]$|^\{title=(.*)\}$", r"\1\2", found["title"]).strip('" ')
    return title or (kind.told(language) if kind else found["kind"])
