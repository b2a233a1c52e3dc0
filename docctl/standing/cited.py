"""What the texts of a site name, and how what they name stands: the remarks on a text before it governs work.

What a text names is worked out once for its content, which never changes, and kept beside the rendered texts.
Asks nobody's permission.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from docctl.errors import Invalid, Tampered
from docctl.models.documents import Document, Revision
from docctl.rules.documents import citations, clauses, externals, revisions
from docctl.rules.documents.citations import Known, Library, Names, key_of
from docctl.rules.documents.externals import Outside
from docctl.rules.documents.numbering import Scheme
from docctl.rules.documents.references import Reference, parse_reference
from docctl.rules.documents.remarks import Remark
from docctl.rules.words import Words
from docctl.standing import facts, find
from docctl.store.material import parse, read_files
from docctl.store.source import Procedure
from docctl.store.template import Template

if TYPE_CHECKING:
    from docctl.door.site import Site


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A document with the revision that governs work on a day, and what its text names."""

    number: str
    key: str
    label: str
    title: Words
    names: Names


def names_in(content: Procedure | Template) -> Names:
    """What a text names, as it was parsed."""
    if isinstance(content, Template):
        return Names(governed_by=content.governed_by, clauses=tuple(content.clauses))
    known = {line.clause for line in clauses.read_lines(content.main.body) if line.clause}
    return Names(
        references=tuple(content.references), records=tuple(content.records), clauses=tuple(sorted(known))
    )


def names_of(site: Site, revision: Row[Any] | Revision) -> Names:
    """The same of a stored revision. Raises Tampered where its files are not as signed."""
    return site.memory.recall("names", revision.content, lambda: _names_of(site, revision), most=_MOST)


def _names_of(site: Site, revision: Row[Any] | Revision) -> Names:
    name = hashlib.sha256(f"{_FORMAT}\n{revision.content}".encode()).hexdigest()
    kept = site.rendered.read(name)
    if kept is None:
        kept = json.dumps(asdict(names_in(parse(read_files(site.library, revision.manifest))))).encode()
        site.rendered.keep(name, kept)
    return _from_data(json.loads(kept))


_MOST: Final = 20_000
_FORMAT: Final = "names 1"
"""Another one, if a later program reads more out of a text."""


def _from_data(data: Mapping[str, Any]) -> Names:
    return Names(
        references=tuple(data["references"]),
        records=tuple(data["records"]),
        governed_by=data["governed_by"],
        clauses=tuple(data["clauses"]),
    )


def in_force(site: Site, session: Session, day: date) -> tuple[InForce, ...]:
    """All documents in force on a day, by number. Worked out anew only after an issue or a withdrawal."""
    key = (day, *session.execute(_STAND).one())
    return site.memory.recall("in force", key, lambda: tuple(_in_force(site, session, day)), most=_MOST_DAYS)


_MOST_DAYS: Final = 20
_STAND: Final = select(
    select(func.max(Revision.issued_seq)).scalar_subquery(),
    select(func.max(Revision.cancelled_at)).scalar_subquery(),
    select(func.max(Document.withdrawn_seq)).scalar_subquery(),
)
_DOCUMENTS: Final = select(
    Document.id, Document.number, Document.number_key, Document.withdrawn_day, Document.withdrawn_seq
).order_by(Document.number_key)
_REVISIONS: Final = (
    select(
        Revision.id,
        Revision.document_id,
        Revision.label,
        Revision.state,
        Revision.effective_day,
        Revision.issued_seq,
        Revision.title,
        Revision.content,
        Revision.manifest,
    )
    .where(Revision.issued_seq.is_not(None))
    .order_by(Revision.id)
)


def _in_force(site: Site, session: Session, day: date) -> Iterator[InForce]:
    known: dict[int, list[Row[Any]]] = {}
    for row in session.execute(_REVISIONS):
        known.setdefault(row.document_id, []).append(row)
    for document in session.execute(_DOCUMENTS):
        rows = known.get(document.id, [])
        judged = [facts.of_revision(row) for row in rows]  # type: ignore[arg-type]
        of = revisions.DocumentFacts(document.number, document.withdrawn_day, document.withdrawn_seq)
        governing = revisions.in_force(judged, day, document=of)
        if governing is None:
            continue
        row = next(row for row in rows if row.id == governing.id)
        try:
            names = names_of(site, row)
        except (Tampered, Invalid):
            names = Names()  # `docctl check` tells it; here it must not hold up all other documents
        yield InForce(
            number=document.number,
            key=document.number_key,
            label=row.label,
            title=row.title,
            names=names,
        )


def referring_to(site: Site, session: Session, number: str, day: date) -> list[InForce]:
    """The documents in force on a day that name this one: as reference, as form, or as what governs them."""
    wanted = key_of(number)
    library = library_of(site, session, (), day)
    return [
        other
        for other in in_force(site, session, day)
        if other.key != wanted and wanted in _keys_named(other.names, library)
    ]


def _keys_named(names: Names, library: Library) -> set[str]:
    cited = {key for text in names.references for key in (*library.keys(text), library.key(text))}
    return {*cited, *map(key_of, (*names.records, names.governed_by))} - {""}


