"""The files of the starter library, as tests read them: two texts clause by clause, and the YAML files."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
NUMBER = "LX-CX-2019-001"
LANGUAGES = {"zh": f"procedures/{NUMBER}.md", "en": f"procedures/{NUMBER}.en.md"}
TEMPLATES = ("LX-R-001", "LX-R-002", "LX-R-003", "LX-R-004")
CJK = "\u4e00-\u9fff"
CLAUSE = re.compile(r"^(?P<number>\d+(?:\.\d+)+) .*\{#(?P<anchor>[\d.]+)\}$", re.MULTILINE)
HEADING = re.compile(r"^#{1,2} (?P<number>\d+(?:\.\d+)*) \S", re.MULTILINE)
LIMIT = re.compile(r"\{limit:([a-z-]+)\}")


def read_yaml(path: str) -> Any:
    return YAML(typ="safe").load((ROOT / path).read_text(encoding="utf-8"))


def front_matter(language: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(_parts(language)[0])
    return found


def body(language: str) -> str:
    return _parts(language)[1]


def sentences(language: str) -> list[str]:
    """What is read aloud: without headings, tables, figures, anchors and clause numbers."""
    lines = (line for line in body(language).splitlines() if line and line[0] not in "#|!")
    plain = (
        LIMIT.sub("5", re.sub(r"\{#[\d.]+\}|^[\d.]+ |^[a-z][)）] ?", "", line)).strip() for line in lines
    )
    return [s for line in plain for s in re.split(r"(?<=[。；：])|(?<=[.;:]) ", line) if s]


def numbers(language: str) -> list[str]:
    """The numbers of headings and clauses, in their order."""
    text = body(language)
    found = sorted(chain(HEADING.finditer(text), CLAUSE.finditer(text)), key=lambda m: m.start())
    return [m["number"] for m in found]


def clause(language: str, number: str) -> str:
    """The text of one clause or heading, up to the next."""
    text = body(language)
    starts = sorted(chain(HEADING.finditer(text), CLAUSE.finditer(text)), key=lambda m: m.start())
    place = next(n for n, m in enumerate(starts) if m["number"] == number)
    end = starts[place + 1].start() if place + 1 < len(starts) else len(text)
    return text[starts[place].start() : end]


def template(number: str) -> Any:
    return read_yaml(f"templates/{number}.yaml")


@pytest.fixture(scope="module")
def facts() -> Any:
    return read_yaml(f"tests/data/catalogue-{NUMBER}.yaml")


@pytest.fixture(scope="module")
def starter() -> Any:
    return read_yaml("procedures/starter.yaml")


def _parts(language: str) -> tuple[str, str]:
    _, matter, text = (ROOT / LANGUAGES[language]).read_text(encoding="utf-8").split("---\n", 2)
    return matter, text
