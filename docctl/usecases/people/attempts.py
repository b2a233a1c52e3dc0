"""Slows down whoever tries passwords: for one account, from one device, from one source.

An attempt is counted before its password is compared, so that a thousand at once are a thousand counted.
A person whose device was signed in before is counted by the device: others cannot shut them out (SE-02).
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docctl.door import transaction
from docctl.door.site import Site
from docctl.errors import Throttled
from docctl.models.people import Person
from docctl.models.sessions import ThrottleAttempt
from docctl.rules.text import printable

log = logging.getLogger(__name__)

FORGOTTEN_AFTER: Final = timedelta(days=1)
LOCKED_AT: Final = 10
"""The failure at which an account counts as locked: from now on each costs minutes. One event."""


@dataclass(frozen=True)
class Limit:
    """After `free` wrong passwords each further one doubles the wait, from a second up to `longest`."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long nothing is compared after so many failures."""
        over = failures - self.free
        return timedelta(0) if over < 0 else min(timedelta(seconds=2.0 ** min(over, 20)), self.longest)


LIMITS: Final = {
    "account": Limit(5, timedelta(minutes=15)),
    "device": Limit(5, timedelta(minutes=15)),
    # Many people may come from one address: behind a proxy that is everybody.
    "source": Limit(50, timedelta(minutes=5)),
}


def keys(login: str, source: str, device: str | None = None) -> list[str]:
    """What is counted: the device where it is known for this login, else the account and the source."""
    if device is not None:
        return [f"device:{device}"]
    return [f"account:{account_key(login)}", f"source:{_network(source)}"]


def account_key(login: str) -> str:
    """One key for all spellings of a login. A hash: what is typed here may be a password."""
    return hashlib.sha256(_plain(login).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def reserve(site: Site, counted: Iterable[str], login: str) -> datetime:
    """Count an attempt before it is made; when that was. Raises Throttled while one of the keys is closed."""
    now, locked = site.clock(), False
    with transaction.note(site) as session:
        session.execute(delete(ThrottleAttempt).where(ThrottleAttempt.last_at < now - FORGOTTEN_AFTER))
        rows = [_row(session, key, now) for key in counted]
        wait = max((row.closed_until - now for row in rows), default=timedelta(0))
        if wait > timedelta(0):
            raise _too_many(wait)
        for row in rows:
            row.failures, row.last_at = row.failures + 1, now
            row.closed_until = now + LIMITS[row.key.partition(":")[0]].wait(row.failures)
            locked |= row.failures == LOCKED_AT and not row.key.startswith("source:")
            if row.key.startswith("source:") and row.failures == LIMITS["source"].free:
                log.warning("many wrong passwords from one source: %.60s", row.key)
    if locked and not site.read_only:
        with site.reading() as session:
            known = session.scalar(select(Person).where(Person.login == printable(_plain(login))))
        transaction.locked(site, known, LOCKED_AT)
    return now


def take_back(session: Session, counted: Iterable[str], at: datetime) -> None:
    """The password was right, and its code is still to come: what `reserve` counted at `at` is not counted.

    Nothing else is void: whoever knows the password does not guess codes for ever. What somebody closed
    meanwhile stays closed.
    """
    for row in session.scalars(select(ThrottleAttempt).where(ThrottleAttempt.key.in_(set(counted)))):
        row.failures -= 1
        if row.last_at == at:
            row.closed_until = at


def failures(site: Site, login: str, device: str | None) -> int:
    """Wrong passwords of this account before the attempt that was right and is counted already."""
    wanted = [f"account:{account_key(login)}", *([f"device:{device}"] if device is not None else [])]
    with site.reading() as session:
        found = session.scalars(select(ThrottleAttempt.failures).where(ThrottleAttempt.key.in_(wanted)))
        return max(sum(found) - 1, 0)


def forget(session: Session, counted: Iterable[str]) -> None:
    """The password was right: what was counted before it is void, but not what came from the same source."""
    wanted = [key for key in counted if not key.startswith("source:")]
    session.execute(delete(ThrottleAttempt).where(ThrottleAttempt.key.in_(wanted)))
    for row in session.scalars(select(ThrottleAttempt).where(ThrottleAttempt.key.in_(set(counted)))):
        row.failures -= 1


def _plain(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _row(session: Session, key: str, now: datetime) -> ThrottleAttempt:
    row = session.get(ThrottleAttempt, key)
    if row is None:
        row = ThrottleAttempt(key=key, failures=0, last_at=now, closed_until=now)
        session.add(row)
    return row


def _too_many(wait: timedelta) -> Throttled:
    seconds = max(1, round(wait.total_seconds()))
    if seconds == 1:
        return Throttled("too many wrong passwords; try again in a second", seconds=1)
    return Throttled("too many wrong passwords; try again in {seconds} seconds", seconds=seconds)


def _network(source: str) -> str:
    """One IPv6 network of a subscriber has more addresses than anybody could count."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source[:60]
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
