"""What one backup consists of: a signed list of files, each by the pieces that it is made of.

`NAME.json` is the list in canonical JSON, `NAME.note` a C2SP note over its SHA-256, signed by the key of the
site under the name of its log and `/backup`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docctl.errors import Invalid, NotFound, Tampered
from docctl.ledger import checkpoint
from docctl.store.durable import write_atomically

LISTS: Final = "backups"
_PIECE: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9]{1,18}")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One file of a backup. `stamp` is what the file system said of it, where it never changes afterwards."""

    path: str
    mode: int
    size: int
    pieces: tuple[str, ...]
    stamp: int | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One backup. `events` were in the ledger, `root` (base64) is theirs; `refs` are those of the library.

    `site` is the folder that was backed up, `schema` the one of its tables.
    """

    name: str
    origin: str
    site: str
    schema: int
    events: int
    root: str
    refs: Mapping[str, str]
    files: Mapping[str, Kept]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())

    @property
    def made_at(self) -> datetime:
        """The instant that it holds, which its name says; the name is in the list that is signed."""
        return datetime.fromisoformat(self.name.partition("-")[0])


def write(folder: Path, manifest: Manifest, key: Ed25519PrivateKey) -> None:
    """The list last: until it is there, there is no such backup."""
    told = {name: value for name, value in vars(manifest).items() if name != "files"}
    files = [{**vars(f), "pieces": list(f.pieces)} for _, f in sorted(manifest.files.items())]
    data = rfc8785.dumps({**told, "refs": dict(manifest.refs), "files": files})
    digest = hashlib.sha256(data).digest()
    note = checkpoint.sign(f"{manifest.origin}/backup", manifest.events, digest, key)
    write_atomically(folder / LISTS / f"{manifest.name}.note", note, mode=0o400)
    write_atomically(folder / LISTS / f"{manifest.name}.json", data, mode=0o400)


def names(folder: Path) -> list[str]:
    """The backups of a folder, the oldest first."""
    found = (file.stem for file in (folder / LISTS).glob("*.json"))
    return sorted(name for name in found if _NAME.fullmatch(name))


def read(folder: Path, name: str) -> Manifest:
    """One list, unverified. Raises NotFound, Tampered."""
    file = folder / LISTS / f"{name}.json"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise NotFound("there is no backup {name} in {folder}", name=name, folder=folder)
    try:
        told = json.loads(file.read_bytes())
        files = {f["path"]: Kept(**{**f, "pieces": tuple(f["pieces"])}) for f in told.pop("files")}
        if not all(map(_is_safe, files.values())):
            raise ValueError
        return Manifest(**told, files=files)
    except (ValueError, KeyError, TypeError) as error:
        raise Tampered("The list of the backup {name} cannot be read.", name=name) from error


def verify(folder: Path, manifest: Manifest, vkeys: Iterable[str]) -> None:
    """Raises Tampered where none of `vkeys`, which are those of checkpoints, has signed exactly this list."""
    data = (folder / LISTS / f"{manifest.name}.json").read_bytes()
    try:
        note = (folder / LISTS / f"{manifest.name}.note").read_bytes()
        signed = checkpoint.verify(note, map(_of_backups, vkeys))
    except (OSError, Invalid, Tampered) as error:
        raise Tampered(
            "The list of the backup {name} is not signed by the site.", name=manifest.name
        ) from error
    if signed.origin != f"{manifest.origin}/backup" or signed.root != hashlib.sha256(data).digest():
        raise Tampered("The list of the backup {name} is not the one that was signed.", name=manifest.name)


def _is_safe(file: Kept) -> bool:
    """A path that leads nowhere else, and pieces that are named as pieces are."""
    path = PurePosixPath(file.path)
    known = all(_PIECE.fullmatch(piece) for piece in file.pieces)
    return known and not path.is_absolute() and ".." not in path.parts and 0 <= file.mode <= 0o777


def _of_backups(vkey: str) -> str:
    """The same key under the name by which it signs backups."""
    known = checkpoint.parse_vkey(vkey)
    return checkpoint.vkey(f"{known.name}/backup", known.public)


def to_data(manifest: Manifest) -> dict[str, Any]:
    """For programs and lists: what a backup is, without its files."""
    return {
        "name": manifest.name,
        "events": manifest.events,
        "root": manifest.root,
        "files": len(manifest.files),
        "bytes": manifest.size,
    }
