"""Opens a site: settings, engines, library, vault, values, key and clock. The only place that reads the time.

Knows where things lie; nothing of what is done with them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, Select, Text, column, select, table
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from docctl.door import aside
from docctl.door.memory import Memory
from docctl.door.settings import SETTINGS as SETTINGS
from docctl.door.settings import Settings as Settings
from docctl.errors import Diverged, NotFound, Tampered, see
from docctl.errors.message import Typed
from docctl.ledger import journal, keys
from docctl.ledger.entry import entry_hash
from docctl.ledger.journal import Images
from docctl.ledger.upcast import SCHEMA
from docctl.models.engine import open_engine
from docctl.models.guards import controlled_tables
from docctl.models.quick import Quickly
from docctl.store.library import Library
from docctl.store.lock import WriterLock
from docctl.store.rendered import RenderedTexts
from docctl.store.values import ValueFiles
from docctl.store.vault import Vault

DATABASE = "docctl.db"
DATABASE_VARIABLE = "DOCCTL_DATABASE_URL"

_ORGANISATION: Select[str, str] = select(column("site_id", Text), column("time_zone", Text)).select_from(
    table("organisation")
)


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def refuse_damaged(error: DatabaseError) -> None:
    """Raises Tampered for a database whose file is damaged; a lost connection or a lock is no damage."""
    if type(error) is DatabaseError:
        raise Tampered(
            "The database is damaged: {why}. Run {check}, and rebuild the site from its library.",
            why=Typed(str(error.orig), longest=200),
            check=see.CHECK,
        ) from error


@dataclass(frozen=True)
class Site:
    """One organisation's installation at `path`. `clock` gives an aware instant.

    `apart`: a folder of this process, where the site itself is on a file system that cannot be written.
    """

    path: Path
    settings: Settings
    engine: Engine
    readers: Engine
    clock: Callable[[], datetime] = system_clock
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    apart: Path | None = None

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        clock: Callable[[], datetime] = system_clock,
        environ: Mapping[str, str] = os.environ,
        any_schema: bool = False,
    ) -> Site:
        """The site in folder `path`. Raises NotFound when there is none, Diverged for a foreign database.

        With `any_schema` also one that has to be migrated before anything else is done with it.
        """
        folder = Path(path).resolve()
        file = folder / SETTINGS
        if not file.is_file():
            raise NotFound("there is no site in {folder}; make one with: docctl init {folder}", folder=folder)
        settings = Settings.from_toml(file.read_text(encoding="utf-8"), file)
        url = database_url(folder, settings, environ)
        apart = aside.put(folder / DATABASE) if aside.is_read_only(folder) else None
        if apart is not None and url == sqlite_url(folder):
            url = sqlite_url(apart)
        engines = open_engine(url, read_only=False), open_engine(url, read_only=True)
        site = cls(folder, settings, *engines, clock, apart=apart)
        try:
            site.require_own_database()
            if not any_schema:
                site.require_own_schema()
        except BaseException:
            site.close()
            raise
        return site

    def require_own_database(self) -> None:
        """Raises Diverged when the database belongs to another site."""
        try:
            with self.reading() as session:
                row = session.execute(_ORGANISATION).first()
        except ProgrammingError:
            row = None  # PostgreSQL says so where a table is missing
        except OperationalError as error:
            if "no such table" not in str(error):
                raise
            row = None
        except DatabaseError as error:
            refuse_damaged(error)
            raise
        if row is None or row.site_id != self.settings.site_id:
            raise Diverged(
                "the database is not that of the site in {path}; see {variable} and {file}",
                path=self.path,
                variable=DATABASE_VARIABLE,
                file=SETTINGS,
            )

    def require_own_schema(self) -> None:
        """Raises Diverged when the ledger was written by a program with other tables."""
        schema = SCHEMA
        # A ledger that was touched has to be opened all the same: for `docctl check` to say so.
        with suppress(DatabaseError, ValueError, KeyError, TypeError), self.reading() as session:
            connection = session.connection()
            for newest in journal.events(connection, journal.head(connection).seq - 1):
                if entry_hash(newest.prev_hash, newest.body) == newest.entry_hash:
                    schema = json.loads(newest.body)["schema"]
        if schema < SCHEMA:
            raise Diverged(
                "the site was made by an earlier docctl (schema {schema}, this one works with {ours});"
                " upgrade it with: docctl --site {site} site upgrade",
                schema=schema,
                ours=SCHEMA,
                site=self.path,
            )
        if schema > SCHEMA:
            raise Diverged(
                "the site was upgraded by a later docctl (schema {schema}, this one works with {ours});"
                " use that one",
                schema=schema,
                ours=SCHEMA,
            )

    @property
    def read_only(self) -> bool:
        """Whether it can be read and checked, and nothing else."""
        return self.apart is not None

    def require_writable(self) -> None:
        """Raises WrongState for a site that is read only."""
        if self.read_only:
            raise aside.refuse(self.path)

    def reading(self) -> Session:
        """A session that cannot write. Close it, or use it as a context manager."""
        return Session(self.readers, autoflush=False)

    @cached_property
    def quickly(self) -> Quickly:
        """The way to what every page begins with; it cannot write either."""
        return Quickly(self.readers)

    @cached_property
    def zone(self) -> tzinfo:
        """The zone whose days count (UTC until the first event has said which)."""
        with self.reading() as session:
            row = session.execute(_ORGANISATION).first()
        return ZoneInfo(row.time_zone if row else "UTC")

    @cached_property
    def lock(self) -> WriterLock:
        """The lock of everything that is written at this site."""
        return WriterLock((self.apart or self.path) / "writer.lock")

    @cached_property
    def library(self) -> Library:
        return Library(self.path / "library.git", self.lock)

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.path / "vault")

    @cached_property
    def rendered(self) -> RenderedTexts:
        """Texts as pages show them; the folder can be thrown away at any time."""
        key = hashlib.sha256(b"docctl rendered texts" + self.key.private_bytes_raw()).digest()
        return RenderedTexts((self.apart or self.path) / "cache" / "texts", key)

    @cached_property
    def index_key(self) -> bytes:
        """What texts of the search index are sealed with; it is not in the database either."""
        return hashlib.sha256(b"docctl search index" + self.key.private_bytes_raw()).digest()

    @cached_property
    def session_key(self) -> bytes:
        """What sessions are known by is worked out with it: a key that is not in the database."""
        return hashlib.sha256(b"docctl sessions" + self.key.private_bytes_raw()).digest()

    @cached_property
    def values(self) -> ValueFiles:
        return ValueFiles(self.path / "records")

    @cached_property
    def key(self) -> Ed25519PrivateKey:
        return keys.load(self.path / "keys" / "site.pem")

    @cached_property
    def images(self) -> Images:
        return Images(controlled_tables())

    def close(self) -> None:
        """Give back connections and git's helper process."""
        if "quickly" in self.__dict__:
            self.quickly.close()
        self.engine.dispose()
        self.readers.dispose()
        if "library" in self.__dict__:
            self.library.close()
        if self.apart is not None:
            shutil.rmtree(self.apart, ignore_errors=True)


def database_url(folder: Path, settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """Where the tables are: the environment first, then docctl.toml, then the site's own SQLite file."""
    return environ.get(DATABASE_VARIABLE) or settings.database or sqlite_url(folder)


def sqlite_url(folder: Path) -> str:
    """The URL of the site's own SQLite file."""
    return f"sqlite:///{folder / DATABASE}"
