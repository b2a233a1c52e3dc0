"""A company of one's own: what it is founded with, changed in parts, and who comes into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docctl.door import accounts, transaction
from docctl.door.context import Context
from docctl.errors import Forbidden, Invalid
from docctl.ledger import journal
from docctl.queries.integrity import check
from docctl.queries.people.accounts import user_list
from docctl.queries.site import company
from docctl.rules.words import Words
from docctl.standing import find
from docctl.standing.configuration import configuration
from docctl.store import starter
from docctl.usecases.demonstration.starter import library_folder
from docctl.usecases.documents import drafting, taking
from docctl.usecases.people import several
from docctl.usecases.people.several import NewUser
from docctl.usecases.site import beginning, configuring, rebuilding
from docctl.usecases.site.beginning import Beginning
from tests.support.sites import PASSWORD, Clock, World

ASKED = Beginning(
    organisation="恒达精密",
    time_zone="Asia/Shanghai",
    code="HD",
    login="linjing",
    name="林静",
    password=PASSWORD,
)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Context]:
    """Whoever set a company up, at her new site."""
    founded = beginning.init_company(
        tmp_path / "site", ASKED, clock=Clock(), environ={}, system_user="tester"
    )
    ctx = accounts.reader(founded.site, "linjing", proved=True)
    yield ctx
    ctx.close()
    founded.site.close()


def row(n: int, login: str, **said: Any) -> NewUser:
    new = NewUser(
        row=n, login=login, name="王强", department="quality", roles=("staff",), password="one time only"
    )
    return replace(new, **said)


def events(ctx: Context) -> list[str]:
    with ctx.site.reading() as session:
        return [entry.event["act"] for entry in journal.events(session.connection())]


def test_a_new_company_has_one_account_that_may_do_all_but_approve(own: Context) -> None:
    (hers,) = user_list(own)
    assert (hers["login"], hers["department"], hers["locked"]) == ("linjing", "quality", False)
    assert hers["roles"] == ["admin", "author", "document-controller"]
    assert check(own).findings == ()


@pytest.mark.parametrize(("field", "value"), [("organisation", " "), ("login", "Lin Jing"), ("name", "")])
def test_a_company_that_cannot_be_leaves_nothing(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        beginning.init_company(tmp_path / "site", replace(ASKED, **{field: value}), environ={})
    assert field in caught.value.problems
    assert [*tmp_path.iterdir()] == []


def test_the_configuration_of_a_site_read_back_changes_nothing(world: World) -> None:
    with world.site.reading() as session:
        before = configuration(session)
    configuring.configure_site(world.as_("controller"), {})
    with world.site.reading() as session:
        assert configuration(session) == before
        assert [*journal.events(session.connection())][-1].event["rows"] == []


def test_what_is_exported_is_read_back_as_it_was(world: World) -> None:
    with world.site.reading() as session:
        before = configuration(session)
    text = company.exported(world.as_("controller"))
    assert configuring.decide(text.encode()) == configuring.decide(before)
    configuring.configure_site(world.as_("controller"), text.encode())
    with world.site.reading() as session:
        assert [*journal.events(session.connection())][-1].event["rows"] == []
    with pytest.raises(Forbidden):
        company.exported(world.as_("staff"))


def test_a_part_changes_its_own_rows_and_no_others(world: World) -> None:
    configuring.configure_site(world.as_("controller"), {"organisation": "恒达精密"})
    with world.site.reading() as session:
        last = [*journal.events(session.connection())][-1].event
        assert {each["t"] for each in last["rows"]} == {"organisation"}
        assert find.organisation(session).name == "恒达精密"


def test_only_the_office_changes_a_part(world: World) -> None:
    with pytest.raises(Forbidden):
        configuring.configure_site(world.as_("staff"), {"organisation": "恒达精密"})


def test_several_accounts_are_made_together_each_with_its_event(own: Context) -> None:
    made = several.add_users(own, [row(1, "wang"), row(2, "zhao", roles=("auditor",))])
    assert [person.login for person in made] == ["wang", "zhao"]
    assert events(own)[-2:] == ["user.add", "user.add"]
    assert [line["one_time"] for line in user_list(own)] == [False, True, True]


@pytest.mark.regulation("A11-05")
def test_one_wrong_row_makes_no_account_and_all_wrong_rows_are_named(own: Context) -> None:
    before = events(own)
    wrong = [
        row(1, "wang"),
        row(2, "Zhao!"),
        row(3, "li", department="nowhere"),
        row(4, "wang"),
        row(5, "linjing"),
        row(6, "qian", roles=()),
        row(7, "sun", name=" "),
    ]
    with pytest.raises(Invalid) as caught:
        several.add_users(own, wrong)
    assert caught.value.problems.keys() == {
        "login-2",
        "department-3",
        "login-4",
        "login-5",
        "duty-6",
        "name-7",
    }
    assert "Row 3:" in str(caught.value.problems["department-3"])
    assert events(own) == before
    with pytest.raises(Invalid):
        several.add_users(own, [])


def test_a_table_that_is_sent_twice_makes_each_account_once(own: Context) -> None:
    asking = replace(own, op="k" * 32, given=lambda: own.session)
    for _ in range(2):
        made = several.add_users(asking, [row(1, "wang"), row(2, "zhao")])
        assert [person.login for person in made] == ["wang", "zhao"]
    assert events(own).count("user.add") == 2


@pytest.mark.parametrize("number", [source.number for source in starter.sources(library_folder())])
def test_each_procedure_of_the_library_can_be_taken_with_its_forms_and_handed_in(
    own: Context, number: str
) -> None:
    several.add_users(own, [row(1, "wang", roles=("management-representative",))])
    source = next(each for each in starter.sources(library_folder()) if each.number == number)
    wanted = taking.Wanted(
        number="HD-QP-001", title=Words(zh="自己的程序"), department="technical", forms=source.forms
    )
    taking.take_document(own, library_folder(), number, wanted)
    document = find.document(own.session, "HD-QP-001")
    text = own.site.library.read(find.newest_revision(own.session, document).blob).decode()
    assert number not in text
    assert 'title: {zh: "自己的程序"}' in text
    assert document.department == "technical"
    assert find.document(own.session, f"HD-QR-{len(source.forms):03d}").level == "form"
    drafting.submit_revision(own, "HD-QP-001", reason="first issue")
    assert len(user_list(own)) == 2  # nobody came along


def test_a_taken_procedure_leaves_out_the_forms_that_nobody_wants(own: Context) -> None:
    several.add_users(own, [row(1, "wang", roles=("management-representative",))])
    wanted = taking.Wanted(
        number="HD-QP-001", title=Words(zh="服务"), department="quality", forms=("LX-R-141",)
    )
    taking.take_document(own, library_folder(), "LX-CX-2019-013", wanted)
    own.session.rollback()
    text = own.site.library.read(
        find.newest_revision(own.session, find.document(own.session, "HD-QP-001")).blob
    ).decode()
    assert 'records: ["HD-QR-001"]' in text
    assert [s.number for s in own.session.query(type(find.document(own.session, "HD-QP-001")))] == [
        "HD-QP-001",
        "HD-QR-001",
    ]


def test_a_company_is_rebuilt_for_its_own_first_admin(own: Context, tmp_path: Path) -> None:
    several.add_users(own, [row(1, "wang", roles=("admin",))])
    transaction.make_checkpoint(own.site, own.now())
    made = rebuilding.rebuild(
        tmp_path / "again", own.site.path, password="another one", clock=Clock(), environ={}
    )
    with closing(made.site), closing(accounts.reader(made.site, "linjing")) as again:
        assert made.login == "linjing"
        assert {line["login"]: line["locked"] for line in user_list(again)} == {
            "linjing": False,
            "wang": True,
        }
        assert check(again).findings == ()


def test_a_number_that_only_begins_like_one_of_the_library_stays(own: Context, tmp_path: Path) -> None:
    number, longer = "LX-CX-2019-013", "LX-CX-2019-0139"
    for file in library_folder().glob(f"procedures/{number}*.md"):
        text = file.read_text("utf-8") + f"\n{longer}\n"
        (tmp_path / "procedures").mkdir(exist_ok=True)
        (tmp_path / "procedures" / file.name).write_text(text, "utf-8")
    shutil.copytree(library_folder() / "procedures" / number, tmp_path / "procedures" / number)
    several.add_users(own, [row(1, "wang", roles=("management-representative",))])
    wanted = taking.Wanted(number="HD-QP-001", title=Words(zh="服务"), department="quality")
    taking.take_document(own, tmp_path, number, wanted)
    own.session.rollback()
    newest = find.newest_revision(own.session, find.document(own.session, "HD-QP-001"))
    text = own.site.library.read(newest.blob).decode()
    assert longer in text
    assert number not in text.replace(longer, "")
