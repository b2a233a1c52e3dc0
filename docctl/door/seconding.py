"""Whether an act gives roles that sign without a second person, by what it wrote. See rules/seconding.py.

Asked of every act: a page or a use case that forgets it cannot commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.configuration import AccountRules
from docctl.models.people import Person, PersonRole
from docctl.rules import seconding
from docctl.rules.actions import Action
from docctl.rules.roles import Actor

_RULES: Final = select(AccountRules.content).order_by(AccountRules.id.desc()).limit(1)


def rules(session: Session) -> seconding.AccountRules:
    """What the site has decided about its accounts, as it counts now."""
    return seconding.from_data(session.scalar(_RULES) or {})


def needs_two(session: Session, proposer: int, *, before: int | None = None) -> bool:
    """Whether `proposer` needs somebody else to give roles that sign.

    Not while a site is set up, before anybody else who could confirm has come. A role that such a person
    had counts for good: whoever takes it away is not alone again by that. `before`: the number of the event
    that is being made, where it may have made such a person itself.
    """
    if not rules(session).two:
        return False
    others = (
        select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role.in_(seconding.SECONDS), Person.came.in_([True]), Person.id.not_in([proposer]))
    )
    if before is not None:
        others = others.where(PersonRole.id < before << 16)
    return session.scalar(others.limit(1)) is not None


def is_lone(
    session: Session, actor: Actor, action: Action, seq: int, images: Iterable[Mapping[str, Any]]
) -> bool:
    """Whether these row images of event `seq` give such roles, and whoever acts is alone with it.

    A confirmation has a second person by its permission; an operator has the files before there are accounts.
    """
    if actor.operator or action is Action.USER_CONFIRM_ROLES:
        return False
    return bool(seconding.lone_grants(images)) and needs_two(session, actor.person_id, before=seq)
