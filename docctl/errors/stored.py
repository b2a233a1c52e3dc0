"""Messages as plain JSON and back: for another process, for the ledger, and for programs that read `--json`.

What is read back is told like the message that was written: a word of the rules comes back as the words that
it had, so that no registry of them is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from docctl.errors.message import (
    Bracketed,
    Foreign,
    Joined,
    Level,
    Message,
    Named,
    Post,
    See,
    Typed,
    Value,
    told,
    words_of,
)

_KINDS: Final = {kind.__name__: kind for kind in (Typed, Joined, Bracketed, Post, Level, Named, See, Foreign)}
_KIND: Final = "is"


def to_data(value: Value) -> Any:
    """A message is {"id", "values"}; text, figures, days and lists are themselves."""
    if isinstance(value, Message):
        return {"id": value.template, "values": {name: to_data(one) for name, one in value.values.items()}}
    if isinstance(value, Enum):
        return to_data(words_of(value))
    if is_dataclass(value):
        inside = {f.name: to_data(getattr(value, f.name)) for f in fields(value)}
        return {_KIND: type(value).__name__, **inside}
    if isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(name): to_data(one) for name, one in value.items()}
    if isinstance(value, Iterable):
        return [to_data(one) for one in value]
    return told(value)


def from_data(data: Any) -> Any:
    """What `to_data` was given, as far as it is told."""
    if isinstance(data, list):
        return tuple(from_data(one) for one in data)
    if not isinstance(data, dict):
        return data
    if data.keys() == {"id", "values"}:
        return Message(data["id"], **{name: from_data(one) for name, one in data["values"].items()})
    kind = _KINDS.get(str(data.get(_KIND)))
    inside = {name: from_data(one) for name, one in data.items() if name != _KIND}
    return inside if kind is None else kind(**inside)
