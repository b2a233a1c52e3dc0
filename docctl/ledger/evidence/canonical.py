"""Canonical JSON (RFC 8785) as docctl writes it: no fractions, and no integer beyond 2^53 - 1."""

from __future__ import annotations

import json
from typing import Any, Dict


class Broken(Exception):
    """A check that fails: its sentence names what is not as it was written."""


class Unknown(Exception):
    """It cannot be told: the file cannot be read, or is of a kind that this verifier does not know."""


def canonical(value: Any) -> bytes:
    """The one way to write a value: keys in the order of their UTF-16 units, no blanks, no more escapes."""
    written = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.encode("utf-8")


def text(value: Any) -> str:
    """A value as canonical JSON, as text."""
    return canonical(value).decode("utf-8")


def loads(data: bytes, what: str) -> Dict[str, Any]:
    """The object of which these are the canonical bytes. Raises Broken for anything else, double keys too."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refused, parse_constant=_refused)
        same = canonical(value) == data
    except (ValueError, RecursionError):
        raise Broken(what + " is not canonical JSON") from None
    if not same or not isinstance(value, dict):
        raise Broken(what + " is not canonical JSON")
    return value


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _ordered(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        raise ValueError(value)
    return value


def _refused(number: str) -> Any:
    raise ValueError(number)
