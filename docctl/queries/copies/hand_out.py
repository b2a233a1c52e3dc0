"""The form of a hand-out: of what, to whom, who is to get one, and what is used together with it.

Who is to get one is chosen beforehand: an exchange after an issue is one act (DC-52, DC-59).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.copies import Copy, CopyRequest, Listed
from docctl.models.documents import Document, Revision
from docctl.queries.copies.naming import PersonLine, people_to_name
from docctl.queries.copies.needs import DAY, IN_FORCE, STANDS
from docctl.queries.copies.outsiders import outsiders_to_name
from docctl.queries.people.departments import DepartmentLine, department_list
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.asking import State as Asking
from docctl.rules.conditions import Subject
from docctl.rules.documents import issue, revisions
from docctl.rules.documents.cards import check_hand_out
from docctl.rules.documents.citations import Names
from docctl.rules.documents.revisions import RevisionFacts
from docctl.rules.words import Words
from docctl.standing import cards, cited, facts, find, keeping
from docctl.standing.document import readable
from docctl.store.source import Procedure

USED_TOGETHER: Final = ("form", "work-instruction")
"""The levels of what is handed out together with the procedure that names it (DC-59)."""


@dataclass(frozen=True, kw_only=True)
class Together:
    """A form or an instruction that the text names, and the label of what is in force of it."""

    number: str
    title: Words
    label: str


@dataclass(frozen=True, kw_only=True)
class HandOut:
    """What a copy can be handed out of, and to whom. `labels`: what is in force comes first.

    `held`: by holder, of which of these revisions they have a copy that nobody asks back. A copy of another
    revision does not count: its holder needs one of this. `proposed`: the keys of those who are on the list,
    or have a copy of another revision, and none of `label`, which was issued last.
    """

    number: str
    title: Words
    labels: tuple[tuple[str, revisions.Status], ...]
    departments: tuple[DepartmentLine, ...]
    people: tuple[PersonLine, ...]
    outsiders: tuple[tuple[str, str], ...]
    held: Mapping[str, tuple[str, ...]]
    proposed: frozenset[str]
    label: str
    together: tuple[Together, ...]


def hand_out(ctx: Context, number: str) -> HandOut | None:
    """What the form of an issue of copies shows; None as long as no document is named.

    Raises NotFound, Forbidden, WrongState.
    """
    ctx.require(Action.COPY_ISSUE, Subject(name=number))
    if not number:
        return None
    document = find.document(ctx.session, number)
    ctx.require(Action.COPY_ISSUE, keeping.of_document(ctx.session, document))
    known = find.revisions(ctx.session, document.id)
    of, judged, day = facts.document(document), facts.revisions(known), ctx.today()
    issue.check_not_withdrawn(of)
    if not (can := _can(judged, day, of)):
        copies.check_hand_out(judged[-1], judged, day, of)
    held, newest = _held(ctx, can, day), can[-1]
    proposed = _proposed(ctx, document, newest, held)
    shown = next(row for row in known if row.id == can[0].id)
    check_hand_out(cards.of(ctx.session, document, shown), document.number)
    return HandOut(
        number=document.number,
        title=shown.title,
        labels=tuple((r.label, _status(r, judged, day, of)) for r in can),
        departments=tuple(department_list(ctx)),
        people=tuple(people_to_name(ctx)),
        outsiders=tuple(outsiders_to_name(ctx)),
        held=held,
        proposed=proposed,
        label=newest.label if proposed else can[0].label,
        together=_together(ctx, document, next(row for row in known if row.id == newest.id), day),
    )


def waits_for_exchange(ctx: Context, number: str) -> bool:
    """Whether somebody is to get a copy of what was issued last, and this person may hand it out."""
    document, day = find.document(ctx.session, number), ctx.today()
    known = find.revisions(ctx.session, document.id)
    can = _can(facts.revisions(known), day, facts.document(document))
    if not can or not ctx.may(Action.COPY_ISSUE, keeping.of_document(ctx.session, document)):
        return False
    newest = next(row for row in known if row.id == can[-1].id)
    controlled = cards.of(ctx.session, document, newest).is_controlled
    return controlled and bool(_proposed(ctx, document, can[-1], _held(ctx, can, day)))


def _can(judged: list[RevisionFacts], day: date, document: revisions.DocumentFacts) -> list[RevisionFacts]:
    """What copies can be handed out of: what is in force first, what was issued last at the end."""
    governing = revisions.in_force(judged, day, document=document)
    can = [r for r in judged if copies.may_hand_out(r, judged, day, document)]
    return sorted(can, key=lambda r: (r != governing, r.effective or day))


def _held(ctx: Context, can: Iterable[RevisionFacts], day: date) -> dict[str, tuple[str, ...]]:
    """Who has a copy of which of these revisions, without those that are asked back already."""
    labels, found = {r.id: r.label for r in can}, dict[str, tuple[str, ...]]()
    out = select(Copy).where(Copy.revision_id.in_(labels), Copy.state.in_(copies.OUT)).order_by(Copy.id)
    rows = ctx.session.scalars(out).all()
    for copy, judged in zip(rows, facts.all_copies(ctx.session, rows), strict=True):
        label, known = labels[copy.revision_id], found.get(copy.holder, ())
        if label not in known and copies.state_on(judged, day) is not copies.Status.RECALLED:
            found[copy.holder] = (*known, label)
    return found


def _proposed(
    ctx: Context, document: Document, newest: RevisionFacts, held: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    listed = select(Listed.holder).where(Listed.document_id == document.id, Listed.struck_at.is_(None))
    former = select(Copy.holder).where(
        Copy.document_id == document.id, Copy.state.in_(copies.OUT), Copy.revision_id != newest.id
    )
    asked = select(CopyRequest.holder).where(
        CopyRequest.document_id == document.id, CopyRequest.state.in_([Asking.APPROVED])
    )
    wanted = {*ctx.session.scalars(listed), *ctx.session.scalars(former)}
    lacking = {key for key in wanted if newest.label not in held.get(key, ())}
    return frozenset(lacking | {*ctx.session.scalars(asked)})


def _together(ctx: Context, document: Document, newest: Revision, day: date) -> tuple[Together, ...]:
    """The forms and instructions that the text names, as far as they are in force."""
    content = readable(ctx, document, newest).content()
    if not isinstance(content, Procedure):
        return ()
    said: Sequence[str] = (*content.records, *content.references)
    library = cited.library_of(ctx.site, ctx.session, [Names(references=tuple(said))], day)
    keys = {library.key(text) for text in said} - {""}
    wanted = (
        select(Document.number, Revision.title, Revision.label)
        .join(Revision, Revision.id == IN_FORCE)
        .where(Document.number_key.in_(keys), Document.level.in_(USED_TOGETHER), STANDS)
        .order_by(Document.number_key)
    )
    rows = ctx.session.execute(wanted, {DAY.key: day})
    return tuple(Together(number=r.number, title=r.title, label=r.label) for r in rows)


def _status(
    of: RevisionFacts, judged: list[RevisionFacts], day: date, document: revisions.DocumentFacts
) -> revisions.Status:
    return revisions.status_on(of, judged, day, document=document) or revisions.Status.DRAFT
