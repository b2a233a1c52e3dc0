"""The card of documents: class, keeper, scope, control; in the list, by command, on paper, and as the site says."""

from __future__ import annotations

from functools import partial
from html import unescape
from importlib.resources import files

import pytest

from docctl.errors import Invalid, WrongState
from docctl.queries.copies.hand_out import waits_for_exchange
from docctl.render import printed
from docctl.standing import find
from docctl.standing import sheet as standing
from docctl.standing.body import body_of
from docctl.standing.document import readable
from docctl.store.material import Material, of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.copies import distributing, handing
from docctl.usecases.documents import drafting
from docctl.usecases.site.configuring import configure_site
from tests.support.lists import rows_in
from tests.support.pages import reader
from tests.support.sites import World, issue, template
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"
SITE = (files("docctl") / "site.yaml").read_bytes()


def text(number: str, level: str, department: str = "quality", more: str = "", end: str = "") -> Material:
    return of_procedure(
        read_procedure(
            f"---\nnumber: {number}\ntitle: {{zh: 规定, en: Rules}}\nlevel: {level}\n"
            f"department: {department}\nrecords: [LX-R-101]\n{more}---\n# 1 目的\n\n规定。\n{end}".encode(),
            {},
            {},
        )
    )


SECTIONS = "\n# 2 颁布令\n\n令。\n\n# 3 手册控制\n\n控。\n\n# 4 文件和记录控制\n\n记。\n"
"""What a manual must have."""


def _given(material: Material) -> Material:
    return material


def listed(world: World, *words: str) -> dict[str, tuple[str, str]]:
    """Class and keeper of each document of the list, by its number."""
    said = ["--site", str(world.site.path), "--as", "controller", "--json", "document", "list", *words]
    lines = run(*said, clock=world.clock)["documents"]
    return {line["number"]: (line["class"], line["keeper"]) for line in lines}


def paper(world: World, number: str) -> str:
    ctx = world.as_("controller")
    document = find.document(ctx.session, number)
    read = readable(ctx, document, find.newest_revision(ctx.session, document))
    body, days = (
        body_of(read.content(), document.file_name),
        {"issued": ctx.today(), "effective": ctx.today()},
    )
    sheet = standing.sheet_of(ctx.site, ctx.session, document, read.revision, body, **days)
    return unescape(printed.to_html(sheet))


@pytest.mark.regulation("MD-04", "C4-01", "RM-06")
@pytest.mark.rule("DC-03", "DC-04", "DC-05", "DC-06", "DC-07", "DC-40")
def test_the_master_list_tells_class_and_keeper_and_is_asked_for_them(sqlite_world: World) -> None:
    world = sqlite_world
    for material in (
        text("LX-SH-2019", "manual"),
        text("LX-CX-2019-101", "procedure", more="scope: [sales]\n"),
        text("Q/LX 1-2019", "regulation"),
        text("Q/LX 2-2019", "technical", more="scope: [logistics]\n"),
        text("Q/LX 3-2019", "departmental"),
        text("Q/LX 4-2019", "departmental", more="class: external\n"),
        template(),
    ):
        drafting.register_document(world.as_("author"), partial(_given, material))
    kept = listed(world)
    assert kept == {
        "LX-SH-2019": ("system", "administration"),
        "LX-CX-2019-101": ("system", "administration"),
        "Q/LX 1-2019": ("administrative", "administration"),
        "Q/LX 2-2019": ("technical", "production"),
        "Q/LX 3-2019": ("system", "quality"),
        "Q/LX 4-2019": ("external", "administration"),
        "LX-R-101": ("record", "sales"),
    }
    assert set(listed(world, "--class", "system")) == {"LX-SH-2019", "LX-CX-2019-101", "Q/LX 3-2019"}
    assert set(listed(world, "--keeper", "production")) == {"Q/LX 2-2019"}
    assert set(kept) - set(listed(world, "--applies", "sales")) == {"Q/LX 2-2019"}
    assert set(kept) - set(listed(world, "--applies", "logistics")) == {"LX-CX-2019-101"}
    page = reader(world, "controller", "zh").get("/documents", **{"class": "technical"}).text
    assert "Q/LX 2-2019" in page
    assert "Q/LX 1-2019" not in page
    for word in ("技术文件", "保管部门", "生产部"):
        assert word in page
    book = rows_in(reader(world, "controller", "zh").get("/documents", **{"as": "xlsx"}).data)
    assert {"文件类别", "保管部门", "部门", "受控状态"} <= set(book[0])
    assert any({"技术文件", "生产部", "受控"} <= set(row) for row in book)


