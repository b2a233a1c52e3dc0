"""How long a closed record is kept. Knows days, no record and no file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed

_FIGURE = re.compile("[1-9][0-9]?|100")


@dataclass(frozen=True)
class Retention:
    """`years` None: the source text states no period, and the record is kept until QA decides (DC-94).

    `permanent`: it is never destroyed.
    """

    years: int | None
    permanent: bool = False

    @classmethod
    def parse(cls, source: Mapping[str, object]) -> Retention:
        """`{years: 3}` of a template, or `{years: null, permanent: true}`. Raises Invalid with all problems.

        The period must be said, or said to be unknown: a template without `years` is refused (DC-94).
        """
        problems = {}
        years, start = source.get("years", ""), source.get("from", "closed")
        permanent = source.get("permanent") in (True, "true")
        # Typed YAML gives None; read as text, null is one of its spellings.
        stated = years not in (None, "null", "~")
        if stated and (isinstance(years, bool) or not _FIGURE.fullmatch(str(years))):
            problems["retention.years"] = Message("must be 1 to 100, or null where no period is stated")
        elif stated and permanent:
            problems["retention.years"] = Message("must be null where the records are kept for good")
        if start != "closed":
            problems["retention.from"] = Message(
                "cannot be {start}; a record is kept from the day it was closed", start=Typed(start)
            )
        if problems:
            raise Invalid(problems)
        return cls(int(str(years)) if stated else None, permanent)


def keep_until(retention: Retention, closed_on: date) -> date | None:
    """The last day on which the record must be there; None: no day, QA decides, or it is kept for good.

    `closed_on` is a day of the site's zone. What was closed on 29 February is kept up to 1 March of
    a common year, rather a day too long.
    """
    if retention.years is None:
        return None
    year = closed_on.year + retention.years
    try:
        return closed_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def closed_before(years: int, today: date) -> date:
    """The first day that is too late: what was closed before it was kept for so many years by `today`."""
    kept = Retention(years)
    last = today - timedelta(days=1)
    try:
        day = last.replace(year=last.year - years)
    except ValueError:
        day = date(last.year - years, 2, 28)
    while (until := keep_until(kept, day)) is not None and until < today:
        day += timedelta(days=1)
    return day
