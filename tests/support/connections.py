"""Connections that nobody gave back: told by the test that took them, not by whichever runs when they are swept up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import QueuePool

from docctl.door.site import Site

_kept: list[str] = []
_close = Site.close


def _close_and_look(site: Site) -> None:
    """Close the site, and remember who still reads or writes in it."""
    for engine in (site.engine, site.readers):
        if isinstance(engine.pool, QueuePool) and engine.pool.checkedout():
            _kept.append(f"{site.path}: {engine.pool.status()}")
    _close(site)


Site.close = _close_and_look  # type: ignore[assignment,method-assign]


@pytest.fixture(autouse=True)
def every_connection_given_back() -> Iterator[None]:
    """A site is closed when all who use it are done."""
    yield
    kept, _kept[:] = list(_kept), []
    assert kept == [], "the site was closed under these: close the session first"
