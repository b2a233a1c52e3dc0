"""`docctl backup make`: a copy of a running site, all of it as it was at one instant, beside earlier ones.

Under the writer's lock the instant is fixed: a snapshot of the database, the references, the names of the
files and a second name for those that still change. Everything is copied afterwards, while people go on.
"""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from docctl.door import extending, transaction
from docctl.door.site import SETTINGS, Site
from docctl.errors import Usage, WrongState
from docctl.ledger import checkpoint
from docctl.ledger.upcast import SCHEMA
from docctl.models.base import Base
from docctl.models.engine import freeze
from docctl.store import pool
from docctl.store.durable import ensure_directory, refusing
from docctl.store.lock import WriterLock
from docctl.store.pool import Pool
from docctl.usecases.site import manifest, tables
from docctl.usecases.site.manifest import Kept, Manifest

POOL: Final = "pieces"
TABLES: Final = "tables"
PACKS: Final = "library"
_FIXED: Final = ("vault", "records")
_SETTINGS: Final = (SETTINGS, "keys/site.pem", "keys/web.secret")
_SCRATCH: Final = ".backup-"
_WORKING: Final = ".values.jsonl"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Made:
    """A new backup; `added` are the bytes that were not in the folder before."""

    manifest: Manifest
    added: int


@dataclass(frozen=True)
class _Instant:
    """What is fixed at one instant. `working` leads from a path to its second name and its size then.

    `scratch` is a folder on the site's own disk, for as long as the copying takes.
    """

    scratch: Path
    connection: Connection
    note: bytes
    refs: Mapping[str, str]
    working: Mapping[str, tuple[Path, int]]
    fixed: tuple[str, ...]


def back_up(site: Site, folder: Path, progress: Progress) -> Made:
    """Add a backup to `folder`, which is made where it is not there. Raises Usage for one of another site."""
    site.require_writable()
    _open(folder, site)
    with WriterLock(folder / "backup.lock"):
        names = manifest.names(folder)
        before = manifest.read(folder, names[-1]) if names else None
        store = Pool(folder / POOL)
        with _instant(site) as now:
            made = _copied(site, store, now, before, progress)
        manifest.write(folder, made, site.key)
        return Made(made, store.added)


def _open(folder: Path, site: Site) -> None:
    with refusing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.resolve().is_relative_to(site.path):
        raise Usage("{folder} lies in the site itself; a backup belongs elsewhere", folder=folder)
    ensure_directory(folder / manifest.LISTS)
    others = {manifest.read(folder, name).origin for name in manifest.names(folder)[:1]}
    if others - {site.settings.origin}:
        raise Usage("{folder} holds backups of another site; choose another folder", folder=folder)


@contextmanager
def _instant(site: Site) -> Iterator[_Instant]:
    """The site at one instant, signed. Writers wait for as long as that takes, and not for the copying."""
    _clear_away(site)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=site.path) as held, site.reading() as session:
        with site.lock:
            transaction.settle(site)
            transaction.make_checkpoint(site, site.clock())
            connection = freeze(session)
            names = sorted(_names(site.path))
            working = dict(_second_names(site.path, names, Path(held)))
            now = _Instant(
                Path(held),
                connection,
                (site.path / extending.FILE).read_bytes(),
                site.library.refs(),
                working,
                tuple(name for name in names if name not in working),
            )
        yield now


def _clear_away(site: Site) -> None:
    """What a backup that was killed has left, of a day ago and more: another one may be at it now."""
    for left in site.path.glob(f"{_SCRATCH}*"):
        if site.clock().timestamp() - left.stat().st_mtime > 86_400:
            shutil.rmtree(left, ignore_errors=True)


def _names(path: Path) -> Iterator[str]:
    """Files of the site beside database and library; nothing that a killed writer left."""
    for folder in _FIXED:
        for file in (path / folder).rglob("*"):
            if file.is_file() and not file.is_symlink() and not file.name.startswith(".tmp-"):
                yield file.relative_to(path).as_posix()


def _second_names(path: Path, names: Iterable[str], held: Path) -> Iterator[tuple[str, tuple[Path, int]]]:
    """A record that is closed meanwhile takes its working file away; a second name keeps it."""
    for n, name in enumerate(names):
        if name.endswith(_WORKING):
            (held / str(n)).hardlink_to(path / name)
            yield name, (held / str(n), (held / str(n)).stat().st_size)


def _copied(site: Site, store: Pool, now: _Instant, before: Manifest | None, progress: Progress) -> Manifest:
    files: list[Kept] = []
    for n, table in enumerate(Base.metadata.sorted_tables):
        files.append(_of(f"{TABLES}/{table.name}.jsonl", store, tables.dumped(now.connection, table)))
        progress(n + 1, len(Base.metadata.tables), "tables")
    for n, name in enumerate(now.fixed):
        files.append(_fixed(site.path, name, store, before))
        progress(n + 1, len(now.fixed), "files")
    for name, (held, size) in now.working.items():
        files.append(_file(name, held, store, most=size))
    settings = [name for name in _SETTINGS if (site.path / name).is_file()]
    files += [_file(name, site.path / name, store) for name in settings]
    files.append(_of(extending.FILE, store, [now.note]))
    files += _library(site, store, now, before)
    signed = checkpoint.parse(now.note)
    return Manifest(
        name=f"{site.clock():%Y%m%dT%H%M%SZ}-{signed.size}",
        origin=site.settings.origin,
        site=str(site.path),
        schema=SCHEMA,
        events=signed.size,
        root=base64.b64encode(signed.root).decode(),
        refs=dict(now.refs),
        files={file.path: file for file in files},
    )


def _library(site: Site, store: Pool, now: _Instant, before: Manifest | None) -> Iterator[Kept]:
    """The packs of earlier backups, and one with what came since."""
    packs = [f for f in before.files.values() if f.path.startswith(f"{PACKS}/")] if before else []
    if before is None or not store.has(p for pack in packs for p in pack.pieces):
        packs, before = [], None
    known = before.refs.values() if before else ()
    made = site.library.pack_of(now.refs.values(), known, now.scratch)
    if made is not None:
        packs.append(_file(f"{PACKS}/{made.name}", made, store))
    yield from packs


def _fixed(path: Path, name: str, store: Pool, before: Manifest | None) -> Kept:
    """A file that never changes once it is there: what was copied before is not read again."""
    try:
        told = (path / name).stat()
    except FileNotFoundError as error:
        raise WrongState(
            "{file} went while the backup was made: a record was destroyed. Make the backup again.", file=name
        ) from error
    stamp = told.st_mtime_ns // 1000  # the canonical form of the list holds no larger integer
    known = before.files.get(name) if before else None
    if known and (known.size, known.stamp) == (told.st_size, stamp) and store.has(known.pieces):
        return known
    return replace(_file(name, path / name, store), stamp=stamp)


def _file(name: str, file: Path, store: Pool, most: int | None = None) -> Kept:
    with file.open("rb") as opened:
        made = _of(name, store, pool.pieces(opened, most))
    return replace(made, mode=file.stat().st_mode & 0o777)


def _of(name: str, store: Pool, pieces: Iterable[bytes]) -> Kept:
    size, found = 0, []
    for piece in pieces:
        size += len(piece)
        found.append(store.keep(piece))
    return Kept(path=name, mode=0o600, size=size, pieces=tuple(found))
