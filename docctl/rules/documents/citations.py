"""What a text names, judged by what there is: documents, editions, forms, clauses (DC-79 to DC-82)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from docctl.errors import Invalid
from docctl.rules.documents import externals, numbering
from docctl.rules.documents.externals import Outside
from docctl.rules.documents.labels import parse_label
from docctl.rules.documents.numbering import Scheme
from docctl.rules.documents.references import Reference, base, newer_editions, parse_reference
from docctl.rules.documents.remarks import Fault, Remark


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the text of a document names. `clauses`: those that a procedure has, or that a form cites."""

    references: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    governed_by: str = ""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """A registered document as it stands: what is in force, what was ever issued, what is being made."""

    number: str
    in_force: str | None = None
    issued: tuple[str, ...] = ()
    withdrawn: date | None = None


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A revision of the procedure that governs a form. `in_force`: it governs work on the day in question."""

    label: str
    in_force: bool
    records: frozenset[str]
    clauses: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Library:
    """What there is: registered documents by key, and the newest known edition of each outside document."""

    schemes: tuple[Scheme, ...]
    known: Mapping[str, Known]
    outside: Mapping[str, Outside] = field(default_factory=dict)
    """By their base, the documents from outside that are under control."""
    editions: tuple[Reference, ...] = ()
    _parsed: dict[str, Reference] = field(default_factory=dict)

    def parse(self, text: str) -> Reference:
        """What a line of `references` names."""
        if text not in self._parsed:
            self._parsed[text] = parse_reference(text, self.schemes)
        return self._parsed[text]

    def keys(self, text: str) -> tuple[str, str]:
        """Under which keys the document that is named may stand: by the whole line, else by its number."""
        return key_of(text), key_of(self.parse(text).number or text)

    def held(self, text: str) -> Outside | None:
        """The document from outside that is named, if it is under control and none of ours is called so."""
        cited = self.parse(text)
        if cited.is_internal or not cited.number or not self.known.keys().isdisjoint(self.keys(text)):
            return None
        return self.outside.get(base(cited))

    def key(self, text: str) -> str:
        """Under which key the document that is named would stand."""
        held = self.held(text)
        whole, number = self.keys(text)
        return held.key if held else whole if whole in self.known else number


def of_reference(text: str, library: Library) -> Iterator[Remark]:
    """What is wrong with one line of `references` (DC-79 to DC-82, DC-17)."""
    cited, held = library.parse(text), library.held(text)
    known = library.known.get(library.key(text))
    if known is not None and held is not None:
        yield from (replace(remark, about=text) for remark in _of_known(known, None))
        if known.withdrawn is None:
            yield from externals.of_edition(cited, held, text)
    elif known is not None:
        for remark in _of_known(known, cited.edition if cited.is_internal else None):
            yield replace(remark, about=text)
    elif cited.is_internal:
        yield Remark(fault=Fault.UNREGISTERED, number=cited.number, about=text)
    else:
        for hint in newer_editions([cited], library.editions):
            old = f"{cited.number}-{cited.edition}"
            yield Remark(fault=Fault.NEWER, number=old, newer=hint.newer, about=text)


def _of_known(known: Known, edition: str | None) -> Iterator[Remark]:
    """A dated reference is one to its edition, an undated one to what is in force (DC-79, DC-80, DC-82)."""
    if known.withdrawn is not None:
        yield Remark(fault=Fault.WITHDRAWN, number=known.number, day=known.withdrawn)
    elif edition is not None and not any(_same(edition, label) for label in known.issued):
        yield Remark(fault=Fault.NO_EDITION, number=known.number, edition=edition)
    elif known.in_force is None:
        yield Remark(fault=Fault.TO_COME, number=known.number)
    elif edition is not None and not _same(edition, known.in_force):
        newer = f"{known.number} {known.in_force}"
        yield Remark(fault=Fault.NEWER, number=known.number, edition=edition, newer=newer)


def of_records(records: Iterable[str], library: Library) -> Iterator[Remark]:
    """The forms that a procedure lists: each is there, and was not withdrawn (DC-119)."""
    for number in records:
        known = library.known.get(key_of(number))
        if known is None:
            yield Remark(fault=Fault.UNREGISTERED, number=number, about=number)
        elif known.withdrawn is not None:
            yield Remark(fault=Fault.WITHDRAWN, number=known.number, day=known.withdrawn, about=number)


def of_forms_in_force(forms: Iterable[tuple[str, Names]], names: Names) -> Iterator[Remark]:
    """The forms in force under a procedure: its text lists them still, and has the clauses that they cite."""
    listed = {key_of(number) for number in names.records}
    for number, form in forms:
        if key_of(number) not in listed:
            yield Remark(fault=Fault.DROPPED, number=number)
        for clause in form.clauses:
            if clause not in names.clauses:
                yield Remark(fault=Fault.CLAUSE_DROPPED, number=number, clause=clause)


def of_governing(
    form: str,
    names: Names,
    known: Known | None,
    revisions: Collection[Procedure],
    day: date,
    *,
    issuing: bool,
) -> Iterator[Remark]:
    """A form is issued under a procedure that lists it and has its clauses (DC-89, DC-116).

    At a submission it is enough that the procedure's next revision, which is being made, does both.
    """
    found = _of_governing(form, names, known, revisions, day, issuing=issuing)
    yield from (replace(remark, about=names.governed_by) for remark in found)


def _of_governing(
    form: str,
    names: Names,
    known: Known | None,
    revisions: Collection[Procedure],
    day: date,
    *,
    issuing: bool,
) -> Iterator[Remark]:
    if known is None:
        yield Remark(fault=Fault.NO_PROCEDURE, number=names.governed_by)
        return
    if known.withdrawn is not None:
        yield Remark(fault=Fault.WITHDRAWN, number=known.number, day=known.withdrawn)
        return
    asked = [r for r in revisions if r.in_force or not issuing]
    if not asked:
        yield Remark(fault=Fault.NO_PROCEDURE_IN_FORCE, number=known.number, day=day)
        return
    listing = [r for r in asked if key_of(form) in r.records]
    by = listing[0] if listing else asked[0]
    if not listing:
        yield Remark(fault=Fault.NOT_LISTED, number=known.number, edition=by.label)
    elif not by.in_force:
        yield Remark(fault=Fault.LISTED_LATER, number=known.number, edition=by.label)
    for clause in names.clauses:
        if clause not in by.clauses:
            yield Remark(fault=Fault.NO_CLAUSE, number=known.number, edition=by.label, clause=clause)


def newest(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Of each outside document the edition that is cited newest somewhere in the library (DC-81)."""
    found: dict[str, Reference] = {}
    for cited in references:
        if cited.edition is None or cited.is_internal:
            continue
        best = found.setdefault(base(cited), cited)
        if (best.edition or "") < cited.edition:
            found[base(cited)] = cited
    return tuple(found.values())


def key_of(text: str) -> str:
    """The key of a number; empty where no document can have it, so that it names none of ours."""
    with suppress(Invalid):
        return numbering.key(text)
    return ""


def _same(label: str, other: str) -> bool:
    return parse_label(label) == parse_label(other)
