"""Many at once: the memory of a process that shows lists to eight readers, and readers beside writers.

Everybody is a process or a thread of one, as at a site: the server, one process for all readers, and one for
each writer. On a machine with two cores they share these.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote, urlencode

from benchmarks.large.acts import FORM, REPORTER
from benchmarks.large.grown import PASSWORD, Grown
from benchmarks.large.table import Table, say
from docctl.door import accounts
from docctl.door.site import Site
from docctl.usecases.records import opening, recording

MOST_MEGABYTES, OF_QUIET, LONGEST_MS, LONGEST_WAIT_MS = 300, 0.5, 150, 500
LISTS = ("/inbox", "/documents", "/records", "/copies", "/records/open", "/people", "/ledger", "/")
READERS, WRITERS = 20, 8
DOCCTL = "import sys; from docctl.cli import main; sys.exit(main())"


@contextmanager
def served(at: Grown) -> Iterator[tuple[str, int]]:
    """Host and port, and the process."""
    words = ("--json", "--site", str(at.site.path), "serve", "--port", "0")
    command = [sys.executable, "-c", DOCCTL, *words]
    with subprocess.Popen(command, env=os.environ | at.environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"].removeprefix("http://"), process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def cookie_of(host: str, login: str) -> str:
    """The cookies of a session, by the form that people fill in."""
    with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
        connection.request("GET", "/sign-in")
        page = connection.getresponse()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
        assert token is not None
        kept = _cookies(page)
        fields = urlencode({"csrf_token": token[1], "login": login, "password": PASSWORD})
        headers = {"Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", fields, headers)
        done = connection.getresponse()
        done.read()
        assert done.status == 302
        return _cookies(done) or kept


def _cookies(answer: http.client.HTTPResponse) -> str:
    return "; ".join(each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie") or [])


def memory(at: Grown, table: Table) -> None:
    """Eight readers, each of all lists, three times."""
    with served(at) as (host, pid):
        cookie = cookie_of(host, "gen-controller")

        def read_all() -> None:
            with closing(http.client.HTTPConnection(host, timeout=600)) as connection:
                for path in LISTS * 3:
                    connection.request("GET", path, headers={"Cookie": cookie})
                    connection.getresponse().read()

        threads = [threading.Thread(target=read_all) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        most = re.search(r"VmHWM:\s+([0-9]+) kB", Path(f"/proc/{pid}/status").read_text())
        assert most is not None
        table.no_more(
            "memory of a process, MB", "eight readers of all lists", int(most[1]) / 1e3, MOST_MEGABYTES
        )


def beside_writers(at: Grown, table: Table, seconds: float) -> None:
    """Readers of a document, quiet and then beside writers."""
    number = at.one("SELECT number FROM document WHERE level = 'procedure' ORDER BY id LIMIT 1")
    with served(at) as (host, _):
        cookie = cookie_of(host, "gen-controller")
        path = f"/documents/{quote(number)}"
        quiet, _, _ = _read(host, path, cookie, seconds)
        writers = [_writer(at, seconds + 5) for _ in range(WRITERS)]
        time.sleep(3)
        busy, slow, errors = _read(host, path, cookie, seconds)
        waits = [float(line) for writer in writers for line in writer.communicate()[0].split()]
    said = f"{quiet:.0f} → {busy:.0f} a second, {len(waits) / (seconds + 5):.0f} acts a second"
    table.no_less("readers beside writers, of quiet", said, busy / quiet, OF_QUIET)
    table.no_more("readers beside writers, p99 ms", "", slow, LONGEST_MS)
    table.no_more("readers beside writers, errors", "", errors, 0)
    table.no_more("writers beside readers, worst act ms", "", 1e3 * max(waits), LONGEST_WAIT_MS)


def _read(host: str, path: str, cookie: str, seconds: float) -> tuple[float, float, int]:
    """Answers a second, the slowest but one in a hundred in ms, and how many were none."""
    words = [sys.executable, "-m", "benchmarks.large.readers", host, path, cookie, str(seconds), str(READERS)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    times = sorted(told["times"])
    return len(times) / seconds, quantiles(times, n=100)[98] * 1e3, told["errors"]


def _writer(at: Grown, seconds: float) -> subprocess.Popen[str]:
    code = f"from benchmarks.large.traffic import write; write({str(at.site.path)!r}, {seconds})"
    return subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | at.environ, stdout=subprocess.PIPE, text=True
    )


def write(folder: str, seconds: float) -> None:
    """Open records and fill their first step, until the time is over; the seconds of each act are printed."""
    site = Site.open(folder)
    end = time.monotonic() + seconds
    reported = {"reported_at": "2026-01-05T09:00:00+08:00", "customer": "示范公司"}
    while time.monotonic() < end:
        with closing(accounts.reader(site, REPORTER)) as ctx:
            start = time.perf_counter()
            number = opening.open_record(ctx, FORM).number
            opened = time.perf_counter()
            recording.fill_record(ctx, number, reported)
            say(f"{opened - start} {time.perf_counter() - opened}")
    site.close()
