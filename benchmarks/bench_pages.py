"""How many requests a second the pages answer over HTTP, beside the barest Flask views that could answer.

Both are served by processes of their own, on waitress with as many threads; one client asks both in turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.bare_pages import NUMBER
from benchmarks.over_http import Client, bare_views, docctl_serve
from benchmarks.rounds import side_by_side
from docctl.door.site import Site
from docctl.rules.secrets import session_digest
from docctl.usecases.copies import handing
from tests.support.pages import Reader
from tests.support.sites import World, issue, procedure

ROUNDS, REQUESTS = 101, 20
CLAUSE = "\n\n{0}.1 质量部每 {0} 个月检查一次顾客反馈的处理情况，受控文件收回后记入 LX-R-001。"
CHINESE = "Accept-Language: zh\r\n"
ZIPPED = f"{CHINESE}Accept-Encoding: gzip\r\n"


class Page(NamedTuple):
    """What is asked of either side. `goal` is that of the issue, `wall` what must hold."""

    name: str
    paths: Sequence[str]
    headers: str
    beside: Sequence[str]
    bare_headers: str
    goal: float
    wall: float
    status: int = 200


def asking(client: Client, paths: Sequence[str], headers: str, status: int) -> Callable[[], None]:
    """Some requests, one after the other, of these paths in turns."""
    following = cycle(paths)

    def run() -> None:
        for _ in range(REQUESTS):
            answered, head, _body = client.get(next(following), headers)
            assert answered == status, head

    return run


def cookie_of(client: Any) -> str:
    """The cookies of a client as one header."""
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in client._cookies.values())


def test_pages_beside_bare_views(sqlite_world: World, figure: Callable[..., None], tmp_path: Path) -> None:
    """Ratios of requests a second; higher is better."""
    world = sqlite_world
    issue(world, procedure(NUMBER, extra="".join(CLAUSE.format(n) for n in range(10, 60))))
    for n in range(200, 249):
        issue(world, procedure(f"LX-CX-2019-{n}"))
    copies = handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"] * 60)
    served = Site.open(world.site.path, environ={})  # by the clock of the machine, as `docctl serve`
    reader = Reader(served, "zh").sign_in("staff")
    stored = tmp_path / "page.html"
    stored.write_text(reader.get(f"/documents/{NUMBER}").text, "utf-8")
    with reader.client.session_transaction() as kept:
        token = session_digest(served.session_key, kept["_user_id"])  # as the table has it
    with docctl_serve(served.path) as port, bare_views(served.path, stored, token) as bare_port:
        ours, theirs = Client(port), Client(bare_port)
        figures = _measured(ours, theirs, cookie_of(reader.client), [copy.token for copy in copies], figure)
        ours.close()
        theirs.close()
    served.close()
    assert [name for name, (reached, wall) in figures.items() if reached < wall] == []


def _pages(ours: Client, theirs: Client, cookie: str, tokens: Sequence[str]) -> list[Page]:
    mine = f"{CHINESE}Cookie: {cookie}\r\n"
    told = re.search(rb"(?i)\r\nset-cookie: ([^;]+)", theirs.get("/sign-in")[1])
    tag = re.search(rb"(?i)\r\netag: (\S+)", ours.get(f"/documents/{NUMBER}", mine)[1])
    assert told is not None
    assert tag is not None
    bare = f"{CHINESE}Cookie: {told[1].decode()}\r\n"
    known = f"{mine}If-None-Match: {tag[1].decode()}\r\n"
    document, scans = [f"/documents/{NUMBER}"], [f"/c/{token}" for token in tokens]
    theirs_of = {"document": ["/document"], "scan": [f"/scan/{token}" for token in tokens], "list": ["/list"]}
    return [
        Page("stored page", document, mine, theirs_of["document"], bare, 0.7, 0.6),
        Page("stored page, not modified", document, known, theirs_of["document"], bare, 0.7, 0.65, 304),
        Page("scan page", scans, mine, theirs_of["scan"], bare, 0.6, 0.5),
        Page("scan page, by a stranger", scans, CHINESE, theirs_of["scan"], CHINESE, 0.6, 0.45),
        Page("scan page, compressed", scans, ZIPPED, theirs_of["scan"], CHINESE, 0.0, 0.0),
        Page("master list of 50", ["/documents"], mine, theirs_of["list"], bare, 0.5, 0.8),
    ]


def _measured(
    ours: Client, theirs: Client, cookie: str, tokens: Sequence[str], figure: Callable[..., None]
) -> dict[str, tuple[float, float]]:
    figures = {}
    for page in _pages(ours, theirs, cookie, tokens):
        times = side_by_side(
            asking(ours, page.paths, page.headers, page.status),
            asking(theirs, page.beside, page.bare_headers, 200),
            rounds=ROUNDS,
        )
        reached = median(b / a for a, b in zip(*times, strict=True))
        figures[page.name] = (reached, page.wall)
        rates = " and ".join(f"{REQUESTS / median(each):.0f}" for each in times)
        missed = f"; {page.goal} is aimed at" if page.wall < page.goal else ""
        wall = f">= {page.wall}{missed}" if page.wall else ""
        figure(page.name, f"{reached:.2f} of a bare view ({rates} a second)", wall)
    return figures
