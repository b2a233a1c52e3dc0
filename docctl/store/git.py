"""The door to git: the only file that runs the git program, and the only one that imports GitPython.

GitPython reads objects through one persistent `cat-file` and is given checked ids, nothing else.
All other work is one process each, with the whole environment given. Knows objects and
processes; what a ref or a commit is for stands in library.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docctl.errors import Busy, DocctlError, Tampered, see
from docctl.store.lock import WriterLock
from docctl.store.objects import check_oid, object_id

if TYPE_CHECKING:
    from git import GitCmdObjectDB

Result = subprocess.CompletedProcess[bytes]


def run(
    repository: Path,
    *arguments: str,
    lock: WriterLock,
    stdin: bytes = b"",
    objects: Path | None = None,
    timeout: float = 120,
    settings: Sequence[str] = (),
) -> Result:
    """Run git once; a failure is in the answer's `returncode`. `arguments` must have been checked before.

    The child holds `lock` while it runs, if this thread does. `objects` names the folder to use in
    place of the repository's own, `settings` go before ours. Raises Busy when it takes too long.
    """
    try:
        return subprocess.run(
            _command(repository, *arguments, settings=settings),
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd="/",
            env=_ENVIRONMENT if objects is None else _ENVIRONMENT | {"GIT_OBJECT_DIRECTORY": str(objects)},
            pass_fds=(lock.fd,) if lock.held else (),
        )
    except subprocess.TimeoutExpired as error:
        raise Busy(
            "git {command} took longer than {timeout:g} s. Try again.",
            command=arguments[0],
            timeout=timeout,
        ) from error


def must(result: Result) -> Result:
    """The same result, or Busy with what git said when it failed."""
    if result.returncode:
        raise Busy(
            "git could not do its work ({said}). No ref was moved; check free space and permissions "
            "of the library, then try again.",
            said=said(result),
        )
    return result


def said(result: Result) -> str:
    """What git said, in one line fit for a message."""
    lines = result.stderr.decode(errors="replace").split("\n")
    return lines[0][:300] or f"exit {result.returncode}"


class Objects:
    """The objects of one repository, through one `git cat-file --batch` per process, one thread at a time."""

    _pid: int
    _turn: threading.Lock
    _database: GitCmdObjectDB | None

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._reset()

    def read(self, oid: str, kind: str) -> bytes:
        """The bytes of an object, hashed again: git itself serves forged objects without a word.

        Raises Tampered for an object that is missing, damaged or of another kind.
        """
        found, data = self._fetch(oid)
        if found != kind:
            raise Tampered(
                "The object {oid} of the library is a {found}, not a {kind}. Run {check}.",
                oid=oid,
                found=found,
                kind=kind,
                check=see.CHECK,
            )
        return data

    def is_whole(self, oid: str) -> bool:
        try:
            self._fetch(oid)
        except Tampered:
            return False
        return True

    def close(self) -> None:
        with self._turn:
            self._end()

    def _fetch(self, oid: str) -> tuple[str, bytes]:
        check_oid(oid)
        if self._pid != os.getpid():
            self._reset()  # After a fork the reading process is the parent's.
        with self._turn:
            for _ in range(2):  # A reading process that somebody killed is no damaged object.
                try:
                    answer = self._ask(oid)
                except (ValueError, OSError):
                    answer = None
                if answer is not None and object_id(*answer) == oid:
                    return answer
                self._end()
        raise Tampered(
            "The object {oid} of the library is missing, or is not what was written. "
            "Run {check}, and restore it from a backup.",
            oid=oid,
            check=see.CHECK,
        )

    def _ask(self, oid: str) -> tuple[str, bytes]:
        # In a function of its own, so that GitPython's stream is gone before the process is ended: a stream
        # that was cut short reads on when it is collected.
        found = self._open().stream(bytes.fromhex(oid))
        return found.type.decode("ascii"), found.read()

    def _open(self) -> GitCmdObjectDB:
        if self._database is None:
            import git

            process = subprocess.Popen(
                _command(self._repository, "cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_ENVIRONMENT,
            )
            reader = git.Git()
            # GitPython would start this process itself, but with all of our own environment, GIT_* included.
            reader.cat_file_all = git.Git.AutoInterrupt(process, process.args)
            self._database = git.GitCmdObjectDB(str(self._repository / "objects"), reader)
        return self._database

    def _end(self) -> None:
        self._database = None  # The last reference gone, GitPython ends the process.

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._turn = threading.Lock()
        self._database = None


# What git is run with: nothing of the user's or the system's settings, no hooks, no replacing, no
# grafts, no fetching of what is missing. The command line outranks the repository's own config.
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/nonexistent",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_COMMITTER_NAME": "docctl",
    "GIT_COMMITTER_EMAIL": "docctl",
}
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsync=all",
    "core.commitGraph=false",
    "core.fsmonitor=false",
    "gc.auto=0",
    "pack.compression=0",  # fast-import's pack lives for milliseconds only
    # A folder of ten thousand names is half a megabyte of hashes, which hardly shrink: deflating them takes a
    # seventh of the time of an issue. packing.py deflates what has become old.
    "core.looseCompression=0",
)


def program() -> str:
    """Where git is on this machine. Raises DocctlError where it is not."""
    found = shutil.which("git")
    if found is None:
        raise DocctlError("git was not found. Install git 2.36 or newer and try again.")
    return found


def version() -> str:
    """That of the program, such as 2.39.5. Raises DocctlError where there is none."""
    done = subprocess.run([program(), "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip().removeprefix("git version ")


def _command(repository: Path, *arguments: str, settings: Sequence[str] = ()) -> list[str]:
    given = (part for setting in (*_SETTINGS, *settings) for part in ("-c", setting))
    # --git-dir is given, so git looks for no repository above, and asks not who owns this one.
    return [program(), f"--git-dir={repository}", *given, *arguments]
