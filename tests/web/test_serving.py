"""`docctl serve` as people start and stop it: real processes, real sockets, an address that others can use."""

from __future__ import annotations

import errno
import http.client
import signal
import socket
from pathlib import Path

import pytest

from docctl.cli.kit import listening, serving
from docctl.door.site import Site
from docctl.errors import Diverged, Usage
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.rules.public_address import is_loopback
from docctl.usecases.copies import handing
from docctl.web.kit import headers
from tests.support.served import fetch, started, stop
from tests.support.served import stopped_at_once as stopped_at_once
from tests.support.sites import World, issue, procedure
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"


def head_of(site: Site) -> str:
    return (site.path / "checkpoint").read_text("utf-8")


def test_serve_answers_and_signs_what_is_new_when_it_is_stopped(world: World) -> None:
    issue(world, procedure())
    (copy,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"])
    assert events_since_checkpoint(world.site) > 0
    words = ("--site", str(world.site.path), "serve", "--port", "0")
    with started(*words, **world.environ) as (process, said):
        assert said["site"] == str(world.site.path)
        status, page = fetch(said["url"])
        assert (status, NUMBER in page) == (200, True)
        status, page = fetch(f"{said['url']}/c/{copy.token}")
        assert (status, 'data-verdict="current"' in page, "员工周" in page) == (200, True, True)
        assert fetch(f"{said['url']}/c/nothing")[0] == 404
        assert stop(process) == 0
    assert events_since_checkpoint(world.site) == 0
    signed = head_of(world.site)
    with started(*words, **world.environ) as (process, _):
        assert stop(process, signal.SIGINT) == 0
    assert head_of(world.site) == signed


def test_what_the_browser_has_already_costs_it_no_connection(sqlite_world: World) -> None:
    with started("--site", str(sqlite_world.site.path), "serve", "--port", "0") as (_, said):
        connection = http.client.HTTPConnection(said["url"].removeprefix("http://"), timeout=30)
        connection.request("GET", "/static/docctl.css")
        first = connection.getresponse()
        first.read()
        own = connection.sock
        for asked in ({}, {"Connection": "close"}):
            connection.request(
                "GET", "/static/docctl.css", headers={"If-None-Match": first.headers["ETag"], **asked}
            )
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 304
            assert (answer.headers["Connection"], connection.sock) == (
                asked.get("Connection"),
                None if asked else own,
            )
        connection.close()


@pytest.mark.rule("SE-44")
def test_the_server_refuses_trace_and_does_not_tell_what_it_is(sqlite_world: World) -> None:
    with started("--site", str(sqlite_world.site.path), "serve", "--port", "0") as (process, said):
        connection = http.client.HTTPConnection(said["url"].removeprefix("http://"), timeout=30)
        connection.request("TRACE", "/", headers={"X-Secret": "canary"})
        answer = connection.getresponse()
        assert answer.status == 405
        assert "canary" not in answer.read().decode()
        assert answer.headers["Server"] is None
        assert answer.headers["Content-Security-Policy"] == headers.POLICY
        connection.close()
        assert stop(process) == 0


def test_serve_refuses_a_port_that_is_taken_and_run_takes_the_next_one(
    sqlite_world: World, stopped_at_once: None
) -> None:
    words = ("--site", str(sqlite_world.site.path), "--json")
    with listening.listen("127.0.0.1", 0) as taken:
        port = listening.port_of(taken)
        refused = run(*words, "serve", "--port", str(port))
        answer = run(*words, "run", "--port", str(port))
    assert (refused.code, refused.kind) == (2, "usage")
    assert refused.message.startswith(f"port {port} of 127.0.0.1 is taken")
    assert "choose another with --port" in refused.message
    assert answer.code == 0
    assert f"Port {port} is taken; this is port" in answer.err
    assert answer["url"] != f"http://127.0.0.1:{port}"


def test_where_no_port_is_free_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object, **__: object) -> None:
        raise OSError(errno.EADDRINUSE, "in use")

    monkeypatch.setattr(socket, "create_server", taken)
    with pytest.raises(Usage, match=r"the ports 8080 to 8082 of 127\.0\.0\.1 are all taken"):
        listening.listen("127.0.0.1", 8080, tries=3)


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(Usage, match="cannot listen on"):
        listening.listen(host, 0)


