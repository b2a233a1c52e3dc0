"""Many commits in one go, for a library that is being filled by one process: one stream, one pack.

Unlike `Library.prepare` it moves the references itself, and reads nothing back: that is for whoever has
filled the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from docctl.store.git import must, run
from docctl.store.objects import check_oid, check_ref
from docctl.store.repository import Repository
from docctl.store.stream import Author, TagSpec, change, data, identity, text

_SETTINGS: Final = ("-c", "pack.compression=1", "-c", "fastimport.unpackLimit=1", "-c", "core.fsync=none")
_OPTIONS: Final = ("--quiet", "--done", "--date-format=raw", "--depth=20")
_LONGEST: Final = 3600.0


@dataclass(frozen=True)
class Commit:
    """One commit on top of where `ref` stands, or its first; `slot` is its name among those of the series."""

    slot: str
    ref: str
    files: Mapping[str, bytes | None]
    author: Author
    when: datetime
    message: str
    tag: TagSpec | None = None


@dataclass(frozen=True)
class Reference:
    """A reference that is put where the commit `slot`, made before in the same group, is."""

    ref: str
    slot: str


Group = Iterable[Commit | Reference]


def write(library: Repository, groups: Iterable[Group]) -> list[dict[str, str]]:
    """Make them all and move their references; of each group the ids of its commits by slot."""
    marks: list[tuple[int, str]] = []
    parts: list[bytes] = []
    known: set[str] = set()
    for n, group in enumerate(groups):
        own: dict[str, int] = {}
        for step in group:
            if isinstance(step, Reference):
                parts.append(b"reset %s\nfrom :%d\n\n" % (check_ref(step.ref).encode(), own[step.slot]))
                continue
            marks.append((n, step.slot))
            own[step.slot] = len(marks)
            parts += _made(step, len(marks), library, known)
    if not marks:
        return []
    stream = b"".join([*parts, b"done\n"])
    result = run(
        library.path, *_SETTINGS, "fast-import", *_OPTIONS, lock=library.lock, stdin=stream, timeout=_LONGEST
    )
    oids = must(result).stdout.decode().split()
    found: list[dict[str, str]] = [{} for _ in range(marks[-1][0] + 1)]
    for (n, slot), oid in zip(marks, oids, strict=True):
        found[n][slot] = check_oid(oid)
    return found


def _made(step: Commit, mark: int, library: Repository, known: set[str]) -> list[bytes]:
    who, ref = identity(step.author, step.when), check_ref(step.ref).encode()
    parts = [
        b"commit %s\nmark :%d\nauthor %s\ncommitter %s\n" % (ref, mark, who, who),
        data(text(step.message)),
    ]
    if step.ref not in known:
        known.add(step.ref)
        there = library.ref(step.ref)
        parts += [] if there is None else [b"from %s\n" % check_oid(there).encode()]
    parts += (change(path, step.files[path]) for path in sorted(step.files))
    parts.append(b"get-mark :%d\n" % mark)
    if step.tag is not None:
        name = check_ref(f"refs/tags/{step.tag.name}").removeprefix("refs/tags/").encode()
        parts += [b"tag %s\nfrom :%d\ntagger %s\n" % (name, mark, who), data(text(step.tag.message))]
    return parts
