"""Every answer of the pages: its headers, what it lets through, and how it tells an error."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from docctl.door.site import Site
from docctl.errors import Busy, NotFound, Tampered
from docctl.web.app import create_app
from docctl.web.kit import assets, errors
from tests.support.pages import reader
from tests.support.sites import World

REQUIRED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
ADDRESSES = ["/", "/c/x", "/check", "/check?copy=x", "/nope", "/static/docctl.css", "/static/nope", "/c//x"]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]


@pytest.mark.rule("SE-14", "SE-44", "SE-45")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_bears_the_headers_and_only_reading_is_allowed(
    visitor: FlaskClient, address: str, method: str
) -> None:
    answer = visitor.open(address, method=method, buffered=True)
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == POLICY
    assert {name: answer.headers[name] for name in REQUIRED} == REQUIRED
    kept = address == "/static/docctl.css" and answer.status_code == 200
    cached = "public, max-age=31536000, immutable" if kept else "no-store"
    assert answer.headers["Cache-Control"] == cached
    if method not in {"GET", "HEAD"}:
        assert answer.status_code in {404, 405}
    if answer.status_code == 405:
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert "Set-Cookie" not in answer.headers


@pytest.mark.regulation("P11-30")
def test_a_secure_public_address_is_to_stay_secure(empty_site: Site) -> None:
    assert "Strict-Transport-Security" not in create_app(empty_site).test_client().get("/nope").headers
    secure = replace(empty_site, settings=replace(empty_site.settings, public_url="https://docs.example"))
    answer = create_app(secure).test_client().get("/nope")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("没有这个页面", "这里只能查看")),
        ("en", ("There is no such page", "This page can only be read")),
    ],
)
def test_errors_are_told_in_both_languages(
    visitor: FlaskClient, language: str, words: tuple[str, str]
) -> None:
    asked = {"Accept-Language": language}
    missing, refused = visitor.get("/nope", headers=asked), visitor.post("/", headers=asked)
    assert (missing.status_code, refused.status_code) == (404, 405)
    assert (words[0] in missing.text, words[1] in refused.text) == (True, True)
    assert missing.content_type == "text/html; charset=utf-8"


def failing(site: Site, error: Exception) -> FlaskClient:
    app = create_app(site)

    def fail() -> str:
        raise error

    app.view_functions["start.show"] = fail  # a page that needs no account
    return app.test_client()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_stranger_is_told_of_an_altered_thing_without_what_is_inside(
    empty_site: Site, language: str
) -> None:
    answer = failing(empty_site, Tampered("secret /srv/site")).get("/", headers={"Accept-Language": language})
    assert answer.status_code == 409
    assert not any(hidden in answer.text for hidden in ("secret", "/srv", "Traceback", "docctl.errors"))


@pytest.mark.rule("SE-43", "SE-44")
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("secret /srv/site"), 500),
        (Busy("secret /srv/site"), 503),
        (OperationalError("SELECT secret", {}, Exception("secret /srv/site")), 503),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_fault_is_told_by_a_number_that_stands_in_the_log(
    empty_site: Site, caplog: pytest.LogCaptureFixture, error: Exception, status: int, language: str
) -> None:
    with caplog.at_level(logging.ERROR, errors.__name__):
        answer = failing(empty_site, error).get("/", headers={"Accept-Language": language})
    assert answer.status_code == status
    for hidden in ("secret", "/srv", "Traceback", "Error", "Flask", "Werkzeug", "docctl.errors"):
        assert hidden not in answer.text
    (logged,) = caplog.records
    error_id = str(logged.args[0]) if isinstance(logged.args, tuple) else ""
    assert len(error_id) == 8
    assert error_id in answer.text
    assert logged.exc_info is not None
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_query_does_not_find_is_a_page_that_is_not_there(empty_site: Site) -> None:
    answer = failing(empty_site, NotFound("none; see: docctl document list")).get("/")
    assert answer.status_code == 404
    assert "docctl document" not in answer.text


@pytest.mark.rule("SE-43")
def test_a_database_that_is_gone_is_no_verdict(sqlite_world: World) -> None:
    app = create_app(sqlite_world.site)
    sqlite_world.site.close()
    for file in sqlite_world.site.path.glob("docctl.db*"):
        file.rename(file.with_suffix(".away"))
    sqlite_world.site.path.joinpath("docctl.db").mkdir()
    answer = app.test_client().get("/c/LX-CX-2019-101%23001")
    assert answer.status_code == 503
    assert "查无此件" not in answer.text


@pytest.mark.rule("SE-20", "SE-44")
@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "/etc/passwd",
        "",
        ".",
        "../pages/copies/scan.html",
        ".git",
    ],
)
def test_nothing_beside_the_static_files_is_served(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(f"/static/{path}").status_code == 404


def test_static_files_are_answered_with_not_modified(visitor: FlaskClient) -> None:
    first = visitor.get("/static/icon.svg", buffered=True)
    assert first.content_type.startswith("image/svg+xml")
    again = visitor.get("/static/icon.svg", headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
    assert again.status_code == 304
    assert (assets.FOLDER / "icon.svg").read_bytes() == first.data


@pytest.mark.rule("SE-14")
def test_a_page_with_scripts_allows_those_with_its_own_number_only(sqlite_world: World) -> None:
    person = reader(sqlite_world, "rep")
    first, second = person.get("/inbox"), person.get("/inbox")
    numbers = []
    for answer in (first, second):
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        (number,) = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert policy["script-src"] == f"'nonce-{number}'"
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["style-src"] == policy["form-action"] == "'self'"
        assert answer.text.count("<script") == answer.text.count("nonce=")
        assert not re.search(r"\son[a-z]+=|style=|javascript:", answer.text)
        numbers.append(number)
    assert numbers[0] != numbers[1]
