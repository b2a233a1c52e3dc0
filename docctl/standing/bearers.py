"""The people of a site as those know them who ask who could do something."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.people import AccountOneTime, AccountPassword
from docctl.rules.people import Bearer
from docctl.standing import facts, find

_KEYS: Final = select(AccountPassword.person_id, AccountOneTime.until).outerjoin(
    AccountOneTime, AccountOneTime.person_id == AccountPassword.person_id
)


def bearers(session: Session, at: datetime) -> list[Bearer]:
    """All active people. Locked is who has no password, or one for one time that nobody used in time."""
    until = {row.person_id: row.until for row in session.execute(_KEYS)}
    return [
        Bearer(
            actor=facts.actor(person, roles),
            name=person.name,
            able=person.id in until and (until[person.id] is None or at < until[person.id]),
        )
        for person, roles in find.people(session)
    ]
