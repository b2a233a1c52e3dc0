"""A bare repository as it is read: blobs, commits, refs. Readers need no lock.

Runs git through git.py only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from docctl.errors import Diverged, NotFound, Tampered, see
from docctl.store.git import Objects, Result, must, run, said
from docctl.store.lock import WriterLock
from docctl.store.objects import (
    FOLDER_MODE,
    Tree,
    author_of,
    check_oid,
    check_path,
    check_ref,
    folders_of,
    parent_of,
    tree_of,
)
from docctl.store.stream import Author

_LOOSE_REF = re.compile(rb"[0-9a-f]{40}\n")


_NOTHING = "0" * 40
_CHANGED = re.compile(r":[0-7]{6} [0-7]{6} ([0-9a-f]{40}) ([0-9a-f]{40}) [A-Z]\t(.*)")


class Change(NamedTuple):
    """What a commit did to a file: the ids of its blob before and after, None where it was not there."""

    commit: str
    path: str
    old: str | None
    new: str | None


class Repository:
    """Reads what is there. Object ids come from the database, so no reader can see half an operation."""

    def __init__(self, path: Path, lock: WriterLock) -> None:
        self.path = path.absolute()
        self.lock = lock
        self._objects = Objects(self.path)

    def close(self) -> None:
        """End the reading process. The next read starts another."""
        self._objects.close()

    def read(self, oid: str, kind: str = "blob") -> bytes:
        """The bytes of an object, hashed again: git itself serves forged objects without a word.

        Raises Tampered for an object that is missing, damaged or of another kind.
        """
        return self._objects.read(oid, kind)

    def stamps(self, oids: Iterable[str]) -> tuple[object, ...]:
        """What the file system says of the files that hold these objects: other once one was touched."""
        folder = f"{self.path}/objects"
        with suppress(FileNotFoundError):
            names = sorted(name for name in os.listdir(f"{folder}/pack") if name.endswith(".pack"))
            packs = tuple((name, _stamp(f"{folder}/pack/{name}")) for name in names)
            return (packs, *(_stamp(f"{folder}/{oid[:2]}/{oid[2:]}") for oid in oids))
        return ()

    def file(self, commit: str, path: str) -> bytes:
        """Raises NotFound when the commit holds no such file."""
        folder, _, name = check_path(path).rpartition("/")
        trees = self._trees(commit, folders_of([path]))
        oid = trees[folder][1].find(name, folder=False) if folder in trees else None
        if oid is None:
            raise NotFound("{path} is not in the library at {commit}.", path=path, commit=commit[:12])
        return self.read(oid)

    def files_in(self, commit: str, folder: str) -> dict[str, str]:
        """The names of the files that lie in `folder` itself, with the ids of their blobs."""
        trees = self._trees(commit, folders_of([f"{folder}/x"]))
        found = trees[folder][1].entries.items() if folder in trees else ()
        files = ((name, oid) for name, (mode, oid) in found if mode != FOLDER_MODE)
        return {name.decode(errors="surrogateescape"): oid.hex() for name, oid in files}

    def tree(self, commit: str) -> dict[str, str]:
        """Each file's path with the id of its blob."""
        found: dict[str, str] = {}
        waiting = [("", tree_of(self.read(commit, "commit")))]
        while waiting:
            prefix, oid = waiting.pop()
            for name, (mode, entry) in Tree(self.read(oid, "tree")).entries.items():
                path = prefix + name.decode(errors="surrogateescape")
                if mode == FOLDER_MODE:
                    waiting.append((path + "/", entry.hex()))
                else:
                    found[path] = entry.hex()
        return found

    def ref(self, name: str) -> str | None:
        """Where a ref stands, None when it does not exist. Raises Diverged for one that cannot be read.

        Each write asks where main is, so the usual case reads one small file and starts no process.
        """
        try:
            loose = (self.path / check_ref(name)).read_bytes()
        except FileNotFoundError:
            # Nor was anything ever packed: `git pack-refs` writes its file before it takes a loose ref away.
            if not (self.path / "packed-refs").exists():
                return None
            return self.refs(name).get(name)
        except OSError:
            return self.refs(name).get(name)
        return loose[:40].decode() if _LOOSE_REF.fullmatch(loose) else self.refs(name).get(name)

    def refs(self, prefix: str = "refs") -> dict[str, str]:
        """The ref `prefix` itself, if it is one, and all refs below it."""
        folder = prefix.rstrip("/")
        pattern = folder if folder == "refs" else check_ref(folder)
        result = must(self._run("for-each-ref", "--format=%(refname) %(objectname)", pattern))
        if result.stderr:
            raise Diverged(
                "A ref of the library cannot be read ({said}). Run {check}.",
                said=said(result),
                check=see.CHECK,
            )
        return dict(line.split(" ") for line in result.stdout.decode().splitlines())

    def author(self, commit: str) -> Author:
        """Who made it."""
        return Author(*author_of(self.read(commit, "commit")))

    def history(self, commit: str) -> Iterator[str]:
        """`commit` and, after it, first parent by first parent, those it was built on."""
        found: str | None = commit
        while found is not None:
            yield found
            found = parent_of(self.read(found, "commit"))

    def changes(self, tips: Iterable[str], folder: str) -> Iterator[Change]:
        """What each commit at or before `tips` did to the files below `folder`, the newest commit first.

        Git follows the commits and is believed as to who their parents are; whether it may be is for fsck.
        """
        asked = "".join(f"{check_oid(tip)}\n" for tip in sorted(set(tips)))
        raw = ("--raw", "--no-renames", "--no-abbrev", "--root", "--full-history", "-m", "--format=%H")
        result = self._run(
            "log", "--stdin", *raw, "--", check_path(folder), stdin=asked.encode(), timeout=3600
        )
        commit = ""
        for line in must(result).stdout.decode(errors="surrogateescape").splitlines():
            if found := _CHANGED.fullmatch(line):
                old, new = (None if oid == _NOTHING else oid for oid in found.group(1, 2))
                yield Change(commit, found[3], old, new)
            elif line:
                commit = line

    def _trees(
        self, commit: str, folders: Sequence[str], damaged: list[str] | None = None
    ) -> dict[str, tuple[str, Tree]]:
        """Id and entries of those folders that the commit has; in `folders` parents come first.

        A damaged tree raises Tampered, or is added to `damaged` and left out with all below it.
        """
        found: dict[str, tuple[str, Tree]] = {}
        for folder in folders:
            parent, _, name = folder.rpartition("/")
            if not folder:
                oid: str | None = tree_of(self.read(commit, "commit"))
            else:
                oid = found[parent][1].find(name, folder=True) if parent in found else None
            if oid is None:
                continue
            try:
                found[folder] = (oid, Tree(self.read(oid, "tree")))
            except Tampered:
                if damaged is None:
                    raise
                damaged.append(oid)
        return found

    def _run(self, *arguments: str, stdin: bytes = b"", timeout: float = 120) -> Result:
        return run(self.path, *arguments, lock=self.lock, stdin=stdin, timeout=timeout)


def _stamp(file: str) -> tuple[int, ...]:
    try:
        found = os.stat(file)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
