"""Pages as people meet them: the first one after somebody did something, at a small and at a large site."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.test import EnvironBuilder

from benchmarks.large.bare import Bare
from benchmarks.large.grown import PASSWORD, Grown
from benchmarks.large.table import Table, middle_ratio, milliseconds
from docctl.door import accounts
from docctl.door.site import DATABASE_VARIABLE
from docctl.usecases.people import accounts as people
from tests.support.pages import Reader

GROWTH, OF_WARM, OF_BARE, LARGEST = 1.3, 0.5, 0.5, 30_000
CONTROLLER, NOBODY = "gen-controller", ""


@dataclass(frozen=True)
class Page:
    """A page, who asks for it, and the bare view that shows the same."""

    name: str
    path: str
    login: str = CONTROLLER
    beside: str = ""
    of_bare: float = OF_BARE


PAGES = (
    Page("inbox of document control", "/inbox", beside="/list/inbox"),
    Page("inbox of staff", "/inbox", login="gen-staff-sales", beside="/list/inbox"),
    Page("master list", "/documents", beside="/list/documents"),
    Page(
        "master list, one department",
        "/documents?department=finance",
        beside="/list/documents of one department",
    ),
    Page("master list, a title", "/documents?q=Weighing"),
    Page("records", "/records", beside="/list/records"),
    Page("records that are open", "/records?state=open", beside="/list/records open"),
    Page("records of one form", "/records?template=GEN-R-002"),
    Page("records, deep in the list", "/records?after={record}"),
    Page("record", "/records/{record}"),
    Page("forms to open", "/records/open", beside="/list/offers"),
    Page("copy register", "/copies", beside="/list/copies"),
    Page("copies issued", "/copies?status=issued", beside="/list/copies issued"),
    Page("copy register, deep in it", "/copies?after={copy}"),
    Page("document", "/documents/{number}", beside="/document/{number}", of_bare=0.7),
    Page("search", "/search?q=检定有效期"),
    Page("trace of a record", "/trace/{record}"),
    Page("trace of a document", "/trace/GEN-CX-000001"),
    Page("people", "/people", login="admin", beside="/list/people"),
    Page("audit trail", "/ledger", login="gen-auditor", beside="/list/ledger"),
    Page("start page of a stranger", "/", login=NOBODY, beside="/list/start"),
    Page("scan by a stranger", "/c/{token}", login=NOBODY, beside="/scan/{token}", of_bare=0.6),
)


class Asker:
    """Asks one site for pages, with a session for each login."""

    def __init__(self, at: Grown) -> None:
        self.at = at
        self.words = {
            "number": at.one("SELECT number FROM document WHERE level = 'procedure' ORDER BY id LIMIT 1"),
            "record": at.one(_MIDDLE.format(table="record", key="number")),
            "copy": at.one(_MIDDLE.format(table="copy", key="number")),
            "token": at.one("SELECT token FROM copy WHERE state = 'acknowledged' ORDER BY id LIMIT 1"),
        }
        self._readers: dict[str, Reader] = {}
        self._flip = cycle(["grant", "revoke"])
        self._clock = time.thread_time if at.is_sqlite else time.perf_counter

    def reader(self, login: str) -> Reader:
        if login not in self._readers:
            reader = Reader(self.at.site, "en")
            self._readers[login] = reader.sign_in(login, PASSWORD) if login else reader
        return self._readers[login]

    def token(self, login: str) -> str:
        """The secret of the session, for the bare views."""
        with self.reader(login).client.session_transaction() as kept:
            return str(kept["_user_id"])

    def act(self) -> None:
        """Something happens at the site, which has nothing to do with the page."""
        ctx = accounts.reader(self.at.site, "admin")
        try:
            people.change_user_roles(ctx, "gen-person-00000", **{next(self._flip): ["author"]})
        finally:
            ctx.close()

    def ask(self, page: Page) -> tuple[float, bytes]:
        """How long it takes, and what came."""
        reader = self.reader(page.login)
        cookie = "; ".join(f"{c.key}={c.value}" for c in (reader.client._cookies or {}).values())
        return self._timed(reader.client.application, self.path(page.path), Cookie=cookie)

    def ask_bare(self, bare: Bare, page: Page) -> float:
        token = self.token(page.login) if page.login else ""
        return self._timed(bare.app, self.path(page.beside), **{"X-Token": token})[0]

    def path(self, path: str) -> str:
        return path.format(**{name: quote(word) for name, word in self.words.items()})

    def _timed(self, app: Flask, path: str, **headers: str) -> tuple[float, bytes]:
        plain, _, query = path.partition("?")
        sent = {"Accept-Language": "en", **headers}
        environ = EnvironBuilder(path=plain, query_string=query, headers=list(sent.items())).get_environ()
        said: list[str] = []
        start = self._clock()

        def begin(status: str, _headers: Any, _error: Any = None) -> Any:
            said.append(status)

        body: Iterable[bytes] = app(environ, begin)
        data = b"".join(body)
        body.close()  # type: ignore[attr-defined]
        took = self._clock() - start
        assert said[0].startswith("200"), (path, said, data[:300])
        return took, data


_MIDDLE = (
    "SELECT {key} FROM {table} WHERE id >= (SELECT (min(id) + max(id)) / 2 FROM {table}) ORDER BY id LIMIT 1"
)


@dataclass
class Times:
    """Of one page: the first look after an act at each site, the second look, and the bare view."""

    small: list[float]
    large: list[float]
    warm: list[float]
    bare: list[float]
    size: int = 0


def measure(small: Grown, large: Grown, table: Table, rounds: int, only: str) -> dict[str, float]:
    """All pages; the middle time of each at the large site."""
    askers = Asker(small), Asker(large)
    page = askers[1].ask(Page("", "/documents/{number}"))[1].decode()
    bare = Bare(large.site.path, large.environ.get(DATABASE_VARIABLE), page)
    found = {}
    for one in PAGES:
        if only in one.name:
            times = _times(one, *askers, bare, rounds)
            _tell(one, times, table)
            found[one.name] = median(times.large)
    bare.close()
    return found


def _times(page: Page, small: Asker, large: Asker, bare: Bare, rounds: int) -> Times:
    times = Times([], [], [], [])
    for asker in (small, large):
        asker.ask(page)  # templates and texts are known from the first look on
    for _ in range(rounds):
        for asker, into in ((small, times.small), (large, times.large)):
            asker.act()
            into.append(asker.ask(page)[0])
        took, data = large.ask(page)
        times.warm.append(took)
        times.size = len(gzip.compress(data, 6))
        if page.beside:
            times.bare.append(large.ask_bare(bare, page))
    return times


def _tell(page: Page, times: Times, table: Table) -> None:
    said = f"{milliseconds(times.small)} → {milliseconds(times.large)}"
    table.no_more(f"{page.name}, after an act: growth", said, middle_ratio(times.large, times.small), GROWTH)
    said = f"warm {milliseconds(times.warm)}"
    table.no_less(f"{page.name}: of warm", said, middle_ratio(times.warm, times.large), OF_WARM)
    if times.bare:
        said = f"bare {milliseconds(times.bare)}"
        table.no_less(f"{page.name}: of bare", said, middle_ratio(times.bare, times.large), page.of_bare)
    table.no_more(f"{page.name}: bytes, compressed", "", times.size, LARGEST)


def after_analyse(large: Grown, before: dict[str, float], table: Table, rounds: int, only: str) -> None:
    """The same pages once the database has counted its rows."""
    large.analyse()
    asker = Asker(large)
    for page in PAGES:
        if only in page.name:
            asker.ask(page)
            times = [_after_act(asker, page) for _ in range(rounds)]
            said = milliseconds(times)
            ratio = median(times) / before[page.name]
            table.no_more(f"{page.name}: after ANALYZE", said, max(ratio, 1 / ratio), GROWTH)


def _after_act(asker: Asker, page: Page) -> float:
    asker.act()
    return asker.ask(page)[0]
