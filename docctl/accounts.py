"""Who is there: a context for a person, with or without their password.

Reading on the command line needs a login only and is limited by that account's permissions; writing needs
the password as well. Knows argon2; nothing of what the person is about to do.
"""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import transaction
from docctl.context import Context
from docctl.errors import Invalid, Unauthenticated
from docctl.models.people import AccountPassword, Person, PersonRole
from docctl.rules.actions import Action
from docctl.rules.permissions import Actor
from docctl.site import Site

SHORTEST = 8
LONGEST = 1024
"""Longer passwords are refused, not cut: hashing a megabyte for a stranger would be a gift to them."""

SIGNATURES = frozenset(
    {Action.REVISION_SIGN, Action.REVISION_SUBMIT, Action.RECORD_SIGN, Action.RECORD_VERIFY}
)
"""Acts that are signatures: a wrong password at one of them is a refused attempt of that person."""

_REFUSAL = "unknown account or wrong password"


def reader(site: Site, login: str, *, channel: str = "cli", system_user: str | None = None) -> Context:
    """A context for reading. Raises Unauthenticated for an account that does not exist or is not active."""
    with site.reading() as session:
        person, actor = _find(session, login)
    return Context(site, actor, person.name, channel, system_user)


def writer(
    site: Site,
    login: str,
    password: str,
    action: Action,
    *,
    channel: str = "cli",
    system_user: str | None = None,
    op: str | None = None,
) -> Context:
    """A context for one act, once the password is right. Raises Unauthenticated, in the same words for all.

    Hashing takes some twenty milliseconds, so it happens here, before any lock is taken.
    """
    with site.reading() as session:
        found = session.execute(
            select(Person, AccountPassword.hash)
            .outerjoin(AccountPassword, AccountPassword.person_id == Person.id)
            .where(Person.login == login)
        ).first()
        known, stored = (found[0], found[1]) if found else (None, None)
        # An unknown name costs the same time as a known one, so that the time tells nothing.
        right = matches(stored or _nobodys_hash(), password) and stored is not None
        if known is None or not known.active:
            raise Unauthenticated(_REFUSAL)
        person, actor = _find(session, login)
    ctx = Context(site, actor, person.name, channel, system_user, op)
    if not right:
        if stored is None:
            raise Unauthenticated(
                f"{_REFUSAL}; an account without a password needs: docctl user password {login}"
            )
        if action in SIGNATURES:
            transaction.refused(ctx, action, "wrong password")
        raise Unauthenticated(_REFUSAL)
    return ctx


def operator(site: Site, system_user: str) -> Context:
    """A context for whoever has the site's files: makes, rebuilds and migrates sites, and nothing else."""
    return Context(site, Actor(0, "operator", operator=True), "operator", "cli", system_user)


def hash_password(password: str) -> str:
    """The argon2id hash to store. Raises Invalid for a password that is too short or absurdly long."""
    if len(password) < SHORTEST:
        raise Invalid({"password": f"has fewer than {SHORTEST} characters; take a longer one"})
    if len(password) > LONGEST:
        raise Invalid({"password": f"has more than {LONGEST} characters; take a shorter one"})
    return _hasher().hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one that `stored` was made from."""
    try:
        return len(password) <= LONGEST and _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _find(session: Session, login: str) -> tuple[Person, Actor]:
    person = session.scalar(select(Person).where(Person.login == login))
    if person is None or not person.active:
        raise Unauthenticated(f"there is no active account {login}")
    roles = session.scalars(
        select(PersonRole.role).where(PersonRole.person_id == person.id, PersonRole.revoked_at.is_(None))
    )
    return person, Actor(person.id, person.login, frozenset(str(r) for r in roles), person.department)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")
