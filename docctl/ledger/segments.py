"""Ledger segments: events as lines of text files that are never rewritten. Knows bytes, not git or paths.

A line is canonical JSON: `{"body", "entry_hash", "prev_hash", "seq"}`. The body stands in it as
text, so a person can read it; as canonical JSON is UTF-8, its bytes come back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from docctl.errors import Invalid, Tampered
from docctl.ledger.entry import Entry, loads, quoted


def name(number: int) -> str:
    """Path of the segment that begins with event `number`, within the library.

    A folder is for a hundred events, for ten thousand, for a million: each new segment writes the folders
    above it anew, and so they stay small.
    """
    folders = f"{number // 1_000_000:03d}/{number // 10_000 % 100:02d}/{number // 100 % 100:02d}"
    return f"{FOLDER}{folders}/{number:09d}.jsonl"


def first(path: str) -> int:
    """The number of the event with which the segment at `path` begins. Raises Tampered for another file."""
    found = _NAME.fullmatch(path)
    if not found or path not in (name(int(found[1])), _flat(int(found[1]))):
        raise Tampered(
            "{path} is not the name of a ledger segment. Move it out of the ledger folder.", path=path
        )
    return int(found[1])


def moved(names: Iterable[str]) -> dict[str, str]:
    """Where segments belong that libraries of before hold beside each other in `ledger/`: old path → new."""
    paths = (FOLDER + each for each in names)
    return {path: name(int(found[1])) for path in paths if (found := _FLAT.fullmatch(path))}


def encode(entries: Iterable[Entry]) -> bytes:
    """A segment: one line of JSON for each entry."""
    return b"".join(_line(entry) for entry in entries)


def decode(data: bytes) -> Iterator[Entry]:
    """The events of one segment; Tampered at the first line that `encode` would not have written."""
    if not data.endswith(b"\n"):
        raise Tampered("A ledger segment does not end with a complete line. Restore it from the library.")
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        try:
            yield _entry(loads(line))
        except Invalid as error:
            raise Tampered(
                "Line {number} of a ledger segment is not as it was written. {why}",
                number=number,
                why=error.said,
            ) from error


def join(segments: Mapping[str, bytes]) -> Iterator[Entry]:
    """All events of the segments (path → bytes) in order, from event 1 on.

    Raises Tampered where a segment does not begin with the event in its name or does not follow on
    from the one before. Whether the bodies are those that were hashed is for `check_link` to say.
    """
    head: Entry | None = None
    for number, path in sorted((first(path), path) for path in segments):
        expected = head.seq + 1 if head else 1
        if number != expected:
            raise Tampered(
                "The ledger segment with event {expected} is missing; {path} comes next.",
                expected=expected,
                path=path,
            )
        for entry in decode(segments[path]):
            if entry.seq != expected or (head and entry.prev_hash != head.entry_hash):
                raise Tampered(
                    "{path} does not follow on: event {expected} expected, {seq} found.",
                    path=path,
                    expected=expected,
                    seq=entry.seq,
                )
            yield entry
            head, expected = entry, expected + 1


def _flat(number: int) -> str:
    return f"{FOLDER}{number:09d}.jsonl"


FOLDER = "ledger/"
_NAME = re.compile("ledger/(?:[0-9]{3,9}/[0-9]{2}/[0-9]{2}/)?([0-9]{9,15})[.]jsonl")
_FLAT = re.compile("ledger/([0-9]{9,15})[.]jsonl")
_HASH = re.compile("[0-9a-f]{64}")


def _line(entry: Entry) -> bytes:
    # As `flat` would write it; put together by hand, because a check makes this line of every event.
    hashes = f'"entry_hash":"{entry.entry_hash.hex()}","prev_hash":"{entry.prev_hash.hex()}"'
    return b'{"body":%s,%s,"seq":%d}\n' % (quoted(entry.body), hashes.encode(), entry.seq)


def _entry(line: dict[str, object]) -> Entry:
    if line.keys() != {"seq", "prev_hash", "entry_hash", "body"}:
        raise Invalid("It has other fields.")
    seq, body = line["seq"], line["body"]
    if type(seq) is not int or not isinstance(body, str):
        raise Invalid("Its number or its body is of another kind.")
    return Entry(seq, body.encode("utf-8"), _hash(line["prev_hash"]), _hash(line["entry_hash"]))


def _hash(text: object) -> bytes:
    if not isinstance(text, str) or not _HASH.fullmatch(text):
        raise Invalid("A hash is 64 lower-case hexadecimal digits.")
    return bytes.fromhex(text)
