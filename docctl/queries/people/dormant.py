"""Report: accounts that nobody has used for long. Each that could sign in, and has not for ninety days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Select, exists, func, select

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.people import AccountPassword, Person, PersonRole
from docctl.models.sessions import SessionLogin
from docctl.queries.columns import Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action

QUIET: Final = timedelta(days=90)
"""Who was given a role since then is no sleeper, though they have not come yet."""
_seen: Final = (
    select(func.max(SessionLogin.seen_at)).where(SessionLogin.person_id == Person.id).scalar_subquery()
)


def _rows(ctx: Context) -> Select[*tuple[Any, ...]]:
    since = ctx.now() - QUIET
    came = exists().where(SessionLogin.person_id == Person.id, SessionLogin.seen_at >= since)
    new = exists().where(PersonRole.person_id == Person.id, PersonRole.granted_at >= since)
    return (
        select(Person.login, Person.name, Person.department, _seen.label("seen"))
        .join(AccountPassword, AccountPassword.person_id == Person.id)
        .where(Person.active.in_([True]), ~came, ~new)
    )


DORMANT: Final = Report(
    name="dormant",
    about=Message(
        "Accounts with a password whose people have not signed in for ninety days. Lock what nobody needs."
    ),
    action=Action.USER_READ,
    rows=_rows,
    key=Person.login,
    filters=(
        Filter(name="department", label=Message("Department"), where=part_of(Person.department)),
        Filter(name="login", label=Message("Login"), where=part_of(Person.login, Person.name)),
    ),
    listed=Listed(
        title=Message("Unused accounts"),
        columns=(
            Column(key="login", heading=Message("Login"), shape="number"),
            Column(key="name", heading=Message("Name")),
            Column(
                key="department",
                heading=Message("Department"),
                value=lambda line: Holder(line["department"]),
            ),
            Column(key="seen", heading=Message("Last on the pages"), shape="day"),
        ),
    ),
)
