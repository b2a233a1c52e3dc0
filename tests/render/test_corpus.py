"""Small documents in the habits of those who write them: what is shown, and what is told."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.render.markdown import to_html
from docctl.rules.documents import lint
from tests.support.gfm import Shown, judged, shown

CORPUS = Path(__file__).parents[1] / "data" / "corpus"
RAW = re.compile(
    r"</?[a-zA-Z][^>]*>|<!--|:::|\[\[|\{\{|\[[ xX]\] |^\s*\|.*\||~~|^\s*(?:[-+*]|\d{1,3}\.) \S", re.MULTILINE
)


def html(text: str) -> str:
    return to_html(text, language="zh", limits={}, figure_url=lambda path: None, number="X").html


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
    return re.sub(r"(?ms)^\[\^.*|^!!! .*|^:[ ]+", "", text)


def words_of(text: str) -> str:
    """What stands in a print, without code."""
    bare = re.sub(r"(?s)<(pre|code)\b.*?</\1>", "x", html(text))
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br>|</(?:p|li|td|h\d)>", "\n", bare)))


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.md")), ids=lambda file: file.stem)
def test_a_text_is_shown_as_it_was_meant(file: Path) -> None:
    text = file.read_text("utf-8")
    assert list(lint.unfinished(text)) == []
    plain = without_what_the_judge_does_not_know(text)
    assert counted(shown(html(plain))) == counted(judged(plain))
    words = words_of(text)
    assert file.stem == "en-escapes" or RAW.search(words) is None, RAW.search(words)


@pytest.mark.parametrize("file", sorted((CORPUS / "told").glob("*.md")), ids=lambda file: file.stem)
def test_a_text_that_is_not_read_is_told(file: Path) -> None:
    found = list(lint.unfinished(file.read_text("utf-8")))
    assert found
    assert all(each.severity == "error" and each.line for each in found)


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
