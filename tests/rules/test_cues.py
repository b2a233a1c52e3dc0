"""What the checks of a text go by, language by language."""

from __future__ import annotations

import re
import sys
from dataclasses import fields
from importlib.util import find_spec, module_from_spec
from types import ModuleType

import pytest

from docctl.rules import languages
from docctl.rules.documents import cues
from docctl.rules.documents.cues import CUES, Cues


def test_the_cues_are_of_languages_of_the_list() -> None:
    assert set(CUES) <= set(languages.ALL)
    assert len(CUES) > 1


@pytest.mark.parametrize("name", [field.name for field in fields(Cues)])
def test_what_a_language_leaves_out_matches_nothing(name: str) -> None:
    assert not re.fullmatch(cues.any_of(name), "")


@pytest.fixture
def lint(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The checks of a docctl that has a language more, as an entry of the table."""
    more = Cues(cites="voir", clause="article", gaps="à remplir", bounds="au plus", units="heures?")
    monkeypatch.setattr(cues, "CUES", {**CUES, "fr": more})
    spec = find_spec("docctl.rules.documents.lint")
    assert spec is not None
    assert spec.loader is not None
    # Beside the module that all others have, whose patterns were made of the table as it is.
    made = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, made)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("voir article 9.9", "DC-116"),
        ("[à remplir]", "DC-119"),
        ("au plus heures", "DC-120"),
        ("见9.9", "DC-116"),
        ("at most hours", "DC-120"),
    ],
)
def test_a_language_more_is_an_entry(lint: ModuleType, said: str, rule: str) -> None:
    text = f"# 1 A\n## 1.1 B\n1.1.1 {said}\n"
    found = lint.lint(text, title="T", level="manual", records=[])
    assert [finding.rule for finding in found] == [rule]
