"""What git's objects, ids, refs and paths look like. Pure: reads no file and runs no git."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from docctl.errors import Invalid, Tampered, see
from docctl.errors.message import Typed

FOLDER_MODE = b"40000"
FILE_MODE = b"100644"


def blob_id(data: bytes) -> str:
    """The id that git gives to a file of these bytes."""
    return object_id("blob", data)


def object_id(kind: str, data: bytes) -> str:
    """The id of any object; `kind` is blob, tree, commit or tag."""
    header = f"{kind} {len(data)}\0".encode()
    # Git's own name for content, not a secret: SHA-256 stands beside it wherever it counts.
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()


class Tree:
    """One folder as git stores it. A flat folder may hold ten thousand names, and mostly one is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._asked = 0

    @cached_property
    def entries(self) -> dict[bytes, tuple[bytes, bytes]]:
        """Name → (mode, object id as 20 bytes)."""
        return {name: (mode, oid) for mode, name, oid in _TREE_ENTRY.findall(self._data)}

    def entry(self, name: str) -> tuple[bytes, bytes] | None:
        """Mode and id of what has this name. A large tree is not taken apart for one name or two."""
        self._asked += 1
        if self._asked > 3 or len(self._data) < _LARGE_TREE:
            return self.entries.get(name.encode())
        found = re.match(_UP_TO % re.escape(name.encode()), self._data, re.DOTALL)
        return (found[1], found[2]) if found else None

    def find(self, name: str, *, folder: bool) -> str | None:
        """The id of the file (or the folder) of that name."""
        mode, oid = self.entry(name) or (b"", b"")
        return oid.hex() if oid and (mode == FOLDER_MODE) is folder else None


def tree_of(commit: bytes) -> str:
    """The id of the root tree, from the bytes of a commit."""
    found = _COMMIT_TREE.match(commit)
    if found is None:
        raise Tampered("A commit of the library names no tree. Run {check}.", check=see.CHECK)
    return found[1].decode()


def parent_of(commit: bytes) -> str | None:
    """The id of the first parent, from the bytes of a commit; None for the first commit."""
    found = _COMMIT_PARENT.match(commit)
    return found[1].decode() if found else None


def author_of(commit: bytes) -> tuple[str, str]:
    """Name and login of the author, from the bytes of a commit; empty where they cannot be read."""
    found = _COMMIT_AUTHOR.search(commit)
    return (found[1].decode("utf-8", "replace"), found[2].decode("utf-8", "replace")) if found else ("", "")


def folders_of(paths: Iterable[str]) -> list[str]:
    """Every folder above these paths, parents first; the root is the empty name."""
    folders = {""}
    for path in paths:
        parts = path.split("/")[:-1]
        folders.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))
    return sorted(folders)


def check_oid(oid: str) -> str:
    """The same id, or Invalid: nothing else may ever stand where git expects an id."""
    if not _OID.fullmatch(oid):
        raise Invalid("{oid} is not a git object id: 40 hexadecimal digits, lower case.", oid=Typed(oid[:60]))
    return oid


def check_ref(name: str) -> str:
    """The same name, or Invalid. Stricter than git: no option, no pattern, no `@{`, no refs/replace."""
    unsafe = ".." in name or any(part.lower().endswith((".", ".lock")) for part in name.split("/"))
    if unsafe or len(name) > 500 or not _REF.fullmatch(name):
        raise Invalid("{name} is not a ref of the library.", name=Typed(name[:60]))
    return name


def check_path(path: str) -> str:
    """The same path, or Invalid if any git client, on any system, would refuse or misread it."""
    for part in path.split("/"):
        if not _is_safe(part):
            raise Invalid(
                "{path} cannot be the path of a file in the library: rename {part}.",
                path=Typed(path[:80]),
                part=Typed(part[:40]),
            )
    return path


_OID = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs/(?!replace(?:/|$))[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_TREE_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)
_LARGE_TREE = 20_000
# Whole entries, as few as there are before the one with the name: a name's bytes may stand in an id as well.
_UP_TO = rb"(?:[0-7]++ [^\0]++\0.{20})*?([0-7]+) %b\0(.{20})"
_COMMIT_TREE = re.compile(rb"tree ([0-9a-f]{40})\n")
_COMMIT_AUTHOR = re.compile(rb"^author (.*) <([^<>\n]*)> [0-9]+ [+-][0-9]{4}$", re.MULTILINE)
_COMMIT_PARENT = re.compile(rb"tree [0-9a-f]{40}\nparent ([0-9a-f]{40})\n")
_SHORT_NAME = re.compile(r"~[0-9]")  # `git~1` is `.git` to Windows


def _is_safe(part: str) -> bool:
    if part in ("", ".", "..") or part[-1] in ". " or part[0] == " " or part[0] == "-":
        return False
    if part.lower().startswith(".git") and part != ".gitattributes":
        return False
    if any(unicodedata.category(char)[0] == "C" for char in part) or any(
        char in '\\:*?"<>|' for char in part
    ):
        return False
    return _SHORT_NAME.search(part) is None and len(part.encode()) <= 255
