"""Every list on paper: its head, all of its lines, by whom and by which filter, with lines to sign (DC-75)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from docctl.door.site import SETTINGS
from docctl.queries import printed_list
from docctl.render.pdf import Job
from docctl.web.kit import printer
from tests.support.pages import reader
from tests.support.paper import pages, plain
from tests.support.sites import World, issue, procedure, template
from tests.support.terminal import Terminal

LISTS = (
    "/documents",
    "/documents/LX-CX-2019-101/trail",
    "/documents/LX-CX-2019-101/distribution",
    "/reviews",
    "/copies",
    "/copies/requests",
    "/records",
    "/changes",
    "/ledger",
    "/people",
    "/inbox",
)


@pytest.fixture
def printing(sqlite_world: World) -> World:
    """A site with two documents in force, which makes PDFs."""
    issue(sqlite_world, procedure())
    issue(sqlite_world, template())
    settings = sqlite_world.site.path / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace("pdf = false", "pdf = true"), "utf-8")
    return sqlite_world.reopen()


@pytest.mark.regulation("A11-09")
@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_printed_with_what_its_workbook_has(
    printing: World, address: str, laid_out: list[Job]
) -> None:
    login = "admin" if address == "/people" else "controller"
    client = reader(printing, login, "zh")
    assert "as=pdf" in client.get(address).text
    answer = client.get(address, **{"as": "pdf"})
    assert answer.mimetype == "application/pdf", address
    html = laid_out[-1].html.partition("</style>")[2]
    for part in ("<thead>", "编制：", "审核：", "批准：", "导出人", "示范公司"):
        assert part in html, part


def test_a_printed_list_is_read_from_its_pdf(printing: World) -> None:
    client = reader(printing, "controller", "zh")
    made = client.get("/documents", **{"as": "pdf", "department": "administration"})
    words = plain("".join(pages(made.data)))
    for part in (
        "LX-CX-2019-101",
        "质量反馈控制程序",
        "文控李(controller)",
        "department=administration",
        "第1页",
    ):
        assert part in words, part
    assert "LX-R-101" not in words, "what the filter leaves out"


def test_what_somebody_typed_is_text_in_a_printed_list(printing: World, laid_out: list[Job]) -> None:
    client = reader(printing, "controller", "zh")
    client.get("/documents", **{"as": "pdf", "q": "<b>&"})
    assert "q=&lt;b&gt;&amp;" in laid_out[-1].html


def test_too_long_a_list_is_refused_before_it_is_laid_out(
    printing: World, laid_out: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printed_list, "MOST_LINES", 1)
    answer = reader(printing, "controller").get("/documents", **{"as": "pdf"})
    assert answer.status_code == 409
    assert "at most 1 are printed at once" in answer.text
    assert laid_out == []


def test_one_print_at_a_time_holds_a_thread_and_the_others_are_told(
    printing: World, laid_out: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer, "PATIENCE", 0.01)
    client = reader(printing, "controller")
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with printer.turn():
            held.set()
            over.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    answer = client.get("/documents", **{"as": "pdf"})
    over.set()
    thread.join()
    assert answer.status_code == 409
    assert "ask again in a moment" in answer.text
    assert client.get("/documents", **{"as": "pdf"}).status_code == 200


def test_the_command_writes_both_files_and_one_answer(terminal: Terminal, tmp_path: Path) -> None:
    issue(terminal.world, procedure())
    settings = terminal.world.site.path / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace("pdf = false", "pdf = true"), "utf-8")
    terminal.world.reopen()
    files = {name: tmp_path / f"list.{name}" for name in ("xlsx", "pdf")}
    words = ["document", "list", *(part for name, file in files.items() for part in (f"--{name}", str(file)))]
    assert terminal.ok("controller", words) == {
        "xlsx": str(files["xlsx"]), "pdf": str(files["pdf"]), "lines": 1,
    }  # fmt: skip
    assert files["pdf"].read_bytes()[:5] == b"%PDF-"
    assert files["xlsx"].read_bytes()[:2] == b"PK"


def test_a_list_that_is_too_long_for_paper_leaves_no_workbook_either(
    sqlite_terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_terminal.world, procedure())
    settings = sqlite_terminal.world.site.path / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace("pdf = false", "pdf = true"), "utf-8")
    sqlite_terminal.world.reopen()
    monkeypatch.setattr(printed_list, "MOST_LINES", 0)
    both = ["--xlsx", str(tmp_path / "a.xlsx"), "--pdf", str(tmp_path / "a.pdf")]
    assert sqlite_terminal("controller", ["document", "list", *both]).code == 4
    assert [*tmp_path.glob("a.*")] == []
