"""What falls due by itself: the record that is opened for a period, and the one that need not be made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.documents import Document
from docctl.models.records import Record
from docctl.models.recurring import DutyExcuse, RecordPeriod
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import life
from docctl.standing import find, namesakes, period
from docctl.standing.due import Due
from docctl.store.values import canonical


@dataclass(frozen=True)
class Asked:
    """For which period a record is opened: that in which `day` lies; without one that which is due next.

    `subject`: the number of the record of what it is made for. `none`: it fills no period.
    """

    day: date | None = None
    subject: str | None = None
    none: bool = False


@retried(Action.DUTY_EXCUSE)
def excuse_duty(
    ctx: Context, template_number: str, *, day: date, reason: str, subject: str | None = None
) -> DutyExcuse:
    """Sign that the record of the period in which `day` lies is not made, and why. It stays named."""
    with ctx.act(Action.DUTY_EXCUSE) as act:
        document = find.document(act.session, template_number)
        act.require(Subject(name=document.number, department=document.department))
        life.check_reason(reason)
        found = period.due_on(act.turn.site, act.session, document, day, act.today, subject)
        told = _told(found)
        excuse = DutyExcuse(
            **_place(found),
            reason=reason,
            person_id=act.actor.person_id,
            person_name=namesakes.signed_as(act),
            content=sha256(canonical([document.number, told["period"], reason])).hexdigest(),
            signed_at=act.at,
        )
        act.add(excuse)
        act.record(excuse, key=document.number, reason=reason, **told)
        return excuse


def fill_period(act: Act, document: Document, record: Record, asked: Asked) -> dict[str, Any]:
    """Have a record that is being opened fill its period; what the event says of that, if it fills one."""
    if asked.none:
        return {}
    where = act.turn.site, act.session, document
    if asked.day is not None:
        found: Due | None = period.named(*where, asked.day, act.today, asked.subject)
    else:
        found = period.next_due(*where, act.today, asked.subject)
    if found is None:
        return {}
    act.add(RecordPeriod(record_id=record.id, **_place(found)))
    return _told(found)


def _place(found: Due) -> dict[str, Any]:
    slot = found.slot
    return {
        "document_id": found.duty.document_id,
        "subject_id": slot.subject.id if slot.subject else None,
        "first_day": slot.span.first,
        "last_day": slot.span.last,
        "running": slot.running,
    }


def _told(found: Due) -> dict[str, Any]:
    slot = found.slot
    told: dict[str, Any] = {
        "from": slot.span.first.isoformat(),
        "until": slot.span.last.isoformat(),
        "due": slot.due.isoformat(),
        "running": slot.running,
    }
    return {"period": told | ({"for": slot.subject.number} if slot.subject else {})}
