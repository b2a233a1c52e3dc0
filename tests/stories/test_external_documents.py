"""A document from outside is under control like one of ours: issued, handed out, recalled, cited, asked after."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from docctl.errors import Invalid, WrongState
from docctl.queries.all_reports import REPORTS
from docctl.queries.copies.recalls import RECALLS
from docctl.queries.documents.remarks import referring_to
from docctl.queries.report import read_report
from docctl.rules.documents.reviews import Verdict
from docctl.store.material import Material, of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.copies import distributing, handing, requesting
from docctl.usecases.documents import drafting, issuing
from docctl.usecases.documents.reviewing import review_document
from docctl.usecases.site.clock import set_clock_site
from tests.stories import test_what_texts_name as texts
from tests.stories.test_what_texts_name import TWO, citing, faults, refusal, submitted
from tests.support.pages import reader, rows_of, text_of
from tests.support.paper import pages, plain
from tests.support.sites import World, issue
from tests.support.terminal import Terminal

OWN = "LX-WL-001"
CARD = """---
number: {number}
title: {{zh: {title}, en: Quality management systems — Requirements}}
level: external
department: quality
{more}---
# 1 范围

原文见所附标准；本公司按表1采用。
"""
STANDARD = """standard: {standard}
publisher: 国家标准化管理委员会
received: 2026-02-11
proposed_by: 全国质量管理和质量保证标准化技术委员会
managed_by: 全国标准化归口委员会
drafted_by: [中国标准化研究院, 示范认证中心]
normative_annexes: [附录A]
informative_annexes: [附录B, 附录C]
"""


def outside(
    standard: str = "GB/T 19001-2016",
    *,
    number: str = OWN,
    more: str | None = None,
    title: str = "质量管理体系要求",
) -> Material:
    """The card of a document from outside, as its author brings it."""
    said = STANDARD.format(standard=standard) if more is None else more
    return of_procedure(read_procedure(CARD.format(number=number, title=title, more=said).encode(), {}, {}))


@pytest.mark.regulation("Q9-11", "MD-06", "GD-07", "AU-04")
@pytest.mark.rule("DC-01")
def test_a_standard_is_registered_issued_handed_out_and_its_copies_are_recalled_by_its_next_edition(
    world: World,
) -> None:
    issue(world, outside())
    copies = handing.issue_copies(world.as_("controller"), OWN, holders=["sales", "technical"])
    assert [copy.number for copy in copies] == [f"{OWN}#001", f"{OWN}#002"]
    handing.acknowledge_copy(world.as_("staff"), f"{OWN}#001")
    issue(world, outside("GB/T 19001-2026"), save=True)
    world.forget()
    recalled = read_report(world.as_("controller"), RECALLS).lines
    assert [line["copy"] for line in recalled] == [f"{OWN}#001", f"{OWN}#002"]
    handing.return_copy(world.as_("controller"), f"{OWN}#001")
    world.forget()
    left = read_report(world.as_("controller"), RECALLS).lines
    assert [line["copy"] for line in left] == [f"{OWN}#002"]


@pytest.mark.rule("DC-86")
def test_its_card_says_who_proposed_manages_and_drafted_it_and_which_annexes_bind(
    paper_world: World,
) -> None:
    issue(paper_world, outside())
    wanted = (
        "GB/T 19001-2016",
        "国家标准化管理委员会",
        "全国质量管理和质量保证标准化技术委员会",
        "全国标准化归口委员会",
        "中国标准化研究院",
        "附录A",
        "附录B",
    )
    page = text_of(reader(paper_world, "staff", "zh").get(f"/documents/{OWN}").text)
    desk = reader(paper_world, "staff", "zh")
    paper = plain("".join(pages(desk.get(f"/documents/{OWN}/revisions/A-0/print").data)))
    for said in (*wanted, "提出单位", "归口单位", "起草单位", "规范性附录", "资料性附录"):
        assert said in page
        assert said.replace(" ", "") in paper.replace(" ", "")


@pytest.mark.rule("DC-86")
@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("", "standard"),
        ("standard: GB/T 19001-2016\n", "publisher"),
        ("standard: 质量管理体系\npublisher: 国家标准化管理委员会\n", "standard"),
    ],
)
def test_one_without_its_own_number_or_publisher_is_not_submitted(
    sqlite_world: World, more: str, place: str
) -> None:
    drafting.register_document(sqlite_world.as_("author"), lambda: outside(more=more))
    with pytest.raises(Invalid) as refused:
        drafting.submit_revision(sqlite_world.as_("author"), OWN, reason="首次登记")
    assert f"{place}: " in refused.value.message


def test_a_procedure_of_ours_says_nothing_of_that(sqlite_world: World) -> None:
    text = citing("GB/T 19001-2016").content.raw.replace(b"records:", "publisher: 某某\nrecords:".encode(), 1)
    material = of_procedure(read_procedure(text, {}, {}))
    assert "only documents of the level external have it" in refusal(sqlite_world, material)


@pytest.mark.one_database
@pytest.mark.regulation("Q9-11")
@pytest.mark.rule("DC-79", "DC-81")
@pytest.mark.parametrize(
    ("cited", "fault"),
    [
        ("GB/T 19001-2016 质量管理体系 要求", None),
        ("GB/T19001—2016", None),
        ("GB/T 19001", None),
        ("GB/T 19001-2008", "newer edition"),
        ("GB/T 19001-2026", "older edition held"),
        ("GB/T 19004-2008", None),
    ],
)
def test_what_a_text_cites_is_held_against_the_edition_under_control(
    world: World, cited: str, fault: str | None
) -> None:
    issue(world, outside())
    texts.issue(world, citing(cited))
    assert {found for _, found in faults(world)} == ({fault} if fault else set())
    page = reader(world, "staff").get(f"/documents/{TWO}").text
    assert (f'href="/documents/{OWN}' in page) is ("19001" in cited)
    if "19001" in cited:
        assert cited.partition(" 质")[0] in text_of(page)
        assert [of.number for of in referring_to(world.as_("staff"), OWN)] == [TWO]


@pytest.mark.rule("DC-79")
def test_a_dated_citation_leads_to_the_revision_that_holds_its_edition(sqlite_world: World) -> None:
    issue(sqlite_world, outside())
    texts.issue(sqlite_world, citing("GB/T 19001-2016", "GB/T 19001-2026"))
    issue(sqlite_world, outside("GB/T 19001-2026"), save=True)
    page = reader(sqlite_world, "staff").get(f"/documents/{TWO}").text
    for edition, revision in (("2016", "A-0"), ("2026", "A-1")):
        link = rf'GB/T 19001-{edition} → <a href="/documents/{OWN}/revisions/{revision}">'
        assert re.search(link, page)
    assert {found for _, found in faults(sqlite_world)} == {"newer edition"}


@pytest.mark.rule("DC-82")
def test_whoever_cites_one_that_was_withdrawn_is_told_and_cannot_submit(world: World) -> None:
    issue(world, outside())
    texts.issue(world, citing("GB/T 19001-2016"))
    issuing.withdraw_document(world.as_("controller"), OWN, reason="标准废止，无替代")
    assert {found for _, found in faults(world)} == {"withdrawn"}
    assert f"{OWN} was withdrawn" in refusal(world, citing("GB/T 19001", extra="改。"), save=True)


@pytest.mark.rule("DC-84")
def test_a_department_asks_the_archive_for_a_copy_of_a_contract_paper_and_giver_and_receiver_are_kept(
    world: World,
) -> None:
    paper = outside("HT-2026-017", number="LX-WL-002", title="设备采购合同验收单")
    issue(world, paper)
    distributing.change_distribution(world.as_("quality-head"), "LX-WL-002", add=["finance"])
    with pytest.raises(WrongState, match="no approved request"):
        handing.issue_copies(world.as_("controller"), "LX-WL-002", holders=["technical"])
    asked = requesting.add_request(
        world.as_("staff2"), "LX-WL-002", holder="technical", reason="安装验收时要用"
    )
    requesting.approve_request(world.as_("quality-head"), str(asked.number))
    (copy,) = handing.issue_copies(world.as_("controller"), "LX-WL-002", holders=["technical"])
    handing.acknowledge_copy(world.as_("staff2"), copy.number)
    page = text_of(reader(world, "controller").get(f"/copies/{copy.number.replace('#', '%23')}").text)
    for said in ("文控李", "员工吴", "2026-03-02"):
        assert said in page


def test_the_register_tells_whose_they_are_which_edition_and_when_it_was_last_asked_after(
    terminal: Terminal,
) -> None:
    world = terminal.world
    issue(world, outside())
    issue(world, outside("HT-2026-017", number="LX-WL-002", title="合同"))
    world.clock.go_to(date(2027, 4, 6))
    set_clock_site(world.as_("admin"), reason="一年无人使用")
    world.forget()
    review_document(world.as_("controller"), OWN, verdict=Verdict.KEEP, evidence="已查国家标准网，仍为现行版")
    (report,) = (one for one in REPORTS if one.name == "external-documents")
    world.forget()
    lines = read_report(world.as_("auditor"), report).lines
    assert [(line["document"], str(line["asked"])) for line in lines] == [
        (OWN, "2027-04-06"),
        ("LX-WL-002", "2026-03-02"),
    ]
    page = reader(world, "auditor", "zh").get("/reports/external-documents").text
    assert rows_of(page)[0][:4] == [
        "LX-WL-001",
        "GB/T 19001-2016",
        "质量管理体系要求",
        "国家标准化管理委员会",
    ]
    old = read_report(world.as_("auditor"), report, {"before": world.clock.now.date()}).lines
    assert [line["document"] for line in old] == ["LX-WL-002"]
    assert "GB/T 19001-2016" in terminal("auditor", "report external-documents").out


def test_a_draft_from_outside_is_in_no_register(world: World) -> None:
    submitted(world, outside())
    (report,) = (one for one in REPORTS if one.name == "external-documents")
    assert not read_report(world.as_("auditor"), report).lines


@cache
def original(pages: int, *, grey: bool = True) -> bytes:
    """A PDF as somebody outside has sent it: of each page the bar stands further right."""
    drawn = []
    for n in range(1, pages + 1):
        picture = Image.new("RGB", (595, 842), "white")
        ImageDraw.Draw(picture).rectangle([60 * n, 100, 60 * n + 40, 700], fill="black" if grey else "red")
        drawn.append(picture)
    kept = BytesIO()
    drawn[0].save(kept, "PDF", save_all=True, append_images=drawn[1:], resolution=72)
    return kept.getvalue()


def with_original(data: bytes, name: str = "gb19001.pdf") -> Material:
    text = outside().content.raw.replace("原文见所附标准".encode(), f"![原文](LX-WL-001/{name})".encode())
    return of_procedure(read_procedure(text, {}, {f"LX-WL-001/{name}": data}))


@pytest.mark.rule("DC-01")
def test_the_original_that_it_encloses_is_on_every_controlled_copy_and_fetched_from_its_page(
    paper_world: World,
) -> None:
    issue(paper_world, with_original(original(3, grey=False)))
    desk = reader(paper_world, "controller", "zh")
    whole = desk.get(f"/documents/{OWN}").text
    (address,) = re.findall(rf'href="(/documents/{OWN}/figures/[^"]+)"', whole)
    assert "原文 (PDF)" in text_of(whole)
    fetched = reader(paper_world, "staff").get(address)
    assert fetched.data == original(3, grey=False)
    assert "attachment" in fetched.headers["Content-Disposition"]
    alone = len(pages(desk.get(f"/documents/{OWN}/revisions/A-0/print").data))
    (copy,) = handing.issue_copies(paper_world.as_("controller"), OWN, holders=["sales"])
    printed = desk.get(f"/copies/{copy.number.replace('#', '%23')}/print").data
    with pypdfium2.PdfDocument(printed) as paper:
        assert len(paper) == alone
        bars = [red_from_left(page) for page in paper]
        for page in paper:
            assert copy.number in page.get_textpage().get_text_range()
    drawn = [bar for bar in bars if bar]
    assert len(drawn) == 3
    assert drawn == sorted(drawn)


def red_from_left(page: pypdfium2.PdfPage) -> int:
    """Where on a page the first red of a broad bar is; 0 where there is none."""
    picture = page.render(scale=0.5).to_pil().convert("RGB")
    broad = [
        x
        for x in range(picture.width)
        if sum(_is_red(picture.getpixel((x, y))) for y in range(0, picture.height, 4)) > 30
    ]
    return min(broad, default=0)


def _is_red(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return bool(colour[0] > 180 and colour[1] < 90)


@pytest.mark.rule("SE-27")
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7\nnothing", "cannot be read as PDF"),
        (b"GIF89a", "cannot be read as PDF"),
        (original(201), "has too many pages"),
    ],
)
def test_an_original_that_could_not_be_printed_is_refused_before_anybody_signs(
    paper_world: World, data: bytes, why: str
) -> None:
    material = with_original(data)
    drafting.register_document(paper_world.as_("author"), lambda: material)
    with pytest.raises(Invalid) as refused:
        drafting.submit_revision(paper_world.as_("author"), OWN, reason="首次登记")
    assert why in refused.value.message
    assert "gb19001.pdf" in refused.value.message


def test_who_signs_the_next_edition_sees_that_another_original_is_enclosed(sqlite_world: World) -> None:
    issue(sqlite_world, with_original(original(1)))
    drafting.save_draft(sqlite_world.as_("author"), OWN, lambda: with_original(original(2)))
    drafting.submit_revision(sqlite_world.as_("author"), OWN, reason="换版")
    page = reader(sqlite_world, "rep", "zh").get(f"/documents/{OWN}/sign").text
    old, new = re.findall(rf'<(?:del|ins)><a href="(/documents/{OWN}/figures/[^"]+)"', page)
    desk = reader(sqlite_world, "rep")
    assert [desk.get(each).data for each in (old, new)] == [original(1), original(2)]
