"""Small documents in the habits of those who write them: what is shown, and what is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.render import printed, renderer
from docctl.render.markdown import to_html
from docctl.render.pdf import Job
from docctl.render.place import Place
from docctl.render.sheets import Text
from docctl.rules.documents import lint, otherwise
from docctl.rules.documents.clauses import read_lines
from tests.support.gfm import HEADINGS, Shown, html_of, judged, read_aloud, shown, tags, words
from tests.support.paper import DAY, sheet

CORPUS = Path(__file__).parents[1] / "data" / "corpus"


def read(file: Path) -> str:
    """A text with the ends of lines and the mark of byte order that it was written with."""
    return file.read_bytes().decode("utf-8")


TEXTS = sorted(CORPUS.glob("*.md"))
# Notes are moved to the end, notices get a head, and figures come from elsewhere.
ON_PAPER = [
    file for file in TEXTS if not re.search(r"\[\^|^ *> \[!|^!!! |^:::|!\[", read(file), re.MULTILINE)
]
END = 999
"""What stands behind the last of them is none of theirs."""
LEFT, TOP, RIGHT, BOTTOM = (mm / 25.4 * 72 for mm in (26, 35, 17, 31))
"""Margins of a page, less a millimetre."""
RAW = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>|<!--|:::|\[\[|\{\{|\[[ xX]\] |^\s*\|.*\||~~|^\s*(?:[-+*]|\d{1,3}\.) \S",
    re.MULTILINE,
)


def html(text: str) -> str:
    return to_html(text, language="zh", limits={}, figure_url=lambda path: f"/{path}", number="X").html


def counted(tree: Shown) -> dict[str, int]:
    found: dict[str, int] = {}

    def walk(node: Shown) -> None:
        if node.kind in {"li", "tr", "ul"} or node.kind.startswith("ol"):
            found[node.kind] = found.get(node.kind, 0) + 1
        for each in node.inside:
            walk(each)

    walk(tree)
    return found


def without_what_the_judge_does_not_know(text: str) -> str:
    """Notes are a list of ours; notices and definitions hold lists that the judge takes for code."""
    return re.sub(r"(?ms)^\[\^.*|^!!! .*|^:[ ]+|^:::.*?$", "", text.removeprefix("\ufeff"))


def as_told(text: str) -> str:
    """A text with the blank lines that its writer was told to put in, so that all editors agree."""
    lines = text.splitlines()
    for each in sorted(otherwise.findings(text), key=lambda each: -each.line):
        if "ends the list" in each.message.template:
            lines.insert(each.line - 1, "")
    return "\n".join(lines)


def told_otherwise(text: str) -> str:
    """A text whose words the judge reads, without what is no word of it and he would take for one."""
    bare = re.sub(
        r"\{#\S+\}|\[\^[^\]]+\]:?|^\*\[.*$|\[[xX]\] |\\newpage|\\pagebreak|\[TOC\]|\[\[toc\]\]",
        "",
        as_told(text),
        flags=re.MULTILINE,
    )
    return re.sub(r"(?m)^ *> ?\[!.*|^!!! .*|^:::.*", "", bare.removeprefix("\ufeff"))


def words_told(text: str) -> str:
    """What is shown, without the words that are ours: heads of notices, numbers of notes, captions."""
    ours = r"(?s)(?<=<blockquote>)\s*<p><strong>.*?</strong></p>|<figcaption>.*?</figcaption>"
    return re.sub(rf"{ours}|<sup id=\"fnref.*?</sup>|<a class=\"footnote-backref.*?</a>", "", html(text))


def words_of(text: str) -> str:
    """What stands in a print, without code, links, and signs that a backslash makes words."""
    made = html(re.sub(r"\\([!-/:-@\[-`{-~])", "x", text.replace("\\newpage", "")))
    bare = re.sub(r"(?s)<(pre|code)\b.*?</\1>", "x", made)
    bare = re.sub(r"<(?:a|h\d|t[dh])\b", r"x\g<0>", bare)
    # A cell is one line for the writer, who may number what is in it.
    bare = re.sub(r"(?s)<t[dh]\b.*?</t[dh]>", lambda cell: re.sub(r"<br>\s*", "x", cell[0]), bare)
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br>|</(?:p|li|td|h\d)>", "\n", bare)))


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_text_is_shown_as_it_was_meant(file: Path) -> None:
    text = read(file)
    assert list(lint.unfinished(text)) == []
    assert list(lint.misplaced_items(list(read_lines(text)))) == []
    plain = without_what_the_judge_does_not_know(text)
    assert counted(shown(html(plain))) == counted(judged(as_told(plain)))
    names = [*HEADINGS, "hr", "blockquote", "pre"]
    assert tags(html(plain), names) == tags(html_of(as_told(plain)), names)
    words = words_of(text)
    assert RAW.search(words) is None, RAW.search(words)


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_text_has_the_words_and_the_numbers_of_items_that_its_source_has(file: Path) -> None:
    text = read(file)
    ours, theirs = read_aloud(words_told(text)), read_aloud(html_of(told_otherwise(text)))
    if "[^" in text:  # notes are moved to the end, and numbered
        assert Counter(re.sub(r"\d", "", ours)) == Counter(re.sub(r"\d", "", theirs))
    else:
        assert ours == theirs


@pytest.mark.parametrize("file", sorted((CORPUS / "told").glob("*.md")), ids=lambda file: file.stem)
def test_a_text_that_is_not_read_is_told(file: Path) -> None:
    found = list(lint.unfinished(file.read_text("utf-8")))
    assert found
    assert all(each.severity == "error" and each.line for each in found)


@pytest.fixture(scope="module")
def paper() -> list[tuple[str, str]]:
    """All texts that need no figure, each on pages of its own: what stands in each page and what beside.

    Wide tables are laid out several times, and so apart from the others.
    """
    wide = [n for n, file in enumerate(ON_PAPER) if file.stem.endswith("wide")]
    return _pages([n for n in range(len(ON_PAPER)) if n not in wide]) + _pages(wide)


def _pages(numbers: Iterable[int]) -> list[tuple[str, str]]:
    parts = [f"<p>{_begin(n)}</p>{_for_paper(ON_PAPER[n], n)}" for n in numbers]
    joined = Text("zh", '<div class="new-page"></div>'.join([*parts, f"<p>{_begin(END)}</p>"]), ())
    made = renderer.render(Job(printed.to_html(sheet(languages=("zh",), texts=(joined,))), DAY, {}))
    return [_apart(page) for page in pypdfium2.PdfDocument(made)]


def _begin(n: int) -> str:
    return f"起{n:03}止"


def _for_paper(file: Path, n: int) -> str:
    return to_html(
        read(file),
        language="zh",
        limits={},
        figure_url=lambda _: None,
        number="X",
        place=Place(prefix=f"t{n}-"),
        for_paper=True,
    ).html


def _apart(page: pypdfium2.PdfPage) -> tuple[str, str]:
    """What another reader finds within the margins of a page, and what outside of them."""
    width, height = page.get_size()
    known = page.get_textpage()
    inside = known.get_text_bounded(LEFT, BOTTOM, width - RIGHT, height - TOP)
    beside = [
        (0, 0, LEFT, height),
        (width - RIGHT, 0, width, height),
        (LEFT, 0, width - RIGHT, BOTTOM),
        (LEFT, height - TOP, width - RIGHT, height),
    ]
    return words(inside), words("".join(known.get_text_bounded(*each) for each in beside))


def test_the_words_on_paper_are_those_of_the_source(paper: list[tuple[str, str]]) -> None:
    found = dict(re.findall(r"起(\d{3})止(.*?)(?=起\d{3}止|$)", "".join(inside for inside, _ in paper)))
    assert len(found) == len(ON_PAPER) + 1
    wrong = {}
    for n, file in enumerate(ON_PAPER):
        wanted, there = read_aloud(html_of(told_otherwise(read(file)))), found[f"{n:03}"]
        # Numbers of items are drawn when all else is, and a cell over several rows with the last of them.
        in_order = "^^" in read(file) or re.sub(r"\d", "", there) == re.sub(r"\d", "", wanted)
        if not in_order or Counter(there) != Counter(wanted):
            wrong[file.stem] = there, wanted
    assert wrong == {}


def test_nothing_stands_beside_the_text_of_a_page_but_its_head_and_foot(
    paper: list[tuple[str, str]],
) -> None:
    texts = [beside for inside, beside in paper if inside.startswith("起")]
    assert len(texts) > 100
    assert len({re.sub(r"\d", "", beside) for beside in texts}) == 1


PIECES = [
    *[
        "甲",
        "乙 ",
        "\n",
        "\n\n",
        "\n- ",
        "\n  - ",
        "\n1. ",
        "\n> ",
        "\n    ",
        "\n# ",
        "\n|",
        "|",
        "|-|-|",
        "`",
        "```\n",
    ],
    *[
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<br>",
        "<!--",
        "-->",
        "\n::: tip\n",
        "\n:::\n",
        "[[x]]",
        "{{x}}",
        "~~",
        "\n!!! note\n",
    ],
]


@settings(max_examples=300, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_markup_is_printed_without_a_finding(text: str) -> None:
    found = lint.lint(text, title="T", level="manual", records=[])
    raw = RAW.search(words_of(text))
    assert raw is None or any(each.rule == "DC-119" for each in found), raw
