"""What a checkpoint leaves in the library, with a hundred segments and with fifty thousand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from docctl.door.checkpoints import NOTE
from docctl.ledger import segments
from docctl.store import packing
from docctl.store.library import Author, Library, RefMove
from docctl.store.lock import WriterLock

FEW, MANY, CLOSINGS = 100, 50_000, 40
EVENTS, BYTES = 8, 1_700
"""Events of a record from its opening to its closing, and the bytes of one, as a large site has them."""

GROWTH = 1.3


def test_bytes_of_git_a_closing(tmp_path: Path, figure: Callable[[str, str, str], None]) -> None:
    """As they are written, and after packing; each closing has a segment of its own."""
    written = {many: closings(tmp_path / str(many), many) for many in (FEW, MANY)}
    few, loose = written[FEW][0], written[MANY][0]
    figure(
        f"bytes of git a closing with {MANY:,} segments",
        f"{loose / few:.2f} times those with {FEW} ({few / 1e3:.1f} and {loose / 1e3:.1f} kB;"
        f" packed {written[FEW][1] / 1e3:.1f} and {written[MANY][1] / 1e3:.1f} kB)",
        f"<= {GROWTH}",
    )
    assert loose / few <= GROWTH


def closings(folder: Path, many: int) -> tuple[float, float]:
    """Bytes a closing, in files of single objects and then in the pack, behind so many segments."""
    folder.mkdir()
    library = Library(folder / "library.git", WriterLock(folder / "writer.lock"))
    library.create()
    main = commit(library, {segments.name(1 + n * EVENTS): b"%d" % n for n in range(many)}, None)
    packing.pack(library.path)
    before, sizes = packing.size(library.path).bytes, []
    for n in range(many, many + CLOSINGS):
        was = packing.size(library.path).bytes
        main = commit(library, {segments.name(1 + n * EVENTS): segment(n), NOTE: b"%d" % n * 60}, main)
        sizes.append(packing.size(library.path).bytes - was)
    packing.pack(library.path)
    library.close()
    return mean(sizes), (packing.size(library.path).bytes - before) / CLOSINGS


def commit(library: Library, files: dict[str, bytes], parent: str | None) -> str:
    """On main, as a checkpoint makes it."""
    author, when = Author("docctl", "docctl"), datetime(2026, 11, 24, tzinfo=UTC)
    made = library.prepare(files, parent=parent, author=author, when=when, message="Checkpoint")
    with library.lock:
        library.move([RefMove("refs/heads/main", parent, made.commit)])
    return made.commit


def segment(n: int) -> bytes:
    """Lines as long as those of events."""
    line = " ".join(f"{n * k:x}" for k in range(1, BYTES))
    return b"".join(f"{k}{line}"[: BYTES - 1].encode() + b"\n" for k in range(EVENTS))
