"""The values of records as files, outside git and the ledger so that they can be erased one day.

`records/YYYY/NUMBER.values.jsonl` is the working file of an open record, one entry a line;
`NUMBER.json` is the sealed one. Knows canonical JSON and seals; nothing of fields, forms or states.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

import rfc8785

from docctl.errors import Invalid, Tampered
from docctl.errors.message import Foreign, Typed
from docctl.store.durable import append, remove, write_atomically
from docctl.store.names import file_name

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
SALT_BYTES = 16


def new_salt() -> bytes:
    """Without the salt a short value could be guessed from its seal after it was erased."""
    return secrets.token_bytes(SALT_BYTES)


def canonical(value: Json) -> bytes:
    """RFC 8785 JSON. Raises Invalid for floats (decimals travel as strings) and for what JSON cannot say."""
    try:
        _refuse_floats(value)
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise Invalid("This value cannot be stored: {why}.", why=Foreign(str(error))) from error


def seal(salt: bytes, value: Json) -> str:
    """SHA-256(salt ‖ canonical value), in hexadecimal: what the ledger holds in place of the value."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


class ValueFiles:
    """The folder `records/`. A record is named by the year it was opened in and its canonical number."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def add(self, year: int, number: str, entry: int, salt: bytes, value: Json) -> str:
        """Append one entry, on disk before this returns; the answer is its seal.

        Written before the transaction: a line that no event names is harmless.
        """
        line = canonical({"entry": entry, "salt": salt.hex(), "value": value})
        append(self.working_path(year, number), line + b"\n")
        return seal(salt, value)

    def read(self, year: int, number: str) -> dict[int, tuple[bytes, Json]]:
        """Salt and value of each entry. Torn and damaged lines are left out: the seals show the gap.

        The last line of an entry counts: an attempt that failed leaves a line under a key that
        the next attempt uses again.
        """
        path = self.working_path(year, number)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise Tampered(
                "The values of record {number} cannot be read: {why}. Restore them from a backup.",
                number=number,
                why=str(error.strerror),
            ) from error
        return dict(filter(None, map(_entry, data.split(b"\n"))))

    def write_sealed(self, year: int, number: str, content: Json) -> str:
        """Write the sealed file, whole or not at all, and return its SHA-256.

        Comes before the transaction that closes the record; `drop_working` comes after it.
        """
        data = canonical(content)
        write_atomically(self.sealed_path(year, number), data)
        return hashlib.sha256(data).hexdigest()

    def read_sealed(self, year: int, number: str, sha256: str) -> bytes:
        """Raises Tampered when the sealed file is missing or is not the one the ledger names."""
        path = self.sealed_path(year, number)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise Tampered(
                "The sealed record {number} is missing. Restore it from a backup.", number=number
            ) from error
        except OSError as error:
            raise Tampered(
                "The sealed record {number} cannot be read: {why}. Restore it from a backup.",
                number=number,
                why=str(error.strerror),
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Tampered(
                "The sealed record {number} has other content. Restore it from a backup.", number=number
            )
        return data

    def drop_working(self, year: int, number: str) -> None:
        """The record is closed and its values stand in the sealed file: the working file goes."""
        remove(self.working_path(year, number))

    def destroy(self, year: int, number: str) -> None:
        """All that a record said goes. Comes after the transaction that says so."""
        remove(self.working_path(year, number))
        remove(self.sealed_path(year, number))

    def working_path(self, year: int, number: str) -> Path:
        return self.directory / f"{year:04d}" / f"{file_name(number)}.values.jsonl"

    def sealed_path(self, year: int, number: str) -> Path:
        return self.directory / f"{year:04d}" / f"{file_name(number)}.json"


def _entry(line: bytes) -> tuple[int, tuple[bytes, Json]] | None:
    try:
        found = json.loads(line, parse_float=_refuse_number, parse_constant=_refuse_number)
        if canonical(found) != line or type(found["entry"]) is not int:
            return None
        return found["entry"], (bytes.fromhex(found["salt"]), found["value"])
    except (ValueError, KeyError, TypeError, Invalid, RecursionError):
        return None


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise Invalid(
            "{value} is a binary fraction. Write decimals as text, for example “{written}”.",
            value=Typed(value),
            written=value,
        )
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_floats(inner)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(text)
