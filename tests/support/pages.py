"""The pages of a site that nobody writes to, made once for each test module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from docctl.app import create_app
from docctl.site import Site
from tests.support.sites import Clock


@pytest.fixture(scope="module")
def empty_site(sqlite_template: Path) -> Iterator[Site]:
    """The site that the others are copied from, without a document: for reading only."""
    site = Site.open(sqlite_template, clock=Clock(), environ={})
    yield site
    site.close()


@pytest.fixture
def visitor(empty_site: Site) -> FlaskClient:
    """Somebody without an account and without cookies, before the pages of that site."""
    return create_app(empty_site).test_client(use_cookies=False)
