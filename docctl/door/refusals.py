"""Refused attempts: which of them become events, and which are only counted.

The first five of an account in a quarter-hour are events of their own; later ones are counted, and the sum
is told when the quarter is over. A flood is counted in memory and written once a second, so that it takes
the writer's lock from nobody who works. Opens no door: `transaction` does.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.event import Said, Who
from docctl.door.site import Site
from docctl.errors.message import Message
from docctl.errors.stored import to_data
from docctl.models.ledger import ThrottleRefusal
from docctl.models.people import Person
from docctl.rules.actions import Action
from docctl.rules.text import instant

SINGLE = 5
"""Refused attempts of one account in a quarter-hour that are events of their own."""

PAUSE = timedelta(seconds=1)
"""How long further ones wait in memory. What a killed process had not written is lost, a second at most."""

REFUSAL = "refusal"
"""In the details of a refused attempt: its message as data, so that it can be told in any language. `why` is
the English sentence."""


class Floods:
    """What this process has counted beyond the first five and not written yet."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._waiting: Counter[tuple[int, datetime]] = Counter()
        self._written: dict[tuple[int, datetime], datetime] = {}

    def put_off(self, person_id: int, now: datetime) -> bool:
        """Whether this attempt is counted here for now, because another one was written a moment ago."""
        key = (person_id, quarter(now))
        with self._turn:
            last = self._written.get(key)
            if last is None or now - last >= PAUSE:
                return False
            self._waiting[key] += 1
            return True

    def waiting(self) -> Counter[tuple[int, datetime]]:
        """How many attempts are waiting to be written, by account and quarter-hour."""
        with self._turn:
            return +self._waiting

    def were_written(self, counted: Counter[tuple[int, datetime]]) -> None:
        """Those of `waiting` that have been committed since are waiting no more."""
        with self._turn:
            self._waiting = self._waiting - counted

    def over_the_limit(self, person_id: int, now: datetime) -> None:
        """The account has had its events of this quarter: from now on its attempts may be put off."""
        with self._turn:
            self._written = {k: at for k, at in self._written.items() if k[1] == quarter(now)}
            self._written[person_id, quarter(now)] = now


def floods(site: Site) -> Floods:
    """The counts of this process for `site`."""
    return site.memory.recall("refusals", None, Floods)


def quarter(now: datetime) -> datetime:
    """The beginning of the quarter of an hour."""
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def count(session: Session, person_id: int, now: datetime, more: int = 1) -> ThrottleRefusal:
    """Count `more` refused attempts of an account in the quarter-hour of `now`; its row."""
    row = session.get(ThrottleRefusal, (person_id, quarter(now)))
    if row is None:
        row = ThrottleRefusal(person_id=person_id, quarter=quarter(now), count=0, told=0)
        session.add(row)
    row.count += more
    session.flush()
    return row


def single(
    session: Session, who: Who, action: Action, why: Message, now: datetime
) -> tuple[list[Said], bool]:
    """The event that this refused attempt makes, if it is among the first of its account; it is counted.

    The second part of the answer: whether further ones of this quarter-hour may be put off.
    """
    row = count(session, who.id, now)
    if row.count > SINGLE:
        return [], True
    row.told = row.count
    told = Said(act=f"{action.value}.refused", who=who, why=str(why), details={REFUSAL: to_data(why)})
    return [told], row.count == SINGLE


def sums(session: Session, now: datetime) -> list[Said]:
    """One event for each account and quarter-hour that is over and of which some were only counted."""
    told = []
    for row, person in session.execute(
        select(ThrottleRefusal, Person)
        .join(Person, Person.id == ThrottleRefusal.person_id)
        .where(ThrottleRefusal.quarter < quarter(now), ThrottleRefusal.count > ThrottleRefusal.told)
        .order_by(ThrottleRefusal.quarter, ThrottleRefusal.person_id)
    ):
        details = {"count": row.count - row.told, "from": instant(row.quarter)}
        told.append(Said(act="attempts.counted", who=Who.named(person, "docctl"), details=details))
        row.told = row.count
    return told
