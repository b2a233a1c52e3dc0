"""Who is there: a context for a person, with or without their password.

Reading on the command line needs a login only and is limited by that account's permissions; writing needs
the password as well. Knows argon2; nothing of what the person is about to do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from docctl.door import delegates, factors, seconding, transaction
from docctl.door.context import Context
from docctl.door.site import Site, refuse_damaged
from docctl.errors import Invalid, Unauthenticated
from docctl.errors.message import Message, See
from docctl.models.people import AccountOneTime, AccountPassword, Person, PersonRole
from docctl.rules.actions import Action
from docctl.rules.factors import must_have
from docctl.rules.roles import Actor
from docctl.rules.secrets import Bond, bond

log = logging.getLogger(__name__)

SHORTEST = 8
LONGEST = 1024
"""Longer passwords are refused, not cut: hashing a megabyte for a stranger would be a gift to them."""

REFUSAL = Message("unknown account or wrong password")
"""The same for both: neither words nor time tell whether an account exists (SE-04)."""

UNBOUND = Message("your password was set before this site was upgraded: set it again first, then go on")

BEFORE_A_FACTOR = frozenset({Action.USER_PASSWORD, Action.FACTOR_ENROL})
"""All that somebody may do who must have a second factor and has none."""

ONE_TIME = Message("the password that you were given is for one time: set your own first, then go on")


def reader(
    site: Site,
    login: str,
    *,
    channel: str = "cli",
    system_user: str | None = None,
    proved: bool = False,
) -> Context:
    """A context for reading. Raises Unauthenticated for an account that does not exist or is not active.

    `proved`: a program that makes up what its people do speaks for them, as with their password.

    Raises Tampered where the file of the database is damaged, so that nobody can be found in it.
    """
    try:
        with site.reading() as session:
            person, actor = _find(session, login, site)
    except DatabaseError as error:
        refuse_damaged(error)
        raise
    return Context(site, actor, person.name, channel, system_user, proved=proved)


def writer(
    site: Site,
    login: str,
    password: str,
    action: Action,
    *,
    channel: str = "cli",
    system_user: str | None = None,
    op: str | None = None,
    code: str | None = None,
    signed_in: bool = False,
) -> Context:
    """A context for one act, once the password is right. Raises Unauthenticated, in the same words for all.

    Whoever has a second factor gives a `code` of it too, unless they are `signed_in` by one: then the
    password is the part that is given at each act (21 CFR 11.200). Hashing takes some twenty milliseconds,
    so it happens here, before any lock is taken.
    """
    with site.reading() as session:
        known, stored, until = _stored(session, login)
        tied = _bond(known.login, known.secret, stored, until) if known is not None else Bond.FALSE
        # An unknown name costs the same time as a known one, so that the time tells nothing.
        right = (
            matches(stored or _nobodys_hash(), password) and tied is not Bond.FALSE and _holds(site, until)
        )
        if known is None or not known.active:
            raise Unauthenticated(REFUSAL)
        person, actor = _find(session, login, site)
    ctx = Context(site, actor, person.name, channel, system_user, op, proved=right)
    if not right:
        if stored is None:
            raise _without_password(login)
        if action.confirmed:
            transaction.refused(ctx, action, Message("wrong password"))
        raise Unauthenticated(REFUSAL)
    if action is not Action.USER_PASSWORD and (until is not None or tied is Bond.UNBOUND):
        raise Unauthenticated(UNBOUND if until is None else ONE_TIME)
    _second_factor(ctx, action, person.factor, None if signed_in else code or "")
    return ctx


def _stored(session: Session, login: str) -> tuple[Person | None, str | None, datetime | None]:
    """The person, the hash of their password, and until when it is for one time."""
    found = session.execute(
        select(Person, AccountPassword.hash, AccountOneTime.until)
        .outerjoin(AccountPassword, AccountPassword.person_id == Person.id)
        .outerjoin(AccountOneTime, AccountOneTime.person_id == Person.id)
        .where(Person.login == login)
    ).first()
    return (found[0], found[1], found[2]) if found else (None, None, None)


def _second_factor(ctx: Context, action: Action, factor: str | None, code: str | None) -> None:
    """Raises Unauthenticated for a wrong code, an empty one too, and for whoever must have one first.

    `code` is None for somebody who has given one before.
    """
    if factor is not None and code is not None and action is not Action.FACTOR_DROP:  # asks for it itself
        if not code:
            raise Unauthenticated(factors.NEEDED)
        if not factors.right(ctx.site, ctx.actor.login, code):
            if action.confirmed:
                transaction.refused(ctx, action, Message("wrong code"))
            raise Unauthenticated(factors.WRONG)
    if factor is None and action not in BEFORE_A_FACTOR:
        with ctx.site.reading() as session:
            due = must_have(seconding.rules(session), ctx.actor.roles)
        if due:
            raise Unauthenticated(factors.ENROL)


def _without_password(login: str) -> Unauthenticated:
    return Unauthenticated(
        "{refusal}; an account without a password needs: {command}",
        refusal=REFUSAL,
        command=See(f"docctl user password {login}", "a one-time password from an administrator"),
    )


def prove(site: Site, login: str, password: str) -> int | None:
    """The person whose password this is; None for a wrong one, and for an account that cannot sign in."""
    with site.reading() as session:
        found = session.execute(
            select(
                Person.id,
                Person.login,
                Person.active,
                Person.secret,
                AccountPassword.hash,
                AccountOneTime.until,
            )
            .outerjoin(AccountPassword, AccountPassword.person_id == Person.id)
            .outerjoin(AccountOneTime, AccountOneTime.person_id == Person.id)
            .where(Person.login == login)
        ).first()
    known = found if found is not None and found.active and found.hash is not None else None
    right = matches(known.hash if known is not None else _nobodys_hash(), password)
    if known is None or not right or not _holds(site, known.until):
        return None
    tied = _bond(known.login, known.secret, known.hash, known.until)
    return None if tied is Bond.FALSE else known.id


@dataclass(frozen=True)
class Proved:
    """Somebody who has just given their password, beside whoever acts: what is said of them, they said."""

    person_id: int
    login: str


def vouch(site: Site, login: str, password: str) -> Proved:
    """Whoever gives their password for what another one does. Raises Unauthenticated."""
    person_id = prove(site, login, password)
    if person_id is None:
        raise Unauthenticated("{login}: {refusal}", login=login, refusal=REFUSAL)
    return Proved(person_id, login)


def taken_at_their_word(site: Site, login: str) -> Proved:
    """The same for a program that makes up what its people do: a demonstration has nobody to ask."""
    with site.reading() as session:
        return Proved(_find(session, login, site)[0].id, login)


def operator(site: Site, system_user: str) -> Context:
    """A context for whoever has the site's files: makes, rebuilds and migrates sites, and nothing else."""
    return Context(site, Actor(0, "operator", operator=True), "operator", "cli", system_user, proved=True)


