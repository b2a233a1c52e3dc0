"""What falls due by itself, as lists show it: period by period, done or not, and for whom it waits.

Worked out for the day on which it is read; remembered until a form, a record or an excuse changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.configuration import WorkCalendar
from docctl.models.documents import Document, Revision
from docctl.models.records import Record, RecordEntry
from docctl.models.recurring import DutyExcuse, RecordPeriod
from docctl.queries.desk.items import Item
from docctl.queries.desk.remembered import until_touched
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records.recurring import Standing
from docctl.rules.roles import posts_held
from docctl.rules.words import Words
from docctl.standing import recurring
from docctl.standing.due import Due, due
from docctl.standing.recurring import Duty

BACK: Final = timedelta(days=366)
"""How far back the list goes by itself; what was missed before is asked for by its days."""
FURTHEST: Final = timedelta(days=3 * 366)
"""How long a stretch one list covers: a daily record has a thousand lines in it."""

_TABLES: Final = (Document, Revision, Record, RecordEntry, RecordPeriod, DutyExcuse, WorkCalendar)


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """A record that is due. `mine`: the reader fills its first step; `excusable`: they may excuse it."""

    of: Due
    mine: bool
    excusable: bool

    @property
    def number(self) -> str:
        return self.of.duty.number

    @property
    def title(self) -> Words:
        return self.of.duty.title

    @property
    def standing(self) -> Standing:
        return self.of.standing

    @property
    def subject(self) -> str:
        """The number of the record of what it is done for; empty where it is for nothing in particular."""
        return self.of.slot.subject.number if self.of.slot.subject else ""

    @property
    def called(self) -> str:
        """What that is called."""
        return self.of.slot.subject.called if self.of.slot.subject else ""

    @property
    def key(self) -> str:
        """Behind it the next part of the list begins: by the last day in time."""
        slot = self.of.slot
        return f"{slot.due} {self.number} {self.subject} {slot.span.last} {slot.running:02}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A part of the list: of a form, a department, in one standing, due in a stretch of time."""

    form: str = ""
    department: str = ""
    standing: str = ""
    since: date | None = None
    until: date | None = None

    def agrees(self, line: DutyLine) -> bool:
        """Whether a line does. What is still to come is told to who asks for it."""
        due_day, now = line.of.slot.due, line.standing
        asks_ahead = self.until is not None or self.standing == Standing.COMING
        return (
            self.form in ("", line.number)
            and self.department in ("", line.of.duty.department)
            and self.standing in ("", now.value)
            and (self.since is None or due_day >= self.since)
            and (self.until is None or due_day <= self.until)
            and (asks_ahead or now is not Standing.COMING)
        )


def duty_list(ctx: Context, asked: Asked = Asked()) -> list[DutyLine]:
    """What the reader may see of it, what is due first before the rest."""
    today = ctx.today()
    since = asked.since or today - BACK
    until = min(asked.until or moved(max(today, since), BACK), moved(since, FURTHEST))
    lines = _lines(ctx, _all(ctx, moved(since, -BACK), until))
    return sorted((line for line in lines if asked.agrees(line)), key=lambda line: line.key)


def moved(day: date, by: timedelta) -> date:
    """`day` so much later, as far as there are days."""
    return date.fromordinal(min(max(day.toordinal() + by.days, 1), date.max.toordinal()))


def lacking(ctx: Context) -> list[Duty]:
    """The forms that go by limits which their procedures do not state: nothing falls due of them."""
    return [duty for duty in recurring.duties(ctx.site, ctx.session) if duty.lacking and _sees(ctx, duty)]


def duties_of(ctx: Context, number: str) -> list[DutyLine]:
    """Those of one form, or of the forms of one procedure, that are open or were missed in the last year."""
    lines = _lines(ctx, _all(ctx, ctx.today() - BACK, ctx.today()))
    own = [line for line in lines if number in (line.number, line.of.duty.procedure)]
    return sorted((line for line in own if not line.standing.is_settled), key=lambda line: line.key)


