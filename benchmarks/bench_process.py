"""What processes take: the memory of one that serves pages and prints, and the start of the command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.rounds import side_by_side
from docctl.door.site import SETTINGS
from tests.support.paper import NUMBER
from tests.support.sites import PASSWORD, World

PAGES, PRINTS = 200, 20
MOST_MEGABYTES = 300
PATHS = (
    "/inbox",
    "/documents",
    f"/documents/{NUMBER}",
    f"/documents/{NUMBER}/revisions",
    f"/documents/{NUMBER}/use",
    "/copies",
    "/records",
    "/search?q=%E5%8F%97%E6%8E%A7",
    f"/trace?number={NUMBER}",
    "/",
)
DOCCTL = "import sys; from docctl.cli import main; sys.exit(main())"


def test_the_memory_of_a_process_that_serves(paper_world: World, figure: Callable[..., None]) -> None:
    """Pages and PDFs as a browser asks for them, one after the other, from a process of its own."""
    # Served over plain HTTP here, where no browser sends the cookie of a site with TLS.
    settings = paper_world.site.path / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace("https://", "http://"), "utf-8")
    words = [sys.executable, "-c", DOCCTL, "--json", "--site", str(paper_world.site.path)]
    with subprocess.Popen([*words, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = re.search(r'"url": "([^"]+)"', process.stdout.readline())
            assert address is not None
            browser = signed_in(address[1])
            before = megabytes(process.pid)
            for path in islice(cycle(PATHS), PAGES):
                assert read(browser, address[1] + path)
            prints = {
                read(browser, f"{address[1]}/documents/{NUMBER}/revisions/A-0/print")[:5]
                for _ in range(PRINTS)
            }
            assert prints == {b"%PDF-"}
            after = megabytes(process.pid)
        finally:
            process.terminate()
    figure(
        f"memory of a process that served {PAGES} pages and {PRINTS} PDFs",
        f"{after:.0f} MB ({before:.0f} MB after sign-in)",
        f"< {MOST_MEGABYTES} MB",
    )
    assert after < MOST_MEGABYTES


def test_the_start_of_the_command_line(figure: Callable[..., None]) -> None:
    """Beside a Python that imports click and nothing else."""
    times = side_by_side(
        lambda: subprocess.run([sys.executable, "-c", DOCCTL, "--help"], check=True, capture_output=True),
        lambda: subprocess.run([sys.executable, "-c", "import click"], check=True, capture_output=True),
        rounds=15,
    )
    whole, bare = (median(one) * 1e3 for one in times)
    figure("docctl --help", f"{whole:.0f} ms, {whole / bare:.1f} times a bare click", "200 ms, <= 3 times")
    assert whole / bare <= 3


def signed_in(address: str) -> urllib.request.OpenerDirector:
    """A browser with the session of a document controller, who may read all of it."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    token = re.search(rb'name="csrf_token" value="([^"]+)"', read(browser, f"{address}/sign-in"))
    assert token is not None
    fields = {"csrf_token": token[1].decode(), "login": "controller", "password": PASSWORD}
    assert b"sign-out" in read(browser, f"{address}/sign-in", urlencode(fields).encode())
    return browser


def read(browser: urllib.request.OpenerDirector, address: str, data: bytes | None = None) -> bytes:
    """The answer to its end."""
    with browser.open(address, data, timeout=60) as answer:
        body: bytes = answer.read()
        return body


def megabytes(pid: int) -> float:
    """The memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
