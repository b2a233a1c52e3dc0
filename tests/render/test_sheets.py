"""The sheet: what is printed, as values and as HTML."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest

from docctl.render import printed
from docctl.render.place import ALONE
from docctl.render.sheets import Field, Form, FormStep, Sheet
from docctl.rules.words import Words
from tests.support.paper import ADMINISTRATION, sheet, text

CANARY = '"><img src=x onerror=alert(1)><b>&lt;'


class Seen(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def form() -> Sheet:
    step = FormStep(
        Words(zh="登记", en="Register"),
        (Words(zh="员工", en="staff"),),
        "4.5.1",
        (
            Field(Words(zh="客户", en="Customer"), "string", required=True),
            Field(Words(zh="日期", en="Date"), "date", required=False),
            Field(Words(zh="满意", en="Satisfied"), "boolean", required=False),
            Field(
                Words(zh="类别", en="Class"),
                "string",
                False,
                (Words(zh="首发", en="first"), Words(zh="换版", en="new")),
            ),
            Field(Words(zh="说明", en="Description"), "long-text", required=False),
            Field(
                Words(zh="零件", en="Parts"),
                "array",
                False,
                (),
                (Words(zh="名称", en="Name"), Words(zh="数量", en="Count")),
            ),
        ),
    )
    made = Form("LX-CX-2019-101", ("4.5.1",), ADMINISTRATION, 3, (step,))
    return sheet(level=Words(zh="记录表单模板", en="Record template"), texts=(), records=(), form=made)


def test_cover_change_page_contents_and_body_come_in_this_order() -> None:
    html = printed.to_html(sheet())
    names = [
        'class="cover"',
        'class="change-page"',
        'class="contents"',
        'class="body" lang="zh-CN"',
        'class="records"',
    ]
    places = [html.index(name) for name in names]
    assert places == sorted(places)


def test_the_revision_label_of_cover_and_head_is_one_value() -> None:
    html = printed.to_html(sheet(label="C/7"))
    body = html[html.index("<body") :]
    assert "A/1" not in re.sub(r'<table class="changes">.*?</table>', "", body)
    assert body.count("C/7") == 2  # running head and cover


def test_the_same_sheet_gives_the_same_page_and_digest() -> None:
    assert printed.to_html(sheet()) == printed.to_html(sheet())
    assert sheet().digest == sheet().digest


@pytest.mark.parametrize("name", [f.name for f in fields(Sheet)])
def test_any_other_value_is_another_sheet(name: str) -> None:
    other = {
        "title": Words(zh="别的"),
        "level": Words(zh="别的"),
        "department": Words(zh="别的"),
        "form": form().form,
        "notes": (Words(zh="别的"),),
    }
    changed = other.get(name, () if isinstance(getattr(sheet(), name), tuple) else "zh")
    assert sheet(**{name: changed}).digest != sheet().digest


@pytest.mark.rule("SE-16")
def test_names_and_titles_are_shown_and_never_obeyed() -> None:
    words = Words(zh=CANARY, en=CANARY)
    plain = sheet()
    signatures = tuple(replace(s, name=CANARY, department=words, meaning=words) for s in plain.signatures)
    changes = tuple(replace(c, change=CANARY, prepared=CANARY) for c in plain.changes)
    hostile = sheet(
        organisation=CANARY, number=CANARY, label=CANARY, title=words, signatures=signatures, changes=changes
    )
    seen = Seen(printed.to_html(hostile))
    assert {tag for tag, _ in seen.tags} == {tag for tag, _ in Seen(printed.to_html(plain)).tags}
    assert not any("onerror" in attrs for _, attrs in seen.tags)
    assert seen.text.count(CANARY) > 10


def test_the_fields_of_a_form_are_shown_and_never_obeyed() -> None:
    words = Words(zh=CANARY, en=CANARY)
    made = form().form
    assert made is not None
    hostile = tuple(replace(f, title=words, choices=(words,)) for f in made.steps[0].fields)
    steps = (replace(made.steps[0], title=words, who=(words,), clause=CANARY, fields=hostile),)
    seen = Seen(printed.to_html(replace(form(), form=replace(made, steps=steps, keeper=words))))
    assert not any(tag == "img" for tag, _ in seen.tags)
    assert seen.text.count(CANARY) > 10


def test_each_entry_of_the_contents_leads_to_a_heading_of_its_language() -> None:
    seen = Seen(printed.to_html(sheet()))
    targets = [attrs["href"] for tag, attrs in seen.tags if tag == "a" and attrs.get("href", "")]
    ids = [attrs["id"] for _, attrs in seen.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    assert targets == ["#zh-clause-1", "#zh-clause-1.1", "#en-clause-1", "#en-clause-1.1"]
    assert {str(t)[1:] for t in targets} <= set(ids)


def test_words_that_look_like_an_anchor_stay_words() -> None:
    said = 'The attribute id="clause-5" of this page.'
    both = sheet(texts=(text(said, "zh"), text("x", "en")))
    assert said in Seen(printed.to_html(both)).text


@pytest.mark.parametrize(
    ("languages", "there", "missing"),
    [
        (("zh",), "修订记录", "Change record"),
        (("en",), "Change record", "修订记录"),
        (("zh", "en"), "Change record", None),
    ],
)
def test_labels_are_in_the_languages_of_the_sheet(
    languages: tuple[str, ...], there: str, missing: str | None
) -> None:
    seen = Seen(printed.to_html(sheet(languages=languages)))
    assert there in seen.text
    assert missing is None or missing not in seen.text


def test_a_caption_is_known_by_its_number_and_a_sentence_is_none() -> None:
    body = "表1 编号规则\n\n图2 流转。再说一句；并且\n\n表3见下文。"
    html = printed.to_html(sheet(texts=(text(body, "zh"),)))
    assert html.count('<p class="caption') == 1


@pytest.mark.parametrize(
    "caption", ["表1 R&D 项目", "表1-2　甲 <乙>", "Table 3 LX-R-001", "图1 *流程", "Figure 2.1 A"]
)
def test_a_caption_may_say_what_html_writes_otherwise(caption: str) -> None:
    html = printed.to_html(sheet(texts=(text(caption, "zh"),)))
    assert html.count('<p class="caption of-') == 1
    assert caption in Seen(html).text


@pytest.mark.parametrize(
    "asked",
    [
        "字\n{: .caption .of-table}",
        "*字*{: .code }",
        "1. 字\n{: .item }",
        "```{.code .caption}\nx\n```",
        "| 字 {: .code } |\n|-|\n| 字 {: .code } |",
    ],
)
def test_the_marks_of_paper_are_not_for_writers_to_ask_for(asked: str) -> None:
    made = text(asked, "zh").html
    assert not any(f'"{mark}"' in made for mark in ("caption of-table", "item", "code", "code caption"))


def test_nothing_is_marked_in_a_block_of_code() -> None:
    made = text("    LX-R-001 x\n\n`LX-R-002`\n\n```\nLX-R-003\n```", "zh").html
    assert made.count('<span class="code">') == 1


def test_a_clause_leads_to_itself_in_each_language_of_a_print() -> None:
    source = "见[1.1](#1.1)、[注](#2)。\n\n1.1 句子。[^1] {#1.1}\n\n[^1]: 注"
    both = sheet(texts=(text(source, "zh", ALONE.of("zh")), text(source, "en", ALONE.of("en"))))
    tags = Seen(printed.to_html(both)).tags
    ids = [attrs["id"] for _, attrs in tags if attrs.get("id")]
    links = [attrs["href"] for tag, attrs in tags if tag == "a"]
    assert ids == [f"{key}-{name}" for key in ("zh", "en") for name in ("clause-1.1", "fnref:1", "fn:1")]
    assert {str(link)[1:] for link in links} - set(ids) == {"zh-2", "en-2"}


def test_items_of_a_clause_hang_in_both_languages() -> None:
    body = "4.1 内容：\n\na）时间；\n\nb) 地点。\n\na whole sentence"
    html = printed.to_html(sheet(texts=(text(body, "zh"),)))
    assert html.count('<p class="item">') == 2


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("记入CASC-R-012。", ["CASC-R-012"]),
        ("LX-CX-2019-001与LX-R-001", ["LX-CX-2019-001", "LX-R-001"]),
        ("[LX-R-001](https://example.com/AB-12)", ["LX-R-001"]),
        ("GB/T 19001-2016, co-author, A-z", []),
    ],
)
def test_a_number_is_not_broken_at_its_hyphens(said: str, kept: list[str]) -> None:
    html = printed.to_html(sheet(texts=(text(said, "zh"),)))
    assert re.findall(r'<span class="code">([^<]*)</span>', html) == kept


@pytest.mark.parametrize(("headings", "close"), [(15, False), (16, True)])
def test_many_lines_of_contents_are_set_closer(headings: int, close: bool) -> None:
    body = "\n\n".join(f"# {n} 章" for n in range(1, headings + 1))
    html = printed.to_html(sheet(texts=(text(body, "zh"), text(body, "en"))))
    assert (html.count('class="contents close"') == 2) is close


@pytest.mark.regulation("C4-05")
@pytest.mark.parametrize(
    "there",
    [
        "客户 *",
        "日期",
        "□",
        "首发",
        "换版",
        "是",
        "名称",
        "数量",
        "签名",
        "4.5.1",
        "3 年",
        "LX-CX-2019-101",
        "记录编号",
    ],
)
def test_a_blank_form_has_a_place_for_everything(there: str) -> None:
    assert there in Seen(printed.to_html(form())).text


def test_a_blank_form_names_who_approved_it() -> None:
    assert "批准 approved by 管平 2026-03-02" in Seen(printed.to_html(form())).text
