"""A month of what falls due by itself, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from docctl.door.context import Context
from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.queries.records.duties import BACK, DutyLine, duty_list
from docctl.queries.records.duties import Asked as DutyAsked
from docctl.rules.records.spans import Every, span_of
from docctl.standing.recurring import calendar

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayOf:
    """A day. `works`: it is a working day of the site's calendar; `due` is to be made by then."""

    day: date
    works: bool
    due: tuple[DutyLine, ...]


@dataclass(frozen=True)
class Month:
    """`weeks` begin on Monday and have seven entries, None for a day of another month.

    `before` and `after` lead on within a year of today; None beyond, where a month has to be named.
    """

    first: date
    before: date | None
    after: date | None
    today: date
    weeks: Sequence[Sequence[DayOf | None]]

    @property
    def total(self) -> int:
        """How much falls due in it."""
        return sum(len(day.due) for week in self.weeks for day in week if day is not None)


def month_of(ctx: Context, first: date) -> Month:
    """The month that begins on `first`, for what the reader may see. Raises Invalid at the ends of time."""
    try:
        month = span_of(Every.MONTH, first)
        before, after = first - _DAY, month.last + _DAY
        lines = duty_list(ctx, DutyAsked(since=month.first, until=month.last))
        monday = month.first - month.first.weekday() * _DAY
        weeks = [[monday + (7 * n + d) * _DAY for d in range(7)] for n in range(6)]
    except (OverflowError, ValueError):
        raise Invalid({"month": Message("{day} is outside the calendar", day=first)}) from None
    by_day: dict[date, list[DutyLine]] = {}
    for line in lines:
        by_day.setdefault(line.of.slot.due, []).append(line)
    working = calendar(ctx.site, ctx.session)

    def told(day: date) -> DayOf | None:
        if not month.first <= day <= month.last:
            return None
        return DayOf(day, working.is_working_day(day), tuple(by_day.get(day, ())))

    shown = [[told(day) for day in week] for week in weeks if week[0] <= month.last]
    today = ctx.today()
    return Month(
        first=month.first,
        before=before.replace(day=1) if before >= today - BACK else None,
        after=after if after <= today + BACK else None,
        today=today,
        weeks=shown,
    )