def hash_password(password: str) -> str:
    """The argon2id hash to store. Raises Invalid for a password that is too short or absurdly long."""
    if len(password) < SHORTEST:
        raise Invalid(
            {"password": Message("has fewer than {least} characters; take a longer one", least=SHORTEST)}
        )
    if len(password) > LONGEST:
        raise Invalid(
            {"password": Message("has more than {most} characters; take a shorter one", most=LONGEST)}
        )
    return _hasher().hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one that `stored` was made from."""
    try:
        return len(password) <= LONGEST and _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _bond(login: str, secret: str | None, stored: str | None, until: datetime | None) -> Bond:
    """Whether what is stored is what the ledger bound; what is not counts as no password at all."""
    tied = Bond.FALSE if stored is None else bond(secret, stored, until)
    if stored is not None and tied is Bond.FALSE:
        log.warning("the password of %.60s was changed outside docctl; run: docctl check", login)
    return tied


def _holds(site: Site, until: datetime | None) -> bool:
    """A one-time password that nobody used in time is none any more."""
    return until is None or site.clock() < until


def _find(session: Session, login: str, site: Site) -> tuple[Person, Actor]:
    person = session.scalar(select(Person).where(Person.login == login))
    if person is None or not person.active:
        raise Unauthenticated("there is no active account {login}", login=login)
    roles = session.scalars(
        select(PersonRole.role).where(PersonRole.person_id == person.id, PersonRole.revoked_at.is_(None))
    )
    held = frozenset(str(r) for r in roles)
    away = delegates.acts_for(session, person.id, site.clock().astimezone(site.zone).date())
    return person, Actor(person.id, person.login, held, person.department, acts_for=away)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")
