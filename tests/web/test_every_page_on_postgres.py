"""Every page that people come to is there on PostgreSQL too."""

from __future__ import annotations

import pytest

from tests.support.planted import postgres_world as postgres_world
from tests.support.refused import furnished
from tests.support.sites import World
from tests.support.third_crawl import pages_of

LEAST = {"controller": 60, "staff": 40}
"""Pages, whatever they are asked for."""


@pytest.mark.postgres
def test_every_page_is_there_on_postgresql(postgres_world: World) -> None:
    furnished(postgres_world)
    for login, least in LEAST.items():
        seen = {address.partition("?")[0] for address, page in pages_of(postgres_world, login) if page}
        assert len(seen) >= least
