"""How long something is good for before it is looked at again: `1 year`, `6 months`. Knows no document."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed
from docctl.rules.words import Own, Words

EVERY: Final = r"[1-9][0-9]? (?:month|year)s?"
"""As people write it in a head or in a site.yaml."""

_FORM: Final = re.compile(r"(?P<number>[1-9][0-9]?) (?P<unit>month|year)s?", re.ASCII)
_YEAR: Final = 12


@dataclass(frozen=True)
class Period:
    """So many months."""

    months: int

    def after(self, day: date) -> date:
        """The same day of the month so much later, or the last one of a month that has no such day."""
        years, month = divmod(day.year * _YEAR + day.month - 1 + self.months, _YEAR)
        return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))

    @property
    def words(self) -> Words:
        """For a list, a page, a print."""
        years, months = divmod(self.months, _YEAR)
        if months:
            one = Own(zh="每个月", en="every month")
            many = Own(zh="每 {number} 个月", en="every {number} months").filled(number=self.months)
            return one if self.months == 1 else many
        one, many = Own(zh="每年", en="every year"), Own(zh="每 {number} 年", en="every {number} years")
        return one if years == 1 else many.filled(number=years)


def parse_period(text: str) -> Period:
    """Raises Invalid for what is no period."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise Invalid(
            {"review": Message("{text} is no period; write it like 1 year or 6 months", text=Typed(text))}
        )
    return Period(int(found["number"]) * (_YEAR if found["unit"] == "year" else 1))
