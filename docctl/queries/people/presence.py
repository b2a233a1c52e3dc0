"""Whose session a token is, and whether it still holds: one query, asked again at every request.

So what ends a session elsewhere (a new password, a role taken away, an account made inactive, signing out)
ends it here at the next request, in every process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select

from docctl.door import delegates
from docctl.door.site import Site
from docctl.models.configuration import AccountRules
from docctl.models.people import AccountOneTime, AccountPassword, Person, PersonRole
from docctl.models.quick import Question
from docctl.models.sessions import SessionLogin
from docctl.rules.factors import must_have
from docctl.rules.people import SESSION_IDLE, SESSION_LONGEST
from docctl.rules.roles import Absent, Actor
from docctl.rules.seconding import from_data
from docctl.rules.secrets import Bond, bond, session_digest

NAP: Final = timedelta(minutes=1)
"""How old `seen_at` may be before it is written again: a request in a minute writes, the others read."""


@dataclass(frozen=True)
class Presence:
    """A person with an open session. `drowsy`: it is time to say again that they are at work.

    `one_time`: they came with a one-time password, and may do nothing but set their own.
    """

    actor: Actor
    name: str
    started_at: datetime
    drowsy: bool
    one_time: bool = False
    enrols: bool = False
    """They need a second factor, have none, and may do nothing but set one up."""
    failures: int = 0
    """Wrong passwords of the account before this session began."""


def presence(site: Site, token: str, now: datetime) -> Presence | None:
    """The person whose session this is; None where there is none, or no longer."""
    rows = site.quickly.ask(_ASKED, token=session_digest(site.session_key, token))
    if not rows:
        return None
    first = rows[0]
    if token.partition(".")[0] != f"{first.person_id:x}" or first.hash is None:
        return None
    tied = bond(first.secret, first.hash, first.until)
    if tied is Bond.FALSE:
        return None
    if now - first.seen_at >= SESSION_IDLE or now - first.started_at >= SESSION_LONGEST:
        return None
    if not first.active or first.changed_at > first.started_at:
        return None
    if any(row.revoked_at is not None and row.revoked_at > first.started_at for row in rows):
        return None
    roles = frozenset(str(row.role) for row in rows if row.role is not None and row.revoked_at is None)
    actor = Actor(first.person_id, first.login, roles, first.department, acts_for=_acts_for(site, first, now))
    one_time = first.until is not None or tied is Bond.UNBOUND
    drowsy, failures = now - first.seen_at >= NAP, first.failures or 0
    enrols = first.factor is None and must_have(from_data(first.accounts or {}), roles)
    return Presence(actor, first.name, first.started_at, drowsy, one_time, enrols, failures)


def _acts_for(site: Site, one: Any, now: datetime) -> tuple[Absent, ...]:
    """Asked only of who is named as a delegate at all."""
    if not one.delegations:
        return ()
    with site.reading() as session:
        return delegates.acts_for(session, one.person_id, now.astimezone(site.zone).date())


_RULES: Final = (
    select(AccountRules.content).order_by(AccountRules.id.desc()).limit(1).correlate(None).scalar_subquery()
)
_ASKED: Final = Question(
    select(
        SessionLogin.started_at,
        SessionLogin.seen_at,
        SessionLogin.person_id,
        SessionLogin.failures,
        Person.login,
        Person.name,
        Person.department,
        Person.active,
        Person.secret,
        Person.factor,
        delegates.HOW_MANY,
        _RULES.label("accounts"),
        AccountPassword.changed_at,
        AccountPassword.hash,
        AccountOneTime.until,
        PersonRole.role,
        PersonRole.revoked_at,
    )
    .join(Person, Person.id == SessionLogin.person_id)
    .outerjoin(AccountPassword, AccountPassword.person_id == Person.id)
    .outerjoin(AccountOneTime, AccountOneTime.person_id == Person.id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(SessionLogin.token_sha256 == bindparam("token"), SessionLogin.ended_at.is_(None))
)
