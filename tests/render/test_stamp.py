"""Stamping: every page of a copy says whose it is, and nothing of the issued file is touched."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import ImageOps

from docctl.errors import Tampered
from docctl.render import printed, renderer, stamp
from docctl.render.marks import Blank, Controlled, Mark, Obsolete, Uncontrolled
from tests.support.paper import checked_by_qpdf, codes, job, pages, picture, plain, sheet, text

URL = "https://docs.lixin.example/c/7K3MZQ2T5VXB4N6PYRSD8WH1QA"
COPY = Controlled("LX-CX-2019-101#007", "售后服务部 After-sales", "2026-03-02", URL)
READING = Uncontrolled("2026-03-02 10:15 +08:00", "2026-03-09 10:15 +08:00", "李晓燕")
FORM = Blank("2026-03-02 10:15 +08:00", "李晓燕", "https://docs.lixin.example/documents/LX-R-001")
OLD = Obsolete("自 2026-05-01 起被 A/2 替代 superseded by A/2", "2026-05-04 09:00 +08:00")
KEPT = Obsolete(
    "自 2026-05-01 起被 A/2 替代 superseded by A/2", "2026-05-04 09:00 +08:00", "LX-CX-2019-101#003"
)

SAID = {
    COPY: ("受控", "CONTROLLED", "LX-CX-2019-101#007", "售后服务部", "2026-03-02"),
    READING: ("非受控", "UNCONTROLLED", "2026-03-0210:15+08:00", "2026-03-0910:15+08:00", "李晓燕"),
    FORM: ("空白表单", "BLANKFORM", "非受控", "2026-03-0210:15+08:00", "李晓燕"),
    OLD: ("作废", "OBSOLETE", "A/2替代"),
    KEPT: ("作废留存", "KEPTFORREFERENCE", "LX-CX-2019-101#003"),
}


@pytest.mark.parametrize("mark", SAID)
def test_every_page_says_what_it_is(base: bytes, mark: Mark) -> None:
    read = pages(stamp.stamp(base, mark))
    assert len(read) == len(pages(base))
    for n, page in enumerate(map(plain, read), 1):
        for said in (*SAID[mark], "LX-CX-2019-101", "A/1", f"第{n}页共{len(read)}页"):
            assert said in page
    assert ("受控" in plain("".join(read))) is isinstance(mark, Controlled | Uncontrolled | Blank)


def test_the_code_of_every_page_is_read_back_from_its_picture(base: bytes) -> None:
    made = stamp.stamp(base, COPY)
    assert [codes(picture(made, n)) for n in range(len(pages(made)))] == [[URL]] * len(pages(made))


@pytest.mark.parametrize("mark", [READING, OLD, KEPT])
def test_what_is_no_controlled_copy_has_no_code(base: bytes, mark: Mark) -> None:
    assert codes(picture(stamp.stamp(base, mark), 0)) == []


@pytest.mark.parametrize("mark", SAID)
def test_the_issued_file_is_the_beginning_of_the_copy(base: bytes, mark: Mark) -> None:
    made = stamp.stamp(base, mark)
    assert made.startswith(base)
    assert len(made) - len(base) < 25_000


def test_the_same_copy_is_the_same_bytes_whatever_was_stamped_before(base: bytes) -> None:
    first = stamp.stamp(base, COPY)
    stamp.stamp(base, READING)
    stamp._template.cache_clear()
    assert stamp.stamp(base, COPY) == first


def test_another_copy_is_another_file_with_the_same_first_half_of_its_id(base: bytes) -> None:
    other = Controlled("LX-CX-2019-101#008", COPY.holder, COPY.day, COPY.url)
    ids = [_opened(data).trailer.ID for data in (base, stamp.stamp(base, COPY), stamp.stamp(base, other))]
    assert len({bytes(one[0]) for one in ids}) == 1
    assert len({bytes(one[1]) for one in ids}) == 3


@pytest.mark.parametrize("mark", SAID)
def test_qpdf_finds_nothing_to_complain_of(base: bytes, mark: Mark, tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors found" in checked_by_qpdf(stamp.stamp(base, mark), tmp_path)


def test_conformance_tags_and_source_are_still_there(base: bytes) -> None:
    before, after = _opened(base), _opened(stamp.stamp(base, COPY))
    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
    assert len(after.Root.OutputIntents) == 1
    assert list(after.attachments) == ["LX-CX-2019-101.md"]
    assert _tagged(after.Root.StructTreeRoot) == _tagged(before.Root.StructTreeRoot) > 20


def test_the_stamp_is_an_artifact_in_an_embedded_font_that_can_be_read_back(base: bytes) -> None:
    made = _opened(stamp.stamp(base, COPY))
    page = made.pages[0]
    drawn = page.Contents[-1].read_bytes()
    assert drawn.startswith(b"/Artifact <</Type /Pagination")
    assert drawn.rstrip().endswith(b"EMC")
    font: Any = page.Resources.Font["/DocctlStamp"]
    assert "/FontFile3" in font.DescendantFonts[0].FontDescriptor
    assert "/ToUnicode" in font


def test_a_trial_copy_says_so(base: bytes) -> None:
    trial = Controlled(COPY.number, COPY.holder, COPY.day, "/c/7K3M", trial=True)
    assert all("试用TRIAL" in plain(page) for page in pages(stamp.stamp(base, trial)))


def test_a_copy_bears_what_the_ledger_was_beside_its_code(base: bytes) -> None:
    root = "YKXLlYZLB56iOqY2gNw0w3e2VEHhy7QdsMdFyyOuRy0="
    signed = Controlled(COPY.number, COPY.holder, COPY.day, COPY.url, signed=f"48211 {root}")
    made = stamp.stamp(base, signed)
    assert all(f"48211{root}" in plain(page) for page in pages(made))
    assert codes(picture(made, 0)) == [URL]
    assert root not in plain(pages(stamp.stamp(base, COPY))[0])


def test_a_long_name_of_a_holder_stays_clear_of_the_code(base: bytes) -> None:
    long = Controlled(
        "LX-CX-2019-101#007", "华东地区售后服务与质量反馈处理中心第一办公室 " * 3, "2026-03-02", URL
    )
    assert codes(picture(stamp.stamp(base, long), 0)) == [URL]


def test_a_print_run_is_all_copies_in_their_order(base: bytes, tmp_path: Path) -> None:
    copies = [
        Controlled(f"LX-CX-2019-101#{n:03}", f"持有人{n}", "2026-03-02", f"{URL}{n:03}") for n in range(1, 6)
    ]
    run = stamp.print_run(base, copies)
    read, length = [plain(page) for page in pages(run)], len(pages(base))
    assert len(read) == length * len(copies)
    for n, copy in enumerate(copies):
        own = read[n * length : (n + 1) * length]
        assert all(copy.number in page and copy.holder in page for page in own)
        assert [f"第{i}页共{length}页" in page for i, page in enumerate(own, 1)] == [True] * length
        assert codes(picture(run, n * length)) == codes(picture(run, (n + 1) * length - 1)) == [copy.url]
    assert "No syntax or stream encoding errors found" in checked_by_qpdf(run, tmp_path)
    assert stamp.print_run(base, copies) == run


def test_a_print_run_shows_the_pages_that_the_copies_show(base: bytes) -> None:
    run = stamp.print_run(base, [COPY])
    for n in range(len(pages(base))):
        assert picture(run, n).tobytes() == picture(stamp.stamp(base, COPY), n).tobytes()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 rubbish", b"\x00" * 100])
def test_what_is_no_pdf_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(Tampered):
        stamp.stamp(data, COPY)


def _opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def _tagged(element: Any) -> int:
    """How many elements the structure has."""
    kids = element.get("/K", [])
    kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return 1 + sum(_tagged(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid)


WIDE = f"# 1 表\n\n|{'Identification|' * 13}\n{'|-' * 13}|\n|甲|\n"


@pytest.fixture(scope="module")
def turned() -> bytes:
    """A base of which a page lies across."""
    made = printed.to_html(sheet(languages=("zh",), texts=(text(WIDE, "zh"),)))
    return renderer.render(job(made, source=WIDE.encode()))


@pytest.mark.parametrize("mark", SAID)
def test_a_page_across_bears_the_stamp_too(turned: bytes, mark: Mark) -> None:
    made = stamp.stamp(turned, mark)
    wide = picture(made, 2)
    assert wide.width > wide.height
    assert all(said in plain(pages(made)[2]) for said in SAID[mark])
    assert codes(wide) == ([mark.url] if isinstance(mark, Controlled | Blank) else [])
    run = stamp.print_run(turned, [mark])
    assert all(said in plain(pages(run)[2]) for said in SAID[mark])


@pytest.mark.parametrize("mark", [COPY, READING, FORM])
def test_no_ink_is_within_eight_millimetres_of_the_edge(base: bytes, turned: bytes, mark: Mark) -> None:
    edge = round(8 / 25.4 * 110) - 1
    for of in (base, turned):
        made = stamp.stamp(of, mark)
        for n in range(len(pages(made))):
            shown = picture(made, n).convert("L")
            inked = ImageOps.invert(shown).point(lambda value: 255 if value > 60 else 0).getbbox()
            assert inked is not None
            assert min(inked[:2]) >= edge
            assert inked[2] <= shown.width - edge
            assert inked[3] <= shown.height - edge


def test_a_base_of_before_is_stamped_where_it_always_was() -> None:
    """A copy that is out is printed again byte for byte."""
    base = renderer.render(job("<style>@page { size: A4 }</style><p>x</p>"))
    with pikepdf.open(io.BytesIO(stamp.stamp(base, READING))) as made:
        drawn = made.pages[0].Contents[-1].read_bytes()
    assert b" cm" not in drawn
    assert b"243.78 22.68 79.37 42.52 re S" in drawn
