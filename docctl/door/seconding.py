"""Whether an act gives roles that sign without a second person, by what it wrote. See rules/seconding.py.

Asked of every act: a page or a use case that forgets it cannot commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from docctl.models.configuration import AccountRules
from docctl.models.people import Person, PersonNotice, PersonRole
from docctl.rules import seconding
from docctl.rules.actions import Action
from docctl.rules.notices import About
from docctl.rules.roles import Actor
from docctl.rules.secrets import LOCKED

_RULES: Final = select(AccountRules.content).order_by(AccountRules.id.desc()).limit(1)


def rules(session: Session) -> seconding.AccountRules:
    """What the site has decided about its accounts, as it counts now."""
    return seconding.from_data(session.scalar(_RULES) or {})


def needs_two(session: Session, proposer: int, at: datetime, *, before: int | None = None) -> bool:
    """Whether `proposer` needs somebody else to give roles that sign.

    Not while a site is set up, before anybody else who could confirm has come; and not again a week after
    the last of them was locked or lost the role. Nobody is alone again at once: the other one would notice.
    `before`: the number of the event that is being made, where it may have made such a person itself.
    """
    if not rules(session).two:
        return False
    lately = at - seconding.ESTRANGED_FOR
    just_locked = exists().where(
        PersonNotice.person_id == Person.id,
        PersonNotice.about.in_([About.LOCKED]),
        PersonNotice.told_at > lately,
    )
    others = (
        select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(
            PersonRole.role.in_(seconding.SECONDS),
            or_(PersonRole.revoked_at.is_(None), PersonRole.revoked_at > lately),
            Person.came.in_([True]),
            Person.id.not_in([proposer]),
            or_(Person.secret.is_(None), Person.secret != LOCKED, just_locked),
        )
    )
    if before is not None:
        others = others.where(PersonRole.id < before << 16)
    return session.scalar(others.limit(1)) is not None


def is_lone(
    session: Session,
    actor: Actor,
    action: Action,
    seq: int,
    at: datetime,
    images: Iterable[Mapping[str, Any]],
) -> bool:
    """Whether these row images of event `seq` give such roles, and whoever acts is alone with it.

    A confirmation has a second person by its permission; an operator has the files before there are accounts.
    """
    if actor.operator or action in (Action.USER_CONFIRM_ROLES, Action.DELEGATION_CONFIRM):
        return False
    rows = list(images)
    gives = bool(seconding.lone_grants(rows)) or seconding.lone_delegations(rows)
    return gives and needs_two(session, actor.person_id, at, before=seq)