def duties_waiting(ctx: Context) -> Sequence[Item]:
    """What the person of `ctx` has to begin: somebody of their post, and nobody has yet."""
    if not ctx.may(Action.RECORD_OPEN, Subject()):
        return ()
    today = ctx.today()
    waiting = until_touched(ctx, "duties waiting", _TABLES, lambda: tuple(_waiting(ctx, today)))
    mine = posts_held(ctx.actor)
    return [_item(one, today) for one in waiting if not mine.isdisjoint(one.duty.posts)]


def told(line: DutyLine) -> dict[str, Any]:
    """A line as programs read it."""
    slot = line.of.slot
    return {
        "number": line.number,
        **line.title.keys_of("title"),
        "department": line.of.duty.department,
        "procedure": line.of.duty.procedure,
        **slot.words.keys_of("period"),
        "from": slot.span.first.isoformat(),
        "until": slot.span.last.isoformat(),
        "running": slot.running,
        "for": line.subject or None,
        "called": line.called or None,
        "due": slot.due.isoformat(),
        "standing": line.standing.value,
        "record": line.of.record,
        "excused": line.of.excused,
        "excused_by": line.of.excused_by,
    }


def filled_by(ctx: Context, record: Record) -> Due | None:
    """The period that a record fills, if it does."""
    row = ctx.session.scalar(select(RecordPeriod).where(RecordPeriod.record_id == record.id))
    if row is None:
        return None
    of = recurring.duties(ctx.site, ctx.session, record.document_id)
    lines = due(ctx.site, ctx.session, of, row.first_day, row.last_day, ctx.today())
    return next((one for one in lines if one.record == record.number), None)


def period_told(ctx: Context, record: Record) -> dict[str, Any] | None:
    """The same, as programs read it."""
    found = filled_by(ctx, record)
    if found is None:
        return None
    slot = found.slot
    return {
        **slot.words.keys_of("period"),
        "from": slot.span.first.isoformat(),
        "until": slot.span.last.isoformat(),
        "running": slot.running,
        "due": slot.due.isoformat(),
        "for": slot.subject.number if slot.subject else None,
        "standing": found.standing.value,
    }


def _all(ctx: Context, since: date, until: date) -> Sequence[Due]:
    """The same for everybody, so that it is worked out once for all."""
    return until_touched(ctx, "duties", _TABLES, lambda: tuple(_due(ctx, since, until)), asked=(since, until))


def _due(ctx: Context, since: date, until: date) -> Iterator[Due]:
    of = recurring.duties(ctx.site, ctx.session)
    return due(ctx.site, ctx.session, of, since, until, ctx.today())


def _waiting(ctx: Context, today: date) -> Iterator[Due]:
    waiting = (one for one in _all(ctx, today - BACK, today) if one.waits(today))
    return iter(sorted(waiting, key=lambda one: (one.slot.due, one.duty.number)))


def _lines(ctx: Context, of: Sequence[Due]) -> Iterator[DutyLine]:
    sees: dict[int, tuple[bool, bool, bool]] = {}
    for one in of:
        duty = one.duty
        if duty.document_id not in sees:
            mine = not posts_held(ctx.actor).isdisjoint(duty.posts)
            excuses = ctx.may(Action.DUTY_EXCUSE, Subject(department=duty.department))
            sees[duty.document_id] = _sees(ctx, duty), mine, excuses
        visible, mine, excuses = sees[duty.document_id]
        if visible:
            open_to = one.is_free and not one.standing.is_settled
            yield DutyLine(of=one, mine=mine, excusable=excuses and open_to)


def _sees(ctx: Context, duty: Duty) -> bool:
    """Who fills it, who may read its records, and who answers for the form."""
    takes_part = Subject(performers=frozenset(), step_posts=duty.posts)
    answers = Subject(department=duty.department)
    return ctx.may(Action.RECORD_READ, takes_part) or ctx.may(Action.DUTY_EXCUSE, answers)


def _item(one: Due, today: date) -> Item:
    subject = one.slot.subject
    beside = f" · {subject.called}" if subject else ""
    return Item(
        number=one.duty.number,
        title=one.duty.title,
        since=one.slot.span.first.isoformat(),
        note=Words({language: said + beside for language, said in one.slot.words.items()}),
        due=one.slot.due.isoformat(),
        late=max(0, (today - one.slot.due).days),
        period=one.slot.span.last.isoformat(),
        subject=subject.number if subject else None,
    )
