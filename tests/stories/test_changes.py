"""A change is applied for before it is made: who decides, who carries it out, who is told (DC-63 to DC-70)."""

from __future__ import annotations

from importlib.resources import files

import pytest

from docctl.queries.desk.inbox import inbox
from docctl.queries.documents import history
from docctl.queries.ledger import trace
from docctl.rules.actions import Action
from docctl.rules.documents.change_rows import Row
from docctl.rules.documents.changes import Kind
from docctl.rules.roles import Role
from docctl.standing import find
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, changing, drafting, issuing
from docctl.usecases.people import accounts
from docctl.usecases.records import opening
from docctl.usecases.site.configuring import configure_site
from tests.stories.test_card import SECTIONS, paper, text
from tests.support.pages import Reader, reader, rows_of, text_of
from tests.support.sites import PASSWORD, World, issue, procedure, template
from tests.support.terminal import Terminal

NUMBER, MANUAL = "LX-CX-2019-101", "LX-SH-2019"
APPLY, SUBMIT = f"/documents/{NUMBER}/change/apply", f"/documents/{NUMBER}/submit"
SITE = (files("docctl") / "site.yaml").read_text("utf-8")
SAID = {
    "reason": "顾客抱怨答复太慢",
    "kind": "minor",
    "executor": "author",
    "clause": "5.2.1",
    "from": "24 小时",
    "to": "12 小时",
}


def asking(world: World) -> None:
    """From now on procedures are reviewed too, change under applications, and minor ones by a short chain."""
    asks = "review: 1 year, change: required, minor_change: approver}\n    regulation:"
    said = SITE.replace("review: 1 year}\n    regulation:", asks, 1)
    review = "    - {meaning: review, who: [manager-in-charge]}\n"
    head, tail = said.split("  procedure:\n    - {meaning: prepare, who: [author]}\n", 1)
    said = f"{head}  procedure:\n    - {{meaning: prepare, who: [author]}}\n{review}{tail}"
    configure_site(world.as_("controller"), said.encode())


def refused(who: Reader, address: str) -> int:
    """What somebody is answered who sends an act without having been shown its form."""
    page = who.get("/inbox").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    return who.post(address, csrf_token=token, reason="x", password=who.password).status_code


def apply(world: World, login: str = "staff", kind: Kind = Kind.MAJOR) -> str:
    rows = [Row("5.2.1", "24 小时", "12 小时")]
    ctx = world.as_(login)
    return changing.apply_change(ctx, NUMBER, kind=kind, reason="太慢", rows=rows, executor="author").number


def begun(world: World) -> None:
    """A procedure in force with a form, an open record and two copies; the draft of its next revision."""
    issue(world, procedure())
    issue(world, template())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "staff2"])
    opening.open_record(world.as_("staff"), "LX-R-101")
    asking(world)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))


