"""`docctl serve` and `docctl run` as people start and stop them: real processes, real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT
from sqlalchemy import select

from docctl.cli import serve as commands
from docctl.cli.kit import serving
from docctl.door.site import Site
from docctl.errors import Diverged, Usage
from docctl.models.documents import Document, Revision
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.usecases.copies import handing
from docctl.usecases.demonstration import making
from docctl.web.kit import headers
from tests.support.paper import plain
from tests.support.sites import World, issue, procedure
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"
# Of a page, with its head and foot; and what stays free of text, in points: 25 mm to bind it, 16 mm.
CHARACTERS, BINDING, EDGE = 200, 70, 45
PROGRAM = [sys.executable, "-c", "import sys; from docctl.cli import main; sys.exit(main())"]


@contextmanager
def started(*words: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, and what it said when it was ready."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCCTL_")}
    with subprocess.Popen(
        [*PROGRAM, "--json", *words],
        env=own | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets its background jobs ignore Ctrl-C, and what they start: tests in the background too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            yield process, json.loads(_of(process.stdout).readline() or "{}")
        finally:
            process.kill()


def _of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def stop(process: subprocess.Popen[Any], how: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(how)
    return process.wait(60)


def fetch(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """A folder in which `run` has made its site: the folder, what it said, and the page of the copy."""
    folder = tmp_path_factory.mktemp("run") / "site"
    with started("--site", str(folder), "run", "--port", "0", DOCCTL_DATABASE_URL="sqlite://") as (
        process,
        said,
    ):
        _, page = fetch(said["copy"])
        assert stop(process) == 0
        said["stderr"] = _of(process.stderr).read()
    # Looked at here: the tests below run in any order, and some of them change the site.
    assert [path.name for path in folder.parent.iterdir()] == ["site"]
    assert not (folder / "docctl.db-wal").exists()
    site = Site.open(folder, environ={})
    assert events_since_checkpoint(site) == 0
    site.close()
    return folder, said, page


@pytest.mark.long
def test_run_makes_a_whole_demonstration_and_says_how_to_use_it(
    made: tuple[Path, dict[str, Any], str],
) -> None:
    folder, said, page = made
    assert said["url"].startswith("http://127.0.0.1:")
    assert 'data-verdict="current"' in page
    assert "Making a demonstration site" in said["stderr"]
    assert "done" in said["stderr"]
    roles = {account["login"]: account["roles"] for account in said["accounts"]}
    assert roles["admin"] == "admin"
    assert roles["zhouwenjing"] == "document-controller, staff"
    assert said["password"] in (folder / making.MARK).read_text("utf-8")
    site = Site.open(folder, environ={})
    assert site.settings.public_url == said["url"]
    site.close()


def test_every_account_of_the_demonstration_can_sign_in(made: tuple[Path, dict[str, Any], str]) -> None:
    folder, said, _ = made
    env: dict[str, str | None] = {
        "DOCCTL_PASSWORD": said["password"],
        "DOCCTL_NEW_PASSWORD": "something else",
    }
    answer = run(
        "--site", str(folder), "--as", "maxiaojun", "--json", "user", "password", "maxiaojun", env=env
    )
    assert answer.code == 0
    lines = run("--site", str(folder), "--as", "admin", "--json", "user", "list")["users"]
    assert [line["login"] for line in lines if line["locked"]] == []


def test_run_opens_what_is_there_at_the_port_that_its_qr_codes_name(
    made: tuple[Path, dict[str, Any], str],
) -> None:
    folder, before, _ = made
    with started("--site", str(folder), "run", DOCCTL_DATABASE_URL="sqlite://") as (process, said):
        assert said["url"] == before["url"]
        assert said["copy"] == before["copy"]
        assert fetch(said["url"])[0] == 200
        assert stop(process) == 0
        assert "it was made before" in _of(process.stderr).read()


def test_a_demonstration_is_served_on_this_machine_only(made: tuple[Path, dict[str, Any], str]) -> None:
    answer = run("--site", str(made[0]), "--json", "serve", "--host", "0.0.0.0", "--port", "0")
    assert (answer.code, answer.kind) == (4, "state")
    assert "demonstration" in answer.message


def test_a_making_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    with started_quietly("--site", str(tmp_path / "site"), "run", "--port", "0") as process:
        part = tmp_path / ".site.unfinished"
        deadline = time.monotonic() + 60
        while not (part / "docctl.db").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert part.exists()
        assert stop(process) == 143
    assert list(tmp_path.iterdir()) == []


@contextmanager
def started_quietly(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [*PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_run_does_not_touch_a_folder_with_other_things_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    answer = run("--site", str(tmp_path), "--json", "run", "--port", "0")
    assert (answer.code, answer.kind) == (4, "state")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.fixture
def stopped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is told to stop before the first request."""
    monkeypatch.setattr(serving, "serve", lambda _site, _listener, ready: ready())


def test_run_tells_people_the_address_and_no_password_of_a_site_that_is_not_its_own(
    sqlite_world: World, stopped_at_once: None
) -> None:
    answer = run("--site", str(sqlite_world.site.path), "run", "--port", "0")
    assert answer.code == 0
    assert "http://127.0.0.1:" in answer.out
    assert "password" not in answer.out
    assert "it was made before" in answer.err


