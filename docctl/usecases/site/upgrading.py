"""`docctl site upgrade`: tells what an upgrade would do, copies the database, migrates, signs a checkpoint.

Each step looks at what is there, so an upgrade that was cut short is finished by asking for it again: the
copy is whole or not there, the migration is one transaction, and the checkpoint is made if it is missing.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, table
from sqlalchemy.orm import Session

from docctl.door import accounts, transaction
from docctl.door.site import DATABASE, SETTINGS, Site
from docctl.errors import WrongState
from docctl.errors.message import Foreign
from docctl.ledger import journal
from docctl.ledger.upcast import SCHEMA
from docctl.models.ledger import OutboxCheckpoint
from docctl.rules.actions import Action
from docctl.standing import indexed, kept
from docctl.store import search
from docctl.store.durable import sync_directory, write_atomically
from docctl.usecases.site import migrating, tables

FOLDER = "before-upgrade"
DUMP = "database.sql"
NOTE = "READ-ME.txt"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an upgrade would do. `copy` is the folder of the copy, if one is to be made.

    `events` are those that the site has now, `tables` are made anew, with so many `rows` in them. `index`: so
    is the search index. `done`: there is nothing left to do.
    """

    schema: int
    to: int
    events: int
    tables: tuple[str, ...]
    rows: int
    copy: Path | None
    index: bool
    done: bool


def plan(site: Site) -> Plan:
    """Look, and change nothing."""
    with site.reading() as session:
        connection = session.connection()
        head, stale = journal.head(connection), _is_stale(site, session)
        schema = migrating.schema_of(head)
        tables = tuple(sorted(migrating.tables_to_make(connection))) if schema < SCHEMA else ()
        return Plan(
            schema=schema,
            to=SCHEMA,
            events=head.seq,
            tables=tables,
            rows=_count(connection, tables),
            copy=site.path / FOLDER / f"schema-{schema}-event-{head.seq}" if schema < SCHEMA else None,
            index=stale,
            done=schema == SCHEMA
            and not stale
            and _is_signed(session, head)
            and not kept.differing(site, session),
        )


def upgrade_site(site: Site, *, system_user: str, copied: bool = False) -> Plan:
    """Do what `plan` says, or what is left of it; the plan. `copied`: somebody has made a copy already.

    Raises WrongState when there is nothing to do, and where no copy can be made.
    """
    with site.lock:
        wanted = plan(site)
        if wanted.done:
            raise WrongState(
                "the site has schema {now} already; there is nothing to migrate", now=wanted.schema
            )
        if wanted.schema < SCHEMA:
            if not copied and wanted.copy is not None:
                copy_database(site, wanted, wanted.copy)
            with closing(accounts.operator(site, system_user)) as ctx:
                migrating.migrate_schema(ctx)
        else:
            with transaction.note(site) as session:
                kept.keep_all(site, session)
            # The last time it may have been cut short between its event and its checkpoint.
            transaction.make_checkpoint(site, site.clock())
        _index_anew(site)
        return wanted


def _index_anew(site: Site) -> None:
    """The search index, where its words were cut by other rules: all or nothing of it."""
    with transaction.note(site) as session:
        connection = session.connection()
        if _is_stale(site, session):
            search.make_anew(connection)
            tables.index_texts(site, session)


def _is_stale(site: Site, session: Session) -> bool:
    """Whether the search index was made by other rules, or finds something else than what was issued."""
    return not search.is_current(session.connection()) or bool(indexed.differing(site, session))


def copy_database(site: Site, wanted: Plan, folder: Path) -> None:
    """The database as it is, in a folder of its own with what it takes to go back; whole or not at all."""
    if folder.is_dir():
        return  # of an earlier try; no event has come since
    part = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    for name in (SETTINGS, "checkpoint"):
        if (site.path / name).is_file():
            write_atomically(part / name, (site.path / name).read_bytes())
    postgres = site.engine.dialect.name == "postgresql"
    (_dump if postgres else _back_up)(site, part)
    told = _GO_BACK_POSTGRES if postgres else _GO_BACK_SQLITE
    main = site.library.ref("refs/heads/main")
    write_atomically(
        part / NOTE, (_TOLD.format(plan=wanted) + told.format(site=site.path, main=main)).encode()
    )
    part.rename(folder)
    sync_directory(folder.parent)


def _back_up(site: Site, part: Path) -> None:
    file = Path(str(site.engine.url.database))
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(part / DATABASE)) as target:
        source.backup(target)
    (part / DATABASE).chmod(0o600)  # it holds password hashes


def _dump(site: Site, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise WrongState(
            "pg_dump is not on this machine, so no copy can be made of the database; install PostgreSQL's"
            " programs, or make a copy yourself and say so: docctl site upgrade --apply --copied"
        )
    url = site.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    write_atomically(part / DUMP, b"", mode=0o600)
    command = [program, "--no-owner", f"--file={part / DUMP}", f"--dbname={url}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise WrongState(
            "pg_dump could not copy the database: {why}. Nothing was changed; make a copy yourself and say"
            " so: docctl site upgrade --apply --copied",
            why=Foreign(" ".join(done.stderr.split())),
        )


def _is_signed(session: Session, head: journal.Head) -> bool:
    """Whether a migration that nothing has followed yet is under a checkpoint of the library."""
    covered = session.scalar(_COVERED) or 0
    return covered >= head.seq or json.loads(head.body)["act"] != Action.SCHEMA_MIGRATE


_COVERED = select(func.max(OutboxCheckpoint.size)).where(OutboxCheckpoint.commit_id.is_not(None))


def _count(connection: Connection, names: Iterable[str]) -> int:
    there = set(inspect(connection).get_table_names())
    counted = (select(func.count()).select_from(table(name)) for name in names if name in there)
    return sum(connection.scalar(each) or 0 for each in counted)


_TOLD = """\
The database of a site before its upgrade from schema {plan.schema} to {plan.to}, after event {plan.events}.
To go back, stop docctl, install the docctl that made it, and
"""
_GO_BACK_SQLITE = """\
    rm -f '{site}/docctl.db-wal' '{site}/docctl.db-shm'
    cp docctl.db '{site}/docctl.db'
    cp checkpoint '{site}/checkpoint'
    git -C '{site}/library.git' update-ref refs/heads/main {main}
"""
_GO_BACK_POSTGRES = """\
    make an empty database and play database.sql into it (psql --file=database.sql DATABASE)
    name it in '{site}/docctl.toml'
    cp checkpoint '{site}/checkpoint'
    git -C '{site}/library.git' update-ref refs/heads/main {main}
"""
