"""The filter of the list of accounts finds what looking at each line would find."""

from __future__ import annotations

from itertools import product

from docctl.queries.people.accounts import Asked, user_list
from docctl.rules.roles import Role
from docctl.usecases.people import accounts
from tests.support.sites import World

TYPED = ("", "st", "REP", "员工", "周", " gm ", "%", "nobody")
ROLES = ("", *Role, "no-such-role", "a\0")
DEPARTMENTS = ("", "quality", "sales", "no-such-department", "%")


def test_the_query_finds_what_looking_at_each_account_finds(world: World) -> None:
    accounts.change_user_roles(world.as_("admin"), "staff", grant=["verifier"], revoke=["staff"])
    ctx = world.as_("admin")
    whole = user_list(ctx)
    assert len(whole) > 10
    for q, role, department in product(TYPED, ROLES, DEPARTMENTS):
        part = q.strip().casefold()
        assert user_list(ctx, Asked(q=q, role=role, department=department)) == [
            line
            for line in whole
            if (part in line["login"] or part in line["name"].casefold())
            and (not role or role in line["roles"])
            and department in ("", line["department"])
        ]
