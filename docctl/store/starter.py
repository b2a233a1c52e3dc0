"""The procedures of the starter library, as a company chooses from them. Knows files only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docctl.rules import languages
from docctl.rules.words import Words
from docctl.store.material import gather
from docctl.store.source import Procedure


@dataclass(frozen=True)
class Source:
    """A procedure of the library with the numbers of its forms."""

    number: str
    title: Words
    level: str
    department: str
    forms: tuple[str, ...]


def sources(folder: Path) -> list[Source]:
    """The procedures of the library in `folder`, by the names of their files."""
    files = (folder / "procedures").glob("*.md")
    endings = tuple(f".{each}.md" for each in languages.ALL)
    return [_source(file) for file in sorted(files) if not file.name.endswith(endings)]


def _source(file: Path) -> Source:
    of = gather(file).content
    forms = of.records if isinstance(of, Procedure) else ()
    return Source(of.number, of.title, of.level, of.department, forms)
