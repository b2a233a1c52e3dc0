"""`docctl restore`: a site again as it was at a backup, whole or not at all; and what others know beyond it.

A backup that is older than what anybody outside knows would let numbers be given twice and signed acts
vanish. So that takes two people who answer for it, and the event of the restore says what is lost.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from docctl.door import accounts, extending
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.site import DATABASE_VARIABLE, SETTINGS, Settings, Site, system_clock
from docctl.errors import DocctlError, Invalid, NotFound, Tampered, WrongState
from docctl.errors.message import Foreign, Message
from docctl.ledger import checkpoint, keys
from docctl.ledger.upcast import SCHEMA
from docctl.models import guards
from docctl.models.base import Base
from docctl.models.sessions import SessionLogin
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.roles import Role
from docctl.standing import find, kept
from docctl.store.durable import write_atomically
from docctl.store.library import RefMove
from docctl.store.making import say_nothing, whole_or_not_at_all
from docctl.store.pool import Pool
from docctl.usecases.site import founding, manifest, tables
from docctl.usecases.site.backing_up import PACKS, POOL, TABLES, Progress
from docctl.usecases.site.manifest import Kept, Manifest

_ACCEPTING: Final = (Role.ADMIN, Role.DOCUMENT_CONTROLLER)
"""Who accepts a loss: one of each, two people (trust 3.7)."""


@dataclass(frozen=True)
class Known:
    """The largest ledger that anybody outside knows: so many events, by what stands at `where`."""

    events: int
    where: str


@dataclass(frozen=True)
class Restored:
    """The new site, from which backup, and what was known beyond it, if anything was."""

    site: Site
    manifest: Manifest
    lost: Known | None


def chosen(folder: Path, name: str | None = None, vkeys: Sequence[str] = ()) -> Manifest:
    """The backup of that name, else the newest, its list verified. Raises NotFound, Tampered.

    `vkeys`: keys of the site from elsewhere; without them those that the backup itself holds.
    """
    names = manifest.names(folder)
    if not names:
        raise NotFound("there is no backup in {folder}; make one with: docctl backup make", folder=folder)
    found = manifest.read(folder, name or names[-1])
    manifest.verify(folder, found, vkeys or _settings(folder, found).keys)
    return found


def verify(folder: Path, found: Manifest, progress: Progress) -> None:
    """Read every piece of a backup. Raises Tampered with the first file that is not whole."""
    store = Pool(folder / POOL)
    for n, (path, file) in enumerate(sorted(found.files.items()), 1):
        try:
            size = sum(map(len, store.read(file.pieces)))
        except Tampered as error:
            raise Tampered("{path} of the backup: {why}", path=path, why=error.said) from error
        if size != file.size:
            raise Tampered("{path} of the backup: {why}", path=path, why=Message("its size is another one"))
        progress(n, len(found.files), "files")


def known_beyond(folder: Path, found: Manifest, against: Iterable[Path]) -> Known | None:
    """What is known of a longer ledger: by later backups, the site's own folder, and files kept elsewhere."""
    vkeys = _settings(folder, found).keys
    known = [Known(found.events, "")]
    for name in manifest.names(folder):
        with suppress(DocctlError):
            other = manifest.read(folder, name)
            manifest.verify(folder, other, vkeys)
            known.append(Known(other.events, name))
    for file in (Path(found.site) / extending.FILE, *against):
        with suppress(OSError):
            known.append(Known(_signed(file, vkeys, asked=file in against), str(file)))
    most = max(known, key=lambda each: each.events)
    return most if most.events > found.events else None


def restore_site(
    target: Path,
    folder: Path,
    found: Manifest,
    *,
    lost: Known | None = None,
    accepted: Mapping[str, str] | None = None,
    system_user: str = "",
    clock: Callable[[], datetime] = system_clock,
    environ: Mapping[str, str] = os.environ,
    waits: Callable[[Path], None] = say_nothing,
    progress: Progress,
) -> Restored:
    """Make the site in `target`, whole or not at all, on the database of the environment, else SQLite.

    `lost` is what is known beyond the backup; then `accepted` has the logins and passwords of two people who
    accept it. Raises WrongState without them, Tampered where a piece is not whole.
    """
    _refuse(found, lost, accepted)
    with (
        whole_or_not_at_all(target.resolve(), waits) as part,
        _laid_out(part, folder, found, clock, environ) as site,
    ):
        _fill(site, folder, found, progress)
        by = _accepting(site, accepted or {}) if lost is not None else ()
        with closing(accounts.operator(site, system_user)) as ctx:
            _tell(ctx, found, lost, by)
    return Restored(Site.open(target.resolve(), clock=clock, environ=environ), found, lost)


def _refuse(found: Manifest, lost: Known | None, accepted: Mapping[str, str] | None) -> None:
    if lost is not None and accepted is None:
        raise WrongState(
            "this backup ends with event {events}; {where} knows {known}. What came between would be lost, "
            "and its numbers could be given again. Take the newest backup; if there is none, two people who "
            "answer for the loss say so with --accept-loss",
            events=found.events,
            where=lost.where,
            known=lost.events,
        )
    if found.schema != SCHEMA:
        raise WrongState(
            "the backup is of schema {schema}, this docctl works with {ours}; restore it with the docctl that"
            " made it, then upgrade the site",
            schema=found.schema,
            ours=SCHEMA,
        )


