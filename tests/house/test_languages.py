"""One list names the languages of a site; nothing else of docctl names one, so that a language more is no code."""

from __future__ import annotations

import ast
import re

import pytest

from docctl.rules import languages
from tests.house.trees import ROOT, Source, report

ALLOWED = {
    "docctl/rules/languages.py",  # the list
    "docctl/errors/message.py",  # the language of the ids; knows no list
    "docctl/rules/documents/cues.py",  # a table of what is looked for in texts, not of what docctl says
    "docctl/ledger/upcast/v2.py",  # what an older docctl had: it had two
    "docctl/ledger/evidence/former.py",  # the same, for who has no docctl
}
IN_A_PAGE = re.compile(r"""['"](?:zh|en)(?:-\w+)?['"]|\.(?:zh|en)\b|\btext_(?:zh|en)\b""")


def languages_named(source: Source) -> list[str]:
    """Where a language stands by its key: as text, as an attribute, as a name of something but docctl's words."""
    if source.path in ALLOWED:
        return []
    findings = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and node.value in languages.ALL:
            findings.append(source.at(node, f"{node.value!r}: only the list names a language"))
        if isinstance(node, ast.Attribute) and node.attr in languages.ALL:
            findings.append(source.at(node, f".{node.attr}: ask for words in the language of the reader"))
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id == "Own"):
            named = [word.arg for word in node.keywords if word.arg in languages.ALL]
            findings += [source.at(node, f"{one}=: what docctl itself says is Own(…)") for one in named]
    return findings


def test_no_program_names_a_language_but_the_list() -> None:
    assert report(languages_named, "docctl") == ""


@pytest.mark.parametrize(
    "text",
    [
        "x = {'zh': 1}",
        "if language == 'en': pass",
        "said = status.zh",
        "words = Words(zh='是', en='yes')",
        "body = dict(en=1)",
    ],
)
def test_a_language_that_is_named_is_found(text: str) -> None:
    assert languages_named(Source("docctl/web/x.py", text)) != []


def test_what_docctl_says_may_be_said_in_any_language() -> None:
    assert languages_named(Source("docctl/rules/x.py", "X = Own(zh='是', en='yes')")) == []


def test_no_page_names_a_language() -> None:
    pages = sorted((ROOT / "docctl" / "web" / "pages").rglob("*.html"))
    assert len(pages) > 50
    found = {str(page): hit[0] for page in pages if (hit := IN_A_PAGE.search(page.read_text("utf-8")))}
    assert found == {}
