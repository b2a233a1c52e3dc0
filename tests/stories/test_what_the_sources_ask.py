"""Rules of the sources that no other story tells: numbers, posts, dates, labels, front matter, the printed order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from docctl.door.context import Context
from docctl.errors import DocctlError, Forbidden, Invalid, WrongState
from docctl.models.documents import Revision
from docctl.queries.documents import editing
from docctl.render.pdf import Job
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.records import opening, recording
from docctl.usecases.site import clock
from tests.support.pages import reader, rows_of
from tests.support.sites import PROCEDURE, TEMPLATE, World, issue, procedure, template
from tests.support.starter import read_yaml

NUMBER = "LX-CX-2019-101"
TODAY = date(2026, 3, 2)
SIGNERS = ("head", "quality-head", "manager", "rep", "gm")


def text(**changed: str) -> bytes:
    """The small procedure of the other tests; `level="manual"` changes that line of its front matter."""
    whole = PROCEDURE.format(number=NUMBER, title="质量反馈控制程序", title_en="Feedback", hours=24, extra="")
    for name, value in changed.items():
        whole, count = re.subn(rf"(?m)^{name}: .*\n", f"{name}: {value}\n" if value else "", whole)
        assert count == 1
    return (whole + SECTIONS if changed.get("level") == "manual" else whole).encode()


SECTIONS = "\n# 6 颁布令\n\n令。\n\n# 7 手册控制\n\n控。\n\n# 8 文件和记录控制\n\n记。\n"
"""What a manual must have."""


def document(**changed: str) -> Material:
    return of_procedure(read_procedure(text(**changed), {}, {}))


def form(**changed: str) -> Material:
    whole = TEMPLATE.format(number="LX-R-101", procedure=NUMBER)
    for name, value in changed.items():
        whole, count = re.subn(rf"(?m)^{name}: .*\n", f"{name}: {value}\n" if value else "", whole)
        assert count == 1
    return of_template(read_template(whole.encode()))


def registered(world: World, load: Callable[[], Material], label: str | None = None) -> Revision:
    return drafting.register_document(world.as_("author"), load, label=label)


def in_force(world: World, *, label: str | None = None, effective: date | None = None) -> Revision:
    """The small procedure under that label, signed and issued."""
    registered(world, procedure, label)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    approving.sign_revision(world.as_("rep"), NUMBER)
    return issuing.issue_revision(world.as_("controller"), NUMBER, effective=effective)


@pytest.mark.parametrize(
    ("level", "right", "wrong"),
    [
        pytest.param(
            "manual",
            "LX-SH-2019",
            ["LX-SH-19", "LX-SH-2019-1", "LX-CX-2019-101"],
            marks=pytest.mark.rule("DC-13"),
        ),
        pytest.param(
            "procedure",
            "LX-CX-2019-007",
            ["LX-CX-2018-007", "LX-CX-2019-7", "LX-SH-2019"],
            marks=pytest.mark.rule("DC-14"),
        ),
    ],
)
def test_a_number_has_the_form_that_its_level_has(
    sqlite_world: World, level: str, right: str, wrong: list[str]
) -> None:
    for number in wrong:
        with pytest.raises(Invalid, match=f"{right[:5]}.*|number"):
            registered(sqlite_world, partial(document, level=level, number=number))
    assert registered(sqlite_world, lambda: document(level=level, number=right)).label == "A/0"


@pytest.mark.rule("DC-15", "DC-19")
def test_a_form_has_a_number_of_forms_and_no_other_form_has_it(sqlite_world: World) -> None:
    for number in ("LX-R-1", "LX-R-2019-101", "LX-CX-2019-102"):
        with pytest.raises(Invalid, match="number"):
            registered(sqlite_world, partial(form, number=number))
    registered(sqlite_world, form)
    for again in ("LX-R-101", "lx-r-101", "LX - R - 101"):
        with pytest.raises(Invalid, match="already used"):
            registered(sqlite_world, partial(form, number=again))


@pytest.mark.rule("DC-12", "DC-14")
def test_whoever_begins_a_document_is_offered_the_next_number(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    registered(sqlite_world, lambda: procedure("LX-CX-2019-205"))
    offered = {offer.scheme: offer.number for offer in editing.offers(sqlite_world.as_("author2"))}
    assert offered["LX-procedure"] == "LX-CX-2019-206"
    assert offered["LX-record"] == "LX-R-001"


@pytest.mark.rule("DC-17")
def test_a_document_keeps_its_number_and_year_through_its_revisions(world: World) -> None:
    issue(world, procedure())
    world.clock.advance(days=400)
    clock.set_clock_site(world.as_("admin"), reason="停产一年")
    with pytest.raises(Invalid, match="number"):
        drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure("LX-CX-2019-102"))
    issue(world, procedure(extra="修改。"), save=True)
    (line,) = [line for line in rows(world, "/documents") if NUMBER in line[0]]
    assert line[:1] + line[2:3] == [NUMBER, "A/1"]


@pytest.mark.regulation("Q9-04", "MD-01", "A11-19", "C4-03")
@pytest.mark.parametrize(
    ("level", "number", "department", "signers"),
    [
        pytest.param(
            "manual",
            "LX-SH-2019",
            "administration",
            ["rep", "gm"],
            marks=pytest.mark.rule("DC-21", "DC-20", "DC-63"),
        ),
        pytest.param(
            "procedure", NUMBER, "administration", ["rep"], marks=pytest.mark.rule("DC-22", "DC-20")
        ),
        pytest.param("regulation", "Q/LX 1-2019", "administration", ["rep"], marks=pytest.mark.rule("DC-23")),
        pytest.param(
            "work-instruction",
            "LX-WI-2019-001",
            "administration",
            ["manager"],
            marks=pytest.mark.rule("DC-24"),
        ),
        pytest.param("technical", "Q/LX 2-2019", "quality", ["manager"], marks=pytest.mark.rule("DC-24")),
        pytest.param(
            "departmental", "Q/LX 3-2019", "quality", ["quality-head"], marks=pytest.mark.rule("DC-25")
        ),
    ],
)
def test_a_document_is_signed_by_the_posts_of_its_level_in_their_order_and_issued_then_only(
    sqlite_world: World, level: str, number: str, department: str, signers: list[str]
) -> None:
    registered(sqlite_world, lambda: document(level=level, number=number, department=department))
    drafting.submit_revision(sqlite_world.as_("author"), number, reason="新文件")
    for signer in signers:
        for other in {*SIGNERS, "author"} - {signer}:
            with pytest.raises((Forbidden, WrongState)):
                approving.sign_revision(sqlite_world.as_(other), number)
        with pytest.raises(WrongState, match="in review"):
            issuing.issue_revision(sqlite_world.as_("controller"), number)
        approving.sign_revision(sqlite_world.as_(signer), number)
    assert issuing.issue_revision(sqlite_world.as_("controller"), number).effective_day == TODAY


@pytest.mark.rule("DC-34")
def test_a_revision_that_is_issued_without_a_day_is_in_force_on_the_day_of_its_issue(world: World) -> None:
    issued = in_force(world)
    assert issued.effective_day == TODAY
    assert rows(world, "/documents")[0][3] == "✓ effective"


@pytest.mark.rule("DC-37")
@pytest.mark.parametrize(
    ("first", "earlier", "later"),
    [
        ("A", "A", "B"),
        ("A/1", "A/0", "A/2"),
        ("A版", "A", "B版"),
        ("A0", "A/0", "A1"),
        ("A/9", "A/2", "A/10"),
        ("B1.0", "A/9", "B1.1"),
        ("Z/0", "B/0", "AA/0"),
    ],
)
def test_a_label_of_any_style_comes_after_the_one_that_was_issued(
    sqlite_world: World, first: str, earlier: str, later: str
) -> None:
    assert in_force(sqlite_world, label=first).label == first
    with pytest.raises(Invalid, match=r"was used before|does not come after"):
        drafting.save_draft(sqlite_world.as_("author"), NUMBER, procedure, label=earlier)
    saved = drafting.save_draft(sqlite_world.as_("author"), NUMBER, procedure, label=later)
    assert saved.label == later


@pytest.mark.rule("DC-36")
@pytest.mark.parametrize("title", ["{zh: XX控制程序, en: Feedback}", "{zh: 反馈程序, en: Feedback of ____}"])
def test_a_title_with_a_blank_in_it_is_not_handed_in(sqlite_world: World, title: str) -> None:
    registered(sqlite_world, lambda: document(title=title))
    with pytest.raises(Invalid, match="DC-36"):
        drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="新程序")


@pytest.mark.regulation("Q9-02", "MD-05", "GD-01")
@pytest.mark.parametrize(
    ("load", "missing"),
    [
        pytest.param(lambda: form(keeper=""), "keeper", marks=pytest.mark.rule("DC-95")),
        pytest.param(lambda: form(retention=""), "retention", marks=pytest.mark.rule("DC-94")),
        pytest.param(lambda: form(retention="{from: closed}"), "years", marks=pytest.mark.rule("DC-94")),
        pytest.param(lambda: form(department=""), "department", marks=pytest.mark.rule("DC-109")),
        pytest.param(lambda: document(department=""), "department", marks=pytest.mark.rule("DC-109")),
        pytest.param(lambda: document(department="nobody"), "department", marks=pytest.mark.rule("DC-109")),
    ],
)
def test_a_document_without_what_it_must_name_is_not_registered(
    sqlite_world: World, load: Callable[[], Material], missing: str
) -> None:
    with pytest.raises(Invalid, match=missing):
        registered(sqlite_world, load)
    assert registered(sqlite_world, lambda: form(retention="{years: null}")).label == "A/0"


@pytest.mark.rule("DC-113")
def test_every_name_that_a_department_has_leads_to_it(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    named = {
        alias: department["key"]
        for department in read_yaml("docctl/site.yaml")["departments"]
        for alias in [department["title"]["zh"], department["title"]["en"], *department["aliases"]]
    }
    assert sum(key == "quality" for key in named.values()) == 14  # its Chinese names are thirteen
    made = handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=list(named))
    assert {name: copy.holder for name, copy in zip(named, made, strict=True)} == named


@pytest.mark.regulation("Q9-13")
@pytest.mark.rule("DC-111", "DC-108")
def test_the_auditor_reads_everything_and_changes_nothing(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, template())
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: procedure(extra="未发布。"))
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["staff"])
    record = opening.open_record(sqlite_world.as_("staff"), "LX-R-101").number
    auditor = reader(sqlite_world, "auditor")
    for address in (
        f"/documents/{NUMBER}",
        f"/documents/{NUMBER}/revisions/A-1",
        f"/documents/{NUMBER}/trail",
        f"/copies/{NUMBER}%23001",
        f"/records/{record}",
        "/ledger",
        "/people",
    ):
        assert auditor.get(address).status_code == 200, address
    copy, ctx = f"{NUMBER}#001", sqlite_world.as_("auditor")
    acts: list[Callable[[Context], object]] = [
        lambda ctx: drafting.register_document(ctx, procedure),
        lambda ctx: drafting.save_draft(ctx, NUMBER, procedure),
        lambda ctx: drafting.submit_revision(ctx, NUMBER, reason="x"),
        lambda ctx: approving.sign_revision(ctx, NUMBER),
        lambda ctx: issuing.withdraw_document(ctx, NUMBER, reason="x"),
        lambda ctx: handing.acknowledge_copy(ctx, copy),
        lambda ctx: disposing.lose_copy(ctx, copy, reason="x", responsible="staff", consequence="无"),
        lambda ctx: opening.open_record(ctx, "LX-R-101"),
        lambda ctx: recording.sign_record(ctx, record),
    ]
    for act in acts:
        with pytest.raises(DocctlError) as refused:
            act(ctx)
        assert isinstance(refused.value, Forbidden)


@pytest.mark.regulation("GJ-01")
@pytest.mark.rule("DC-27")
def test_the_cover_has_the_date_of_each_signature(printing_world: World, laid_out: list[Job]) -> None:
    registered(printing_world, lambda: document(level="manual", number="LX-SH-2019"))
    drafting.submit_revision(printing_world.as_("author"), "LX-SH-2019", reason="新手册")
    for signer in ("rep", "gm"):
        printing_world.clock.advance(days=1)
        approving.sign_revision(printing_world.as_(signer), "LX-SH-2019")
    printing_world.clock.advance(days=1)
    issuing.issue_revision(printing_world.as_("controller"), "LX-SH-2019")
    table = laid_out[-1].html.partition('<table class="sign-off">')[2].partition("</table>")[0]
    lines = [re.sub(r"<[^>]+>", " ", line).split() for line in table.split("<tr>")[2:]]
    dates = [next(word for word in line if word.startswith("2026-")) for line in lines]
    assert dates == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert [("编制" in line, "审核" in line, "批准" in line) for line in lines] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


@pytest.mark.regulation("MD-03")
@pytest.mark.rule("DC-48", "DC-67", "DC-68")
def test_cover_change_record_contents_and_body_are_printed_in_this_order(
    printing_world: World, laid_out: list[Job]
) -> None:
    issue(printing_world, procedure())
    drafting.save_draft(printing_world.as_("author"), NUMBER, lambda: procedure(extra="缩短。"))
    drafting.submit_revision(printing_world.as_("author"), NUMBER, reason="顾客要求缩短时限")
    approving.sign_revision(printing_world.as_("rep"), NUMBER)
    issuing.issue_revision(printing_world.as_("controller"), NUMBER, effective=TODAY + timedelta(days=7))
    html = laid_out[-1].html
    parts = ['class="cover"', 'class="change-page"', 'class="contents', 'class="body"']
    assert sorted(parts, key=html.index) == parts
    changes = html.partition('<table class="changes">')[2].partition("</table>")[0]
    cells = [re.findall(r"<td>(.*?)</td>", line) for line in changes.split("<tr>")[2:]]
    lines = [[re.sub(r"<[^>]+>", "", cell) for cell in line] for line in cells]
    assert [line[:5] for line in lines] == [
        ["A/0", "", "", "2026-03-02", "首次发布"],
        ["A/1", "1", "", "2026-03-02", "顾客要求缩短时限"],
    ]
    assert 'href="#clause-1"' in cells[1][2]
    for said in ("编制 陈编", "批准 管平", "实施日期 2026-03-09"):
        assert said in re.sub(r"<[^>]+>", " ", cells[1][5]).replace("  ", " ")


@pytest.mark.rule("DC-19", "DC-88")
def test_a_procedure_is_printed_with_number_and_title_of_each_of_its_forms(
    printing_world: World, laid_out: list[Job]
) -> None:
    issue(printing_world, document(records="[LX-R-101]"))
    issue(printing_world, template())
    issue(printing_world, document(records="[LX-R-101]"), save=True)  # the print of its next revision
    listed = laid_out[-1].html.partition('<table class="records">')[2].partition("</table>")[0]
    assert "LX-R-101" in listed
    assert "质量信息反馈单" in listed


def rows(world: World, address: str) -> list[list[str]]:
    """The lines of a list as staff see it."""
    return rows_of(reader(world, "staff").get(address).text)


@pytest.fixture
def printing_world(sqlite_world: World) -> World:
    """That site, which makes PDFs of what it issues."""
    sqlite_world.site = replace(sqlite_world.site, settings=replace(sqlite_world.site.settings, pdf=True))
    sqlite_world.forget()
    return sqlite_world
