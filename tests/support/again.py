"""The same acts on the same site are done twice in a run; from then on their outcome is copied.

A third of the time of all tests went into issuing the same few documents on a site as it was founded. The
site sees what it sees when another process acts: other files, other rows. Only while nobody reads, and not
where prints are made: of these some tests want to see how they are laid out.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import QueuePool

from docctl.door.site import SETTINGS, Site
from tests.support import postgres

if TYPE_CHECKING:
    from tests.support.sites import World

State = Hashable

MOST: Final = 100
"""Outcomes that a worker keeps: each is ten megabytes of memory."""

_met: set[State] = set()
_kept: dict[State, tuple[Path, str, datetime]] = {}
_places: list[Path] = []


@pytest.fixture(scope="session", autouse=True)
def _place_of_outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    _places.append(tmp_path_factory.mktemp("again"))
    yield
    shutil.rmtree(_places.pop(), ignore_errors=True)
    for _, database, _ in _kept.values():
        if database:
            postgres.drop(database)


def again(world: World, asked: Hashable, act: Callable[[], object]) -> None:
    """Do `act`, which `asked` names in full, or copy what came of it in the same state."""
    state = (asked, _state(world)) if _at_rest(world.site) else None
    if state in _kept:
        folder, database, world.clock.now = _kept[state]
        _put(folder, world.site.path, keep=SETTINGS if database else "")
        if database:
            mine = _database(world.site)
            postgres.drop(mine)
            postgres.copy(database, mine)
        return
    act()
    if state in _met and len(_kept) < MOST and _at_rest(world.site):
        folder, database = _places[0] / str(len(_kept)), ""
        shutil.copytree(world.site.path, folder)
        if _database(world.site):
            database = f"{_database(world.site)}_{len(_kept)}"
            postgres.copy(_database(world.site), database)
        _kept[state] = (folder, database, world.clock.now)
    if state is not None:
        _met.add(state)


def _database(site: Site) -> str:
    """The name of its database on the server; empty on SQLite, whose database is a file of the folder."""
    url = site.engine.url
    return "" if url.get_backend_name() == "sqlite" else str(url.database)


def _at_rest(site: Site) -> bool:
    """Whether nobody has it open; then its connections are closed, and all that was written can be copied."""
    if site.settings.pdf or not _places:
        return False
    for engine in (site.engine, site.readers):
        if isinstance(engine.pool, QueuePool) and engine.pool.checkedout():
            return False
    site.close()  # it opens again by itself
    if database := _database(site):
        return postgres.is_left_alone(database)
    return not any(site.path.glob("*-wal"))


def _state(world: World) -> State:
    """The instant, to the millisecond that each look at the clock takes, every file with its last change, every row.

    On PostgreSQL the settings name the database, which each test has its own.
    """
    folder, database = world.site.path, _database(world.site)
    own = folder / SETTINGS if database else None
    files = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file() and path != own)
    seen = tuple((str(path.relative_to(folder)), found.st_size, found.st_mtime_ns) for path, found in files)
    if own is None:
        return world.clock.now, seen
    return world.clock.now, seen, own.read_text("utf-8").replace(database, ""), postgres.state(database)


def _put(outcome: Path, folder: Path, *, keep: str) -> None:
    """The files of that outcome in place of those that are there; the lock stays the file that it is."""

    def stays(name: str) -> bool:
        return name.endswith(".lock") or name == keep

    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not stays(path.name):
            path.unlink()
    shutil.copytree(
        outcome, folder, dirs_exist_ok=True, ignore=lambda _, names: [name for name in names if stays(name)]
    )
