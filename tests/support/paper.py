"""Printed pages for tests: a sheet, its PDF made once, a site that prints, and eyes that read paper."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from docctl.door.site import SETTINGS, Site
from docctl.render import markdown, printed, renderer
from docctl.render.figures import Asset
from docctl.render.pdf import Attached, Job
from docctl.render.place import ALONE, Place
from docctl.render.sheets import (
    ASSET,
    ChangeLine,
    ContentsLine,
    RecordLine,
    Sheet,
    SignatureLine,
    Text,
)
from docctl.rules import names
from docctl.rules.words import Words
from docctl.standing import copy_print, find
from docctl.store.material import gather
from docctl.usecases.copies import handing
from tests.house.trees import ROOT
from tests.support.sites import MONDAY, Clock, World, issue

NUMBER = "LX-CX-2019-001"
FORM = "LX-R-001"
ADDRESS = "https://docs.lixin.example"
URL_OF_A_COPY = f"{ADDRESS}/c/7K3MZQ2T5VXB4N6PYRSD8"
DAY = date(2026, 3, 2)
ADMINISTRATION = Words(zh="行政部", en="Administration")
SOURCE = "# 1 目的\n\n文件{#1}随手可得。\n\n## 1.1 范围\n\n1.1.1 全部文件。 {#1.1.1}\n\n" + "正文。\n\n" * 60
SOURCE_EN = "# 1 Purpose\n\nDocuments at hand.\n\n## 1.1 Scope\n\n1.1.1 All documents. {#1.1.1}\n"


def sheet(**changed: object) -> Sheet:
    """A procedure of a few pages in both languages; any part can be changed."""
    signed = "2026-03-02 09:15 +08:00"
    plain = Sheet(
        languages=("zh", "en"),
        organisation="示范公司",
        number="LX-CX-2019-101",
        label="A/1",
        title=Words(zh="质量反馈控制程序", en="Feedback control"),
        level=names.heading(names.level("procedure")),
        department=ADMINISTRATION,
        card=((Words(zh="文件类别", en="Class"), Words(zh="体系文件", en="System")),),
        head=((Words(zh="适用部门", en="Applies to"), Words(zh="销售部、质量部", en="Sales, Quality")),),
        issued="2026-03-02",
        effective="2026-03-09",
        content="5f" * 32,
        signatures=(
            SignatureLine(Words(zh="编制", en="prepared by"), "陈编", ADMINISTRATION, signed, "5f" * 32),
            SignatureLine(
                Words(zh="批准", en="approved by"),
                "管平",
                Words(zh="质量部", en="Quality"),
                signed,
                "5f" * 32,
            ),
        ),
        changes=(
            ChangeLine("A/0", "首次发布", "陈编", "管平", "2025-03-02", "2025-03-09"),
            ChangeLine("A/1", "缩短时限", "陈编", "管平", "2026-03-02", "2026-03-09"),
        ),
        records=(RecordLine("LX-R-101", Words(zh="质量信息反馈单", en="Feedback form")),),
        texts=(text(SOURCE, "zh", ALONE.of("zh")), text(SOURCE_EN, "en", ALONE.of("en"))),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]  # fields by name


def text(source: str, language: str, place: Place = ALONE) -> Text:
    """Markdown without figures as a sheet takes it."""
    made = markdown.to_html(
        source,
        language=language,
        limits={},
        figure_url=lambda _: None,
        number="X",
        place=place,
        for_paper=True,
    )
    lines = (ContentsLine(h.level, f"{h.clause} {h.title}", h.anchor) for h in made.contents)
    return Text(language, made.html, tuple(lines))


def job(html: str, *figures: Asset, source: bytes = b"") -> Job:
    """A job of this HTML, in which `{0}` and so on stand for the addresses of the figures."""
    assets = {hashlib.sha256(figure.data).hexdigest(): figure for figure in figures}
    attached = (Attached("source.md", "approved source", source),) if source else ()
    return Job(
        html.format(*(ASSET + digest for digest in assets)) if figures else html, DAY, assets, attached
    )


@pytest.fixture(scope="session")
def base() -> bytes:
    """The PDF of that sheet, with its source."""
    return renderer.render(replace(job(printed.to_html(sheet())), attached=_SOURCES))


_SOURCES = (Attached("LX-CX-2019-101.md", "approved source", SOURCE.encode()),)


@pytest.fixture(scope="session")
def paper_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site on which a real procedure and a real form were issued with PDFs, and six copies handed out."""
    folder = tmp_path_factory.mktemp("paper") / "site"
    shutil.copytree(sqlite_template, folder)
    settings = folder / SETTINGS
    said = settings.read_text("utf-8").replace("pdf = false", "pdf = true")
    settings.write_text(said.replace('public_url = ""', f'public_url = "{ADDRESS}"'), "utf-8")
    clock = Clock(MONDAY + timedelta(hours=1))
    world = World(Site.open(folder, clock=clock, environ={}), clock)
    issue(world, gather(ROOT / "procedures" / f"{NUMBER}.md"))
    issue(world, gather(ROOT / "templates" / f"{FORM}.yaml"))
    controller = world.as_("controller")
    handing.issue_copies(controller, NUMBER, holders=["administration", "sales", "quality", "staff"])
    handing.issue_copies(controller, FORM, holders=["administration", "sales"])
    world.close()
    return folder


@pytest.fixture
def paper_world(paper_template: Path, tmp_path: Path) -> Iterator[World]:
    """A copy of that site for one test, an hour later."""
    folder = tmp_path / "site"
    shutil.copytree(paper_template, folder)
    clock = Clock(MONDAY + timedelta(hours=2))
    world = World(Site.open(folder, clock=clock, environ={}), clock)
    yield world
    world.close()


def base_pdf(world: World, number: str) -> bytes:
    """The issued PDF without any mark, as it lies in the vault."""
    session = world.as_("controller").session
    session.rollback()
    revised = find.newest_revision(session, find.document(session, number))
    return copy_print.base(world.site, revised, number)


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that came to the renderer, which answers at once; paper itself is not the matter here."""
    jobs: list[Job] = []

    def render(job: Job) -> bytes:
        jobs.append(job)
        return b"%%PDF %d" % len(jobs)

    monkeypatch.setattr(renderer, "render", render)
    return jobs


def pages(pdf: bytes) -> list[str]:
    """The text of each page, blanks between characters of one line left out."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def plain(page: str) -> str:
    """A page's text without any blanks, as PDF readers put them where they like."""
    return "".join(page.split())


def picture(pdf: bytes, page: int, dpi: int = 110) -> Image.Image:
    """A page as a printer would show it."""
    drawn: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()
    return drawn


def codes(image: Image.Image) -> list[str]:
    """What a phone reads on a picture."""
    return [found.text for found in zxingcpp.read_barcodes(image)]


def checked_by_qpdf(pdf: bytes, folder: Path) -> str:
    """What `qpdf --check` says of it, which is nothing but good for a clean file (exit code 0)."""
    if shutil.which("qpdf") is None and os.environ.get("CI") != "true":
        pytest.skip("qpdf is missing: apt-get install qpdf (as root)")
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else f"FAILED {done.stdout} {done.stderr}"
