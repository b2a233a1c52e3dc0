"""The log of a server: each line bears the number of its request, and none says who asked or for which copy."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from docctl.usecases.copies import handing
from docctl.web.app import create_app, number_in
from docctl.web.kit import traced
from tests.support.pages import Reader
from tests.support.served import fetch, started, stop, stream_of
from tests.support.sites import World, issue, procedure


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a server writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("[%(request)s] %(message)s"))
    number_in(handler)
    root, level = logging.getLogger(), traced.log.level
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    traced.log.setLevel(level)


def test_a_line_for_each_request_where_it_is_asked_for_and_no_secret_in_it(
    sqlite_world: World, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_world, procedure("LX-CX-2019-101"))
    (copy,) = handing.issue_copies(sqlite_world.as_("controller"), "LX-CX-2019-101", holders=["staff"])
    quiet = create_app(sqlite_world.site).test_client()
    first = quiet.get(f"/c/{copy.token}").headers[traced.HEADER]
    assert (len(first), written.getvalue()) == (8, "")

    monkeypatch.setenv(traced.VARIABLE, traced.REQUESTS)
    desk = Reader(sqlite_world.site)
    desk.client = create_app(sqlite_world.site).test_client()
    desk.sign_in("staff")
    answers = [desk.get(f"/c/{copy.token}"), desk.get("/inbox"), desk.get("/nothing")]
    said = written.getvalue()
    for answer, page in zip(answers, ("scan.show 200", "inbox.show 200", "no such page 404"), strict=True):
        (line,) = [one for one in said.splitlines() if f"[{answer.headers[traced.HEADER]}]" in one]
        assert f"GET {page} " in line
    for secret in (copy.token, "staff", "127.0.0.1", "LX-CX"):
        assert secret not in said


def test_a_server_numbers_its_lines(sqlite_world: World) -> None:
    words = ("--site", str(sqlite_world.site.path), "serve", "--port", "0")
    with started(*words, DOCCTL_LOG="requests", **sqlite_world.environ) as (process, told):
        assert fetch(f"{told['url']}/healthz") == (200, "ok\n")
        assert stop(process) == 0
        (line,) = [one for one in stream_of(process.stderr) if "health.healthz" in one]
    number = line.partition("[")[2].partition("]")[0]
    assert (len(number), "INFO" in line) == (8, True)
