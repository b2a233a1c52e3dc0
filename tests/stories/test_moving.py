"""People move and marry, departments come and go: nobody is sent to an act that does not exist (P-18)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.models.people import Person
from docctl.queries.desk.inbox import inbox
from docctl.queries.documents.listing import Asked, document_part
from docctl.queries.documents.reading import reading
from docctl.queries.integrity import check_site
from docctl.queries.people.accounts import person_view
from docctl.rules.roles import Role
from docctl.standing import find
from docctl.store.material import Material, of_procedure
from docctl.store.source import read_procedure
from docctl.store.tree import load_yaml
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, moving
from docctl.usecases.people import accounts
from docctl.usecases.people import moving as people
from docctl.usecases.site.configuring import configure_site
from tests.house.trees import ROOT
from tests.support.pages import Reader, reader, text_of
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
PLAIN = (ROOT / "docctl" / "site.yaml").read_bytes()


def of(department: str, *, extra: str = "另一版。") -> Material:
    """The small procedure as a text of another department."""
    raw = procedure(extra=extra).content.raw
    return of_procedure(read_procedure(raw.replace(b"department: administration", f"department: {department}".encode()), {}, {}))  # fmt: skip


def without(department: str) -> bytes:
    """site.yaml without a department, and without whatever names it."""
    said = load_yaml(PLAIN)
    said["departments"] = [one for one in said["departments"] if one["key"] != department]
    return json.dumps(said, ensure_ascii=False).encode()


@pytest.mark.regulation("P11-100a")
def test_a_married_name_stands_under_what_is_signed_from_now_on_and_the_old_one_where_it_stood(
    world: World,
) -> None:
    issue(world, procedure())
    people.change_user(world.as_("admin"), "rep", name="管安", reason="婚姻")
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="另一版。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="修订")
    world.forget()
    approving.sign_revision(world.as_("rep"), NUMBER)
    document = find.document(world.as_("controller").session, NUMBER)
    names = [
        [s.person_name for s in find.signatures(world.as_("controller").session, submission.id)]
        for revision in find.revisions(world.as_("controller").session, document.id)
        for submission in [find.submission(world.as_("controller").session, revision)]
    ]
    assert names == [["陈编", "管平"], ["陈编", "管安"]]
    assert check_site(world.site).findings == ()


def test_who_goes_to_another_department_keeps_copies_and_is_head_of_neither(world: World) -> None:
    issue(world, procedure())
    (copy,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["head"])
    people.change_user(world.as_("admin"), "head", department="production", reason="调动")
    seen = person_view(world.as_("admin"), "head")
    assert seen.department == "production"
    assert [grant.role for grant in seen.grants if grant.until is None] == []
    assert [grant.role for grant in seen.grants if grant.until is not None] == [Role.DEPARTMENT_HEAD]
    assert find.copy(world.as_("controller").session, copy.number).holder == "head"
    world.forget()
    (told,) = inbox(world.as_("head")).account_told
    assert told.title.told("en") == "your name or your department was changed"
    accounts.change_user_roles(world.as_("admin"), "head", grant=["department-head"])
    assert check_site(world.site).findings == ()


def test_a_name_that_somebody_else_has_is_told_where_it_is_given(sqlite_terminal: Terminal) -> None:
    changed = sqlite_terminal.ok("admin", "user change staff --name 员工吴 --reason 改名")
    assert changed["same_name"] == ["staff2"]


def test_nobody_gives_themselves_another_name_or_department(world: World) -> None:
    for login in ("admin", "rep", "controller"):
        with pytest.raises(Forbidden):
            people.change_user(world.as_(login), login, name="王总", reason="r")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "already"),
        ({"name": "管平"}, "already"),
        ({"name": " "}, "printable"),
        ({"name": "x" * 101}, "printable"),
        ({"department": "moon"}, "none of"),
        ({"name": "管安", "reason": " "}, "Say why"),
    ],
)
def test_a_change_that_is_none_or_leads_nowhere_is_refused(
    sqlite_world: World, change: dict[str, str], why: str
) -> None:
    with pytest.raises((Invalid, WrongState), match=why):
        people.change_user(sqlite_world.as_("admin"), "rep", **{"reason": "r", **change})
    with sqlite_world.site.reading() as session:
        row = session.execute(select(Person.name, Person.department).where(Person.login == "rep")).one()
    assert tuple(row) == ("管平", "quality")


def test_a_document_goes_to_another_department_and_its_next_revision_says_so(world: World) -> None:
    issue(world, procedure())
    moving.move_document(world.as_("controller"), NUMBER, department="quality", reason="改组")
    (line,) = document_part(world.as_("staff"), Asked(department="quality")).lines
    assert line["number"] == NUMBER
    author = world.as_("author")
    with pytest.raises(Invalid, match="the document belongs to quality; document control moves it"):
        drafting.save_draft(author, NUMBER, lambda: of("administration"))
    drafting.save_draft(author, NUMBER, lambda: of("quality"))
    drafting.submit_revision(author, NUMBER, reason="改组")
    approving.sign_revision(world.as_("rep"), NUMBER)
    assert reading(world.as_("staff"), NUMBER, lambda _: lambda path, blob: "").label == "A/0"
    assert check_site(world.site).findings == ()


def test_a_document_that_is_being_signed_or_waits_for_its_issue_is_not_moved(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次")
    for state in ("in review", "approved"):
        with pytest.raises(WrongState, match=f"A/0 is {state}, for administration"):
            moving.move_document(world.as_("controller"), NUMBER, department="quality", reason="改组")
        if state == "in review":
            approving.sign_revision(world.as_("rep"), NUMBER)


def test_a_department_is_retired_once_its_people_and_documents_have_moved_by_the_acts_that_are_named(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    issue(world, of("technical", extra=""))
    with pytest.raises(WrongState) as refused:
        configure_site(world.as_("controller"), without("technical"))
    assert "docctl user change LOGIN" in str(refused.value)
    assert "docctl document move NUMBER" in str(refused.value)
    accounts.lock_user(world.as_("admin"), "staff2", reason="离职")
    moved = sqlite_terminal.ok("admin", "user change staff2 --department quality --reason 撤销部门")
    assert moved["department"] == "quality"
    gone = sqlite_terminal.ok("controller", f"document move {NUMBER} --department quality --reason 撤销部门")
    assert gone == {"document": NUMBER, "department": "quality"}
    configure_site(world.as_("controller"), without("technical"))
    assert "technical" not in {d.key for d in find.departments(world.as_("admin").session)}


def test_the_pages_do_both_and_ask_for_the_password(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    admin = reader(sqlite_world, "admin", "zh")
    assert "姓名与部门" in text_of(admin.get("/people/staff").text)
    _refused_without_password(admin, "/people/staff/change", name="周新", department="quality", reason="调动")
    done = admin.send("/people/staff/change", name="周新", department="quality", reason="调动")
    assert done.status_code == 302
    assert "周新" in text_of(admin.get("/people/staff").text)
    office = reader(sqlite_world, "controller", "zh")
    there = f"/documents/{NUMBER}/move"
    assert "移交给另一部门" in text_of(office.get(f"/documents/{NUMBER}").text)
    _refused_without_password(office, there, department="quality", reason="改组")
    assert office.send(there, department="quality", reason="改组").status_code == 302
    assert "现归质量部" in text_of(office.get(f"/documents/{NUMBER}").text)
    assert reader(sqlite_world, "author").get(there).status_code == 403


def _refused_without_password(client: Reader, address: str, **fields: str) -> None:
    assert client.send(address, password="wrong", **fields).status_code == 401