@pytest.mark.regulation("Q9-21")
@pytest.mark.rule("DC-69")
def test_a_change_is_not_handed_in_before_it_was_applied_for_and_the_application_tells_what_it_touches(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    begun(world)
    author, staff = reader(world, "author"), reader(world, "staff")
    assert "needs an approved change application" in text_of(author.get(SUBMIT).text)
    answer = author.send(SUBMIT, reason="口头说的")
    assert (answer.status_code, "Apply for it" in answer.text) == (409, True)
    assert "Apply for a change" in text_of(staff.get(f"/documents/{NUMBER}").text)
    answer = staff.send(APPLY, **{**SAID, "reason": " ", "executor": "author2", "clause": "9.9"})
    assert answer.status_code == 422
    assert all(f'href="#{field}"' in answer.text for field in ("reason", "what", "executor"))
    assert 'value="9.9"' in answer.text
    assert answer.text.count('name="clause"') == 4
    assert staff.send(APPLY, **SAID, more="1").text.count('name="clause"') == 4
    assert (refused(reader(world, "auditor"), APPLY), refused(staff, APPLY)) == (403, 422)
    there = staff.send(APPLY, **SAID).location
    page = text_of(staff.get(there).text)
    for said in ("waits for approval", "管平", "Reported at", "first-answer", "Copies in the field 2"):
        assert said in page, said
    assert f"{NUMBER}#002" not in page
    assert f"{NUMBER}#002" in reader(world, "controller").get(there).text
    assert ["LX-R-101", "Quality information feedback form", "1"] in rows_of(staff.get(there).text)


@pytest.mark.regulation("MD-09", "GD-06")
@pytest.mark.rule("DC-64")
@pytest.mark.rule("DC-66")
def test_who_approved_the_original_approves_and_whom_the_application_names_hands_the_revision_in(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    begun(world)
    there = reader(world, "staff").send(APPLY, **SAID).location
    strangers = ("staff", "gm", "manager", "quality-head")
    assert {refused(reader(world, login), f"{there}/sign") for login in strangers} == {403}
    assert {refused(reader(world, login), f"{there}/refuse") for login in strangers} == {403}
    rep = reader(world, "rep")
    assert "Change applications to decide on" in text_of(rep.get("/inbox").text)
    assert rep.send(f"{there}/sign", password="wrong").status_code == 401
    assert rep.send(f"{there}/sign", comment="同意").status_code == 302
    assert refused(rep, f"{there}/sign") == 409
    world.forget()
    assert [item.number for item in inbox(world.as_("author")).to_carry_out] == ["1"]
    accounts.change_user_roles(world.as_("admin"), "head", grant=["author"], revoke=[])
    other = reader(world, "head").send(SUBMIT, reason="我来")
    assert (other.status_code, "DC-66" in other.text) == (403, True)
    author = reader(world, "author")
    shown = author.get(SUBMIT).text
    assert ("1: 顾客抱怨答复太慢" in shown, "孙经理" in text_of(shown)) == (True, False)
    assert author.send(SUBMIT, reason="缩短时限", change="1").status_code == 302
    world.forget()
    assert inbox(world.as_("author")).to_carry_out == ()


@pytest.mark.regulation("Q9-21")
@pytest.mark.rule("DC-67")
@pytest.mark.rule("DC-68")
@pytest.mark.rule("DC-70")
def test_what_was_changed_is_on_record_and_told_to_the_departments_concerned(sqlite_world: World) -> None:
    world = sqlite_world
    begun(world)
    changing.sign_change(world.as_("rep"), apply(world, kind=Kind.MINOR))
    world.forget()
    assert [item.number for item in inbox(world.as_("staff2")).changes_told] == ["1"]
    assert inbox(world.as_("verifier")).changes_told == ()
    drafting.submit_revision(world.as_("author"), NUMBER, reason="缩短时限")
    approving.sign_revision(world.as_("rep"), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER)
    staff, there = reader(world, "staff"), "/changes/1"
    assert "carried out" in text_of(staff.get(there).text)
    line = history.revisions(world.as_("staff"), NUMBER).lines[0]
    assert (line.sections, line.application) == (("5.2.1",), "1")
    assert "Change application 1 (minor)" in text_of(staff.get(f"/documents/{NUMBER}/revisions").text)
    printed = text_of(paper(world, NUMBER))
    for said in ("章节", "页码", "备注", "5.2.1", "文件更改申请 1（一般更改）"):
        assert said in printed, said
    traced = trace.trace(world.as_("auditor"), NUMBER)
    assert ([one["change"] for one in traced["revisions"]], traced["verified"]) == ([None, "1"], True)
    assert staff.send(f"{there}/note").status_code == 302
    assert (refused(staff, f"{there}/note"), refused(reader(world, "verifier"), f"{there}/note")) == (
        409,
        403,
    )
    told = [row for row in rows_of(staff.get(there).text) if row[1:2] == ["change issued"]]
    assert [row[0] for row in told] == ["Administration", "Sales", "Technical"]
    assert told[1][3].startswith("员工周")


@pytest.mark.rule("DC-70")
def test_an_important_change_repeats_the_whole_chain_and_a_cancelled_issue_leaves_it_to_be_carried_out(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    issue(world, procedure())
    asking(world)
    number, later = apply(world), apply(world)
    changing.sign_change(world.as_("rep"), number)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="太慢")
    document = find.document(world.as_("author").session, NUMBER)
    chain = find.newest_revision(world.as_("author").session, document).chain or ()
    assert [[*step["who"]] for step in chain] == [
        ["author"],
        ["manager-in-charge"],
        ["management-representative"],
    ]
    with pytest.raises(Exception, match="is handed in; take that back first"):
        changing.withdraw_change(world.as_("staff"), number, reason="不改了")
    approving.sign_revision(world.as_("manager"), NUMBER)
    approving.sign_revision(world.as_("rep"), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER, effective=world.clock().date().replace(month=5))
    assert "Revision A/1 was issued since" in text_of(reader(world, "staff").get(f"/changes/{later}").text)
    issuing.cancel_revision(world.as_("controller"), NUMBER, reason="推迟")
    world.forget()
    assert [item.number for item in inbox(world.as_("author")).to_carry_out] == [number]
    changing.withdraw_change(world.as_("staff"), number, reason="不改了")
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    with pytest.raises(Exception, match="needs an approved change application"):
        drafting.submit_revision(world.as_("author"), NUMBER, reason="还是要改")


@pytest.mark.regulation("MD-09", "GD-06")
@pytest.mark.rule("DC-65")
def test_who_approves_in_the_place_of_another_opens_the_background_first(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, procedure())
    there = f"/changes/{apply(world)}"
    head, desk = reader(world, "quality-head"), reader(world, "controller")
    assert refused(head, f"{there}/sign") == 403
    assert refused(reader(world, "staff"), f"{there}/assign") == 403
    assert desk.send(f"{there}/assign", approver="nobody", reason="代批").status_code == 422
    assert desk.send(f"{there}/assign", approver="quality", reason=" ").status_code == 422
    assert desk.send(f"{there}/assign", approver="quality", reason="管代出差").status_code == 302
    assert refused(reader(world, "rep"), f"{there}/sign") == 403
    assert refused(head, f"{there}/sign") == 409
    assert f'{there}/sign"' not in head.get(there).text
    background = text_of(head.get(f"{there}/study").text)
    for said in ("管平", "首次发布", "5.2.1 收到问题后"):
        assert said in background, said
    assert head.send(f"{there}/study").status_code == 302
    assert head.send(f"{there}/sign").status_code == 302
    page = text_of(head.get(there).text)
    assert "to be carried out" in page
    assert "管代出差" in page


@pytest.mark.rule("DC-63")
def test_the_manual_is_changed_by_administration_reviewed_by_the_representative_approved_by_the_manager(
    sqlite_terminal: Terminal,
) -> None:
    world, do = sqlite_terminal.world, sqlite_terminal
    manual = text(MANUAL, "manual", "administration", end=SECTIONS)
    drafting.register_document(world.as_("author"), lambda: manual)
    drafting.submit_revision(world.as_("author"), MANUAL, reason="首次发布")
    for login in ("rep", "gm"):
        approving.sign_revision(world.as_(login), MANUAL)
    issuing.issue_revision(world.as_("controller"), MANUAL)
    said = ["change", "apply", MANUAL, "--class", "major", "--reason", "换证", "--what", "1: 规定 => 规程"]
    named = ["--executor", "author"]
    assert do("staff", said + named).code == 3
    assert do("head", [*said[:-1], "1 规定", *named]).code == 2
    made = do.ok("head", said + named)
    assert (made["approver"], made["waiting_for"]) == ("general-manager", ["management-representative"])
    assert do("gm", "change sign 1").code == 4
    assert do("controller", "change assign 1 --approver quality --reason 代").code == 2
    assert do.ok("rep", "change sign 1")["state"] == "applied"
    assert do("rep", "change sign 1").code == 4
    drafting.save_draft(
        world.as_("author"), MANUAL, lambda: text(MANUAL, "manual", "administration", end=SECTIONS + "改")
    )
    assert do("author", f"revision submit {MANUAL} --reason 换证").code == 4
    assert do("author", f"revision submit {MANUAL} --reason 换证 --change 1").code == 4
    assert do.ok("gm", "change sign 1")["state"] == "approved"
    assert [s["meaning"] for s in do.ok("auditor", "change show 1")["signed"]] == ["review", "approve"]
    assert do.ok("author", f"revision submit {MANUAL} --reason 换证")["status"] == "in review"
    assert len(do.ok("staff", "change list --state open")["changes"]) == 1
    assert do("staff", "change show 2").code == 5
    second = do.ok("head", said + named)
    assert do("rep", f"change refuse {second['change']} --reason").code == 2
    assert do.ok("rep", f"change refuse {second['change']} --reason 无必要")["said"] == "无必要"
    assert do("rep", f"change sign {second['change']}").code == 4


@pytest.mark.regulation("Q9-21")
@pytest.mark.rule("DC-64")
def test_nobody_decides_on_their_own_application_nor_says_who_else_does(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, procedure())
    accounts.change_user_roles(world.as_("admin"), "rep", grant=["author"], revoke=[])
    accounts.change_user_roles(world.as_("admin"), "controller", grant=["staff"], revoke=[])
    world.forget()
    with pytest.raises(Exception, match="Nobody could sign"):
        apply(world, "rep")
    number = apply(world, "controller")
    with pytest.raises(Exception, match="Nobody decides on a change that they applied for"):
        changing.assign_change(world.as_("controller"), number, approver="quality", reason="熟人")
    assert Action.CHANGE_SIGN.confirmed


def test_only_whom_it_names_is_led_on_to_write_not_whoever_is_called_the_same(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    change = apply(sqlite_world)
    changing.sign_change(sqlite_world.as_("rep"), change)
    accounts.add_user(
        sqlite_world.as_("admin"),
        "namesake",
        name="陈编",
        department="administration",
        roles=[Role.AUTHOR],
        password=PASSWORD,
        lasting=True,
    )
    for login, leads_on in (("author", True), ("namesake", False)):
        page = reader(sqlite_world, login).get(f"/changes/{change}")
        assert (page.status_code, "Write the revision" in page.text) == (200, leads_on), login
    assert rows_of(reader(sqlite_world, "staff").get("/changes", document="lx-cx").text)
