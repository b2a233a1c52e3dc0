"""Which period a record fills that is opened, and which one is excused: one that is due, and is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.models.documents import Document
from docctl.rules.records.recurring import Standing
from docctl.standing import find
from docctl.standing.due import Due, due
from docctl.standing.recurring import Duty, duties

BACK: Final = timedelta(days=400)
"""How far back a period is looked for that nobody names: further than a year and its last day in time."""


def next_due(site: Site, session: Session, document: Document, day: date, subject: str | None) -> Due | None:
    """The one that a record fills for which nobody names a period: what is due first, else missed last.

    None: nothing of this form is due, or only for something that nobody named.
    """
    found = duties(site, session, document.id)
    if not found or (found[0].now.of and subject is None):
        if subject is not None:
            raise _not_due(document)
        return None
    own = _of(site, session, found, day - BACK, day, day, subject)
    free = [one for one in own if one.is_free and not one.standing.is_settled]
    in_time = [one for one in free if one.standing is not Standing.OVERDUE]
    chosen = min(in_time, key=_by_day) if in_time else max(free, key=_by_day, default=None)
    # One that comes too soon after the last is made all the same, and fills no period.
    return chosen if chosen is not None and _next_day(chosen, own) <= day else None


def due_on(
    site: Site, session: Session, document: Document, wanted: date, day: date, subject: str | None
) -> Due:
    """The one of the period in which `wanted` lies. Raises Invalid where none is due, WrongState if made."""
    found = duties(site, session, document.id)
    if not found:
        raise _not_due(document)
    if found[0].now.of and subject is None:
        raise Invalid({"subject": Message("say for which record of {form} it is made", form=found[0].now.of)})
    ahead = wanted.toordinal() > day.toordinal() + BACK.days  # nobody knows what will be in force then
    own = [] if ahead else _of(site, session, found, wanted, wanted, day, subject)
    if not own:
        said = Message("no record of {number} is due for {day}", number=document.number, day=wanted)
        raise Invalid({"period": said})
    free = [one for one in own if one.is_free]
    if not free:
        raise WrongState(
            "{number} is made already for {period}: {record}",
            number=document.number,
            period=own[-1].slot.words,
            record=str(own[-1].record),
        )
    return free[0]


def named(
    site: Site, session: Session, document: Document, wanted: date, day: date, subject: str | None
) -> Due:
    """The one of a period that is named, for a record that is opened today."""
    chosen = due_on(site, session, document, wanted, day, subject)
    if day < chosen.slot.span.first:
        raise WrongState(
            "{period} begins on {day} only", period=chosen.slot.words, day=chosen.slot.span.first
        )
    _check_apart(chosen, _of(site, session, [chosen.duty], day - BACK, day, day, subject), day)
    return chosen


def _of(
    site: Site,
    session: Session,
    found: Sequence[Duty],
    since: date,
    until: date,
    day: date,
    subject: str | None,
) -> list[Due]:
    """All of a form, or of one of those for which it is made. Raises NotFound for what is no record."""
    number = find.record(session, subject).number if subject else None
    lines = due(site, session, found, since, until, day)
    return [one for one in lines if (one.slot.subject.number if one.slot.subject else None) == number]


def _by_day(one: Due) -> tuple[date, int]:
    return one.slot.due, one.slot.running


def _check_apart(chosen: Due, around: Sequence[Due], day: date) -> None:
    if day < _next_day(chosen, around):
        raise WrongState(
            "{number} is made {apart} days apart: the next one counts from {day}. One that fills no period "
            "can be opened before.",
            number=chosen.duty.number,
            apart=chosen.slot.rule.recurrence.apart,
            day=_next_day(chosen, around),
        )


def _next_day(chosen: Due, around: Sequence[Due]) -> date:
    """From when on another one counts: so many days after the last was begun."""
    last = max((one.opened for one in around if one.opened is not None), default=None)
    apart = chosen.slot.rule.recurrence.apart
    return last + timedelta(days=apart) if apart and last is not None else date.min


def _not_due(document: Document) -> Invalid:
    said = Message("records of {number} do not fall due by themselves", number=document.number)
    return Invalid({"period": said})
