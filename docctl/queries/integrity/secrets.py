"""Passwords and second factors against the ledger: those count that a person's own row was made for.

They stand outside the ledger, so that no hash of one is in it. A missing one is a locked account: no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.people import AccountFactor, AccountOneTime, AccountPassword, AccountRecovery
from docctl.queries.integrity.ledger import Rows
from docctl.rules.factors import commitment
from docctl.rules.secrets import Bond, bond

_STORED = (
    select(AccountPassword.person_id, AccountPassword.hash, AccountOneTime.until)
    .outerjoin(AccountOneTime, AccountOneTime.person_id == AccountPassword.person_id)
    .order_by(AccountPassword.person_id)
)


def examine(connection: Connection, rows: Rows) -> Iterator[Finding]:
    """All stored passwords and second factors that nobody set through docctl."""
    yield from _passwords(connection, rows)
    yield from _factors(connection, rows)


def _passwords(connection: Connection, rows: Rows) -> Iterator[Finding]:
    people = rows["person"]
    for key, hashed, until in connection.execute(_STORED):
        person = people.get(key)
        if person is not None and bond(person["secret"], hashed, until) is Bond.FALSE:
            said = Message(
                "The password of {login} is not the one that was set. It opens nothing; give them a new one.",
                login=person["login"],
            )
            yield Finding(What.BOND, f"account_password {key}", said)


def _factors(connection: Connection, rows: Rows) -> Iterator[Finding]:
    """Changed, added or missing: without its rows a second factor lets nobody in."""
    sealed = {row.person_id: row.sealed for row in connection.execute(select(AccountFactor.__table__))}
    digests: dict[int, list[str]] = {}
    for key, digest in connection.execute(select(AccountRecovery.person_id, AccountRecovery.digest)):
        digests.setdefault(key, []).append(digest)
    for key, person in rows["person"].items():
        stored = key in sealed or key in digests
        if not stored and person["factor"] is None:
            continue
        if person["factor"] != commitment(sealed.get(key, ""), digests.get(key, ())):
            said = Message(
                "The second factor of {login} is not the one that was set up. It lets nobody in; an admin "
                "takes it away, and the person sets up a new one.",
                login=person["login"],
            )
            yield Finding(What.FACTOR, f"account_factor {key}", said)
