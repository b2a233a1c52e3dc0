"""What the machine itself lacks, and how to run its programs: Debian's packages, pango, PostgreSQL for tests.

Standard library only, and nothing of docctl, like checkout. Installs as root on Debian only.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
# The first one has no windows and takes two thirds of the other's time; both draw and run pages alike.
BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
DRIVER_OPENS = "libatomic.so.1"  # the node in the package playwright; chromium does not bring it along
APT_LOCK = Path("/var/lib/apt/lists/lock")
SERVERS = Path("/usr/lib/postgresql")  # a folder for each version, on Debian
MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own place for files that need no disk
MEMORY_WANTED = 2 << 30

# What WeasyPrint opens, by name; no Python package brings them along. The same as in render/renderer.py,
# which cannot be imported before anything is installed.
PANGO = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


class Stop(Exception):
    """Nothing more can be done here; the message says what the reader can do."""


def run(command: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    """Run to the end, with all output on standard error. Returns the exit code."""
    return subprocess.run(command, env={**os.environ, **(extra or {})}, stdout=sys.stderr).returncode


def become(command: Sequence[str]) -> int:
    """Replace this process, so that signals and the exit code are those of the command."""
    sys.stderr.flush()
    if os.name == "nt":
        return subprocess.run(command).returncode
    os.execv(command[0], list(command))


def say(sentence: str) -> None:
    """To standard error, at once."""
    print(sentence, file=sys.stderr, flush=True)


@contextmanager
def alone_in(folder: Path, waiting: str) -> Iterator[None]:
    """One process at a time for what is made in `folder`; `waiting` is said before another is waited for.

    The folder itself is the lock, so nothing is left in it, and the kernel frees it when its holder ends.
    """
    if os.name == "nt":  # no such locks there, and nobody to run docctl for yet
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_root() -> bool:
    """False on Windows too."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def keep_temporary_files_in_memory() -> None:
    """Let what is started next write its temporary files to /dev/shm, where that is large enough.

    The tests make some thousand sites and flush every one of their files: a fifth of their time on a disk.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= MEMORY_WANTED:
        os.environ["TMPDIR"] = str(MEMORY)


def apt(*packages: str) -> bool:
    """Install Debian packages; False where that is not ours to do, or did not work."""
    if not _may_install():
        return False
    say(f"Installing {' '.join(packages)} with apt-get.")
    _wait_for_apt(120)
    # A failed update is no reason to stop: one dead source among many, or lists that are new enough.
    run(["apt-get", "-q", "update"])
    options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    return run(["apt-get", "install", *options, *packages], {"DEBIAN_FRONTEND": "noninteractive"}) == 0


def missing_pango() -> list[str]:
    """The libraries that pages are laid out with and that this machine lacks."""
    if not sys.platform.startswith("linux"):
        return []  # the libraries have other names there; WeasyPrint says what it lacks
    return [name for name in PANGO if not _opens(name)]


def ensure_pango() -> None:
    """See that pages can be laid out, or say in one line what to install: all else works without."""
    missing = missing_pango()
    if missing and not apt(*PANGO_PACKAGES):
        say(
            f"PDF is off: this machine lacks {missing[0]}. "
            f"As root on Debian: apt-get install {' '.join(PANGO_PACKAGES)} (elsewhere: install pango)."
        )


def ensure_postgres(python: Path) -> None:
    """See that the tests can start a PostgreSQL server or find one, or say in one line what will be skipped.

    `python` is one that has psycopg. What the tests start is their own, and gone when they end.
    """
    if os.environ.get("DOCCTL_TEST_POSTGRES") or postgres_programs():
        return
    if apt("postgresql") or _lets_us_in(python, POSTGRES):
        return
    does = "fail (CI=true)" if os.environ.get("CI") == "true" else "be skipped"
    say(
        f"Tests on PostgreSQL will {does}: this machine has no server, and none at 127.0.0.1:5432 lets "
        "us in. As root on Debian this installs it; elsewhere name a server in DOCCTL_TEST_POSTGRES."
    )


def postgres_programs() -> Path | None:
    """The folder with `initdb` and `postgres` of the newest version that Debian's packages brought."""
    folders = [program.parent for program in SERVERS.glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def _opens(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def browser() -> Path | None:
    """What the tests of the pages are seen in, if it is there."""
    return next((program for program in BROWSERS if program.exists()), None)


def ensure_browser() -> None:
    """See that the tests of the pages find a browser and can drive it, or say in one line what they lack."""
    best = BROWSERS[0]
    if (best.exists() and _opens(DRIVER_OPENS)) or apt(best.name, "libatomic1"):
        return
    there = browser()
    if there and _opens(DRIVER_OPENS):
        return
    does = "fail" if there else "fail (CI=true)" if os.environ.get("CI") == "true" else "be skipped"
    missing = DRIVER_OPENS if there else best
    say(f"Tests in a browser will {does}: {missing} is missing. As root on Debian this installs it.")


def ensure_qpdf() -> None:
    """See that the tests of PDFs find a second reader, or say in one line what is missing."""
    if not shutil.which("qpdf") and not apt("qpdf"):
        does = "fail (CI=true)" if os.environ.get("CI") == "true" else "be skipped"
        say(f"Tests of PDFs with qpdf will {does}: qpdf is missing. As root on Debian this installs it.")


def _may_install() -> bool:
    return is_root() and shutil.which("apt-get") is not None


def _wait_for_apt(seconds: int) -> None:
    """Wait while another apt reads its lists: `apt-get update` itself would give up at once."""
    import fcntl  # not on Windows, where there is no apt either

    for second in range(seconds):
        try:
            with APT_LOCK.open("a") as lock:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            if second == 0:
                say("Another apt is at work; waiting for it.")
            time.sleep(1)


def _lets_us_in(python: Path, address: str) -> bool:
    probe = "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=5).close()"
    return subprocess.run([str(python), "-c", probe, address], capture_output=True).returncode == 0
