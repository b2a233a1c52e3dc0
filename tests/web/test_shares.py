"""One person cannot have all threads of a process: what takes long is made for them one or two at a time."""

from __future__ import annotations

from threading import Event, Semaphore, Thread
from typing import Any

import pytest

from docctl.queries.documents.redline import revision_diff
from docctl.web.app import create_app
from docctl.web.kit import share
from tests.support.pages import Reader, reader
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"
REDLINE = f"/documents/{NUMBER}/redline?from=A/0&to=A/0"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The comparison of two revisions takes until `go`; `begun` counts those that are at it."""
    go, begun = Event(), Semaphore(0)

    def waits(*args: Any, **more: Any) -> Any:
        begun.release()
        assert go.wait(60)
        return revision_diff(*args, **more)

    monkeypatch.setattr("docctl.web.documents.reading.revision_diff", waits)
    return go, begun


@pytest.mark.rule("SE-39")
def test_who_asks_for_much_at_once_is_refused_and_nobody_else_waits(sqlite_world: World, slow: Any) -> None:
    """Attack: one person keeps every thread busy with pages that take long."""
    go, begun = slow
    issue(sqlite_world, procedure(NUMBER))
    greedy = [reader(sqlite_world, "author", "zh") for _ in range(share.MOST + 1)]
    other = reader(sqlite_world, "head")
    answers: list[int] = []
    threads = [Thread(target=lambda r=one: answers.append(_asked(r))) for one in greedy[:-1]]
    for thread in threads:
        thread.start()
        assert begun.acquire(timeout=60)
    refused = greedy[-1].get(REDLINE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(share.SECONDS))
    assert "您先前要求的内容还在生成" in refused.text
    assert greedy[-1].get(f"/documents/{NUMBER}").status_code == 200
    assert greedy[-1].get("/documents?as=xlsx").status_code == 429
    assert other.get("/documents?as=xlsx").status_code == 200
    go.set()
    for thread in threads:
        thread.join(60)
    assert answers == [200] * share.MOST
    assert greedy[-1].get(REDLINE).status_code == 200, "what was taken is given back"


def _asked(one: Reader) -> int:
    return one.get(REDLINE).status_code


def test_every_page_that_counts_as_long_is_there(sqlite_world: World) -> None:
    known = {rule.endpoint for rule in create_app(sqlite_world.site).url_map.iter_rules()}
    assert known >= share.LONG
