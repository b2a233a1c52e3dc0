"""Earlier records on which others rest: how they stand, and which of them would do.

Reads rows and files, changes nothing, asks nobody's permission.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.errors import Tampered
from docctl.errors.message import Message, Named
from docctl.models.documents import Document
from docctl.models.records import Record, RecordPrevious
from docctl.rules.documents.numbering import key
from docctl.rules.records import previous
from docctl.rules.records.life import GONE, State
from docctl.rules.records.previous import REACHED, EarlierFacts, Previous
from docctl.standing.loading import load, load_all
from docctl.standing.record import Executed

if TYPE_CHECKING:
    from docctl.door.site import Site

MOST_LOOKED_AT: Final = 200
"""Of the newest records of a form: further back, an earlier one is named by its number."""


def judged(
    session: Session, wanted: Previous, form: int, among: Sequence[Executed], *, besides: int = 0
) -> Iterator[tuple[Executed, Message | None]]:
    """Each with the reason why no record of the document `form` can rest on it; None where one can.

    `besides` is the key of a record that does already. Two queries, however many they are.
    """
    serving = _serving(session, wanted, form, among, besides) if wanted.serves == previous.ONE else {}
    forms = select(Document.id, Document.number).where(
        Document.id.in_([each.record.document_id for each in among])
    )
    numbers = {row.id: row.number for row in session.execute(forms)}
    for earlier in among:
        needs = Named(wanted.needs, earlier.in_words(wanted.needs)) if wanted.needs else None
        facts = EarlierFacts(
            number=earlier.record.number,
            template=numbers[earlier.record.document_id],
            state=earlier.record.state,
            signed=frozenset(step.name for step in earlier.every_step if step.signed),
            meets=not wanted.needs or earlier.evaluate(wanted.needs, earlier.values),
            serving=serving.get(earlier.record.id, ""),
        )
        yield earlier, previous.why_not(wanted, facts, needs)


def no_more(site: Site, session: Session, executed: Executed) -> dict[str, Message]:
    """By name of what is asked for: why a record cannot rest any more on what it was opened on."""
    record = executed.record
    found: dict[str, Message] = {}
    for wanted, earlier in _rests_on(site, session, executed):
        for _, why in judged(session, wanted, record.document_id, [earlier], besides=record.id):
            if why is not None:
                found[wanted.name] = why
    return found


@dataclass(frozen=True)
class Source:
    """Where a value was taken over from, and what stands there now."""

    number: str
    field: Named
    value: Any


def sources(site: Site, session: Session, executed: Executed) -> dict[str, Source]:
    """By own field, of all that is taken over. What the earlier record does not say is typed."""
    found = {}
    for wanted, earlier in _rests_on(site, session, executed):
        for own, its in wanted.take.items():
            if its in earlier.values:
                called = Named(its, earlier.called(its))
                found[own] = Source(earlier.record.number, called, earlier.values[its])
    return found


def _rests_on(site: Site, session: Session, executed: Executed) -> Iterator[tuple[Previous, Executed]]:
    wanted = {each.name: each for each in executed.template.previous}
    for link in links(session, executed.record.id) if wanted else ():
        yield wanted[link.name], load(site, session, session.get_one(Record, link.previous_id))


def links(session: Session, record_id: int) -> Sequence[RecordPrevious]:
    """What a record rests on, in the order in which its template asks for it."""
    asked = select(RecordPrevious).where(RecordPrevious.record_id == record_id).order_by(RecordPrevious.id)
    return session.scalars(asked).all()


def fitting(site: Site, session: Session, wanted: Previous, form: int) -> Iterator[Executed]:
    """Records on which one of the document `form` could rest now, the newest first. No damaged ones."""
    document = select(Document.id).where(Document.number_key == key(wanted.template)).scalar_subquery()
    states = REACHED.get(wanted.state, frozenset(State) - GONE)
    newest = (
        select(Record.id)
        .where(Record.document_id == document, Record.state.in_(states))
        .order_by(Record.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    found = load_all(site, session, Record.id.in_(session.scalars(newest).all()), damaged={})
    whole = [each for each in found if _is_whole(each)]
    whole.sort(key=lambda each: each.record.id, reverse=True)
    return (each for each, why in judged(session, wanted, form, whole) if why is None)


def _is_whole(executed: Executed) -> bool:
    """Whether its values are what was entered: its own page says where they are not."""
    with suppress(Tampered):
        executed.proved  # noqa: B018 - working it out is the comparison
        return True
    return False


def _serving(
    session: Session, wanted: Previous, form: int, among: Sequence[Executed], besides: int
) -> dict[int, str]:
    """The records of the form that rest on these already, by the key of the earlier one."""
    others = (
        select(RecordPrevious.previous_id, Record.number)
        .join(Record, Record.id == RecordPrevious.record_id)
        .where(RecordPrevious.previous_id.in_([each.record.id for each in among]))
        .where(Record.document_id == form, RecordPrevious.name == wanted.name)
        .where(Record.state != State.VOID, Record.id != besides)
    )
    return {row.previous_id: row.number for row in session.execute(others)}