def library_of(site: Site, session: Session, names: Iterable[Names], day: date) -> Library:
    """How the documents stand that these texts name, and which editions of outside documents are known."""
    schemes = tuple(find.schemes(session))
    outside, editions = _editions(site, session, schemes, day)
    empty = Library(schemes=schemes, known={}, outside=outside)
    keys = set().union(*(_keys_named(each, empty) for each in names))
    documents = session.scalars(select(Document).where(Document.number_key.in_(keys))).all() if keys else ()
    return replace(empty, known=_known(session, documents, day), editions=editions)


Editions = tuple[Mapping[str, Outside], tuple[Reference, ...]]


def _editions(site: Site, session: Session, schemes: tuple[Scheme, ...], day: date) -> Editions:
    """Outside documents under control, and the newest editions cited. Anew after an issue or a withdrawal."""

    def read() -> Editions:
        others = in_force(site, session, day)
        cited = (parse_reference(text, schemes) for other in others for text in other.names.references)
        held = externals.by_base(_outside(session, others))
        known = [one.reference for one in held.values()]
        return held, citations.newest((*cited, *known))

    key = (day, schemes, *session.execute(_STAND).one())
    return site.memory.recall("editions", key, read, most=_MOST_DAYS)


def _outside(session: Session, others: Iterable[InForce]) -> Iterator[Outside]:
    """The documents from outside in the edition that is in force; in their last, where they were withdrawn.

    Of these too, what cites them is to be told.
    """
    rows = session.execute(_EDITIONS.where(Document.level == externals.LEVEL))
    issued: dict[str, list[Any]] = {}
    for row in rows:
        issued.setdefault(row.number_key, []).append(row)
    current = {other.key: other.label for other in others}
    for key, editions in issued.items():
        stand = {row.label: externals.standard(row.head) for row in editions}
        label = current.get(key) or (editions[-1].label if editions[-1].withdrawn_day else "")
        labels = {of.edition: name for name, of in stand.items() if of and of.edition}
        if reference := stand.get(label):
            yield Outside(key=key, reference=reference, labels=labels)


_EDITIONS: Final = (
    select(Document.number_key, Document.withdrawn_day, Revision.label, Revision.head)
    .join(Revision, Revision.document_id == Document.id)
    .where(Revision.issued_seq.is_not(None), Revision.cancelled_at.is_(None))
    .order_by(Revision.issued_seq)
)


def _known(session: Session, documents: Sequence[Document], day: date) -> dict[str, Known]:
    found: dict[int, list[Revision]] = {document.id: [] for document in documents}
    for row in session.scalars(select(Revision).where(Revision.document_id.in_(found)).order_by(Revision.id)):
        found[row.document_id].append(row)
    return {d.number_key: _stands(d, found[d.id], day) for d in documents}


def _stands(document: Document, rows: Sequence[Revision], day: date) -> Known:
    of = facts.document(document)
    governing = revisions.in_force(facts.revisions(rows), day, document=of)
    return Known(
        number=document.number,
        in_force=governing.label if governing else None,
        issued=tuple(r.label for r in rows if r.issued_at is not None and r.cancelled_at is None),
        withdrawn=document.withdrawn_day if of.is_withdrawn(day) else None,
    )


def remarks(
    site: Site, session: Session, number: str, names: Names, day: date, *, issuing: bool = False
) -> list[Remark]:
    """All that is wrong with what this text of document `number` names, if it governs work from `day` on.

    `issuing`: it is to do so at once; until then what it needs may still be on its way.
    """
    others = in_force(site, session, day)
    library = library_of(site, session, [names], day)
    if names.governed_by:
        return list(_of_form(site, session, number, names, library, day, issuing=issuing))
    own = key_of(number)
    forms = [
        (o.number, o.names) for o in others if o.names.governed_by and key_of(o.names.governed_by) == own
    ]
    return [
        *(r for text in names.references for r in citations.of_reference(text, library)),
        *citations.of_records(names.records, library),
        *citations.of_forms_in_force(forms, names),
    ]


def _of_form(
    site: Site, session: Session, number: str, names: Names, library: Library, day: date, *, issuing: bool
) -> Iterator[Remark]:
    key = key_of(names.governed_by)
    document = session.scalar(select(Document).where(Document.number_key == key)) if key else None
    governing = [] if document is None else list(_governing(site, session, document, day))
    yield from citations.of_governing(number, names, library.known.get(key), governing, day, issuing=issuing)


def _governing(site: Site, session: Session, document: Document, day: date) -> Iterator[citations.Procedure]:
    """What governs on the day, first, and what will or may govern later."""
    rows, of = find.revisions(session, document.id), facts.document(document)
    now = revisions.in_force(facts.revisions(rows), day, document=of)
    to_come = [r for r in rows if r.state in revisions.OPEN or (r.effective_day or date.min) > day]
    for row in [*(r for r in rows if now and r.id == now.id), *to_come]:
        names = names_of(site, row)
        yield citations.Procedure(
            label=row.label,
            in_force=now is not None and row.id == now.id,
            records=frozenset(map(key_of, names.records)),
            clauses=frozenset(names.clauses),
        )
