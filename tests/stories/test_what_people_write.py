"""Texts as people write them, through the commands and acts that take them."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from docctl.errors import Invalid
from docctl.queries.documents.draft_findings import findings_of
from docctl.rules.documents.revisions import State
from docctl.standing import find
from docctl.standing.body import body_of
from docctl.standing.document import readable
from docctl.store.material import Material, gather, of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.documents import drafting, issuing
from tests.support.pages import reader
from tests.support.sites import PASSWORD, PROCEDURE, World, issue, procedure
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"
SAVE = f"/documents/{NUMBER}/draft/save"


def written(extra: str = "", head: str = "") -> str:
    text = PROCEDURE.format(number=NUMBER, title="质量反馈程序", title_en="T", hours=24, extra=extra)
    return text.replace("department: administration\n", f"department: administration\n{head}")


def material(extra: str = "", head: str = "") -> Material:
    return of_procedure(read_procedure(written(extra, head).encode(), {}, {}))


def submit(world: World, given: Material) -> State:
    author = world.as_("author")
    drafting.register_document(author, lambda: given)
    drafting.submit_revision(author, NUMBER, reason="新程序")
    return State(find.newest_revision(author.session, find.document(author.session, NUMBER)).state)


@pytest.mark.rule("DC-119")
@pytest.mark.parametrize(
    "extra", ["甲 <div>乙</div>", "{{COMPANY}}", "\n\n```mermaid\ngraph TD\n```", "[公司名称]"]
)
def test_markup_that_is_not_read_and_gaps_are_not_handed_in(world: World, extra: str) -> None:
    with pytest.raises(Invalid, match="DC-119"):
        submit(world, material(extra))


def test_what_is_meant_is_handed_in(world: World) -> None:
    given = material("报告 xx有扩增，显示 [[x]]。", 'meant: ["xx有扩增", "[[x]]"]\n')
    assert submit(world, given) is State.IN_REVIEW


def test_who_signs_is_shown_what_is_meant(sqlite_world: World) -> None:
    submit(sqlite_world, material("报告 xx有扩增。", "meant: [xx有扩增]\n"))
    page = reader(sqlite_world, "rep", "zh").get(f"/documents/{NUMBER}/sign")
    assert "照原样印出" in page.text


@pytest.mark.parametrize("name", [f"{NUMBER}.md", f"{NUMBER}.MD", f"{NUMBER}.markdown", f"{NUMBER}.Markdown"])
def test_a_text_is_known_by_any_of_its_endings(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(written(), "utf-8")
    (tmp_path / f"{NUMBER}.en{file.suffix}").write_text(written(), "utf-8")
    found = gather(file)
    assert set(found.files) == {f"procedures/{NUMBER}.md", f"procedures/{NUMBER}.en.md"}
    with pytest.raises(Invalid, match="one of several languages"):
        gather(tmp_path / f"{NUMBER}.en{file.suffix}")


def test_what_nobody_sees_is_taken_out_with_a_word(sqlite_world: World, tmp_path: Path) -> None:
    file = tmp_path / f"{NUMBER}.md"
    file.write_text("\ufeff" + written("收\u200b到\u2060。"), "utf-8")
    asked = ["--site", str(sqlite_world.site.path), "--as", "author"]
    env: dict[str, str | None] = {"DOCCTL_PASSWORD": PASSWORD}
    answer = run(*asked, "document", "register", str(file), env=env, clock=sqlite_world.clock)
    assert answer.code == 0, answer.err
    lines = file.read_text("utf-8").split("\n")
    line = next(n for n, each in enumerate(lines, 1) if "\u200b" in each)
    assert f"3 characters that cannot be seen were taken out: {NUMBER}.md:1, {NUMBER}.md:{line}" in answer.err
    kept = find.newest_revision(
        sqlite_world.as_("author").session, find.document(sqlite_world.as_("author").session, NUMBER)
    )
    assert sqlite_world.site.library.read(kept.blob).decode() == written("收到。")


def test_a_page_takes_out_what_nobody_sees_and_says_so(sqlite_world: World) -> None:
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure(NUMBER))
    author = reader(sqlite_world, "author")
    page = author.send(SAVE, form=SAVE, text=written("收\u200b到\ufeff。"))
    assert "2 characters that cannot be seen were taken out, in lines" in (
        page.text if page.status_code == 200 else author.get(SAVE).text
    )


def test_what_changes_the_order_of_letters_is_refused(tmp_path: Path) -> None:
    file = tmp_path / f"{NUMBER}.md"
    file.write_text(written("收\u202e到。"), "utf-8")
    with pytest.raises(Invalid, match=r"U\+202E"):
        gather(file)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (f"number: {NUMBER}", f"number：{NUMBER}", "number", f"line 2: write number: {NUMBER}"),
        (f"number: {NUMBER}", f"number:{NUMBER}", "number", f"line 2: write number: {NUMBER}"),
        (
            "title: {zh: 质量反馈程序, en: T}",
            "title: 质量反馈程序",
            "title",
            "line 3: write title: {zh: 质量反馈程序}",
        ),
        (
            "title: {zh: 质量反馈程序, en: T}",
            "title：质量反馈程序",
            "title",
            "line 3: write title: {zh: 质量反馈程序}",
        ),
    ],
)
def test_what_is_nearly_right_in_a_head_is_told_as_it_should_be(
    old: str, new: str, place: str, said: str
) -> None:
    assert old in written()
    with pytest.raises(Invalid) as refused:
        read_procedure(written().replace(old, new).encode(), {}, {})
    assert {at: str(why) for at, why in refused.value.problems.items()} == {place: said}


def test_a_head_of_another_program_gives_one_sentence() -> None:
    foreign = written(head="author: 甲\nstatus: final\ntags: [a]\nlayout: page\n")
    with pytest.raises(Invalid) as refused:
        read_procedure(foreign.encode(), {}, {})
    [said] = map(str, refused.value.problems.values())
    assert "is not known here, nor are status, tags, layout; known are number, title" in said


def test_a_file_without_a_head_is_told_the_four_keys() -> None:
    with pytest.raises(Invalid, match="at least number, title, level, department"):
        read_procedure("# 目的\n".encode(), {}, {})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("level: procedure", "level: 程序文件", "程序文件' is none of .*[Pp]rocedure"),
        ("department: administration", "department: 检验科", "检验科' is none of .*quality"),
    ],
)
def test_a_level_or_department_in_words_is_told_what_there_is(
    sqlite_world: World, old: str, new: str, said: str
) -> None:
    assert old in written()
    given = of_procedure(read_procedure(written().replace(old, new).encode(), {}, {}))
    with pytest.raises(Invalid, match=said):
        drafting.register_document(sqlite_world.as_("author"), lambda: given)


@pytest.mark.parametrize(("heading", "shown"), [("质量反馈程序", 0), ("别的名称", 1)])
def test_a_first_heading_that_is_the_title_is_not_shown_again(
    sqlite_world: World, heading: str, shown: int
) -> None:
    text = written().replace("# 1 目的", f"# {heading}\n\n# 1 目的", 1)
    drafting.register_document(
        sqlite_world.as_("author"), lambda: of_procedure(read_procedure(text.encode(), {}, {}))
    )
    page = reader(sqlite_world, "author").get(f"/documents/{NUMBER}/revisions/A-0")
    assert page.text.count(f"{heading}</h2>") == shown


def another(title: str = "工作流程", number: str = "LX-CX-2019-102") -> Material:
    text = PROCEDURE.format(number=number, title=title, title_en="Workflows", hours=24, extra="")
    return of_procedure(read_procedure(text.encode(), {}, {}))


LINKS = [
    "[见](03-Workflows.md)",
    "[见](../x/workflows.MD#5.2)",
    "[见](LX-CX-2019-102)",
    "[](LX-CX-2019-102.md)",
    "[见](工作流程.md)",
    '[见](<03 Workflows.html> "题")',
    "[见][w]\n\n[w]: 工作流程.md",
]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_to_the_document_that_it_names_and_says_which_on_paper(
    sqlite_world: World, link: str
) -> None:
    issue(sqlite_world, another())
    issue(sqlite_world, material(link))
    page = reader(sqlite_world, "staff")
    found = re.search(r'href="(/documents/named/[^"#]*)(#[^"]*)?"', page.get(f"/documents/{NUMBER}").text)
    assert found is not None
    answer = page.get(unescape(found[1]))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/documents/LX-CX-2019-102")
    assert found[2] == ("#clause-5.2" if "#5.2" in link else None)
    ctx = sqlite_world.as_("controller")
    document = find.document(ctx.session, NUMBER)
    body = body_of(
        readable(ctx, document, find.newest_revision(ctx.session, document)).content(), "x", ctx.session
    )
    [text] = body.texts
    assert "LX-CX-2019-102《工作流程》" in re.sub("<[^>]+>", "", text.html)
    assert "document:" not in text.html
    assert "href=" not in text.html


@pytest.mark.rule("DC-82")
@pytest.mark.parametrize(
    "link", ["[见](03-Workflows.md)", "[](nowhere.md)", "[见](a.pdf)", "[见][w]\n\n[w]: nowhere.md"]
)
def test_a_link_that_leads_nowhere_is_not_handed_in(world: World, link: str) -> None:
    with pytest.raises(Invalid, match="leads to no document"):
        submit(world, material(link))


@pytest.mark.rule("DC-82")
def test_a_link_to_a_withdrawn_document_is_not_handed_in(world: World) -> None:
    issue(world, another())
    issuing.withdraw_document(world.as_("controller"), "LX-CX-2019-102", reason="合并")
    with pytest.raises(Invalid, match="leads to no document"):
        submit(world, material("[见](LX-CX-2019-102)"))


def test_a_link_within_the_text_leads_to_a_clause_of_it(world: World) -> None:
    with pytest.raises(Invalid, match=r"#9\.9 leads nowhere"):
        submit(world, material("见 [5.2](#5.2) 和 [别处](#9.9)。"))


def test_a_link_that_is_followed_to_nothing_says_so(sqlite_world: World) -> None:
    answer = reader(sqlite_world, "staff").get("/documents/named/nowhere.md")
    assert answer.status_code == 404
    assert "no document here is called" in answer.text


@pytest.mark.parametrize("name", ["03-工作流程.md", "工作流程", "LX-CX-2019-102"])
def test_a_link_does_not_tell_of_a_draft_to_who_may_not_read_it(sqlite_world: World, name: str) -> None:
    drafting.register_document(sqlite_world.as_("author"), another)
    hidden = reader(sqlite_world, "staff").get(f"/documents/named/{name}")
    assert (hidden.status_code, "LX-CX-2019-102" in hidden.text.replace(name, "")) == (404, False)
    assert reader(sqlite_world, "author").get(f"/documents/named/{name}").status_code == 302


@pytest.mark.rule("DC-36")
def test_a_title_is_finished_and_is_no_markup(sqlite_world: World) -> None:
    issue(sqlite_world, procedure("LX-CX-2019-103", title="焊接 <A> 类 ~~旧~~ 工件程序"))
    with pytest.raises(Invalid, match="is a placeholder"):
        submit(sqlite_world, procedure(NUMBER, title="XX 程序"))


@pytest.mark.rule("DC-82")
def test_who_writes_is_told_of_a_dead_link_before_anything_is_handed_in(sqlite_world: World) -> None:
    ctx = sqlite_world.as_("author")
    found = findings_of(ctx, material("[见](03-Workflows.md)").content)
    [told] = [each for each in found.texts if each.rule == "DC-82"]
    line = next(n for n, each in enumerate(written("[见]").split("\n"), 1) if "[见]" in each)
    assert (told.is_error, told.place) == (True, f"line {line}")


def test_numbers_in_sentences_lead_to_what_is_in_force_or_to_the_edition_that_they_name(
    sqlite_world: World,
) -> None:
    issue(sqlite_world, another())
    issue(
        sqlite_world,
        material(f"按LX-CX-2019-102处理，原据LX-CX-2019-102 A/0，本程序{NUMBER}，见LX-CX-2019-999。"),
    )
    page = reader(sqlite_world, "staff")
    text = page.get(f"/documents/{NUMBER}").text
    article = text[text.index("<article") : text.index("</article>")]
    found = re.findall(r'<a href="(/documents/named/[^"]*)"[^>]*>([^<]*)</a>', article)
    assert [words for _, words in found] == ["LX-CX-2019-102", "LX-CX-2019-102 A/0"]
    assert [page.get(unescape(there)).headers["Location"] for there, _ in found] == [
        "/documents/LX-CX-2019-102",
        "/documents/LX-CX-2019-102/revisions/A-0",
    ]
