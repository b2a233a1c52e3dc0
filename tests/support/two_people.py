"""A site that asks for two people where somebody gets roles that sign."""

from __future__ import annotations

import pytest

from docctl.usecases.site import configuring
from tests.support.sites import World, configuration


def ask_for_two(world: World) -> None:
    """As document control configures it."""
    configuring.configure_site(world.as_("controller"), configuration())


@pytest.fixture
def two_people(world: World) -> World:
    """On either database."""
    ask_for_two(world)
    return world
