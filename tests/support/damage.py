"""What somebody could do to an evidence file, by chance: on its bytes, and on its files with a manifest that fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docctl.ledger.evidence.canonical import canonical
from tests.support.evidence import Files, listed, written

LINES = ("events.jsonl", "proofs.jsonl", "consistency.jsonl")
MANIFEST = ("manifest.json", "manifest.note")


def damaged(
    data: bytes, files: Files, others: Files, chance: Random, key: Ed25519PrivateKey
) -> tuple[str, bytes]:
    """One damage: what was done, and the file. `others` are the files of another evidence file of the site."""
    if chance.random() < 0.3:
        what = chance.choice(_ON_BYTES)
        return what.__name__, what(data, chance)
    made, what_else = dict(files), chance.choice(_ON_FILES)
    what_else(made, others, chance)
    how = chance.choice(("", " and listed", " and signed"))
    if how and MANIFEST[0] in made and MANIFEST[1] in made and _is_json(made[MANIFEST[0]]):
        made = listed(made, key if how == " and signed" else None)
    return what_else.__name__ + how, written(made)


def _is_json(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except ValueError:
        return False


def flipped(data: bytes, chance: Random) -> bytes:
    """One bit of it."""
    made, place = bytearray(data), chance.randrange(len(data))
    made[place] ^= 1 << chance.randrange(8)
    return bytes(made)


def cut(data: bytes, chance: Random) -> bytes:
    """Some bytes less."""
    place = chance.randrange(len(data))
    return data[:place] + data[place + chance.choice((1, 2, 30, len(data))) :]


def more(data: bytes, chance: Random) -> bytes:
    """Some bytes more."""
    place = chance.choice((0, len(data), chance.randrange(len(data))))
    return data[:place] + chance.randbytes(chance.choice((1, 4))) + data[place:]


def dropped(files: Files, others: Files, chance: Random) -> None:
    """A file less."""
    del files[chance.choice(sorted(files))]


def added(files: Files, others: Files, chance: Random) -> None:
    """A file more: of another evidence file, or none of any."""
    foreign = sorted(others.keys() - files.keys())
    name = chance.choice(foreign) if foreign and chance.random() < 0.5 else "documents/added.md"
    files[name] = others.get(name, b"added\n")


def swapped(files: Files, others: Files, chance: Random) -> None:
    """Two files for each other."""
    one, other = chance.sample(sorted(files), 2)
    files[one], files[other] = files[other], files[one]


def exchanged(files: Files, others: Files, chance: Random) -> None:
    """A file for that of the same name in another evidence file of the site."""
    name = chance.choice(
        sorted(files.keys() & others.keys() - {"README.txt", "verify.py", "keys", "words.json"})
    )
    files[name] = others[name]


def byte_changed(files: Files, others: Files, chance: Random) -> None:
    """A byte of a file."""
    name = chance.choice(sorted(name for name, data in files.items() if data))
    made = bytearray(files[name])
    made[chance.randrange(len(made))] = chance.randrange(32, 127)
    files[name] = bytes(made)


def line_moved(files: Files, others: Files, chance: Random) -> None:
    """A line dropped, doubled, or put elsewhere."""
    name = chance.choice([name for name in files if name.endswith(".jsonl") and files[name]])
    lines = files[name].splitlines(keepends=True)
    place = chance.randrange(len(lines))
    line = lines.pop(place)
    if how := chance.choice((0, 1, 2)):
        lines.insert(chance.randrange(len(lines) + 1), line)
        if how == 2:
            lines.insert(place, line)
    files[name] = b"".join(lines)


def event_gone(files: Files, others: Files, chance: Random) -> None:
    """An event less, with its proof."""
    count = files["events.jsonl"].count(b"\n")
    place = chance.randrange(count)
    for name in ("events.jsonl", "proofs.jsonl"):
        lines = files[name].splitlines(keepends=True)
        files[name] = b"".join(lines[:place] + lines[place + 1 :])


def field_changed(files: Files, others: Files, chance: Random) -> None:
    """A field of a line, or of the manifest."""
    name = chance.choice([n for n in files if n.endswith((".jsonl", ".json")) and files[n]])
    lines = files[name].split(b"\n")
    place = chance.randrange(max(1, len(lines) - 1))
    told = json.loads(lines[place])
    _change(told, chance)
    lines[place] = canonical(told)
    files[name] = b"\n".join(lines)


def body_changed(files: Files, others: Files, chance: Random) -> None:
    """A field in the body of an event."""
    lines = files["events.jsonl"].splitlines()
    place = chance.randrange(len(lines))
    entry = json.loads(lines[place])
    body = json.loads(entry["body"])
    _change(body, chance)
    entry["body"] = canonical(body).decode()
    lines[place] = canonical(entry)
    files["events.jsonl"] = b"".join(line + b"\n" for line in lines)


def page_changed(files: Files, others: Files, chance: Random) -> None:
    """A cell of the page for people."""
    cells = files["index.html"].split(b"<td>")
    place = chance.randrange(1, len(cells))
    cells[place] = b"other" + cells[place]
    files["index.html"] = b"<td>".join(cells)


def _change(told: dict[str, Any], chance: Random) -> None:
    """Some value somewhere in it, or a member less, or one more."""
    found: Any = told
    while True:
        keys = sorted(found) if isinstance(found, dict) else list(range(len(found)))
        if not keys:
            return
        at = chance.choice(keys)
        if isinstance(found[at], dict | list) and found[at] and chance.random() < 0.8:
            found = found[at]
            continue
        how = chance.randrange(4)
        if how == 0 and isinstance(found, dict):
            del found[at]
        elif how == 1 and isinstance(found, dict):
            found["more"] = "x"
        else:
            found[at] = chance.choice((None, 1, "", "x", [], {}, -7, "2026-03-02", True))
        return


_ON_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (flipped, flipped, cut, more)
_ON_FILES: tuple[Callable[[Files, Files, Random], None], ...] = (
    dropped,
    added,
    swapped,
    exchanged,
    byte_changed,
    line_moved,
    event_gone,
    field_changed,
    body_changed,
    page_changed,
)
