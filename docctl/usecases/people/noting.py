"""Somebody takes note of what others did to their account."""

from __future__ import annotations

from sqlalchemy import select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.people import Person, PersonNotice
from docctl.rules import notices
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.notices import About


@retried(Action.USER_NOTE)
def note_user(ctx: Context) -> Person:
    """All of it so far, for whoever acts: it stays in the ledger, and leaves their inbox."""
    with ctx.act(Action.USER_NOTE) as act:
        person = act.session.get_one(Person, act.actor.person_id)
        act.require(Subject(name=person.login, account=person.id))
        waiting = still_open(act, person)
        notices.check_any(len(waiting))
        for notice in waiting:
            notice.noted_at = act.at
        act.record(person, noted=len(waiting))
        return person


def tell(act: Act, person: Person, about: About) -> None:
    """Have the person told, if it was somebody else."""
    if person.id != act.actor.person_id:
        notice = PersonNotice(
            person_id=person.id,
            about=about,
            by_id=None if act.actor.operator else act.actor.person_id,
            by_name=act.turn.name,
            told_at=act.at,
        )
        act.add(notice)


def still_open(act: Act, person: Person) -> list[PersonNotice]:
    """What the person has not taken note of."""
    mine = select(PersonNotice).where(PersonNotice.person_id == person.id, PersonNotice.noted_at.is_(None))
    return list(act.session.scalars(mine.order_by(PersonNotice.id)))
