"""Whatever people write: what is handed in is issued, page and paper say the same, nothing raw goes untold."""

from __future__ import annotations

from itertools import count

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.render.markdown import to_html
from docctl.rules.documents import lint
from docctl.rules.documents.revisions import State
from docctl.standing import find
from docctl.usecases.documents import approving, drafting, issuing
from tests.render.test_corpus import RAW, words_of
from tests.support.gfm import read_aloud, tags
from tests.support.sites import World, procedure

said = st.text(st.sampled_from("甲乙丙检验记录ABxy019，。：；（） -*_`~^|<>]}#!$\\&"), max_size=14)
words = st.one_of(
    said,
    st.sampled_from(
        [
            "检查电源。",
            "见5.2",
            "按 GB/T 19001 执行",
            "`<b>`",
            "**粗**后",
            "H~2~O",
            "10~20 ℃，30~40 ℃",
            "~~删~~",
            "<sub>2</sub>",
            "<!-- 备注 -->",
            "[甲](#5.2)",
            "注[^1]",
            "$x^2$",
            "XX",
            "{{X}}",
            "<div>",
            "&notes;",
            "见LX-CX-2019-101",
        ]
    ),
)
marks = st.sampled_from(
    [
        *[
            "",
            "",
            "- ",
            "1. ",
            "2. ",
            "3) ",
            "  - ",
            "    - ",
            "   1. ",
            "> ",
            "> - ",
            "- [ ] ",
            "（一）",
            "1、",
        ],
        *["# ", "## 5.3 ", "4.2 ", "a) ", ": ", "    ", "　　", "[^1]: ", "*[A]: ", "|", "——", "编制："],
    ]
)
lines = st.builds("{}{}".format, marks, words)
blocks = st.sampled_from(
    [
        "|a|b|\n|-|:-:|\n|1|^^|\n|<<|2|",
        "表：甲\n\n|a|b|\n|-|-|\n|1|2|\n|^^|3|",
        "```\n代码 <b>\n```",
        "::: tip 题\n文\n:::",
        "::: 横向\n文\n:::",
        "> [!NOTE]\n> 文",
        "!!! note\n    文",
        "\\newpage",
        '<div style="page-break-after: always"></div>',
        "术语\n: 释义",
        "---",
        "题\n===",
        "[[toc]]",
        "```mermaid\nA-->B\n```",
    ]
)
bodies = st.lists(st.one_of(lines, lines, lines, blocks, st.just("")), min_size=1, max_size=14).map("\n".join)

THREE_HUNDRED = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
NUMBERS = count(201)
BUILT = ("table", "tr", "td", "li", "ol", "figcaption")


def html(body: str, *, for_paper: bool) -> str:
    return to_html(
        body, language="zh", limits={}, figure_url=lambda _: None, number="X", for_paper=for_paper
    ).html


@THREE_HUNDRED
@given(bodies)
@example("（一）甲\n1. 子\n（二）乙\n1. 子")
def test_page_and_paper_say_the_same_and_nothing_raw_is_printed_untold(body: str) -> None:
    page, paper = (html(body, for_paper=for_paper) for for_paper in (False, True))
    assert read_aloud(page) == read_aloud(paper)
    assert tags(page, BUILT) == tags(paper, BUILT)
    raw = RAW.search(words_of(body))
    found = lint.lint(body, title="T", level="manual", records=[])
    assert raw is None or any(each.rule in {"DC-119", "DC-36"} for each in found), raw


@settings(THREE_HUNDRED, max_examples=30)
@given(bodies)
def test_what_is_handed_in_is_issued(sqlite_world: World, body: str) -> None:
    assume(not list(lint.unfinished(body)))  # of these the submission tells
    number = f"LX-CX-2019-{next(NUMBERS)}"
    author = sqlite_world.as_("author")
    try:
        drafting.register_document(author, lambda: procedure(number, extra=f"\n\n{body}"))
        drafting.submit_revision(author, number, reason="新程序")
    except Invalid:
        return
    approving.sign_revision(sqlite_world.as_("rep"), number)
    issuing.issue_revision(sqlite_world.as_("controller"), number)
    session = sqlite_world.as_("controller").session
    assert find.newest_revision(session, find.document(session, number)).state is State.ISSUED
