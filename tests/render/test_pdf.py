"""Laying out: what the PDF is, and that nothing but the job gets into it (SE-17, SE-18)."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from docctl.errors import Invalid
from docctl.render import pdf, printed, renderer
from docctl.render.figures import Asset
from tests.support.paper import DAY, SOURCE, checked_by_qpdf, job, pages, plain, sheet

CANARY = "CANARY-7f3a91"

# Every place from which WeasyPrint was seen to fetch, and some more.
PLACES = {
    "img": '<img src="{}">',
    "attachment of the page": '<link rel="attachment" href="{}">',
    "attachment of a link": '<a rel="attachment" href="{}">x</a>',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "import": '<style>@import url("{}");</style>',
    "font": '<style>@font-face {{ font-family: F; src: url("{}"); }} p {{ font-family: F; }}</style><p>x</p>',
    "background": '<p style="background: url({})">x</p>',
    "border image": '<p style="border: 9px solid; border-image: url({}) 9">x</p>',
    "list marker": '<ul style="list-style-image: url({})"><li>x</li></ul>',
    "content": '<style>p::before {{ content: url("{}"); }}</style><p>x</p>',
    "object": '<object data="{}"></object>',
    "embed": '<embed src="{}">',
    "svg image": '<svg width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
    "svg in an address": "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><image href=\"{}\" width=\"9\" height=\"9\"/></svg>'>",
    "page background": '<style>@page {{ background: url("{}"); }}</style><p>x</p>',
}  # fmt: skip


# WeasyPrint leaves its colour profile open when a layout is refused; the process ends a moment later.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def pdf_or_refusal(html: str) -> bytes:
    """What comes of it, either way."""
    try:
        return pdf.lay_out(job(html))
    except Invalid as refusal:
        return str(refusal).encode()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(CANARY, "utf-8")
    return file


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server on this machine that notes whoever comes."""
    came: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                visitor, _ = server.accept()
            except TimeoutError:
                continue
            came.append(visitor.recv(1000))
            visitor.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
            visitor.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x.png", came
    done.set()
    thread.join()
    server.close()


@pytest.mark.rule("SE-17")
@pytest.mark.parametrize("place", PLACES)
def test_no_file_of_the_machine_gets_into_a_print(place: str, secret: Path) -> None:
    with pytest.raises(Invalid, match=r"secret\.txt.*is not a part of the document"):
        pdf.lay_out(job(PLACES[place].format(secret.as_uri())))


@pytest.mark.rule("SE-17")
@pytest.mark.parametrize(
    "html",
    [
        '<base href="file://{0}/"><img src="secret.txt">',
        '<base href="file://{0}/"><link rel="attachment" href="secret.txt">',
        "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"><use href=\"file://{0}/secret.txt#x\"/></svg>'>",
        '<img src="secret.txt"><img src="/etc/passwd"><img src="asset:{0}/secret.txt">',
        '<iframe src="file://{0}/secret.txt"></iframe><video src="file://{0}/secret.txt"></video>',
    ],
)  # fmt: skip
def test_no_other_way_leads_to_a_file(html: str, secret: Path) -> None:
    made = pdf_or_refusal(html.format(secret.parent))
    streams = []
    if made.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(made)) as read:
            streams = [one.read_bytes() for one in read.objects if isinstance(one, pikepdf.Stream)]
        assert CANARY not in "".join(pages(made))
    assert not any(CANARY.encode() in stream for stream in [made, *streams])


@pytest.mark.rule("SE-18")
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_fetched_from_the_network(place: str, listener: tuple[str, list[bytes]]) -> None:
    address, came = listener
    with pytest.raises(Invalid, match="is not a part of the document"):
        pdf.lay_out(job(PLACES[place].format(address)))
    assert came == []


@pytest.mark.rule("SE-18")
@pytest.mark.parametrize("scheme", ["https", "ftp", "gopher", "HTTP", "//"])
def test_no_scheme_is_fetched(scheme: str, listener: tuple[str, list[bytes]]) -> None:
    address, came = listener
    link = address.replace("http:", "" if scheme == "//" else f"{scheme}:")
    assert pdf_or_refusal(f'<img src="{link}"><p>x</p>')
    assert came == []


@pytest.mark.rule("SE-18")
def test_the_process_has_no_network_even_if_something_asked(listener: tuple[str, list[bytes]]) -> None:
    address, came = listener
    with pytest.raises(Invalid, match="is not a part of the document"):
        renderer.render(job(f'<img src="{address}">'))
    assert came == []


