"""What is wrong with files before anybody registers them: one document, or a whole folder of them.

Needs no site. What a registration would refuse is a finding here, so that all of it is told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Invalid, NotFound
from docctl.errors.message import Message
from docctl.rules import languages
from docctl.rules.documents import cards, citations, lint
from docctl.rules.documents.cards import Rules
from docctl.rules.documents.citations import Known, Library, key_of
from docctl.rules.documents.finding import Finding
from docctl.rules.documents.numbering import Scheme
from docctl.rules.documents.references import parse_reference
from docctl.rules.documents.remarks import Remark
from docctl.rules.languages import Language
from docctl.rules.words import Words
from docctl.standing.cited import names_in
from docctl.store import source, tree
from docctl.store.material import gather
from docctl.store.names import file_name, language_of, text_file
from docctl.store.source import Procedure
from docctl.store.template import Template, meant_in

REFUSED = ""  # what a registration would not take: the file itself breaks no rule of document control yet


NO_NAMES: Final[Mapping[str, Words]] = MappingProxyType({})

Gathered = Procedure | Template | Invalid
"""What a file says, or why it cannot be accepted."""


def document_lint(
    file: Path, remarks_of: Callable[[Procedure | Template], Iterable[Remark]] | None = None
) -> dict[str, Any]:
    """`ok` (no error) and the `findings` of one file; what belongs to it is looked for beside it.

    `remarks_of` asks a site about what the text names. Raises NotFound when there is no such file.
    """
    content, templates = _gathered(file), _templates(map(_gathered, _templates_for(file)))
    found = list(_of_file(file, content, templates))
    if remarks_of is not None and not isinstance(content, Invalid):
        found += [(file.name, _finding(remark)) for remark in remarks_of(content)]
    elif isinstance(content, Template):
        found += _of_form(file.name, content, _procedures(map(_gathered, _procedures_for(file))))
    findings = [_told(finding, at) for at, finding in found]
    return {"ok": not _count(findings, "error"), "findings": findings}


def library_check(folder: Path) -> dict[str, Any]:
    """The findings of every file below `folder`/procedures and `folder`/templates, and between them.

    Raises NotFound when neither folder is there.
    """
    texts = _texts_in(folder / "procedures")
    files = {f: _gathered(f) for f in (*texts, *sorted((folder / "templates").glob("*.yaml")))}
    if not files:
        raise NotFound(
            "there is nothing to check in {folder}: it should hold procedures/ and templates/", folder=folder
        )
    templates = _templates(files.values())
    procedures = _procedures(files.values())
    found = [each for file, content in files.items() for each in _of_file(file, content, templates)]
    between = (*_between(procedures, templates), *_references(procedures, templates))
    findings = [_told(finding, at) for at, finding in (*found, *between)]
    return {
        "ok": not _count(findings, "error"),
        "errors": _count(findings, "error"),
        "warnings": _count(findings, "warning"),
        "findings": findings,
    }


def text_findings(
    content: Procedure,
    language: Language,
    titles: Mapping[str, Words],
    *,
    called: Mapping[str, Words] = NO_NAMES,
    rules: Rules | None = None,
) -> Sequence[Finding]:
    """What is wrong with a procedure in one language; `titles` are those of the forms that are known.

    `called`: what documents are called, by each of their names; `rules`: what the site says of their levels.
    """
    named = [titles[n].get(language, "") if n in titles else n for n in content.records]
    written = content.texts[language]
    return lint.lint(
        written.body,
        title=content.title.get(language, ""),
        level=content.level,
        records=named,
        meant=meant_in(content),
        first_line=written.body_line,
        aliases={name: title.get(language, name) for name, title in called.items()},
        sections=(rules or _rules()).sections_of(content.level, language),
    )


def _gathered(file: Path) -> Gathered:
    try:
        return gather(file).content
    except Invalid as refused:
        return refused


def _templates(contents: Iterable[Gathered]) -> dict[str, Template]:
    return {content.number: content for content in contents if isinstance(content, Template)}


def _of_file(
    file: Path, content: Gathered, templates: Mapping[str, Template]
) -> Iterator[tuple[str, Finding]]:
    """Each finding with the name of the file that it is in."""
    if isinstance(content, Invalid):
        for place, sentence in content.problems.items():
            yield file.name, Finding(REFUSED, "error", place, _line(sentence), sentence)
    elif isinstance(content, Procedure):
        titles = {number: template.title for number, template in templates.items()}
        called = dict(_names(templates.values()))
        for language in content.texts:
            name = text_file(file.stem, language)
            found = text_findings(content, language, titles, called=called)
            yield from ((name, finding) for finding in found)


def _names(templates: Iterable[Template]) -> Iterator[tuple[str, Words]]:
    """What forms are called, each name and each alias with the title (DC-90)."""
    for template in templates:
        for name in (*template.head.get("aliases", ()), *template.title.values()):
            yield name, template.title


def _between(
    procedures: Mapping[str, Procedure], templates: Mapping[str, Template]
) -> Iterator[tuple[str, Finding]]:
    """DC-119 and DC-116 across files: forms that a procedure names, and the clauses that a form cites."""
    for procedure in procedures.values():
        for number in procedure.records:
            if number not in templates:
                message = Message(
                    "{procedure} names the form {number}, and there is no template of it.",
                    procedure=procedure.number,
                    number=number,
                )
                yield f"{file_name(procedure.number)}.md", Finding("DC-119", "error", "", 1, message)
    for template in templates.values():
        name, governing = f"{file_name(template.number)}.yaml", procedures.get(template.governed_by)
        if governing is None:
            message = Message(
                "{number} is governed by {procedure}, which is not in the library.",
                number=template.number,
                procedure=template.governed_by,
            )
            yield name, Finding("DC-119", "error", "", 1, message)
            continue
        yield from _of_form(name, template, procedures)


def _of_form(name: str, form: Template, procedures: Mapping[str, Procedure]) -> Iterator[tuple[str, Finding]]:
    """What an issue would refuse: a procedure that does not list the form, or has not its clauses (DC-89)."""
    governing = procedures.get(form.governed_by)
    if governing is None:
        return
    text = names_in(governing)
    as_it_is = citations.Procedure(
        label="", in_force=True, records=frozenset(map(key_of, text.records)), clauses=frozenset(text.clauses)
    )
    known = Known(number=governing.number, in_force="")
    for remark in citations.of_governing(
        form.number, names_in(form), known, [as_it_is], date.min, issuing=True
    ):
        yield name, _finding(remark)


def _references(
    procedures: Mapping[str, Procedure], templates: Mapping[str, Template]
) -> Iterator[tuple[str, Finding]]:
    """DC-81 and DC-82 among files: what is not there, and outside documents that another one cites newer."""
    schemes = _schemes()
    here = {key_of(number) for number in (*procedures, *templates)}
    every = (parse_reference(text, schemes) for p in procedures.values() for text in p.references)
    library = Library(schemes=schemes, known={}, editions=citations.newest(every))
    for procedure in procedures.values():
        for text in procedure.references:
            if library.key(text) not in here:
                for remark in citations.of_reference(text, library):
                    yield f"{file_name(procedure.number)}.md", _finding(remark)


def _new_site() -> Any:
    """Files are looked over without a site: by what a new one starts with."""
    return source.check_file("site", tree.load_yaml((files("docctl") / "site.yaml").read_bytes()))


@cache
def _rules() -> Rules:
    return cards.from_data(_new_site()["documents"])


def _schemes() -> tuple[Scheme, ...]:
    plain = _new_site()
    return tuple(
        Scheme(s["key"], s["level"], s["pattern"], s["example"], s.get("revision", ""))
        for s in plain["schemes"]
    )


def _finding(remark: Remark) -> Finding:
    return Finding(remark.rule, remark.severity, remark.clause, 1, Message("{why}.", why=remark.words))


def _procedures(contents: Iterable[Gathered]) -> dict[str, Procedure]:
    return {content.number: content for content in contents if isinstance(content, Procedure)}


def _procedures_for(file: Path) -> list[Path]:
    folders = (file.parent.parent / "procedures", file.parent)
    return [file for folder in folders for file in _texts_in(folder)]


def _texts_in(folder: Path) -> list[Path]:
    """The files that `gather` takes, which brings their other languages."""
    return sorted(f for f in folder.glob("*.md") if language_of(f.name) == languages.PRIMARY)


def _templates_for(file: Path) -> list[Path]:
    """Where the project and a library keep them: beside the folder of the procedures, or beside the file."""
    folders = (file.parent.parent / "templates", file.parent)
    return [found for folder in folders for found in sorted(folder.glob("*.yaml"))]


def _line(said: Message) -> int:
    """The line that a refusal names, 1 when it names none."""
    line = said.values.get("line")
    return line if isinstance(line, int) else 1


def _told(finding: Finding, file: str) -> dict[str, Any]:
    return {"file": file} | vars(finding)


def _count(findings: Iterable[Mapping[str, Any]], severity: str) -> int:
    return sum(finding["severity"] == severity for finding in findings)
