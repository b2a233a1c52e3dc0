"""Procedures as people write them: strict YAML, front matter, figures; each file by its schema (design 3).

Knows nothing of the library, the database or other documents: what a limit or a template refers to
outside the file is looked up elsewhere. Whatever cannot be accepted is refused with all problems at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache, partial
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules import languages
from docctl.rules.documents import clauses, head
from docctl.rules.documents.head import Head
from docctl.rules.documents.numbering import canonical
from docctl.rules.languages import Language
from docctl.rules.records.limits import Limit
from docctl.rules.words import Words
from docctl.store import schema as json_schema
from docctl.store import typed
from docctl.store.front_matter import refuse_near_misses
from docctl.store.names import figure_at, file_name, plain_name
from docctl.store.problems import in_line, tried
from docctl.store.schema import Kind, place
from docctl.store.schema_sentences import Path
from docctl.store.tree import loaded, refuse_hidden, text_of


@dataclass(frozen=True, kw_only=True)
class Written:
    """One language of a procedure: `raw` are the bytes that are approved, `body` the Markdown below the head.

    `body_line` is the line of the file with which the body begins.
    """

    raw: bytes
    body: str
    body_line: int


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """`texts` are its languages, in the order of their list; what the heads say is the same in all."""

    number: str
    title: Words
    level: str
    department: str
    head: Head
    records: tuple[str, ...]
    limits: Mapping[str, Limit]
    texts: Mapping[Language, Written]
    figures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def main(self) -> Written:
        """The text in the language that each document has."""
        return self.texts[languages.PRIMARY]

    @property
    def raw(self) -> bytes:
        return self.main.raw

    @property
    def references(self) -> tuple[str, ...]:
        return self.head.get("references", ())


_SAID_ALIKE: Final = tuple(each.name for each in fields(Procedure) if each.name not in {"texts", "figures"})
"""What the heads of all languages say alike: one of them is shown, and what is shown is what is signed."""


def check_file(kind: Kind, data: object, lines: Mapping[Path, int] | None = None) -> Any:
    """What `load_yaml` gave, in the types of the file's schema. Raises Invalid with all problems.

    `lines` maps places to the lines that the sentences then name. A template's own `schema` is only
    looked over; `check_template_schema` does the rest.
    """
    rules = json_schema.file_schema(kind)
    tree = typed.typed(data, rules, rules)
    own = tree.get("schema") if kind == "template" and isinstance(tree, dict) else None
    if isinstance(own, dict):
        typed.cast_choices(own)
    found: dict[str, Message] = {}
    at = lines or {}
    for path, sentence in json_schema.problems(rules, tree):
        line = next((at[path[:n]] for n in range(len(path), -1, -1) if path[:n] in at), 0)
        found.setdefault(place(path), in_line(line, sentence) if line else sentence)
    if found:
        raise Invalid(found)
    return tree


def figure_paths(data: bytes, *others: bytes) -> dict[str, str]:
    """The figures that the texts of a procedure name, by paths relative to its file: where each is kept."""
    number = ""
    with suppress(Invalid, KeyError):  # what is wrong with the head is told by who reads the whole
        number = canonical(_front(_split(text_of(data))[0])["number"])
    bodies = [list(clauses.read_lines(_split(text_of(text))[1])) for text in (data, *others)]
    return {path: figure_at(number, path) for body in bodies for _, path in clauses.figures_named(body)}


def read_procedure(data: bytes, others: Mapping[Language, bytes], figures: Mapping[str, bytes]) -> Procedure:
    """Read `NUMBER.md` with `others`, its `NUMBER.LANG.md`. `figures` has the paths that the texts name.

    Raises Invalid with all problems; those of another language have it before their place: `en: number`.
    """
    found: dict[str, Message] = {}
    main = tried(found, "", lambda: _language(data, languages.PRIMARY, figures))
    texts = dict(main.texts) if main is not None else {}
    for language in (each for each in languages.ALL if each in others):
        read = partial(_language, others[language], language, figures)
        other = tried(found, f"{language}: ", read)
        if main is not None and other is not None:
            texts |= other.texts
            for name in _differing(main, other):
                found[f"{language}: {name}"] = Message(
                    "differs from the main file; the texts in all languages are one document"
                )
    if found or main is None:
        raise Invalid(found)
    return replace(main, texts=texts)


def _language(data: bytes, language: Language, figures: Mapping[str, bytes]) -> Procedure:
    front, body, body_line = _split(text_of(data))
    source = _front(front)
    text = list(clauses.read_lines(body, body_line))
    refuse_hidden(text)
    found: dict[str, Message] = {}
    number = tried(found, "", lambda: canonical(source["number"]))
    records = tried(found, "records: ", lambda: tuple(map(canonical, source.get("records", ()))))
    limits = {
        name: tried(found, f"limits.{name}.", partial(Limit.parse, limit))
        for name, limit in source.get("limits", {}).items()
    }
    if number and tried(found, "number", lambda: file_name(number)):
        found |= clauses.misplaced_figures(text, plain_name(number), partial(figure_at, number), figures)
    for line, name in clauses.limits_named(text):
        if name not in limits:
            lost = Message("line {line}: the front matter has no limit of this name", line=line)
            found[f"limit:{name}"] = lost
    if found or number is None or records is None:
        raise Invalid(found)
    return Procedure(
        number=number,
        title=Words(source["title"]),
        level=source["level"],
        department=source["department"],
        head=head.read(source, of_form=False),
        records=records,
        limits={name: limit for name, limit in limits.items() if limit is not None},
        texts={language: Written(raw=data, body=body, body_line=body_line)},
        figures=dict(figures),
    )


def _differing(main: Procedure, other: Procedure) -> Iterator[str]:
    """What the heads of two languages say differently, as it is called in them."""
    for name in _SAID_ALIKE:
        if name == "head":
            both = (main.head, other.head)
            yield from (key for key in {**main.head, **other.head} if both[0].get(key) != both[1].get(key))
        elif getattr(main, name) != getattr(other, name):
            yield name


@lru_cache(maxsize=256)
def _front(front: str) -> Mapping[str, Any]:
    """What the lines above a text say: of all that is read, what takes longest."""
    refuse_near_misses(front)
    said: Mapping[str, Any] = check_file("procedure", *loaded(front, 2))
    return said


def _split(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line with which the body begins."""
    found = re.match(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise Invalid(
            "line 1: the file must begin with its front matter, between two lines of ---, with at least "
            "{keys}.",
            keys=json_schema.file_schema("procedure")["required"],
        )
    return found[1], text[found.end() :], text.count("\n", 0, found.end()) + 1
