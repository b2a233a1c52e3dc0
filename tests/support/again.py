"""The same acts on the same site are done twice in a run; from then on their outcome is copied.

A third of the time of all tests went into issuing the same few documents on a site as it was founded. The
site sees what it sees when another process acts: other files. Only on SQLite, only while nobody reads, and
not where prints are made: of these some tests want to see how they are laid out.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import QueuePool

from docctl.door.site import Site

if TYPE_CHECKING:
    from tests.support.sites import World

State = Hashable

_met: set[State] = set()
_kept: dict[State, tuple[Path, datetime]] = {}
_places: list[Path] = []


@pytest.fixture(scope="session", autouse=True)
def _place_of_outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    _places.append(tmp_path_factory.mktemp("again"))
    yield
    shutil.rmtree(_places.pop(), ignore_errors=True)


def again(world: World, asked: Hashable, act: Callable[[], object]) -> None:
    """Do `act`, which `asked` names in full, or copy what came of it in the same state."""
    state = (asked, _state(world)) if _at_rest(world.site) else None
    if state in _kept:
        folder, world.clock.now = _kept[state]
        _put(folder, world.site.path)
        return
    act()
    if state is not None and state in _met and _at_rest(world.site):
        folder = _places[0] / str(len(_kept))
        shutil.copytree(world.site.path, folder)
        _kept[state] = (folder, world.clock.now)
    _met.add(state)


def _at_rest(site: Site) -> bool:
    """Whether nobody has it open; then its connections are closed, and all that was written is in its files."""
    engines = (site.engine, site.readers)
    if site.engine.url.get_backend_name() != "sqlite" or site.settings.pdf or not _places:
        return False
    if any(isinstance(engine.pool, QueuePool) and engine.pool.checkedout() for engine in engines):
        return False
    site.close()  # it opens again by itself
    return not any(site.path.glob("*-wal"))


def _state(world: World) -> State:
    """The instant, to the millisecond that each look at the clock takes, and every file with its last change."""
    folder = world.site.path
    files = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    seen = tuple((str(path.relative_to(folder)), found.st_size, found.st_mtime_ns) for path, found in files)
    return world.clock.now, seen


def _put(outcome: Path, folder: Path) -> None:
    """The files of that outcome in place of those that are there; the lock stays the file that it is."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.suffix != ".lock":
            path.unlink()
    shutil.copytree(
        outcome, folder, dirs_exist_ok=True, ignore=lambda _, names: [n for n in names if n.endswith(".lock")]
    )
