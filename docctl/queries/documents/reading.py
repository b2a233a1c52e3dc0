"""A document as somebody reads it: its text, and whether one may work by it, today or on a day of the past.

All that a page says of it is worked out once and remembered until something happens at the site or the day
ends: the number of the newest event is its `version`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import Invalid, NotFound
from docctl.language.message import Typed
from docctl.models.documents import Document, Revision, called
from docctl.queries.desk.remembered import remembered
from docctl.queries.documents.actions import DocumentActions, actions_for
from docctl.queries.documents.master_list import Stand, standing
from docctl.queries.documents.redline import FigureAddress
from docctl.queries.documents.texts import Text, texts_of
from docctl.queries.documents.under_way import UnderWay, under_way_of
from docctl.queries.people.departments import department_words
from docctl.render.sheets import Form
from docctl.rules.documents import numbering, revisions
from docctl.rules.documents.revisions import Status
from docctl.rules.words import NOTHING, Words
from docctl.standing import facts
from docctl.standing.document import Readable, labelled, readable
from docctl.standing.form import form_of

Addresses = Callable[[str], FigureAddress]
"""From the number of a document to the addresses of its figures."""


@dataclass(frozen=True)
class Other:
    """Another revision of the same document, and since or from when it counts."""

    label: str
    effective: date | None
    status: Status


@dataclass(frozen=True)
class Named:
    """A document that the text names. `known`: it is one of this library; `label`: the revision named.

    A reference with a label is one to that revision (a dated one), whatever is in force.
    """

    number: str
    title: Words = NOTHING
    known: bool = False
    label: str = ""


@dataclass(frozen=True)
class Reading:
    """`day` is the day that was asked for; `is_past` whether that is before today.

    `in_force` is what governs work on that day, `later` what took or takes the place of what is shown,
    `coming` what comes next. A record template has a `form`, everything else `texts`. `is_issued`: it is no
    draft, so every reader sees the same. `has_print`: its PDF can be had. `can` is about the document, today.
    """

    number: str
    title: Words
    level: str
    department: str
    label: str
    status: Status
    effective: date | None
    content: str
    day: date
    is_past: bool
    is_issued: bool
    has_print: bool
    withdrawn: date | None
    in_force: str | None
    later: Other | None
    coming: Other | None
    under_way: UnderWay | None
    """Today: the revision that does not govern yet, with whom it lies and since when; if it may be read."""
    texts: tuple[Text, ...]
    form: Form | None
    references: tuple[Named, ...]
    records: tuple[Named, ...]
    can: DocumentActions
    version: str


def reading(
    ctx: Context, number: str, address: Addresses, *, on: date | None = None, label: str | None = None
) -> Reading:
    """The revision that governs on a day (today), else the newest its reader may see; or the one named.

    Raises NotFound and Forbidden as `document_show` does.
    """
    return remembered(
        ctx, "reading", (number, on, label), lambda version: _read(ctx, number, address, on, label, version)
    )


_TITLES: Final = (
    select(Document.number, Document.number_key, Revision.label, Revision.title)
    .join(Revision, Revision.document_id == Document.id)
    .where(Revision.issued_at.is_not(None))
    .order_by(Revision.issued_seq)
)


def _read(
    ctx: Context, number: str, address: Addresses, on: date | None, label: str | None, version: str
) -> Reading:
    stand, shown, coming = standing(ctx, number, on)
    document = stand.document
    read = readable(ctx, document, shown) if label is None else _labelled(ctx, stand, label)
    shown, line = read.revision, stand.line(read.revision)
    form, texts, references, records = _content(ctx, read, address(document.number))
    governing = revisions.in_force(stand.facts, stand.day, document=facts.document(document))
    later = revisions.successor(facts.of_revision(shown), stand.facts) if shown.issued_at else None
    return Reading(
        number=document.number,
        title=shown.title,
        level=document.level,
        department=document.department,
        label=shown.label,
        status=Status(line["status"]),
        effective=shown.effective_day,
        content=shown.content,
        day=stand.day,
        is_past=stand.day < ctx.today(),
        is_issued=shown.issued_at is not None,
        has_print=shown.pdf_sha256 is not None,
        withdrawn=document.withdrawn_day,
        in_force=governing.label if governing else None,
        later=_other(stand, later.id if later else None),
        coming=_other(stand, coming.id if coming is not None and coming.id != shown.id else None),
        under_way=None if stand.day < ctx.today() else under_way_of(ctx, document.number),
        texts=texts,
        form=form,
        references=references,
        records=records,
        can=actions_for(ctx, document.number),
        version=version,
    )


def _labelled(ctx: Context, stand: Stand, label: str) -> Readable:
    """The revision of this label, if it was begun by the day. Raises NotFound, Forbidden."""
    try:
        found = labelled(ctx, stand.document, label)
    except Invalid:
        raise NotFound("{label} is no label of a revision; it is one like A/0", label=Typed(label)) from None
    if stand.status(found.revision) is None:
        raise NotFound(
            "{what} was not there on {day}; it was begun later",
            what=called(stand.document, found.revision),
            day=stand.day,
        )
    return found


def _other(stand: Stand, revision_id: int | None) -> Other | None:
    for known, _ in stand.revisions:
        status = stand.status(known)
        if known.id == revision_id and status is not None:
            return Other(known.label, known.effective_day, status)
    return None


_Content = tuple[Form | None, tuple[Text, ...], tuple[Named, ...], tuple[Named, ...]]


def _content(ctx: Context, read: Readable, address: FigureAddress) -> _Content:
    if read.document.level == "form":
        template = read.template()
        form = form_of(template, department_words(ctx))
        return form, (), tuple(_named(ctx, [template.governed_by]).values()), ()
    made = texts_of(ctx, read, address)
    known = _named(ctx, {*made.references, *made.records})
    references, records = (tuple(known[n] for n in names) for names in (made.references, made.records))
    return None, made.texts, references, records


def _named(ctx: Context, numbers: Iterable[str]) -> Mapping[str, Named]:
    """What these numbers name in this library; the others by what the text calls them."""
    asked = {number: (_key(number), *_dated(number)) for number in numbers}
    keys = {key for whole, alone, _ in asked.values() for key in (whole, alone)}
    newest: dict[str, Any] = {}
    labelled: dict[tuple[str, str], Any] = {}
    for row in ctx.session.execute(_TITLES.where(Document.number_key.in_(keys))):
        newest[row.number_key] = labelled[row.number_key, row.label] = row
    return {
        number: Named(number, of.title, known=True)
        if (of := newest.get(whole))
        else Named(of.number, of.title, known=True, label=label)
        if (of := labelled.get((alone, label)))
        else Named(number)
        for number, (whole, alone, label) in asked.items()
    }


def _dated(reference: str) -> tuple[str, str]:
    """A reference to one revision: the key of its document, and the label."""
    number, _, label = reference.strip().rpartition(" ")
    return _key(number), label


def _key(number: str) -> str:
    """Where a text names what no document can be called, it names none of ours."""
    with suppress(Invalid):
        return numbering.key(number)
    return ""