@pytest.mark.parametrize(
    ("pdf", "able", "said"), [(False, True, True), (False, False, False), (True, True, False)]
)
def test_run_says_that_a_site_was_made_without_pdf_where_the_machine_can_make_them(
    sqlite_world: World,
    stopped_at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    pdf: bool,
    able: bool,
    said: bool,
) -> None:
    monkeypatch.setattr(commands, "makes_pdfs", lambda: able)
    settings = sqlite_world.site.path / "docctl.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("pdf = false", f"pdf = {str(pdf).lower()}"), "utf-8"
    )
    answer = run("--site", str(sqlite_world.site.path), "run", "--port", "0")
    assert ("set pdf = true in" in answer.err) is said


def test_run_tells_people_everything_of_its_own(
    made: tuple[Path, dict[str, Any], str], stopped_at_once: None
) -> None:
    answer = run("--site", str(made[0]), "run")
    assert answer.code == 0
    assert f"copy: {made[1]['copy']}" in answer.out
    assert "Stop with Ctrl-C." in answer.out


def test_a_demonstration_without_copies_names_none(
    sqlite_world: World, stopped_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "is_demonstration", lambda _folder: True)
    answer = run("--site", str(sqlite_world.site.path), "--json", "run", "--port", "0")
    assert (answer.code, answer.data.keys() & {"copy", "password"}) == (0, {"password"})


def test_a_port_that_is_taken_is_named_and_the_next_one_used(
    sqlite_world: World, stopped_at_once: None
) -> None:
    with serving.listen("127.0.0.1", 0) as taken:
        port = serving.port_of(taken)
        answer = run("--site", str(sqlite_world.site.path), "serve", "--port", str(port))
    assert answer.code == 0
    assert f"Port {port} is taken; this is port" in answer.err
    assert str(port) not in answer.out.replace(str(sqlite_world.site.path), "")


def test_where_no_port_is_free_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PORTS_TRIED", 1)
    with serving.listen("127.0.0.1", 0) as taken, pytest.raises(Usage, match="are all taken"):
        serving.listen("127.0.0.1", serving.port_of(taken))


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(Usage, match="cannot listen on"):
        serving.listen(host, 0)


def test_the_address_is_one_that_this_machine_can_open() -> None:
    with serving.listen("0.0.0.0", 0) as everywhere:
        assert serving.address(everywhere) == f"http://127.0.0.1:{serving.port_of(everywhere)}"
    with serving.listen("127.0.0.2", 0) as other:
        assert serving.address(other) == f"http://127.0.0.2:{serving.port_of(other)}"


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="needs IPv6")
@pytest.mark.parametrize("host", ["::1", "::"])
def test_an_ipv6_address_stands_in_brackets(host: str) -> None:
    with serving.listen(host, 0) as listener:
        assert listener.family is socket.AF_INET6
        assert serving.address(listener) == f"http://[::1]:{serving.port_of(listener)}"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.5", False),
        ("localhost.example", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, here: bool) -> None:
    assert serving.is_loopback(host) is here


@pytest.mark.rule("SE-43")
def test_a_library_that_has_diverged_is_still_served(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def diverged(_site: Site) -> None:
        raise Diverged("main was moved by somebody else")

    monkeypatch.setattr("docctl.door.transaction.settle", diverged)
    serving.settle(sqlite_world.site)
    assert "Warning: main was moved by somebody else" in capsys.readouterr().err


def test_progress_is_one_line_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    commands._show_progress(0, 2, "account admin")
    commands._show_progress(2, 2, "done")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_signal_before_the_first_request_ends_it_like_any_other(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["staff"])

    def interrupted() -> None:
        raise KeyboardInterrupt

    with serving.listen("127.0.0.1", 0) as listener:
        serving.serve(sqlite_world.site, listener, interrupted)
    assert events_since_checkpoint(sqlite_world.site) == 0


def test_a_first_run_takes_the_usual_port(tmp_path: Path) -> None:
    assert commands._port_of(tmp_path) == serving.PORT


def test_the_port_of_a_foreign_public_address_is_not_taken_for_ours(sqlite_world: World) -> None:
    file = sqlite_world.site.path / "docctl.toml"
    text = file.read_text("utf-8")
    for address, port in [
        ("https://docs.example:9000", 8080),
        ("http://127.0.0.1:9000", 9000),
        ("http://127.0.0.1", 8080),
    ]:
        file.write_text(text.replace('public_url = ""', f'public_url = "{address}"'), "utf-8")
        assert commands._port_of(sqlite_world.site.path) == port


def test_every_print_of_the_demonstration_fills_its_pages_and_stays_inside_them(
    made: tuple[Path, dict[str, Any], str],
) -> None:
    """All six procedures with their forms: no page without text of its own, nothing in the margins."""
    site = Site.open(made[0], environ={})
    with site.reading() as session:
        prints = session.execute(
            select(Document.number, Revision.pdf_sha256)
            .join(Document, Document.id == Revision.document_id)
            .where(Revision.pdf_sha256.is_not(None))
        ).all()
    assert len(prints) >= 49
    for number, digest in prints:
        assert digest is not None
        for n, page in enumerate(pypdfium2.PdfDocument(site.vault.read(digest)), 1):
            assert len(plain(page.get_textpage().get_text_bounded())) >= CHARACTERS, (number, n)
            lines = [shape.get_bounds() for shape in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT])]
            assert min(left for left, _, _, _ in lines) >= BINDING, (number, n)
            assert max(right for _, _, right, _ in lines) <= page.get_width() - EDGE, (number, n)
    site.close()
