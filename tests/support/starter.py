"""The starter library as tests read it: procedures clause by clause, and the YAML files. Reads files only.

Every file `tests/data/catalogue-NAME.yaml` is a procedure with the facts that its texts must agree with; the
tests run over all of them. Such a file has, copied from the catalogue and nothing changed:

    number, title, level, department, edition
    templates    number: {title, keeper, years, fields: [{zh, en, type, values, unit, inferred}]}; `department`
                 where it is not that of the procedure. `years` is null where no period is stated. A field is
                 named by its English words (`name_of` in tests/test_starter_templates.py), or by `name`
    figures      what the catalogue limits, each with the clause of our text where it stands: either the words
                 {clause, zh, en}, or {clause, limit, within, unit} where a limit of the front matter prints it
    cites        optional: names in 《》 that are no forms of the procedure
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from docctl.rules.documents.numbering import canonical
from docctl.store.names import file_name

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh", "en")
CJK = "\u4e00-\u9fff"
CLAUSE = re.compile(r"^(?P<number>\d+(?:\.\d+)+) .*\{#(?P<anchor>[\d.]+)\}$", re.MULTILINE)
HEADING = re.compile(r"^#{1,2} (?P<number>\d+(?:\.\d+)*) (?P<title>\S.*)", re.MULTILINE)
LIMIT = re.compile(r"\{limit:([a-z0-9-]+)\}")


def read_yaml(path: str) -> Any:
    """A YAML file of the project, with the types that plain YAML gives."""
    return YAML(typ="safe").load((ROOT / path).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Text:
    """One language of a procedure."""

    name: str
    language: str

    @property
    def path(self) -> Path:
        return ROOT / "procedures" / f"{self.name}{'.en' if self.language == 'en' else ''}.md"

    @property
    def front_matter(self) -> dict[str, Any]:
        found: dict[str, Any] = YAML(typ="safe").load(self._parts[0])
        return found

    @property
    def body(self) -> str:
        return self._parts[1]

    @property
    def numbers(self) -> list[str]:
        """The numbers of headings and clauses, in their order."""
        return [m["number"] for m in self._starts]

    @property
    def sentences(self) -> list[str]:
        """What is read aloud: without headings, tables, figures, anchors and clause numbers."""
        lines = (line for line in self.body.splitlines() if line and line[0] not in "#|!")
        plain = (
            LIMIT.sub("5", re.sub(r"\{#[\d.]+\}|^[\d.]+ |^[a-z][)）] ?", "", line)).strip() for line in lines
        )
        return [s for line in plain for s in re.split(r"(?<=[。；：])|(?<=[.;:]) ", line) if s]

    def clause(self, number: str) -> str:
        """The text of one clause or heading, up to the next."""
        place = self.numbers.index(number)
        end = self._starts[place + 1].start() if place + 1 < len(self._starts) else len(self.body)
        return self.body[self._starts[place].start() : end]

    def chapter(self, title: str) -> str:
        """A chapter with all its clauses, by a word of its heading."""
        headed = [m for m in HEADING.finditer(self.body) if "." not in m["number"]]
        place = next(n for n, m in enumerate(headed) if title in m["title"])
        end = headed[place + 1].start() if place + 1 < len(headed) else len(self.body)
        return self.body[headed[place].start() : end]

    @cached_property
    def _starts(self) -> list[re.Match[str]]:
        found = chain(HEADING.finditer(self.body), CLAUSE.finditer(self.body))
        return sorted(found, key=lambda m: m.start())

    @cached_property
    def _parts(self) -> tuple[str, str]:
        _, matter, text = self.path.read_text(encoding="utf-8").split("---\n", 2)
        return matter, text


@dataclass(frozen=True)
class Procedure:
    """A procedure with its texts and templates; `facts` are those of the catalogue."""

    facts: Mapping[str, Any]

    @property
    def number(self) -> str:
        return str(self.facts["number"])

    @cached_property
    def name(self) -> str:
        """Of its files."""
        return file_name(canonical(self.number))

    @cached_property
    def texts(self) -> dict[str, Text]:
        return {language: Text(self.name, language) for language in LANGUAGES}


@dataclass(frozen=True)
class Form:
    """A record template with the procedure that governs it; `facts` are those of the catalogue."""

    number: str
    procedure: Procedure

    @property
    def facts(self) -> Any:
        return self.procedure.facts["templates"][self.number]

    @property
    def path(self) -> str:
        return f"templates/{file_name(canonical(self.number))}.yaml"

    @cached_property
    def source(self) -> Any:
        """The file."""
        return read_yaml(self.path)

    @property
    def fields(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.source["schema"]["properties"]
        return found


def procedure(number: str) -> Procedure:
    """The procedure of that number."""
    return next(found for found in PROCEDURES if found.number == number)


def form(number: str) -> Form:
    """The template of that number."""
    return next(found for found in FORMS if found.number == number)


PROCEDURES = tuple(
    Procedure(read_yaml(str(path.relative_to(ROOT))))
    for path in sorted((ROOT / "tests" / "data").glob("catalogue-*.yaml"))
)
TEXTS = tuple(text for found in PROCEDURES for text in found.texts.values())
FORMS = tuple(Form(number, found) for found in PROCEDURES for number in found.facts["templates"])

# Each parametrised by what it is about, so that the name of a failed test says which.
each_procedure = pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.number)
each_text = pytest.mark.parametrize("text", TEXTS, ids=lambda t: f"{t.name}-{t.language}")
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda f: f.number)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def starter() -> Any:
    """The list of what is loaded."""
    return read_yaml("procedures/starter.yaml")
