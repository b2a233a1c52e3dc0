"""The library: one bare repository of issued texts, drafts, tags and ledger segments, and how it is written.

Knows blobs, commits, refs and tags; nothing of approvals, people's roles or the database. Runs
git through git.py only.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docctl.errors import Defect, Diverged, Tampered, WrongState, see
from docctl.errors.message import Message
from docctl.store.durable import ensure_directory, refusing, sync_directory
from docctl.store.git import must, run
from docctl.store.inspection import Kind, Problem, planted, refuse_planted, stale_locks, write_settings
from docctl.store.objects import (
    FILE_MODE,
    Tree,
    blob_id,
    check_oid,
    check_ref,
    folders_of,
)
from docctl.store.repository import Repository
from docctl.store.stream import Author, Content, Kept, TagSpec, commit_stream

__all__ = ["Author", "Content", "Kept", "Library", "Prepared", "RefMove", "TagSpec", "blob_id"]


@dataclass(frozen=True)
class Prepared:
    """A commit whose objects are on disk and whose refs have not moved.

    `objects` are the commit, its tag, the trees on the way to its files, and the files;
    `stream` makes the same objects again (`Library.restore`).
    """

    commit: str
    tag_oid: str | None
    objects: tuple[str, ...]
    stream: bytes


@dataclass(frozen=True)
class RefMove:
    """Move `ref` from `old` (None: it does not exist yet) to `new`."""

    ref: str
    old: str | None
    new: str


class Library(Repository):
    """The repository as it is written: whoever moves refs holds the writer's lock."""

    def create(self) -> None:
        """Make the repository, whole or not at all.

        HEAD names main, although git then locks HEAD whenever main moves: a plain clone must check
        out the issued library, and `remove_stale_locks` clears away what a killed git left behind.
        """
        if self.path.exists():
            raise WrongState(
                "{path} is there already. Choose an empty folder for the site.", path=self.path.name
            )
        draft = self.path.with_name(self.path.name + ".new")
        with refusing(self.path):
            shutil.rmtree(draft, ignore_errors=True)
            ensure_directory(draft.parent)
            options = ("--quiet", "--bare", "--template=", "--object-format=sha1", "--initial-branch=main")
            must(run(draft, "init", *options, lock=self.lock))
            write_settings(draft)
            draft.rename(self.path)
            sync_directory(self.path.parent)

    # Writing. Objects first; the refs move when the database has decided.

    def prepare(
        self,
        files: Mapping[str, Content],
        *,
        parent: str | None,
        author: Author,
        when: datetime,
        message: str,
        tag: TagSpec | None = None,
    ) -> Prepared:
        """Write the objects of one commit on `parent` and read each of them back. No ref moves.

        `files` maps a path to its new bytes, to a blob that is there, or to None for a file that goes. The
        same arguments give the same ids, now and after a crash.
        """
        stream = commit_stream(files, parent=parent, author=author, when=when, message=message, tag=tag)
        refuse_planted(self.path)
        if parent is not None:
            # Fast-import takes over whatever the trees of the parent say, so they are hashed first.
            self._trees(parent, folders_of(files))
        blobs = {path: _blob(data) for path, data in sorted(files.items())}
        written = [blob_id(data) for _, data in sorted(files.items()) if isinstance(data, bytes)]
        damaged: list[str] = []
        while True:
            names = self._import(stream)
            objects, found = self._survey([*names, *written], blobs)
            if not found:
                return Prepared(names[0], names[1] if tag else None, tuple(objects), stream)
            self._remove_damaged(found, before=damaged)
            damaged = found

    def restore(self, stream: bytes, objects: Sequence[str]) -> None:
        """Make lost or damaged objects again, with the same ids (CP-26). Raises Tampered when it cannot."""
        refuse_planted(self.path)
        damaged: list[str] = []
        while found := [oid for oid in objects if not self._objects.is_whole(oid)]:
            self._remove_damaged(found, before=damaged)
            damaged = found
            self._import(stream)

    def move(self, moves: Sequence[RefMove]) -> None:
        """Move refs by compare-and-swap, all or none. Raises Diverged when one is not where it should be.

        One plain `update-ref --stdin`: the two-phase form leaves locks behind when it is killed.
        A kill in the middle may have moved the first refs only; whoever recovers moves the rest.
        """
        if not self.lock.held:
            raise Defect("A ref may only be moved under the writer's lock.")
        refuse_planted(self.path)
        lines = "".join(map(_instruction, moves))
        result = self._run("update-ref", "--no-deref", "--stdin", stdin=lines.encode())
        if result.returncode == 0:
            return
        for move in moves:
            found = self.ref(move.ref)
            if found != move.old:
                raise Diverged(
                    "{ref} should be at {old} and is at {found}. Somebody moved it outside docctl: writing "
                    "stops, reading goes on. Run {check}.",
                    ref=move.ref,
                    old=move.old or Message("nothing"),
                    found=found or Message("nothing"),
                    check=see.CHECK,
                )
        must(result)

    def pack_of(self, tips: Iterable[str], known: Iterable[str], into: Path) -> Path | None:
        """One pack in the folder `into` with all that `tips` lead to and `known` did not; None for nothing.

        `known` that the library does not have (any more) are passed over.
        """
        there = [oid for oid in set(known) if self._objects.is_whole(oid)]
        wanted = "".join(
            [*(f"{oid}\n" for oid in sorted(set(tips))), *(f"^{oid}\n" for oid in sorted(there))]
        )
        options = ("--revs", "--quiet", "--delta-base-offset", str(into / "pack"))
        must(self._run("pack-objects", *options, stdin=wanted.encode(), timeout=3600))
        return next((pack for pack in into.glob("*.pack") if _count(pack)), None)

    def add_pack(self, pack: Path) -> None:
        """Take the objects of a pack in, each hashed again. Raises Busy where git does not find it whole.

        What they lead to may lie in a pack that is still to come: `inspect` says whether all is there.
        """
        with pack.open("rb") as file:
            must(self._run("index-pack", "--stdin", "--fix-thin", stdin=file.read(), timeout=3600))

    def remove_stale_locks(self, refs: Iterable[str] | None = None) -> list[str]:
        """Clear away the lock files of a git that was killed; the answer names them.

        With `refs` only those in the way of moving these.

        Safe only under the writer's lock, because every git child holds its descriptor.
        """
        if not self.lock.held:
            raise Defect("Lock files may only be removed under the writer's lock.")
        locks = stale_locks(self.path, None if refs is None else map(check_ref, refs))
        for lock in locks:
            with refusing(lock):
                lock.unlink()
        return [lock.relative_to(self.path).as_posix() for lock in locks]

    def inspect(self, *, fsck: bool = False) -> list[Problem]:
        """What could make git show other content than was written (T-08 … T-11).

        `fsck` reads every object and takes long in a large library.
        """
        problems = list(planted(self.path))
        refs = must(self._run("for-each-ref", "--format=%(refname) %(symref)"))
        for line in refs.stdout.decode().splitlines():
            name, _, target = line.partition(" ")
            if target or name.startswith("refs/replace/"):
                problems.append(Problem(Kind.MASKING, name))
        problems += map(_said, refs.stderr.decode(errors="replace").splitlines())
        return problems + self._fsck() if fsck else problems

    def _fsck(self) -> list[Problem]:
        result = self._run("fsck", "--full", "--strict", "--no-dangling", "--no-progress", timeout=3600)
        lines = (result.stdout + result.stderr).decode(errors="replace").splitlines()
        return [_said(line) for line in lines if not line.startswith("notice:")]

    def _survey(self, objects: list[str], blobs: Mapping[str, str | None]) -> tuple[list[str], list[str]]:
        """All objects of a new commit, which is the first, and those of them that are missing or damaged."""
        damaged = [oid for oid in dict.fromkeys(objects) if not self._objects.is_whole(oid)]
        if objects[0] in damaged:
            return objects, damaged
        trees = self._trees(objects[0], folders_of(blobs), damaged)
        if not damaged:
            _compare(trees, blobs)
        return list(dict.fromkeys([*objects, *(oid for oid, _ in trees.values())])), damaged

    def _import(self, stream: bytes) -> list[str]:
        """Run one fast-import into our objects; the answer is the commit's id, and the tag's if there is one.

        Its refs live in a scratch repository, so that nothing it does, and no kill, can touch ours.
        """
        with refusing(self.path), tempfile.TemporaryDirectory(prefix="docctl-") as scratch:
            (Path(scratch) / "refs").mkdir()
            (Path(scratch) / "HEAD").write_text("ref: refs/heads/none\n")
            options = ("--quiet", "--done", "--date-format=raw")
            ours = self.path / "objects"
            result = run(Path(scratch), "fast-import", *options, lock=self.lock, stdin=stream, objects=ours)
        return [check_oid(line) for line in must(result).stdout.decode().split()]

    def _remove_damaged(self, found: list[str], *, before: list[str]) -> None:
        """Git never writes over an object that is there, not even an empty one: it has to go first."""
        if found == before:
            raise Tampered(
                "The object {found} of the library cannot be written again; a pack may be damaged. "
                "Restore the library from a backup.",
                found=found[0],
            )
        for oid in found:
            with refusing(self.path):
                (self.path / "objects" / oid[:2] / oid[2:]).unlink(missing_ok=True)


def _blob(data: Content) -> str | None:
    if isinstance(data, Kept):
        return data.blob
    return None if data is None else blob_id(data)


def _count(pack: Path) -> int:
    """How many objects a pack says that it holds."""
    with pack.open("rb") as file:
        return int.from_bytes(file.read(12)[8:])


def _said(line: str) -> Problem:
    return Problem(Kind.GIT, line)


def _instruction(move: RefMove) -> str:
    new = check_oid(move.new)
    if move.old is None:
        return f"create {check_ref(move.ref)} {new}\n"
    return f"update {check_ref(move.ref)} {new} {check_oid(move.old)}\n"


def _compare(trees: Mapping[str, tuple[str, Tree]], blobs: Mapping[str, str | None]) -> None:
    """The new trees must name exactly what was asked for."""
    for path, blob in blobs.items():
        folder, _, name = path.rpartition("/")
        found = trees[folder][1].entry(name) if folder in trees else None
        if found != (None if blob is None else (FILE_MODE, bytes.fromhex(blob))):
            raise Defect(
                "The commit does not hold {path} as it was given. One path may be the folder of another.",
                path=path,
            )
