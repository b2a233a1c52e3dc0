"""Pages as people ask for them: visitors without cookies, and people who have signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from docctl.door.site import Site
from docctl.web.app import create_app
from tests.support.sites import PASSWORD, Clock, World


@pytest.fixture(scope="module")
def empty_site(sqlite_template: Path) -> Iterator[Site]:
    """The site that the others are copied from, without a document: for reading only."""
    site = Site.open(sqlite_template, clock=Clock(), environ={})
    yield site
    site.close()


@pytest.fixture
def visitor(empty_site: Site) -> FlaskClient:
    """Somebody without an account and without cookies, before the pages of that site."""
    return app_of(empty_site).test_client(use_cookies=False)


class _Compiled(BytecodeCache):
    """The templates, compiled once for all apps of a test run."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()
_APP = "the app of the tests"


def app_of(site: Site) -> Flask:
    """The app of a site; one for all who look at it, as in a process that serves it."""
    return site.memory.recall(_APP, None, lambda: _made(site))


def _made(site: Site) -> Flask:
    app = create_app(site)
    app.jinja_env.bytecode_cache = _compiled
    return app


class Reader:
    """A browser without a window: keeps cookies, fills the forms that it was shown, reads in one language."""

    def __init__(self, site: Site, language: str = "en") -> None:
        self.client = app_of(site).test_client()
        self.headers = {"Accept-Language": language}
        self.password = ""

    def get(self, address: str, **asked: Any) -> TestResponse:
        """A page; its body is read to the end, so that nothing stays open."""
        return self.client.get(address, headers=self.headers, query_string=asked or None, buffered=True)

    def send(self, address: str, form: str | None = None, **fields: Any) -> TestResponse:
        """Fill in the form on the page `form` (the address itself) and send it to `address`.

        The password is typed where it is asked for; give another one, or an empty one, for who does not know it.
        """
        page = self.get(form or address).text
        hidden = hidden_fields(page)
        if 'name="password"' in page:
            hidden["password"] = self.password
        assert "csrf_token" in hidden, f"no form on {form or address}: {page[:400]}"
        return self.post(address, **{**hidden, **fields})

    def post(self, address: str, **fields: Any) -> TestResponse:
        """Send exactly these fields, whatever the page says."""
        return self.client.post(address, data=fields, headers=self.headers, buffered=True)

    def sign_in(self, login: str, password: str = PASSWORD) -> Reader:
        """As that person. The sign-in is expected to work."""
        answer = self.send("/sign-in", login=login, password=password)
        self.password = password
        assert answer.status_code == 302, answer.text
        return self


def reader(world: World, login: str, language: str = "en") -> Reader:
    """Somebody of this world who has signed in."""
    return Reader(world.site, language).sign_in(login)


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of all forms of a page, the last one of a name."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in found}


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    body = re.sub(r"(?s)<head>.*?</head>", "", page)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def rows_of(page: str) -> list[list[str]]:
    """The lines of all tables of a page, cell by cell."""
    rows = re.findall(r"(?s)<tr[^>]*>(.*?)</tr>", page)
    cells = [re.findall(r"(?s)<td[^>]*>(.*?)</td>", row) for row in rows]
    return [[text_of(cell) for cell in row] for row in cells if row]
