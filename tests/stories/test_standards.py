"""What clauses of standards ask, and no other test shows: retention, a far day, accounts, the trail itself."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from sqlalchemy import select

from docctl.cli import docctl
from docctl.errors import Forbidden, Invalid, WrongState
from docctl.models.people import AccountPassword
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trace import trace_record
from docctl.queries.people.dormant import DORMANT
from docctl.queries.report import read_report
from docctl.store.material import of_template
from docctl.store.template import read_template
from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts, signing_in
from docctl.usecases.records import sealing
from tests.support.sites import PASSWORD, TEMPLATE, World, procedure
from tests.support.written_records import completed, forms_in_force, show

RETENTION = "retention: {years: 3, from: closed}\n"


@pytest.mark.regulation("AU-02", "RM-08")
def test_a_template_that_says_nothing_of_retention_is_not_registered(sqlite_world: World) -> None:
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure())
    text = TEMPLATE.format(number="LX-R-101", procedure="LX-CX-2019-101")
    assert RETENTION in text
    with pytest.raises(Invalid, match="retention"):
        drafting.register_document(
            sqlite_world.as_("author"),
            lambda: of_template(read_template(text.replace(RETENTION, "").encode())),
        )


@pytest.mark.regulation("P11-10c", "A11-21", "DI-03")
def test_a_record_of_25_years_ago_is_read_traced_and_verified(world: World) -> None:
    forms_in_force(world)
    number = completed(world)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    before, traced = show(world, number), trace_record(world.as_("auditor"), number)
    world.clock.advance(days=25 * 366)
    world.reopen()
    assert show(world, number)["values"] == before["values"]
    assert trace_record(world.as_("auditor"), number) == traced
    assert check_site(world.site).findings == ()


@pytest.mark.regulation("P11-100a", "P11-300a")
def test_two_people_with_one_password_have_two_hashes_and_no_login_is_given_twice(world: World) -> None:
    admin = world.as_("admin")
    for login in ("li", "wang"):
        accounts.add_user(
            world.as_("admin"),
            login,
            name="李",
            department="sales",
            roles=["staff"],
            password="one and the same",
        )
    hashes = admin.session.scalars(select(AccountPassword.hash)).all()
    assert len(set(hashes)) == len(hashes)
    accounts.lock_user(world.as_("admin"), "li", reason="离职")
    with pytest.raises((Invalid, WrongState), match="taken"):
        accounts.add_user(world.as_("admin"), "li", name="李二", department="sales", roles=["staff"])


@pytest.mark.regulation("A11-15")
def test_an_account_that_nobody_uses_is_listed_until_somebody_comes_or_it_is_locked(world: World) -> None:
    def sleeping() -> set[str]:
        world.forget()
        return {line["login"] for line in read_report(world.as_("auditor"), DORMANT).lines}

    assert sleeping() == set()
    world.clock.advance(days=91)
    assert {"staff", "staff2", "admin"} <= sleeping()
    signing_in.sign_in(world.site, "staff", PASSWORD, source="")
    accounts.lock_user(world.as_("admin"), "staff2", reason="离职")
    assert not {"staff", "staff2"} & sleeping()
    accounts.add_user(
        world.as_("admin"), "li", name="李", department="sales", roles=["staff"], password="a b c d e f"
    )
    assert "li" not in sleeping()
    world.clock.advance(days=60)  # what the pages forget of a stay is not who came last
    signing_in.sign_in(world.site, "admin", PASSWORD, source="")
    assert "staff" not in sleeping()
    with pytest.raises(Forbidden):
        read_report(world.as_("staff"), DORMANT)


@pytest.mark.regulation("P11-10e4", "A11-12")
def test_no_command_turns_the_trail_off_or_says_who_did_something_or_when() -> None:
    options = {name for command in _commands(docctl) for p in command.params for name in p.opts}
    assert "--reason" in options
    said = ("trail", "audit", "event", "clock", "actor", "time", "force")
    assert sorted(name for name in options if any(word in name for word in said)) == []


def _commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx := click.Context(command)):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from _commands(found)
