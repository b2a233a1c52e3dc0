"""Canonical JSON and the hash chain. Knows bytes; nothing of tables, keys, files or what an act means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NoReturn

import rfc8785

from docctl.errors import Invalid, Tampered
from docctl.errors.message import Foreign, Message
from docctl.ledger.finding import Finding, What

GENESIS = bytes(32)
MAX_INTEGER = 2**53 - 1


def dumps(value: object) -> bytes:
    """RFC 8785 bytes of a JSON value without floats; decimals are written as text."""
    try:
        _refuse_floats(value)
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (ValueError, RecursionError) as error:
        raise Invalid("This value has no canonical form: {why}.", why=Foreign(str(error))) from error


def loads(data: bytes) -> dict[str, Any]:
    """The object whose canonical form is exactly these bytes; anything else is Invalid.

    Writing the value again and comparing refuses double keys, blanks, other escapes, another
    order and -0 in one step; floats and great integers would survive it and are refused on sight.
    """
    try:
        text = data.decode("utf-8")
        value = (_CAREFUL if _SIXTEEN in data.translate(_DIGITS) else _DECODER).decode(text)
        same = _canonical(value, data) == text
    except (ValueError, RecursionError) as error:
        raise Invalid("This is not canonical JSON: {why}.", why=Foreign(str(error))) from error
    if not isinstance(value, dict):
        raise Invalid("This is not canonical JSON: an object is expected.")
    if not same:
        raise Invalid("This is not canonical JSON: double keys, blanks, escapes or order differ.")
    return value


def flat(row: Mapping[str, object]) -> bytes:
    """`dumps` for the rows of a scan, several times as fast: cells are text, integers or null.

    Column names must be ASCII. Raises TypeError or ValueError for a cell that no table of ours
    can hold; a float or a truth value is written as such, so it equals no image.
    """
    return _ENCODE(row).encode("utf-8")


def quoted(text: bytes) -> bytes:
    """A text in UTF-8 as a JSON string. Raises ValueError for bytes that are no text."""
    return _ENCODE(text.decode("utf-8")).encode("utf-8")


def entry_hash(prev_hash: bytes, body: bytes) -> bytes:
    """Link of the chain and, at the same time, RFC 6962 leaf hash of `prev_hash` and body."""
    return sha256(b"\0" + prev_hash + body).digest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is stored: the very bytes that were hashed."""

    seq: int
    body: bytes
    prev_hash: bytes
    entry_hash: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The body, parsed anew at each call."""
        try:
            return loads(self.body)
        except Invalid as error:
            raise Tampered("Event {seq} cannot be read. {why}", seq=self.seq, why=error.said) from error


def check_link(entry: Entry, before: Entry | None, hashed: bytes | None = None) -> list[Finding]:
    """What is wrong between one entry and the entry before it; usually nothing.

    `hashed`: its `entry_hash` as worked out from its body, if the caller has done so already.
    """
    findings = []
    seq, prev = (before.seq + 1, before.entry_hash) if before else (1, GENESIS)
    where = str(entry.seq)
    if entry.seq != seq:
        said = Message(
            "Event {event} is missing; event {event_found} comes next.", event=seq, event_found=entry.seq
        )
        findings.append(Finding(What.GAP, str(seq), said))
    if entry.prev_hash != prev:
        said = Message("The hash of event {event_before} is not the one noted here.", event_before=seq - 1)
        findings.append(Finding(What.CHAIN, where, said))
    if (hashed or entry_hash(entry.prev_hash, entry.body)) != entry.entry_hash:
        findings.append(Finding(What.CHAIN, where, Message("The body is not the one that was hashed.")))
    return findings


# Without characters beyond the basic plane, sorting by code point is sorting by UTF-16 unit, and the
# standard library writes what RFC 8785 asks for. A test compares the two on generated values.
_ASTRAL = bytes(range(0xF0, 0x100))  # with one of these begins every such character in UTF-8
_ENCODE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def _canonical(value: object, data: bytes) -> str:
    if data.isascii() or len(data.translate(None, _ASTRAL)) == len(data):
        return _ENCODE(value)
    return dumps(value).decode("utf-8")


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        _float(str(value))
    elif isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def _float(digits: str) -> NoReturn:
    raise ValueError(f"{digits} is not an integer; write decimals as text")


def _integer(digits: str) -> int:
    # The length comes first: int() of a very long text is slow.
    if len(digits) > 17 or abs(number := int(digits)) > MAX_INTEGER:
        raise ValueError(f"an integer of {len(digits)} digits is beyond 2^53 - 1")
    return number


# Fifteen digits are an integer that everybody reads alike; only where there are more is each one looked at.
_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_SIXTEEN = b"0" * 16
_DECODER = json.JSONDecoder(parse_float=_float, parse_constant=_float)
_CAREFUL = json.JSONDecoder(parse_float=_float, parse_constant=_float, parse_int=_integer)