def test_a_figure_of_the_job_is_drawn_and_a_broken_one_is_named() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), (200, 0, 0)).save(out, "PNG")
    whole = Asset("X/plan.png", "image/png", out.getvalue())
    made = pdf.lay_out(job('<img src="{0}">', whole))
    seen = pypdfium2.PdfDocument(made)[0].render().to_pil()
    assert (200, 0, 0) in {colour for _, colour in seen.getcolors(100_000)}
    captioned = pdf.lay_out(job('<figure><img src="{0}"><figcaption>图题在此</figcaption></figure>', whole))
    assert "图题在此" in pypdfium2.PdfDocument(captioned)[0].get_textpage().get_text_bounded()
    broken = Asset("X/plan.png", "image/png", out.getvalue()[:60])
    with pytest.raises(Invalid, match=r"X/plan\.png: cannot be read as a picture"):
        pdf.lay_out(job('<img src="{0}">', broken))


def test_a_figure_that_reaches_outside_is_refused(secret: Path) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{secret.as_uri()}" width="9" height="9"/></svg>'
    with pytest.raises(Invalid, match="is not a part of the document"):
        pdf.lay_out(job('<img src="{0}">', Asset("X/a.svg", "image/svg+xml", svg.encode())))


@pytest.mark.regulation("C4-02")
def test_two_makings_are_equal_bytes(base: bytes) -> None:
    again = renderer.render(
        pdf.Job(
            printed.to_html(sheet()),
            DAY,
            {},
            (pdf.Attached("LX-CX-2019-101.md", "approved source", SOURCE.encode()),),
        )
    )
    assert again == base


@pytest.mark.regulation("Q9-03", "MD-05")
def test_no_font_of_the_machine_is_in_a_print_and_each_is_embedded(base: bytes) -> None:
    with pikepdf.open(io.BytesIO(base)) as read:
        fonts = [one for one in read.objects if _is(one, "/Font") and one.get("/Subtype") != "/Type0"]
        names = {str(one.BaseFont).partition("+")[2] for one in fonts}
        assert all("/FontFile3" in one.FontDescriptor or "/FontFile2" in one.FontDescriptor for one in fonts)
    assert {name.rstrip("-Regular").replace("-", "") for name in names} <= {"NotoSansSC", "NotoSerifSC"}
    assert len(names) == 2


@pytest.mark.regulation("Q9-08", "A11-07")
def test_it_says_that_it_is_pdf_a_3u_and_it_is_tagged(base: bytes) -> None:
    with pikepdf.open(io.BytesIO(base)) as read:
        about = read.Root.Metadata.read_bytes()
        assert b"<pdfaid:part>3</pdfaid:part>" in about or b'pdfaid:part="3"' in about
        assert b"U</pdfaid:conformance>" in about or b'pdfaid:conformance="U"' in about
        assert bool(read.Root.MarkInfo.Marked)
        assert read.Root.Lang == "zh-CN"
        assert len(read.Root.OutputIntents) == 1
        assert "/StructTreeRoot" in read.Root


def test_the_approved_source_is_inside(base: bytes) -> None:
    with pikepdf.open(io.BytesIO(base)) as read:
        assert read.attachments["LX-CX-2019-101.md"].get_file().read_bytes() == SOURCE.encode()
        assert str(read.Root.AF[0].AFRelationship) == "/Source"


@pytest.mark.regulation("Q9-02", "MD-05")
def test_every_page_names_company_title_day_revision_number_and_page(base: bytes) -> None:
    read = pages(base)
    assert len(read) >= 4
    for n, page in enumerate(map(plain, read), 1):
        for said in (
            "示范公司",
            "质量反馈控制程序",
            "Feedbackcontrol",
            "2026-03-09",
            "A/1",
            "LX-CX-2019-101",
        ):
            assert said in page
        assert f"第{n}页共{len(read)}页" in page
        assert f"Page{n}of{len(read)}" in page


def test_signatures_and_changes_stand_in_front(base: bytes) -> None:
    read = [plain(page) for page in pages(base)]
    for said in ("陈编", "管平", "preparedby", "批准", "质量部", "2026-03-0209:15+08:00", "5f" * 8):
        assert said in read[0]
    assert "缩短时限" in read[1]
    assert "目录" in read[1]


def test_the_base_carries_no_stamp(base: bytes) -> None:
    assert "受控" not in plain("".join(pages(base)))


def test_qpdf_finds_nothing_to_complain_of(base: bytes, tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors found" in checked_by_qpdf(base, tmp_path)


def _is(one: object, kind: str) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.get("/Type") == kind
