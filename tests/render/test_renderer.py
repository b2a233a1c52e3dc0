"""The process in which a print is laid out: what a monstrous document costs, and what is missing without pango."""

from __future__ import annotations

import sys

import pytest

from docctl.errors import Invalid
from docctl.render import renderer
from docctl.render.layout_process import Limits
from tests.support.paper import job

SMALL = Limits(seconds=20, processor=1, memory=500 << 20)


@pytest.mark.rule("SE-19")
@pytest.mark.parametrize(
    "html",
    [
        "<table>" + "<tr><td>1</td><td>2</td></tr>" * 300_000 + "</table>",
        "<blockquote>" * 40_000 + "x",
        "<ul><li>" * 20_000 + "x",
        "<style>@page { size: 200in 1e9in; }</style>" + "<p>x</p>" * 100_000,
        '<div style="display: grid; grid-template-columns: repeat(20000, 1fr)">' + "<p>x</p>" * 40_000,
        "<p>" + "字" * 5_000_000,
    ],
    ids=["a million cells", "deep quotation", "deep list", "huge page", "wide grid", "endless paragraph"],
)
def test_a_monstrous_document_stops_its_own_print_and_nothing_else(html: str) -> None:
    with pytest.raises(Invalid, match="layout"):
        renderer.render(job(html), SMALL)


@pytest.mark.rule("SE-19")
def test_one_that_waits_is_killed_by_the_clock_on_the_wall() -> None:
    with pytest.raises(Invalid, match="takes more than 1 seconds"):
        renderer.render(job("<p>x</p>" * 30_000), Limits(seconds=1))


@pytest.mark.rule("SE-19")
def test_a_picture_that_unpacks_to_gigabytes_is_refused() -> None:
    import struct
    import zlib

    from docctl.render.figures import Asset

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10**7))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(Invalid, match=r"X/bomb\.png|layout"):
        renderer.render(job('<img src="{0}">', Asset("X/bomb.png", "image/png", bomb)), SMALL)


def test_without_pango_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "PANGO", ("libpango-nowhere.so.0",))
    with pytest.raises(
        renderer.PrinterMissing, match=r"lacks libpango-nowhere.*apt-get install libpango-1.0-0"
    ):
        renderer.render(job("<p>x</p>"))


def test_a_renderer_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    renderer._printer.stop()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(renderer.PrinterMissing, match="the renderer failed"):
        renderer.render(job("<p>x</p>"))


def test_a_process_that_was_killed_is_started_again() -> None:
    first = renderer.render(job("<p>x</p>"))
    running = renderer._printer._process
    assert running is not None
    running.kill()
    running.wait()
    assert renderer.render(job("<p>x</p>")) == first


def test_prints_are_laid_out_beside_each_other() -> None:
    from concurrent.futures import ThreadPoolExecutor

    jobs = [job(f"<p>{n}</p>") for n in range(6)]
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(renderer.render, jobs))
    assert made == [renderer.render(one) for one in jobs]


def test_it_is_loaded_without_the_library_that_lays_out() -> None:
    import subprocess

    asked = "import sys, docctl.render.renderer, docctl.render.stamp, docctl.queries.copies.printing; print(sorted({'weasyprint', 'pikepdf', 'fontTools', 'segno'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
