"""`docctl run` as people start it: of two processes one makes the demonstration, and both serve it."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT
from sqlalchemy import select

from docctl.cli import serve as commands
from docctl.cli.kit import listening, notices
from docctl.door.site import Site
from docctl.models.documents import Document, Revision
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.usecases.demonstration import making
from tests.support.paper import plain
from tests.support.served import PROGRAM, begun, fetch, ready, started, stop, stream_of
from tests.support.served import stopped_at_once as stopped_at_once
from tests.support.sites import World
from tests.support.terminal import run

WAITS = "Another docctl is making the site"
CHARACTERS, BINDING, EDGE = 200, 70, 45

pytestmark = pytest.mark.long  # all of them: on one worker the site is made once


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A folder in which two first runs at once have made a site, and what they said: first the one that made it."""
    folder = tmp_path_factory.mktemp("run") / "site"
    words = ("--site", str(folder), "run", "--demonstration", "--port", "0")
    with begun(*words, DOCCTL_DATABASE_URL="sqlite://") as one, begun(*words) as other:
        told = [ready(process) for process in (one, other)]
        for process, said in zip((one, other), told, strict=True):
            said["page"] = fetch(said["copy"])[1]
            said["start"] = fetch(said["url"])[0]
            assert stop(process) == 0
            said["stderr"] = stream_of(process.stderr).read()
    # Looked at here: the tests below run in any order, and some of them change the site.
    assert [path.name for path in folder.parent.iterdir()] == ["site"]
    assert not (folder / "docctl.db-wal").exists()
    site = Site.open(folder, environ={})
    assert events_since_checkpoint(site) == 0
    site.close()
    return folder, sorted(told, key=lambda said: WAITS in said["stderr"])


@pytest.fixture
def made(runs: tuple[Path, list[dict[str, Any]]]) -> tuple[Path, dict[str, Any], str]:
    """The folder, what the run said that made it, and the page of the copy."""
    folder, (said, _) = runs
    return folder, said, said["page"]


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
        assert "it was made before" in stream_of(process.stderr).read()


def test_a_demonstration_is_served_on_this_machine_only(made: tuple[Path, dict[str, Any], str]) -> None:
    answer = run("--site", str(made[0]), "--json", "serve", "--host", "0.0.0.0", "--port", "0")
    assert (answer.code, answer.kind) == (4, "state")
    assert "demonstration" in answer.message


def test_a_making_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    with started_quietly(
        "--site", str(tmp_path / "site"), "run", "--demonstration", "--port", "0"
    ) as process:
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


def test_run_tells_people_everything_of_its_own(
    made: tuple[Path, dict[str, Any], str], stopped_at_once: None
) -> None:
    answer = run("--site", str(made[0]), "run")
    assert answer.code == 0
    assert f"copy: {made[1]['copy']}" in answer.out
    assert "Stop with Ctrl-C." in answer.out


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


def test_two_first_runs_in_one_folder_make_one_site_and_both_serve_it(
    runs: tuple[Path, list[dict[str, Any]]],
) -> None:
    _, (maker, waited) = runs
    assert WAITS not in maker["stderr"]
    assert WAITS in waited["stderr"]
    assert maker["url"] != waited["url"]
    assert maker["copy"].rpartition("/")[2] == waited["copy"].rpartition("/")[2]
    assert (maker["start"], waited["start"]) == (200, 200)
    assert 'data-verdict="current"' in waited["page"]


def test_progress_is_one_line_on_a_terminal_and_a_line_for_each_tenth_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for terminal, lines in ((True, 1), (False, 11)):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        for done in range(301):
            notices.show_progress(done, 300, "account admin")
        assert capsys.readouterr().err.count("\n") == lines


def test_a_first_run_takes_the_usual_port(tmp_path: Path) -> None:
    assert commands._port_of(tmp_path) == listening.PORT


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
    monkeypatch.setattr(commands, "makes_pdfs", lambda _say: able)
    settings = sqlite_world.site.path / "docctl.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("pdf = false", f"pdf = {str(pdf).lower()}"), "utf-8"
    )
    answer = run("--site", str(sqlite_world.site.path), "run", "--port", "0")
    assert ("set pdf = true in" in answer.err) is said


def test_a_demonstration_without_copies_names_none(
    sqlite_world: World, stopped_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "is_demonstration", lambda _folder: True)
    answer = run("--site", str(sqlite_world.site.path), "--json", "run", "--port", "0")
    assert (answer.code, answer.data.keys() & {"copy", "password"}) == (0, {"password"})


def test_run_tells_people_the_address_and_no_password_of_a_site_that_is_not_its_own(
    sqlite_world: World, stopped_at_once: None
) -> None:
    answer = run("--site", str(sqlite_world.site.path), "run", "--port", "0")
    assert answer.code == 0
    assert "http://127.0.0.1:" in answer.out
    assert "password" not in answer.out
    assert "it was made before" in answer.err


def test_run_asks_first_and_serves_what_was_made_from_then_on(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    with started("--site", str(folder), "run", "--port", "0") as (process, said):
        assert said["made"] is False
        assert not folder.exists()
        assert "Set up my company" in fetch(f"{said['url']}/?code={said['code']}&lang=en")[1]
        hers = {"organisation": "恒达精密", "name": "林静", "login": "linjing"}
        secret = dict.fromkeys(("password", "repeated"), "wide open sea")
        form = urlencode({"code": said["code"], **hers, **secret}).encode()
        with urllib.request.urlopen(f"{said['url']}/set-up", form, timeout=60) as answer:
            assert answer.status == 200  # of the site already: it asks who is there
        assert "恒达精密" in fetch(said["url"])[1]
        assert stop(process) == 0
        err = stream_of(process.stderr).read()
    assert f"The site is made in {folder}." in err
    assert said["code"] not in err
    site = Site.open(folder, environ={})
    assert events_since_checkpoint(site) == 0
    site.close()
    assert run("--site", str(folder), "--as", "linjing", "--json", "user", "list").code == 0


def test_a_first_page_that_nobody_answered_leaves_nothing(tmp_path: Path) -> None:
    with started("--site", str(tmp_path / "site"), "run", "--port", "0") as (process, said):
        assert fetch(said["url"])[0] == 200
        assert stop(process) == 0
    assert [*tmp_path.iterdir()] == []


def test_a_demonstration_that_is_broken_off_on_its_page_leaves_nothing(tmp_path: Path) -> None:
    with started("--site", str(tmp_path / "site"), "run", "--port", "0") as (process, said):
        form = urlencode({"code": said["code"]}).encode()
        with urllib.request.urlopen(f"{said['url']}/", form, timeout=60) as answer:
            assert "正在建立演示站点" in answer.read().decode()
        deadline = time.monotonic() + 60
        while not (tmp_path / ".site.unfinished" / "docctl.db").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert stop(process) == 0
    assert [*tmp_path.iterdir()] == []
