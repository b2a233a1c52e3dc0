"""The head of a text as people type it, where that is nearly right: what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules import languages
from docctl.store import schema

# The colon of Chinese, or one without the blank that YAML wants behind it.
_COLON: Final = re.compile(r"([a-z_]+)[ ]*(?:：[ ]*|:(?=\S))(.*)")
_TITLE: Final = re.compile(r"title:[ ]+([^\s{\"'|>&*!].*)")


def refuse_near_misses(front: str) -> None:
    """Refuse `number：X`, `number:X` and `title: X`, each with its line and the right form."""
    found = {
        name: Message("line {line}: write {form}", line=line, form=f"{name}: {value}")
        for line, name, value in _near_misses(front)
    }
    if found:
        raise Invalid(found)


def _near_misses(front: str) -> Iterator[tuple[int, str, str]]:
    known = schema.file_schema("procedure")["properties"]
    for line, written in enumerate(front.splitlines(), 2):
        if found := _TITLE.fullmatch(written):
            yield line, "title", _in_first_language(found[1])
        elif (found := _COLON.fullmatch(written)) and found[1] in known:
            bare = found[1] == "title" and not found[2].startswith("{")
            yield line, found[1], _in_first_language(found[2]) if bare else found[2].strip()


def _in_first_language(title: str) -> str:
    return f"{{{languages.PRIMARY}: {title.strip()}}}"
