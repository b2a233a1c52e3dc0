"""Two accounts of one name are told of where they are made and shown, and told apart where they sign."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docctl.models.documents import Signature
from docctl.queries.integrity import check_site
from docctl.queries.people.accounts import same_name
from docctl.usecases.people import accounts
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.support.terminal import Terminal

TWIN = {"login": "rep2", "name": "管 平", "department": "sales", "password": PASSWORD}


def names(world: World) -> list[str]:
    with world.site.reading() as session:
        return list(session.scalars(select(Signature.person_name).order_by(Signature.id)))


@pytest.mark.regulation("P11-100a")
@pytest.mark.rule("SE-33")
def test_whoever_signs_is_told_apart_from_their_namesake(world: World) -> None:
    issue(world, procedure())
    assert names(world) == ["陈编", "管平"]
    accounts.add_user(world.as_("admin"), roles=["staff"], **TWIN)  # type: ignore[arg-type]
    issue(world, procedure("LX-CX-2019-102"))
    assert names(world)[2:] == ["陈编", "管平 (rep)"]
    assert same_name(world.as_("admin"), "rep2") == ["rep"]
    assert same_name(world.as_("admin"), "rep") == ["rep2"]
    assert check_site(world.site).findings == ()


def test_who_adds_an_account_or_looks_at_it_is_told(sqlite_world: World) -> None:
    admin = reader(sqlite_world, "admin")
    sent = {k: v for k, v in TWIN.items() if k != "password"}
    shown = text_of(admin.send("/people/add", role=["staff"], **sent).text)
    assert "called the same, or nearly so: rep." in shown
    assert "nearly so: rep2." in text_of(admin.get("/people/rep").text)
    assert "nearly so" not in text_of(admin.get("/people/staff").text)


def test_the_same_by_command(sqlite_world: World) -> None:
    terminal = Terminal(sqlite_world)
    words = ["user", "add", "rep3", "--name", "管平", "--department", "sales", "--role", "staff"]
    answer = terminal("admin", words)
    assert answer["same_name"] == ["rep"]
    assert "called the same, or nearly so: rep" in answer.err
