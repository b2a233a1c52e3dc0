"""The ledger as the library of an old site tells it, proved before anything is made from it.

Read one segment after the other: neither the events nor the rows of a large ledger fit into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from docctl.door import checkpoints, outbox
from docctl.door.site import SETTINGS, Settings
from docctl.door.spilled import SpilledState
from docctl.errors import NotFound, Tampered, WrongState
from docctl.ledger import checkpoint, segments
from docctl.ledger.entry import Entry
from docctl.ledger.replay import Replay
from docctl.ledger.upcast import SCHEMA
from docctl.store.library import Library
from docctl.store.lock import WriterLock


@dataclass(frozen=True)
class Past:
    """The ledger as the old library tells it, proved by a signed checkpoint.

    `notes` has the checkpoint of each commit on main that made one, `main` is the newest of these. `refs` are
    all references there were. `segments` are the blobs of the ledger by path, `at` says when the events were
    made to which a checkpoint goes.
    """

    settings: Settings
    main: str
    refs: Mapping[str, str]
    notes: Mapping[str, bytes]
    segments: Mapping[str, str]
    at: Mapping[int, str]
    replay: Replay

    @property
    def events(self) -> int:
        return self.replay.head.seq if self.replay.head else 0


def past_of(old: Path) -> Past:
    """Reads nothing but docctl.toml and the library."""
    file = old / SETTINGS
    if not file.is_file() or not (old / "library.git").is_dir():
        raise NotFound(
            "{old} holds no {file} with a library.git beside it; name the old site's folder",
            old=old,
            file=SETTINGS,
        )
    settings = Settings.from_toml(file.read_text(encoding="utf-8"), file)
    with closing(Library(old / "library.git", WriterLock(old / "writer.lock"))) as library:
        refs = library.refs()
        notes = dict(_notes(library, refs[outbox.MAIN])) if outbox.MAIN in refs else {}
        if not notes:
            raise Tampered("the library holds no checkpoint, so nothing in it is proved; restore a backup")
        # A crash may have left an issue on main above it, of which the library's ledger does not know. Such a
        # commit leaves the ledger alone: if the one on top does not, it is refused below.
        main = next(iter(notes))
        tree = library.tree(refs[outbox.MAIN])
        parts = {path: oid for path, oid in tree.items() if _is_segment(path)}
        signed = [checkpoint.verify(each, settings.keys) for each in notes.values()]
        replay = Replay(origin=settings.origin, checkpoints=signed, state=SpilledState())
        at = dict.fromkeys((each.size for each in signed), "")
        replay.run(_noting(at, entries(library, parts)))
        replay.finish()
    if replay.findings:
        first = replay.findings[0]
        raise Tampered(
            "the ledger in the library cannot be trusted: {what} at {where}. {message}",
            what=first.what,
            where=first.where,
            message=first.message,
        )
    if replay.schema != SCHEMA:
        raise WrongState(
            "the ledger ends in schema {schema}; rebuild it with the docctl that wrote it",
            schema=replay.schema or 0,
        )
    return Past(settings, main, refs, notes, parts, at, replay)


def entries(library: Library, parts: Mapping[str, str]) -> Iterator[Entry]:
    """One segment after the other: a whole ledger does not fit into memory."""
    return segments.join(_Read(library, parts))


def _noting(at: dict[int, str], entries: Iterable[Entry]) -> Iterator[Entry]:
    """The same events; when those were made that are asked for is put down as they pass."""
    for entry in entries:
        yield entry
        if entry.seq in at:
            at[entry.seq] = entry.event["at"]


class _Read(Mapping[str, bytes]):
    """The bytes of blobs, read when they are asked for."""

    def __init__(self, library: Library, blobs: Mapping[str, str]) -> None:
        self._library, self._blobs = library, blobs

    def __getitem__(self, path: str) -> bytes:
        return self._library.read(self._blobs[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._blobs)

    def __len__(self) -> int:
        return len(self._blobs)


def _notes(library: Library, main: str) -> Iterator[tuple[str, bytes]]:
    """Commit and checkpoint, newest first, of each commit that changed the checkpoint."""
    later: tuple[str, bytes] | None = None
    for commit in library.history(main):
        try:
            note = library.file(commit, checkpoints.NOTE)
        except NotFound:
            break
        if later is not None and note != later[1]:
            yield later
        later = (commit, note)
    if later is not None:
        yield later


def _is_segment(path: str) -> bool:
    return path.startswith(segments.FOLDER) and path.endswith(".jsonl")
