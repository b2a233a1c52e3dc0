"""What a bare repository of docctl consists of, and what somebody planted in it. Runs no git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from docctl.errors import Tampered, see
from docctl.store.durable import write_atomically

HEAD = "ref: refs/heads/main\n"
CONFIG = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tlogAllRefUpdates = always
\tfsync = all
[receive]
\tdenyNonFastForwards = true
\tdenyDeletes = true
\tfsckObjects = true
[gc]
\tauto = 0
\tpruneExpire = never
"""


class Kind(Enum):
    """What can be wrong with a repository as such."""

    PLANTED = auto()
    CHANGED = auto()
    MASKING = auto()
    """A reference that shows other content than it should."""
    GIT = auto()
    """What git itself said; it is no sentence of ours."""


class Problem(NamedTuple):
    """`where`: the file or the reference; of git the line that it said."""

    kind: Kind
    where: str


def write_settings(repository: Path) -> None:
    """The two files by which git knows the repository: `planted` expects exactly these bytes."""
    write_atomically(repository / "config", CONFIG.encode())
    write_atomically(repository / "HEAD", HEAD.encode())


def planted(repository: Path) -> Iterator[Problem]:
    """Each file that could make git show other content, or run something (T-08 … T-11)."""
    for name in _FOREIGN:
        if (repository / name).exists():
            yield Problem(Kind.PLANTED, f"{repository.name}/{name}")
    for hook in sorted((repository / "hooks").glob("*")):
        yield Problem(Kind.PLANTED, f"{repository.name}/hooks/{hook.name}")
    for name, text in (("config", CONFIG), ("HEAD", HEAD)):
        file = repository / name
        if not file.is_file() or file.read_bytes() != text.encode():
            yield Problem(Kind.CHANGED, f"{repository.name}/{name}")


def refuse_planted(repository: Path) -> None:
    """Raises Tampered where somebody planted what git would follow: nothing is built upon that.

    A foreign object store, for one, keeps git from writing what that store already has.
    """
    for problem in planted(repository):
        raise Tampered(
            "In the library {where} is not as docctl wrote it. Nothing is written until an administrator "
            "has looked. Run {check}.",
            where=problem.where,
            check=see.CHECK,
        )


def stale_locks(repository: Path, refs: Iterable[str] | None = None) -> list[Path]:
    """The lock files that git takes when it moves these refs (any, if none are given), by name."""
    if refs is None:  # looks into every folder, of which there are three or more for each document
        theirs = list(repository.glob("refs/**/*.lock"))
    else:
        theirs = [repository / f"{ref}.lock" for ref in refs]
    found = [repository / "HEAD.lock", repository / "packed-refs.lock", *theirs]
    return sorted(lock for lock in found if lock.is_file())


_ALTERNATES = ("objects/info/alternates", "objects/info/http-alternates")
_FOREIGN = (
    *_ALTERNATES,
    "info/grafts",
    "shallow",
    "config.worktree",
    "commondir",
    "gitdir",
    "modules",
    "worktrees",
)