@pytest.mark.rule("DC-03", "DC-38", "DC-39", "DC-44", "DC-47")
def test_paper_has_the_type_on_each_page_the_edition_on_its_cover_and_who_interprets_it(
    sqlite_world: World,
) -> None:
    world, more = sqlite_world, "cover: edition\ninterpreted_by: administration\ncontrol: uncontrolled\n"
    drafting.register_document(
        world.as_("author"),
        lambda: text("LX-CX-2019-101", "procedure", more=more + "class: secret\nkept_by: nobody\n"),
    )
    with pytest.raises(Invalid) as refused:
        drafting.submit_revision(world.as_("author"), "LX-CX-2019-101", reason="首次发布")
    assert {"class", "kept_by", "uncontrolled_because"} <= set(refused.value.problems)
    issue(
        world, text("LX-CX-2019-101", "procedure", more=more + "uncontrolled_because: 仅供培训\n"), save=True
    )
    html = paper(world, "LX-CX-2019-101")
    head, _, rest = html.partition("</header>")
    cover = rest.partition('class="cover"')[2].partition("</section>")[0]
    assert "程序文件" in head.partition("<body")[2]
    assert "<b>A/0</b>" in head
    assert "<td>A</td>" in cover
    assert "A/0" not in cover
    assert "非受控（仅供培训）" in cover
    assert "本文件由行政部负责解释。" in rest
    page = reader(world, "staff", "zh").get("/documents/LX-CX-2019-101").text
    for said in ("体系文件", "非受控（仅供培训）", "解释部门"):
        assert said in page


@pytest.mark.rule("DC-44")
def test_of_what_is_not_under_control_no_numbered_copy_goes_out_and_nobody_is_sent_for_one(
    sqlite_world: World,
) -> None:
    world, more = sqlite_world, "control: uncontrolled\nuncontrolled_because: 仅供培训\n"
    issue(world, text(NUMBER, "procedure", "administration"))
    distributing.change_distribution(world.as_("head"), NUMBER, add=["sales"])
    desk = reader(world, "controller")
    assert desk.get("/copies/issue", document=NUMBER).status_code == 200
    issue(world, text(NUMBER, "procedure", "administration", more), save=True)
    with pytest.raises(WrongState, match="not under control"):
        handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    assert desk.get("/copies/issue", document=NUMBER).status_code == 409
    assert 'id="to_hand_out"' not in desk.get("/inbox").text
    assert not waits_for_exchange(world.as_("controller"), NUMBER)


@pytest.mark.rule("DC-18")
def test_a_number_with_its_revision_is_one_document_of_that_revision(sqlite_world: World) -> None:
    world = sqlite_world
    with pytest.raises(Invalid, match="the number of the document is SQM-01"):
        drafting.register_document(world.as_("author"), lambda: text("SQM-01-A0", "manual"))
    drafting.register_document(world.as_("author"), lambda: text("SQM-01", "manual", end=SECTIONS))
    drafting.submit_revision(world.as_("author"), "SQM-01-A0", reason="首次发布")
    assert set(listed(world)) == {"SQM-01"}
    assert reader(world, "controller", "zh").get("/documents/SQM-01-A0").status_code == 200
    assert "SQM-01-A0" in paper(world, "SQM-01")


@pytest.mark.rule("DC-03")
def test_a_site_has_other_classes_when_it_says_so(world: World) -> None:
    drafting.register_document(world.as_("author"), lambda: text("LX-SH-2019", "manual"))
    ours = SITE.decode().replace("体系文件", "本司文件").encode()
    configure_site(world.as_("controller"), ours)
    page = reader(world, "controller", "zh").get("/documents/LX-SH-2019").text
    assert "本司文件" in page
    for wrong, at in (
        ("manual:\n      class: system\n      keeper: administration", "documents.levels.manual"),
        ("System}, keeper: administration", "documents.classes.system"),
    ):
        said = SITE.decode().replace(wrong, wrong.replace("administration", "nobody"), 1)
        with pytest.raises(Invalid) as refused:
            configure_site(world.as_("controller"), said.encode())
        assert set(refused.value.problems) == {at}
