"""`docctl run` as people start it: of two processes one makes the demonstration, and both serve it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT
from sqlalchemy import select

from docctl.cli import serve as commands
from docctl.cli.kit import first_visit, listening, notices
from docctl.cli.kit.caller import Caller
from docctl.door.site import Site
from docctl.errors import NotFound
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.store.making import whole_or_not_at_all
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
    words = ("--site", str(folder), "run", "--port", "0")
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


@pytest.mark.parametrize(("more", "code"), [((), 0), (("--demonstration",), 143)])
def test_a_making_that_is_interrupted_leaves_nothing(
    tmp_path: Path, more: tuple[str, ...], code: int
) -> None:
    with started_quietly("--site", str(tmp_path / "site"), "run", *more, "--port", "0") as process:
        part = tmp_path / ".site.unfinished"
        deadline = time.monotonic() + 60
        while not (part / "docctl.db").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert part.exists()
        assert stop(process) == code
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


HERS = {
    "organisation": "恒达精密",
    "name": "林静",
    "login": "linjing",
    **dict.fromkeys(("password", "repeated"), "wide open sea"),
}


def set_up(address: str, code: str) -> tuple[int, str]:
    """What the page says to somebody who founds a company."""
    try:
        with urlopen(address, urlencode({"code": code, **HERS}).encode(), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def asked(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The address at which a company is founded, and the code for it, as the terminal says them at once."""
    said = ""
    for line in stream_of(process.stderr):
        said += line
        if "Stop with Ctrl-C" in line:
            break
    found = re.search(r"(http://\S+/set-up)[?]code=(\S+)\n.* (\S+); it is good", said)
    assert found is not None
    assert found[2] == found[3]
    return found[1], found[2]


def test_a_company_that_is_founded_before_the_demonstration_is_ready_is_what_is_served(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "site"
    with begun("--site", str(folder), "run", "--port", "0") as process:
        address, code = asked(process)
        early = fetch(address.replace("/set-up", "/documents"))
        assert early[0] == 503
        assert "正在建立演示站点：第" in early[1]
        status, page = set_up(address, code)
        assert status == 200  # of the company already: it asks who is there
        assert "恒达精密" in page
        said = ready(process)
        assert said == {"url": said["url"], "urls": [said["url"]], "site": str(folder)}
        assert fetch(address)[0] == 404
        assert stop(process) == 0
        assert stream_of(process.stdout).read() == ""
        assert f"The site is made in {folder}." in stream_of(process.stderr).read()
    assert [*tmp_path.iterdir()] == [folder]
    signed_to_the_end(folder)
    assert run("--site", str(folder), "--as", "linjing", "--json", "user", "list").code == 0
    with started("--site", str(folder), "run", "--port", "0") as (process, again):
        assert again.keys() == {"url", "urls", "site"}  # a company has no door
        assert fetch(f"{again['url']}/set-up")[0] == 404
        assert stop(process) == 0


def signed_to_the_end(folder: Path) -> None:
    site = Site.open(folder, environ={})
    assert events_since_checkpoint(site) == 0
    site.close()


def test_a_company_takes_the_place_of_a_demonstration_that_was_made_before(
    made: tuple[Path, dict[str, Any], str], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(made[0], folder)
    with started("--site", str(folder), "run", "--port", "0") as (process, said):
        assert said["password"] == making.PASSWORD
        address, _, code = said["set_up"].partition("?code=")
        assert "建立我的公司" in fetch(said["url"])[1]
        assert set_up(address, "ABCD-2346")[0] == 422
        status, page = set_up(address, code)
        assert (status, "恒达精密" in page) == (200, True)
        assert stop(process) == 0
        assert stream_of(process.stdout).read() == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demonstration", "site"]
    signed_to_the_end(folder)
    assert run("--site", str(tmp_path / "demonstration"), "--as", "admin", "--json", "check").code == 0


def test_run_with_demonstration_has_no_door(made: tuple[Path, dict[str, Any], str]) -> None:
    with started("--site", str(made[0]), "run", "--demonstration", "--port", "0") as (process, said):
        assert "set_up" not in said
        assert fetch(f"{said['url']}/set-up")[0] == 404
        assert "建立我的公司" not in fetch(said["url"])[1]
        assert stop(process) == 0


def test_a_run_that_waits_for_another_says_so_on_its_pages_and_can_be_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    with (
        whole_or_not_at_all(folder),
        begun("--site", str(folder), "run", "--port", "0") as process,
    ):
        address, code = asked(process)
        assert WAITS in next(line for line in stream_of(process.stderr) if "docctl" in line)
        status, page = set_up(address, code)
        assert (status, "另一个 docctl 正在" in page) == (409, True)
        assert fetch(address.replace("/set-up", "/"))[0] == 200
        assert stop(process) == 0
        assert stream_of(process.stdout).read() == ""
    assert [*folder.iterdir()] == []


def test_a_site_that_cannot_be_made_is_told_in_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: Any, **__: Any) -> Site:
        raise NotFound("there is no starter library in {folder}", folder="x")

    told: list[Message] = []
    monkeypatch.setattr(making, "make_site", lacking)
    caller = Caller()
    monkeypatch.setattr(Caller, "note", lambda _caller, said: told.append(said))
    made = partial(commands._made, caller, tmp_path / "site", "")
    failures = first_visit._Failures(threading.Event())
    with pytest.raises(NotFound):
        first_visit._demonstration(caller, made, failures, lambda *_: None)
    assert [str(said) for said in told[-2:]] == [
        "there is no starter library in x",
        "Its page offers to try again, or to set up your company. Stop with Ctrl-C.",
    ]
