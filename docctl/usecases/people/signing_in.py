"""Signing in and out of the pages: a session begins with a password and ends at once when it is told to.

Writes tables outside the ledger only. Knows no cookie and no request: a token comes in, a token goes out.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from docctl.door import accounts, factors, transaction
from docctl.door.accounts import Proved
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import DocctlError, Unauthenticated
from docctl.errors.message import Message
from docctl.models.people import Person
from docctl.models.sessions import SessionLogin
from docctl.rules.actions import Action
from docctl.rules.secrets import session_digest
from docctl.standing import find
from docctl.usecases.people import attempts

log = logging.getLogger(__name__)

TOO_LATE: Final = Message("that took too long; sign in again")
HALFWAY_FOR: Final = 300
"""Seconds between the password and the code."""

KEPT: Final = timedelta(days=30)
"""How long ended sessions are kept, for whoever has to find out where somebody came from."""
_newer: Final = aliased(SessionLogin)


@dataclass(frozen=True)
class Halfway:
    """Somebody gave their password, and has a second factor: it goes on with `half` and a code."""

    half: str


def sign_in(site: Site, login: str, password: str, *, source: str, device: str | None = None) -> str:
    """Begin a session by the password alone; its token, which is kept nowhere else.

    Raises Unauthenticated, Throttled; Unauthenticated too for whoever has a second factor.
    """
    begun = prove(site, login, password, source=source, device=device)
    if isinstance(begun, Halfway):
        raise Unauthenticated(factors.NEEDED)
    return begun


def prove(site: Site, login: str, password: str, *, source: str, device: str | None = None) -> str | Halfway:
    """Begin a session; its token, or how it goes on with a code. Raises Unauthenticated, Throttled.

    `device`: the mark of a device on which this very account signed in before.
    """
    counted = attempts.keys(login, source, device)
    at = attempts.reserve(site, counted, login)
    person_id = accounts.prove(site, login, password)
    if person_id is None:
        log.warning("a wrong password or an unknown account at sign-in, from %.60s", source)
        raise Unauthenticated(accounts.REFUSAL)
    if factors.asked(site, login):
        with transaction.note(site) as session:
            attempts.take_back(session, counted, at)
        return Halfway(_half(site, login, int(site.clock().timestamp()) + HALFWAY_FOR))
    tried = attempts.failures(site, login, device)
    return begin(site, person_id, source=source, counted=counted, new_device=device is None, failures=tried)


def go_on(site: Site, login: str, half: str, code: str, *, source: str, device: str | None = None) -> str:
    """Begin the session of somebody who is halfway, by a code; its token. Raises Unauthenticated, Throttled.

    A wrong code counts like a wrong password, and the password that came before takes none of them back.
    """
    counted = attempts.keys(login, source, device)
    attempts.reserve(site, counted, login)
    until = half.partition(".")[0]
    known = until.isascii() and until.isdigit() and hmac.compare_digest(_half(site, login, int(until)), half)
    if not known or int(until) < site.clock().timestamp():
        raise Unauthenticated(TOO_LATE)
    if not factors.right(site, login, code):
        log.warning("a wrong code of a second factor at sign-in, from %.60s", source)
        raise Unauthenticated(factors.WRONG)
    tried = attempts.failures(site, login, device)
    with site.reading() as session:
        person_id = find.person(session, login).id
    return begin(site, person_id, source=source, counted=counted, new_device=device is None, failures=tried)


def _half(site: Site, login: str, until: int) -> str:
    """Good until then, for this login and the password that it has now; made with a key of the site."""
    with site.reading() as session:
        secret = session.scalar(select(Person.secret).where(Person.login == login, Person.active.in_([True])))
    return f"{until}.{session_digest(site.session_key, f'halfway {until} {secret} {login}')}"


def begin(
    site: Site,
    person_id: int,
    *,
    source: str,
    counted: list[str] | None = None,
    new_device: bool | None = None,
    failures: int = 0,
) -> str:
    """A session for somebody who has just proved who they are; its token.

    `failures`: how many wrong passwords there were before.
    """
    token, now = f"{person_id:x}.{secrets.token_urlsafe(32)}", site.clock()
    with transaction.note(site) as session:
        attempts.forget(session, counted or [])
        # The newest of each person stays: it tells who has not come for long (queries/people/dormant.py).
        later = exists().where(
            _newer.person_id == SessionLogin.person_id, _newer.started_at > SessionLogin.started_at
        )
        session.execute(delete(SessionLogin).where(SessionLogin.started_at < now - KEPT, later))
        session.add(
            SessionLogin(
                token_sha256=session_digest(site.session_key, token),
                person_id=person_id,
                started_at=now,
                seen_at=now,
                source=source[:60],
                new_device=new_device,
                failures=failures,
            )
        )
    return token


def sign_out(site: Site, token: str) -> None:
    """End the session of this token. One that is over already is no error."""
    _set(site, token, ended_at=site.clock())


def keep_awake(site: Site, token: str) -> None:
    """Say that the person is still at work. Reading goes on even where this cannot be written."""
    try:
        _set(site, token, seen_at=site.clock())
    except (DocctlError, DBAPIError) as error:
        log.warning("a session could not be kept awake: %s", error)


def confirmed(ctx: Context, action: Action, password: str, *, source: str, device: str | None) -> Context:
    """`ctx`, once its person has given their password again, for one act (21 CFR 11.200).

    A wrong password is counted as at sign-in, and at a signature recorded as a refused attempt.
    Raises Unauthenticated, Throttled.
    """
    counted = attempts.keys(ctx.actor.login, source, device)
    attempts.reserve(ctx.site, counted, ctx.actor.login)
    proved = accounts.writer(
        ctx.site, ctx.actor.login, password, action, channel=ctx.channel, op=ctx.op, signed_in=True
    )
    with transaction.note(ctx.site) as session:
        attempts.forget(session, counted)
    return proved


def vouched(site: Site, login: str, password: str, *, source: str) -> Proved:
    """Somebody beside whoever acts gives their password; wrong ones are counted as at sign-in.

    Raises Unauthenticated, Throttled.
    """
    counted = attempts.keys(login, source)
    attempts.reserve(site, counted, login)
    proved = accounts.vouch(site, login, password)
    with transaction.note(site) as session:
        attempts.forget(session, counted)
    return proved


def _set(site: Site, token: str, **values: datetime) -> None:
    with transaction.note(site) as session:
        known = SessionLogin.token_sha256 == session_digest(site.session_key, token)
        session.execute(update(SessionLogin).where(known, SessionLogin.ended_at.is_(None)).values(**values))