@retried(Action.SITE_RESTORE)
def _tell(ctx: Context, found: Manifest, lost: Known | None, by: Sequence[str]) -> object:
    """The event: from which backup, and, where something is lost, how much and who accepted it."""
    with ctx.act(Action.SITE_RESTORE) as act:
        act.require(Subject())
        organisation = find.organisation(act.session)
        beyond = None if lost is None else {"events": lost.events, "known_by": lost.where}
        act.record(
            organisation, backup=found.name, events=found.events, lost=beyond, accepted_by=list(by) or None
        )
        return organisation


@contextmanager
def _laid_out(
    part: Path,
    folder: Path,
    found: Manifest,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
) -> Iterator[Site]:
    settings = replace(_settings(folder, found), database=environ.get(DATABASE_VARIABLE, ""))
    with tempfile.TemporaryDirectory(prefix="docctl-") as scratch:
        pem = Path(scratch) / "site.pem"
        pem.write_bytes(_bytes(folder, found.files["keys/site.pem"]))
        key = keys.load(pem)
    site = founding.lay_out(part, settings, key, clock=clock, environ=environ, empty=False)
    with closing(site), founding.database_empty_again(site):
        yield site


def _fill(site: Site, folder: Path, found: Manifest, progress: Progress) -> None:
    """Files, library, rows, and last the guards, which would not let old stamps in."""
    store = Pool(folder / POOL)
    made = {SETTINGS, "keys/site.pem"}
    for n, (path, file) in enumerate(sorted(found.files.items()), 1):
        if path not in made and not path.startswith((f"{TABLES}/", f"{PACKS}/")):
            write_atomically(site.path / path, b"".join(store.read(file.pieces)), mode=file.mode)
        progress(n, len(found.files), "files")
    _fill_library(site, store, found)
    _fill_tables(site, store, found, progress)
    with Session(site.engine, autoflush=False) as session, session.begin():
        tables.index_texts(site, session)
        kept.keep_all(site, session)


def _fill_library(site: Site, store: Pool, found: Manifest) -> None:
    site.library.create()
    with tempfile.TemporaryDirectory(prefix="docctl-") as scratch:
        for path, file in sorted(found.files.items()):
            if path.startswith(f"{PACKS}/"):
                pack = Path(scratch) / Path(path).name
                with pack.open("wb") as out:
                    out.writelines(store.read(file.pieces))
                site.library.add_pack(pack)
                pack.unlink()
    with site.lock:
        site.library.move([RefMove(ref, None, oid) for ref, oid in sorted(found.refs.items())])
    # Packs are named by what they hold, so they come in no order: whether all is there is asked at the end.
    if problems := site.library.inspect(fsck=True):
        raise Tampered(
            "the library of the backup {name} is not whole ({what}); nothing was restored, take another "
            "backup",
            name=found.name,
            what=Foreign(problems[0].where),
        )


def _fill_tables(site: Site, store: Pool, found: Manifest, progress: Progress) -> None:
    """All rows but sessions: whoever was signed in signs in again."""
    with site.engine.begin() as connection:
        for n, table in enumerate(Base.metadata.sorted_tables, 1):
            if table is not SessionLogin.__table__ and not table.name.startswith("cache_record"):
                kept = found.files[f"{TABLES}/{table.name}.jsonl"]
                tables.fill(connection, table, tables.read(table, store.read(kept.pieces)))
            progress(n, len(Base.metadata.tables), "tables")
    with site.engine.begin() as connection:  # not before: the keys of all rows were checked by that COMMIT
        guards.install(connection)


def _accepting(site: Site, given: Mapping[str, str]) -> Sequence[str]:
    """The two who accept a loss. Raises Invalid where they may not, or their password is wrong."""
    if len(given) != len(_ACCEPTING):
        raise Invalid("two people accept a loss: an admin and a document controller")
    held = []
    for login, password in given.items():
        if accounts.prove(site, login, password) is None:
            raise Invalid("{login}: {refusal}", login=login, refusal=accounts.REFUSAL)
        with closing(accounts.reader(site, login)) as ctx:
            held.append(ctx.actor.roles)
    if not any(a in x and b in y for x, y in (held, held[::-1]) for a, b in [_ACCEPTING]):
        raise Invalid("two people accept a loss: an admin and a document controller")
    return tuple(given)


def _settings(folder: Path, found: Manifest) -> Settings:
    told = _bytes(folder, found.files[SETTINGS]).decode("utf-8", "replace")
    return Settings.from_toml(told, folder / SETTINGS)


def _bytes(folder: Path, file: Kept) -> bytes:
    return b"".join(Pool(folder / POOL).read(file.pieces))


def _signed(file: Path, vkeys: Iterable[str], *, asked: bool) -> int:
    """How many events the checkpoint in a file signs. One that nobody asked about may be anything."""
    try:
        return checkpoint.verify(file.read_bytes(), vkeys).size
    except DocctlError:
        if asked:
            raise
        return 0
