"""A document as somebody reads it: its text, and whether one may work by it, today or on a day of the past.

All that a page says of it is worked out once and remembered until something happens at the site or the day
ends: the number of the newest event is its `version`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import Invalid, NotFound
from docctl.errors.message import Typed
from docctl.models.documents import Document, Revision, called
from docctl.queries.desk.remembered import remembered
from docctl.queries.documents.actions import DocumentActions, actions_for
from docctl.queries.documents.master_list import standing
from docctl.queries.documents.mentions import numbers
from docctl.queries.documents.redline import FigureAddress
from docctl.queries.documents.remarks import remarks_on
from docctl.queries.documents.stand import Stand
from docctl.queries.documents.texts import Text, texts_of
from docctl.queries.documents.under_way import UnderWay, under_way_of
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.people.departments import department_words
from docctl.render.sheets import Form
from docctl.rules.documents import cards as rules_of_cards
from docctl.rules.documents import head, revisions, takeovers, trials
from docctl.rules.documents.citations import Names
from docctl.rules.documents.externals import Outside
from docctl.rules.documents.head import Head
from docctl.rules.documents.references import Reference
from docctl.rules.documents.remarks import Remark
from docctl.rules.documents.revisions import Status
from docctl.rules.documents.trials import Trial
from docctl.rules.words import NOTHING, Words
from docctl.standing import cards, cited, facts
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
    """A document that the text names. `known`: it is one of this library, `label` the edition that is meant.

    Without a label it means what is in force (DC-80). `remarks`: what is wrong with naming it.
    """

    number: str
    title: Words = NOTHING
    known: bool = False
    label: str = ""
    said: str = ""
    """What the text calls it, where that is not its number here: a document from outside."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Reading:
    """`day` is the day that was asked for; `is_past` whether that is before today.

    `in_force` is what governs work on that day, `later` what took or takes the place of what is shown,
    `coming` what comes next. A record template has a `form`, everything else `texts`. `is_issued`: it is no
    draft, so every reader sees the same. `has_print`: its PDF can be had. `can` is about the document, today.
    `remarks` are on what the text should name and does not.
    """

    number: str
    title: Words
    level: str
    department: str
    head: tuple[tuple[Words, Words], ...]
    """What its front matter says besides: what each field is called, and what it says."""
    label: str
    status: Status
    effective: date | None
    content: str
    day: date
    is_past: bool
    is_issued: bool
    has_print: bool
    withdrawn: date | None
    trial: Trial | None
    entered: date | None
    """The day on which it was issued here, of a revision that was taken over from paper."""
    in_force: str | None
    later: Other | None
    coming: Other | None
    under_way: UnderWay | None
    """Today: the revision that does not govern yet, with whom it lies and since when; if it may be read."""
    texts: tuple[Text, ...]
    form: Form | None
    references: tuple[Named, ...]
    records: tuple[Named, ...]
    remarks: tuple[Remark, ...]
    can: DocumentActions
    version: str


@as_recorded(About.DOCUMENT, texts=lambda seen: [seen.label])
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
    remarks = remarks_on(ctx, document, shown, day=stand.day)
    form, texts, said, references, records = _content(ctx, read, address(document.number), remarks, stand.day)
    governing = revisions.in_force(stand.facts, stand.day, document=facts.document(document))
    later = revisions.successor(facts.of_revision(shown), stand.facts) if shown.issued_at else None
    return Reading(
        number=document.number,
        title=trials.titled(shown.title, facts.trial(shown)),
        level=document.level,
        department=document.department,
        head=_head(ctx, document, said),
        label=shown.label,
        status=Status(line["status"]),
        effective=shown.effective_day,
        content=shown.content,
        day=stand.day,
        is_past=stand.day < ctx.today(),
        is_issued=shown.issued_at is not None,
        has_print=shown.pdf_sha256 is not None,
        withdrawn=document.withdrawn_day,
        trial=facts.trial(shown),
        entered=_entered(ctx, shown),
        in_force=governing.label if governing else None,
        later=_other(stand, later.id if later else None),
        coming=_other(stand, coming.id if coming is not None and coming.id != shown.id else None),
        under_way=None if stand.day < ctx.today() else under_way_of(ctx, document.number),
        texts=texts,
        form=form,
        references=references,
        records=records,
        remarks=tuple(r for r in remarks if not r.about),
        can=actions_for(ctx, document.number),
        version=version,
    )


def _entered(ctx: Context, shown: Revision) -> date | None:
    if shown.issued_at is None or takeovers.since(shown.head) is None:
        return None
    return shown.issued_at.astimezone(ctx.site.zone).date()


def _labelled(ctx: Context, stand: Stand[Document, Revision], label: str) -> Readable:
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


def _head(ctx: Context, document: Document, said: Head) -> tuple[tuple[Words, Words], ...]:
    """The card of the document, and what its front matter says besides."""
    known, rules = department_words(ctx), cards.load(ctx.session)
    card = rules_of_cards.card(said, level=document.level, department=document.department, rules=rules)
    return (*rules_of_cards.shown(card, rules, known), *head.shown(said, known))


def _other(stand: Stand[Document, Revision], revision_id: int | None) -> Other | None:
    for known, _ in stand.revisions:
        status = stand.status(known)
        if known.id == revision_id and status is not None:
            return Other(known.label, known.effective_day, status)
    return None


_Content = tuple[Form | None, tuple[Text, ...], Head, tuple[Named, ...], tuple[Named, ...]]


def _content(
    ctx: Context, read: Readable, address: FigureAddress, remarks: Sequence[Remark], day: date
) -> _Content:
    if read.document.level == "form":
        template = read.template()
        form = form_of(template, department_words(ctx))
        return form, (), template.head, _named(ctx, [template.governed_by], remarks, day), ()
    made = texts_of(ctx, read, address)
    references, records = (_named(ctx, said, remarks, day) for said in (made.references, made.records))
    known, own = numbers(ctx), read.document.number
    texts = tuple(replace(text, html=known.linked(text.html, own)) for text in made.texts)
    return None, texts, made.head, references, records


def _named(ctx: Context, said: Sequence[str], remarks: Sequence[Remark], day: date) -> tuple[Named, ...]:
    """What these lines name in this library; the others by what the text calls them (DC-79, DC-80)."""
    library = cited.library_of(ctx.site, ctx.session, [Names(references=tuple(said))], day)
    keys = {text: library.key(text) for text in said}
    rows = ctx.session.execute(_TITLES.where(Document.number_key.in_(set(keys.values()) - {""})))
    found: Mapping[str, Any] = {row.number_key: row for row in rows}
    return tuple(
        replace(
            _one(text, library.parse(text), found.get(keys[text]), library.held(text)),
            remarks=tuple(r for r in remarks if r.about == text),
        )
        for text in said
    )


def _one(text: str, reference: Reference, row: Any, held: Outside | None) -> Named:
    if row is None:
        return Named(text)
    if held is not None:
        label = held.labels.get(reference.edition or "", "")
        return Named(row.number, row.title, known=True, label=label, said=text)
    label = (reference.edition or "") if reference.is_internal else ""
    return Named(row.number, row.title, known=True, label=label)
