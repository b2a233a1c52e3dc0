"""Behind a proxy people are told apart by where they come from, and nobody else can say where that is."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from waitress import wasyncore

from docctl.cli.kit import listening, serving
from docctl.cli.kit.draining import server_on
from docctl.cli.kit.workers import command_for
from tests.support.sites import World
from tests.support.terminal import run


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Where the server says that a request came from."""
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"from": environ["REMOTE_ADDR"], "scheme": environ["wsgi.url_scheme"]}).encode()]


@contextmanager
def answering(proxy: str | None, attachment_mb: int = 0) -> Iterator[int]:
    sockets: dict[int, Any] = {}
    with listening.listen(listening.LOOPBACK, 0) as listener:
        server = server_on(listener, echo, sockets, threads=1, **serving.settings(proxy, attachment_mb))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield listening.port_of(listener)
        finally:
            server.drain()
            thread.join()
            wasyncore.close_all(sockets, ignore_all=True)


def asked(port: int, **headers: str) -> dict[str, str]:
    connection = http.client.HTTPConnection(listening.LOOPBACK, port, timeout=30)
    connection.request("GET", "/", headers={name.replace("_", "-"): said for name, said in headers.items()})
    told: dict[str, str] = json.loads(connection.getresponse().read())
    connection.close()
    return told


def test_the_word_of_the_proxy_is_taken_for_where_somebody_is() -> None:
    with answering("127.0.0.1") as port:
        told = asked(port, X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https")
        # Before it somebody may have said anything: only what the proxy itself added counts.
        chained = asked(port, X_Forwarded_For="198.51.100.1, 203.0.113.8")
    assert told == {"from": "203.0.113.7", "scheme": "https"}
    assert chained["from"] == "203.0.113.8"


@pytest.mark.parametrize("proxy", [None, "192.0.2.9"])
def test_nobody_else_says_where_they_are(proxy: str | None) -> None:
    with answering(proxy) as port:
        told = asked(
            port, X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https", Forwarded="for=203.0.113.7"
        )
    assert told == {"from": "127.0.0.1", "scheme": "http"}


def test_a_file_as_large_as_the_machine_allows_comes_through_and_a_larger_one_does_not() -> None:
    def sent(port: int, mb: int, *, whole: bool) -> int:
        connection = http.client.HTTPConnection(listening.LOOPBACK, port, timeout=30)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", str(mb * 1_000_000))
        connection.endheaders(bytes(mb * 1_000_000) if whole else None)
        status = connection.getresponse().status
        connection.close()
        return status

    with answering(None, attachment_mb=20) as port:
        assert (sent(port, 20, whole=True), sent(port, 22, whole=False)) == (200, 413)


def test_an_address_that_is_none_is_refused_and_each_process_is_told(sqlite_world: World) -> None:
    answer = run("--site", str(sqlite_world.site.path), "serve", "--trusted-proxy", "proxy.example")
    assert answer.code == 2
    assert "write it like 127.0.0.1" in answer.out + answer.err
    command = command_for(sqlite_world.site.path, "en", 4, "::1")
    assert command[-2:] == ["--trusted-proxy", "::1"]
