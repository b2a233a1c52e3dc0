"""What is the same for everybody is sent compressed; a page with somebody's token in it never is (BREACH)."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from docctl.usecases.copies import handing
from docctl.web.kit.assets import FOLDER
from tests.support.pages import app_of, reader
from tests.support.sites import World, issue, procedure

GZIP = {"Accept-Encoding": "br, gzip"}
SHEET = "/static/tabler.css"


def test_a_style_sheet_is_sent_compressed_to_whoever_can_read_that(visitor: FlaskClient) -> None:
    whole = (FOLDER / "tabler.css").read_bytes()
    sent = visitor.get(SHEET, headers=GZIP, buffered=True)
    assert sent.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent.data) == whole
    assert len(sent.data) < len(whole) / 4
    assert "Accept-Encoding" in sent.headers["Vary"]
    assert "immutable" in sent.headers["Cache-Control"]
    kept = visitor.get(SHEET, headers=GZIP | {"If-None-Match": sent.headers["ETag"]}, buffered=True)
    assert (kept.status_code, kept.data) == (304, b"")


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip;q=0, br"}, GZIP | {"Range": "bytes=0-9"}])
def test_others_get_it_as_it_is(visitor: FlaskClient, headers: dict[str, str]) -> None:
    sent = visitor.get(SHEET, headers=headers, buffered=True)
    assert "Content-Encoding" not in sent.headers
    assert (FOLDER / "tabler.css").read_bytes().startswith(sent.data)
    assert "Accept-Encoding" in sent.headers["Vary"]


def test_pages_for_strangers_are_compressed_where_it_saves_something(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    (copy,) = handing.issue_copies(sqlite_world.as_("controller"), "LX-CX-2019-101", holders=["sales"])
    visitor = app_of(sqlite_world.site).test_client(use_cookies=False)
    for path in ("/", f"/c/{copy.token}"):
        sent = visitor.get(path, headers=GZIP)
        assert sent.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(sent.data).startswith(b"<!doctype html>")
        assert sent.headers["Vary"].startswith("Accept-Language, Accept-Encoding")
        assert "csrf_token" not in gzip.decompress(sent.data).decode()


def test_no_page_that_carries_a_token_is_compressed(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    person = reader(sqlite_world, "controller")
    for path in ("/inbox", "/documents", "/documents/LX-CX-2019-101", "/copies", "/sign-in", "/search?q=x"):
        sent = person.client.get(path, headers=GZIP)
        assert "Content-Encoding" not in sent.headers, path
        assert re.search(r'name="csrf_token" value="[^"]+"', sent.text), path
