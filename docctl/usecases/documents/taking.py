"""A procedure of the starter library taken into a company: under its own number and title, with its forms.

It is a first draft like any other, that the company changes and signs; nothing of it came into force here,
and nobody of the library comes along. What it names that this company does not have is left out of its head.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.models.documents import Document, Revision
from docctl.rules import languages
from docctl.rules.documents import examples, numbering
from docctl.rules.words import Words
from docctl.standing import find
from docctl.store.material import Material, gather, of_procedure, of_template
from docctl.store.names import file_name
from docctl.store.source import Procedure, read_procedure
from docctl.store.starter import Source, sources
from docctl.store.template import read_template
from docctl.usecases.copies.several import part_of
from docctl.usecases.documents import drafting
from docctl.usecases.documents.draft_checks import check_number

FORM = "form"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What it is to be here. `forms`: those that come along, by their numbers in the library."""

    number: str
    title: Words
    department: str
    forms: tuple[str, ...] = ()


def take_document(ctx: Context, folder: Path, number: str, wanted: Wanted) -> Revision:
    """Register it and its forms as drafts of whoever asks. Raises NotFound, Invalid; see `register_document`.

    Each is an act of its own, the procedure first, since its forms name it.
    """
    source = next((each for each in sources(folder) if each.number == number), None)
    if source is None:
        raise NotFound("{number} is no procedure of the library", number=number)
    forms = _own_numbers(ctx, [form for form in source.forms if form in wanted.forms])
    renamed = {source.number: numbering.canonical(wanted.number), **forms}
    there = {each.key for each in find.departments(ctx.session)}
    main = _taken(folder, source, wanted, renamed, there)
    drafts = [of_template(read_template(_form(folder, form, wanted, renamed))) for form in forms]
    for each in (main, *drafts):
        check_number(ctx.session, each)  # of all, before the first has its number for good
    made = drafting.register_document(part_of(ctx, source.number), lambda: main)
    for form, material in zip(forms, drafts, strict=True):
        drafting.register_document(part_of(ctx, form), _given(material))
    return made


def _given(material: Material) -> drafting.Load:
    return lambda: material


def _own_numbers(ctx: Context, forms: Iterable[str]) -> dict[str, str]:
    """For each form the next free number of this company, else the one that it has."""
    scheme = next((s for s in find.schemes(ctx.session) if s.level == FORM), None)
    used = [*ctx.session.scalars(select(Document.number))]
    asked = [*forms]
    free = examples.next_numbers(scheme, used, len(asked)) if scheme else []
    return dict(zip(asked, free or asked, strict=False))


def _taken(
    folder: Path, source: Source, wanted: Wanted, renamed: Mapping[str, str], there: Collection[str]
) -> Material:
    content = gather(folder / "procedures" / f"{file_name(source.number)}.md").content
    assert isinstance(content, Procedure)
    names = {**renamed, file_name(source.number): file_name(renamed[source.number])}
    texts = {
        language: _head(_renamed(text.raw.decode(), names), wanted, renamed, there).encode()
        for language, text in content.texts.items()
    }
    figures = {_renamed(path, names): data for path, data in content.figures.items()}
    return of_procedure(read_procedure(texts.pop(languages.PRIMARY), texts, figures))


def _form(folder: Path, form: str, wanted: Wanted, renamed: Mapping[str, str]) -> bytes:
    raw = (folder / "templates" / f"{file_name(form)}.yaml").read_text("utf-8")
    text = _renamed(raw, renamed)
    return re.sub(r"(?m)^(department|keeper): .*$", rf"\1: {wanted.department}", text).encode()


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """All numbers at once, so that a new one is not taken for an old one; blanks where people write them."""
    either = "|".join(_with_blanks(name) for name in sorted(names, key=len, reverse=True))
    meant = {_without_blanks(name): own for name, own in names.items()}
    return re.sub(rf"(?:{either})(?![0-9])", lambda found: meant[_without_blanks(found[0])], text)


def _with_blanks(number: str) -> str:
    return re.escape(number).replace(r"\ ", " ?").replace("/", " ?/ ?")


def _without_blanks(number: str) -> str:
    return number.replace(" ", "")


def _head(text: str, wanted: Wanted, renamed: Mapping[str, str], there: Collection[str]) -> str:
    """The text with the head of this company: its title, department, and of the rest what it has."""
    _, head, body = text.split("---\n", 2)
    kept = re.sub(r"(?m)^(number|title|department|scope|records|references):.*\n(?:[ ]+-.*\n)*", "", head)
    title = ", ".join(f"{language}: {_quoted(said)}" for language, said in wanted.title.items() if said)
    number = numbering.canonical(wanted.number)
    lines = [f"number: {number}", f"title: {{{title}}}", f"department: {wanted.department}"]
    scope = [key for key in _listed(head, "scope") if key in there]
    records = [form for form in _listed(head, "records") if form in renamed.values()]
    outside = [of for of in _listed(head, "references") if re.match(r"(GB|GJB|ISO|IATF)\b", of)]
    for name, values in (("scope", scope), ("references", outside), ("records", records)):
        if values:
            lines.append(f"{name}: [{', '.join(map(_quoted, values))}]")
    return f"---\n{kept}{chr(10).join(lines)}\n---\n{body}"


def _listed(head: str, name: str) -> list[str]:
    """The values of a list in the head, in a line or one below the other."""
    found = re.search(rf"(?m)^{name}:(.*)\n((?:[ ]+-.*\n)*)", head)
    if found is None:
        return []
    inline = found[1].split("#")[0].strip(" []").split(",")
    below = [line.split("#")[0].strip(" -") for line in found[2].splitlines()]
    return [value.strip() for value in (*inline, *below) if value.strip()]


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
