"""Passwords against the ledger: those that count are the ones that a person's own row was made for.

They stand outside the ledger, so that no hash of one is in it. A missing one is a locked account: no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.people import AccountOneTime, AccountPassword
from docctl.queries.integrity.ledger import Rows
from docctl.rules.secrets import Bond, bond

_STORED = (
    select(AccountPassword.person_id, AccountPassword.hash, AccountOneTime.until)
    .outerjoin(AccountOneTime, AccountOneTime.person_id == AccountPassword.person_id)
    .order_by(AccountPassword.person_id)
)


def examine(connection: Connection, rows: Rows) -> Iterator[Finding]:
    """All stored passwords that nobody set through docctl."""
    people = rows["person"]
    for key, hashed, until in connection.execute(_STORED):
        person = people.get(key)
        if person is not None and bond(person["secret"], hashed, until) is Bond.FALSE:
            said = Message(
                "The password of {login} is not the one that was set. It opens nothing; give them a new one.",
                login=person["login"],
            )
            yield Finding(What.BOND, f"account_password {key}", said)
