"""One's own account: what others did to it, and who signed in with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.models.people import AccountRecovery, Person, PersonNotice
from docctl.models.sessions import SessionLogin
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.notices import About
from docctl.rules.people import SESSION_IDLE
from docctl.standing import find

MOST = 20
"""Lines of each kind; what came before stands in the audit trail."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One stay. `failures`: wrong passwords of the account since the one before."""

    at: datetime
    source: str
    new_device: bool
    failures: int
    open: bool


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What somebody else did to the account."""

    about: About
    by: str
    at: datetime
    noted: datetime | None


@dataclass(frozen=True, kw_only=True)
class OwnAccount:
    """What its person is shown. `untold`: how many notices they have not taken note of."""

    login: str
    name: str
    department: str
    roles: tuple[str, ...]
    notices: tuple[Notice, ...]
    untold: int
    sign_ins: tuple[SignIn, ...]


@dataclass(frozen=True, kw_only=True)
class OwnFactor:
    """The second factor of whoever asks. `left`: how many recovery codes were not used yet."""

    login: str
    organisation: str
    has: bool
    left: int


def own_factor(ctx: Context) -> OwnFactor:
    """Whether whoever asks has one, and what the picture for a phone says of them."""
    person = ctx.session.get_one(Person, ctx.actor.person_id)
    unused = select(func.count()).where(
        AccountRecovery.person_id == person.id, AccountRecovery.used_at.is_(None)
    )
    return OwnFactor(
        login=person.login,
        organisation=find.organisation(ctx.session).name,
        has=person.factor is not None,
        left=ctx.session.scalar(unused) or 0,
    )


def own_account(ctx: Context) -> OwnAccount:
    """That of whoever asks, newest first. Raises Forbidden for nobody who has an account with a role."""
    person = ctx.session.get_one(Person, ctx.actor.person_id)
    ctx.require(Action.USER_NOTE, Subject(name=person.login, account=person.id))
    told = select(PersonNotice).where(PersonNotice.person_id == person.id).order_by(PersonNotice.id.desc())
    stays = select(SessionLogin).where(SessionLogin.person_id == person.id)
    return OwnAccount(
        login=person.login,
        name=person.name,
        department=person.department,
        roles=tuple(sorted(ctx.actor.roles)),
        notices=tuple(
            Notice(about=row.about, by=row.by_name, at=row.told_at, noted=row.noted_at)
            for row in ctx.session.scalars(told.limit(MOST))
        ),
        untold=len(notices_waiting(ctx)),
        sign_ins=tuple(
            SignIn(
                at=row.started_at,
                source=row.source,
                new_device=bool(row.new_device),
                failures=row.failures or 0,
                open=row.ended_at is None and ctx.now() - row.seen_at < SESSION_IDLE,
            )
            for row in ctx.session.scalars(stays.order_by(SessionLogin.started_at.desc()).limit(MOST))
        ),
    )


def notices_waiting(ctx: Context) -> Sequence[PersonNotice]:
    """What whoever asks has not taken note of, oldest first."""
    mine = select(PersonNotice).where(
        PersonNotice.person_id == ctx.actor.person_id, PersonNotice.noted_at.is_(None)
    )
    return ctx.session.scalars(mine.order_by(PersonNotice.id)).all()
