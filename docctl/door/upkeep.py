"""The library is packed by itself, after an act, beside whatever else is done, and without the writer's lock.

That it fails harms no act: the log says so, and the next act tries again.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from docctl.door.site import Site
from docctl.store import packing

log = logging.getLogger(__name__)

_at_it: set[Path] = set()
"""The libraries that this process packs: of each site one thread at most."""

_look = threading.Lock()


def begin_if_due(site: Site) -> threading.Thread | None:
    """Start packing where there is much to pack and this process is not at it; the thread that does."""
    repository = site.library.path
    if not packing.is_bulky(repository) or not _entered(repository):
        return None
    # Git goes on by itself where the process ends meanwhile: a command does not wait for it.
    thread = threading.Thread(target=_pack, args=(repository,), name="packing", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no more threads
        _at_it.discard(repository)
        return None
    return thread


def _entered(repository: Path) -> bool:
    with _look:
        free = repository not in _at_it
        _at_it.add(repository)
    return free


def _pack(repository: Path) -> None:
    try:
        packing.pack(repository)
    except Exception:
        log.exception("the library was not packed; a later act tries again")
    finally:
        _at_it.discard(repository)
