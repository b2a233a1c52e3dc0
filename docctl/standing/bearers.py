"""The people of a site as those know them who ask who could do something."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.delegates import everybody_acts_for
from docctl.models.people import AccountOneTime, AccountPassword
from docctl.rules.people import Bearer
from docctl.standing import facts, find

_KEYS: Final = select(AccountPassword.person_id, AccountOneTime.until).outerjoin(
    AccountOneTime, AccountOneTime.person_id == AccountPassword.person_id
)


def bearers(session: Session, at: datetime, day: date | None = None) -> list[Bearer]:
    """All active people. Locked is who has no password, or one for one time that nobody used in time.

    `day`: with those in whose place they sign then, where somebody asks who signs a revision.
    """
    acting = everybody_acts_for(session, day) if day is not None else {}
    until = {row.person_id: row.until for row in session.execute(_KEYS)}
    return [
        Bearer(
            actor=replace(facts.actor(person, roles), acts_for=acting.get(person.id, ())),
            name=person.name,
            able=person.id in until and (until[person.id] is None or at < until[person.id]),
        )
        for person, roles in find.people(session)
    ]
