"""Who is called like somebody else. Asks nobody's permission."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.door.transaction import Act
from docctl.models.people import Person
from docctl.rules.namesakes import as_signed, skeleton


def namesakes(site: Site, session: Session, name: str, login: str) -> tuple[str, ...]:
    """The logins of all others whose names look the same. Those who left too: their signatures stay."""
    return tuple(other for other in _by_skeleton(site, session).get(skeleton(name), ()) if other != login)


def signed_as(act: Act) -> str:
    """What stands beside the signature of whoever acts."""
    return of(act.turn.site, act.session, act.turn.name, act.actor.login)


def of(site: Site, session: Session, name: str, login: str) -> str:
    """A name as it is printed: with the login where somebody else is called so too."""
    return as_signed(name, login, namesakes(site, session, name, login))


def _by_skeleton(site: Site, session: Session) -> Mapping[str, tuple[str, ...]]:
    """Of all accounts, read again when one has changed."""
    newest = session.scalar(select(func.max(Person.last_seq))) or 0

    def read() -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for login, name in session.execute(select(Person.login, Person.name).order_by(Person.login)):
            found[skeleton(name)] = (*found.get(skeleton(name), ()), login)
        return found

    return site.memory.recall("names", newest, read, most=2)
