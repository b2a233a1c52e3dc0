"""The sites that are measured: generated once, kept under build/, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import text

from benchmarks.large.table import say
from docctl.door.site import DATABASE_VARIABLE, Site
from docctl.ledger.upcast import SCHEMA
from docctl.usecases.demonstration.making import PASSWORD as PASSWORD
from docctl.usecases.generating.making import Sizes, generate_site
from tests.support.postgres import server_url


@dataclass(frozen=True)
class Grown:
    """A site with the words that pages are asked by."""

    site: Site
    sizes: Sizes
    environ: Mapping[str, str]

    @property
    def is_sqlite(self) -> bool:
        return self.site.engine.dialect.name == "sqlite"

    def one(self, sql: str) -> str:
        """The first cell that this finds."""
        with self.site.reading() as session:
            return str(session.execute(text(sql)).scalar_one())

    def analyse(self) -> None:
        """Let the database count its rows, as anybody may."""
        with self.site.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("ANALYZE")


def grown(folder: Path, sizes: Sizes, database: str) -> Grown:
    """The site of that size, made if it is not there, or of another schema."""
    name = f"{database}-{sizes.documents}-{sizes.copies}-{sizes.records}-{sizes.open_records}"
    path, environ = folder / name, _environ(name) if database == "postgresql" else {}
    mark, wanted = folder / f"{name}.json", json.dumps([SCHEMA, asdict(sizes)])
    if not (mark.is_file() and mark.read_text() == wanted and path.is_dir()):
        shutil.rmtree(path, ignore_errors=True)
        if environ:
            _database(name)
        start = time.perf_counter()
        generate_site(path, sizes, environ=environ).close()
        say(f"{name} was generated in {time.perf_counter() - start:.0f} s")
        mark.write_text(wanted)
    return Grown(Site.open(path, environ=environ), sizes, environ)


def _environ(name: str) -> dict[str, str]:
    url = server_url().set(database=f"docctl_bench_{name}")
    return {DATABASE_VARIABLE: url.render_as_string(hide_password=False)}


def _database(name: str) -> None:
    """A new, empty one in the place of an old one."""
    address = server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        identifier = Identifier(f"docctl_bench_{name}")
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(identifier))


def bytes_of_git(site: Site) -> int:
    """What the library takes."""
    return sum(
        (Path(folder) / name).stat().st_size
        for folder, _, names in os.walk(site.path / "library.git")
        for name in names
    )