def test_the_address_is_one_that_this_machine_can_open() -> None:
    with listening.listen("0.0.0.0", 0) as everywhere:
        assert listening.address(everywhere) == f"http://127.0.0.1:{listening.port_of(everywhere)}"
    with listening.listen("127.0.0.2", 0) as other:
        assert listening.address(other) == f"http://127.0.0.2:{listening.port_of(other)}"


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="needs IPv6")
@pytest.mark.parametrize("host", ["::1", "::"])
def test_an_ipv6_address_stands_in_brackets(host: str) -> None:
    with listening.listen(host, 0) as listener:
        assert listener.family is socket.AF_INET6
        assert listening.address(listener) == f"http://[::1]:{listening.port_of(listener)}"


@pytest.mark.rule("SE-43")
def test_a_library_that_has_diverged_is_still_served(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def diverged(_site: Site) -> None:
        raise Diverged("main was moved by somebody else")

    monkeypatch.setattr("docctl.door.transaction.settle", diverged)
    serving.settle(sqlite_world.site)
    assert "Warning: main was moved by somebody else" in capsys.readouterr().err


def test_a_server_for_everybody_tells_the_addresses_that_others_can_use(
    sqlite_world: World, stopped_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--site", str(sqlite_world.site.path), "--json", "serve", "--port", "0")
    monkeypatch.setattr(listening, "_own_hosts", lambda **_: {"192.168.1.20", "10.0.0.7"})
    answer = run(*words, "--host", "0.0.0.0")
    port = answer["url"].rpartition(":")[2]
    assert answer["urls"] == [f"http://10.0.0.7:{port}", f"http://192.168.1.20:{port}"]
    assert run(*words)["urls"][0].startswith("http://127.0.0.1:")
    monkeypatch.setattr(listening, "_own_hosts", lambda **_: set())
    assert run(*words, "--host", "0.0.0.0")["urls"][0].startswith("http://127.0.0.1:")


def test_a_machine_names_itself_by_no_address_that_only_it_reaches() -> None:
    found = listening._own_hosts(with_ipv6=True)
    assert not [host for host in found if is_loopback(host) or "%" in host]


@pytest.mark.parametrize(
    ("address", "said"),
    [("", "no public address"), ("http://localhost:80", "own name for itself"), ("http://10.0.0.7", "")],
)
def test_a_site_whose_codes_no_phone_can_scan_says_so_before_paper_is_printed(
    sqlite_world: World, stopped_at_once: None, tmp_path: Path, address: str, said: str
) -> None:
    file = sqlite_world.site.path / "docctl.toml"
    text = file.read_text("utf-8").replace('public_url = ""', f'public_url = "{address}"')
    file.write_text(text, "utf-8")
    served = run("--site", str(sqlite_world.site.path), "serve", "--port", "0")
    made = run("init", str(tmp_path / "new"), "--public-url", address, "--no-pdf")
    for answer in (served, made):
        assert answer.code == 0
        assert ("Note: " in answer.err, said in answer.err) == (bool(said), True)


def test_an_address_without_its_http_is_refused_by_init_and_where_the_settings_are_read(
    sqlite_world: World, tmp_path: Path
) -> None:
    made = run("--json", "init", str(tmp_path / "new"), "--public-url", "192.168.1.20:8147")
    assert (made.code, made.kind) == (2, "usage")
    assert "write it like http://192.168.1.20:8080" in made.message
    assert not (tmp_path / "new").exists()
    file = sqlite_world.site.path / "docctl.toml"
    file.write_text(file.read_text("utf-8").replace('public_url = ""', 'public_url = "qms:80"'), "utf-8")
    opened = run("--site", str(sqlite_world.site.path), "--json", "serve", "--port", "0")
    assert (opened.code, opened.kind) == (2, "usage")
    assert "qms:80" in opened.message


def test_a_signal_before_the_first_request_ends_it_like_any_other(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["staff"])

    def interrupted() -> None:
        raise KeyboardInterrupt

    with listening.listen("127.0.0.1", 0) as listener:
        serving.serve(sqlite_world.site, listener, interrupted)
    assert events_since_checkpoint(sqlite_world.site) == 0
