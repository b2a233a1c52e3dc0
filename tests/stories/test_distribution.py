"""Who is to have a document: the list of its department, the tasks that come of it, one hand-out for all."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

from docctl.door import accounts
from docctl.errors import Unproved, WrongState
from docctl.queries.copies.lacking import LACKING
from docctl.queries.report import read_report
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, chaining, drafting
from tests.support.lists import rows_in
from tests.support.pages import Reader, hidden_fields, reader, rows_of, text_of
from tests.support.sites import World, issue, procedure, template
from tests.support.terminal import Terminal

NUMBER, FORM = "LX-CX-2019-101", "LX-R-101"
CHANGE = f"/documents/{NUMBER}/distribution/change"
ISSUE = f"/copies/issue?document={NUMBER}"


def listed(world: World, *holders: str) -> Reader:
    """The head of the owner department puts these on the list, on the page."""
    head = reader(world, "head")
    departments = [h for h in holders if h in {"sales", "technical", "finance"}]
    people = [h for h in holders if h not in departments]
    assert head.send(CHANGE, departments=departments, people=people).status_code == 302
    return head


def tasks(world: World, login: str = "controller") -> list[list[str]]:
    """Document and revision, holder: what waits to be handed out."""
    page = reader(world, login).get("/inbox").text
    _, found, part = page.partition('<section id="to_hand_out"')
    return [[row[0], row[2]] for row in rows_of(part.partition("</section>")[0])] if found else []


def lacking(world: World) -> list[tuple[str, str | None]]:
    """Who has none of what is in force, and what they have."""
    ctx = world.as_("auditor")
    ctx.session.rollback()
    return [(line["holder"], line["held"]) for line in read_report(ctx, LACKING).lines]


def chosen(page: str) -> list[str]:
    """The boxes that are ticked."""
    return [
        box.partition('"')[0]
        for box in page.split('value="')[1:]
        if '" checked>' in box.partition(">")[0] + ">"
    ]


@pytest.mark.regulation("Q9-05")
@pytest.mark.rule("DC-52", "DC-28", "DC-59", "DC-02")
def test_a_listed_holder_is_a_task_until_the_copy_is_handed_out_and_of_each_revision_anew(
    world: World,
) -> None:
    issue(world, procedure())
    issue(world, template(FORM))
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["finance"])
    head = listed(world, "sales", "staff2")
    assert tasks(world) == [[f"{NUMBER} A/0", "Sales"], [f"{NUMBER} A/0", "员工吴 (staff2)"]]
    assert tasks(world, "staff") == []
    assert lacking(world) == [("sales", None), ("staff2", None)]
    desk = reader(world, "controller")
    form = desk.get(ISSUE).text
    assert chosen(form) == ["sales", "staff2"]
    assert f'name="with" value="{FORM}"' in form
    sent = {"document": NUMBER, "label": "A/0", "departments": "sales", "people": "staff2", "with": FORM}
    page = desk.get(desk.send("/copies/issue", form=ISSUE, **sent).location).text
    numbers = [f"{NUMBER}#002", f"{NUMBER}#003", f"{FORM}#001", f"{FORM}#002"]
    assert [row[0] for row in rows_of(page)] == numbers
    assert (tasks(world), lacking(world)) == ([], [])
    # Finance is on no list and holds a copy: it has to be exchanged too, and is a finding until it is.
    issue(world, procedure(extra="改。"), save=True)
    assert tasks(world) == [[f"{NUMBER} A/1", "Sales"], [f"{NUMBER} A/1", "员工吴 (staff2)"]]
    assert sorted(lacking(world)) == [("finance", "A/0"), ("sales", "A/0"), ("staff2", "A/0")]
    assert chosen(desk.get(ISSUE).text) == ["finance", "sales", "staff2"]
    both = ["finance", "sales"]
    sent = {"document": NUMBER, "label": "A/1", "people": "staff2"}
    made = desk.send("/copies/issue", form=ISSUE, departments=both, **sent)
    assert len(rows_of(desk.get(made.location).text)) == 3
    assert (tasks(world), lacking(world)) == ([], [])
    held = {}
    for who, window in (("controller", desk), ("head", head), ("staff", reader(world, "staff"))):
        page = window.get(f"/documents/{NUMBER}/distribution").text
        held[who] = [[row[0], row[2]] for row in rows_of(page)]
    assert held["controller"] == [["Sales", "A/1"], ["员工吴 (staff2)", "A/1"]]
    assert held["staff"] == [["Sales", "A/1"], ["员工吴 (staff2)", "–"]], "what others hold is not told"
    assert held["head"] == [["Sales", "–"], ["员工吴 (staff2)", "–"]]


@pytest.mark.rule("DC-28")
def test_who_countersigns_is_one_list_and_who_gets_a_copy_another(sqlite_world: World) -> None:
    """The chain names the posts that sign; whoever is on it has no copy for that, and the other way round."""
    issue(sqlite_world, procedure())
    listed(sqlite_world, "finance")
    signed = text_of(reader(sqlite_world, "auditor").get(f"/documents/{NUMBER}/revisions").text)
    page = text_of(reader(sqlite_world, "auditor").get(f"/documents/{NUMBER}/distribution").text)
    assert "管平" in signed
    assert "管平" not in page
    assert "Finance" in page
    assert "Finance" not in signed


@pytest.mark.regulation("GJ-01")
@pytest.mark.rule("DC-28")
def test_who_signs_for_a_document_is_changed_by_the_office_and_counts_from_its_next_submission(
    sqlite_terminal: Terminal,
) -> None:
    world, form = sqlite_terminal.world, f"/documents/{NUMBER}/chain/change"
    issue(world, procedure())
    longer = "author,countersign:quality+administration,management-representative"
    desk = reader(world, "controller")
    for typed, reason in (
        ("author", "r"),
        ("author,general-manager", "r"),
        (longer, " "),
        ("author,x,y", "r"),
    ):
        assert desk.send(form, chain=typed, reason=reason).status_code == 422
    nobody = "author,countersign:sales,management-representative"
    assert desk.send(form, chain=nobody, reason="r").status_code == 409, "sales has no head"
    for password in ("wrong", ""):
        assert desk.send(form, chain=longer, reason="须会签", password=password).status_code in {401, 422}
    with (
        closing(accounts.reader(world.site, "controller")) as unproved,
        pytest.raises(Unproved, match="nobody gave a password"),
    ):
        chaining.change_chain(unproved, NUMBER, chain=longer, reason="须会签")
    assert (
        desk.send(form, chain="编制人，会签：质量部+行政部，管理者代表", reason="须会签").status_code == 302
    )
    assert sqlite_terminal("controller", f"chain change {NUMBER} --chain {longer} --reason r").code == 4
    assert "head of Quality, head of Administration" in text_of(desk.get(form).text)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="二。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="修订")
    with pytest.raises(WrongState, match="waits for"):
        approving.sign_revision(world.as_("rep"), NUMBER)
    made = sqlite_terminal.ok("controller", f"chain change {NUMBER} --of-level --reason 撤销会签")
    assert made["chain"] is None
    with pytest.raises(WrongState, match="waits for"):  # what was handed in keeps its chain
        approving.sign_revision(world.as_("rep"), NUMBER)
    told = sqlite_terminal.ok("controller", f"trail {NUMBER}")["events"]
    assert [one["act"] for one in told].count("chain.change") == 2


@pytest.mark.rule("DC-28")
def test_nobody_but_the_office_changes_who_signs_for_a_document(sqlite_terminal: Terminal) -> None:
    issue(sqlite_terminal.world, procedure())
    for login in ("author", "head", "rep", "staff", "admin"):
        changed = f"chain change {NUMBER} --chain author,management-representative --reason r"
        assert sqlite_terminal(login, changed).code == 3
        assert (
            reader(sqlite_terminal.world, login).get(f"/documents/{NUMBER}/chain/change").status_code == 403
        )


@pytest.mark.rule("DC-52")
def test_the_head_of_the_owner_department_decides_and_what_was_stays_readable(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    issue(world, procedure())
    for login in ("controller", "author", "quality-head", "rep", "staff", "auditor"):
        assert sqlite_terminal(login, f"distribution change {NUMBER} --add sales").code == 3
        assert reader(world, login).get(CHANGE).status_code == 403
    made = sqlite_terminal.ok("head", f"distribution change {NUMBER} --add 业务部 --add sales --add staff2")
    assert [line["holder"] for line in made["holders"]] == ["sales", "staff2"]
    for words in ("--add sales", "--strike finance", "--add nobody", ""):
        assert sqlite_terminal("head", f"distribution change {NUMBER} {words}").code == 2
    gone = sqlite_terminal.ok("head", f"distribution change {NUMBER} --strike 销售部 --add finance")
    assert [line["holder"] for line in gone["holders"]] == ["staff2", "finance"]
    assert [(line["holder"], line["struck_by"]) for line in gone["former"]] == [("sales", "何主任")]
    assert sqlite_terminal.ok("staff", f"distribution show {NUMBER}") == gone
    book = rows_in(reader(world, "staff").get(f"/documents/{NUMBER}/distribution", **{"as": "xlsx"}).data)
    assert [row[0] for row in book[1:]] == ["员工吴", "Finance", "Sales"]
    told = sqlite_terminal.ok("controller", f"trail {NUMBER}")["events"]
    assert [event["act"] for event in told][:2] == ["distribution.change"] * 2


@pytest.mark.rule("DC-61")
def test_a_plan_is_filed_with_a_second_department_and_the_register_says_so(world: World) -> None:
    issue(world, procedure())
    head = reader(world, "head")
    assert head.send(CHANGE, departments="sales", file="finance").status_code == 302
    assert tasks(world) == [[f"{NUMBER} A/0", "Sales"], [f"{NUMBER} A/0", "Finance"]]
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["finance", "sales"])
    desk = reader(world, "controller")
    assert "Purpose for filing" in text_of(desk.get(f"/copies/{NUMBER}%23001").text)
    assert "Purpose" not in text_of(desk.get(f"/copies/{NUMBER}%23002").text)
    book = rows_in(desk.get("/copies", **{"as": "xlsx"}).data)
    assert ["for filing" in row for row in book[1:]] == [True, False]
    assert [row[1] for row in rows_of(head.get(f"/documents/{NUMBER}/distribution").text)] == [
        "for use",
        "for filing",
    ]


def test_a_hand_out_for_a_revision_to_come_is_a_task_at_once(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    listed(sqlite_world, "sales")
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    issue(sqlite_world, procedure(extra="改。"), save=True, effective=date(2026, 4, 1))
    assert tasks(sqlite_world) == [[f"{NUMBER} A/1", "Sales"]]
    assert lacking(sqlite_world) == []
    assert '<option value="A/1" selected>' in reader(sqlite_world, "controller").get(ISSUE).text


@pytest.mark.rule("DC-49")
def test_several_copies_are_taken_back_and_signed_for_and_a_refusal_stops_no_other(world: World) -> None:
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "staff", "staff2", "gm"])
    one, two, three, four = (f"{NUMBER}#00{n}" for n in range(1, 5))
    staff = reader(world, "staff")
    assert [row[1] for row in rows_of(staff.get("/copies/together/acknowledge").text)] == [one, two]
    looked = staff.get(f"/copies/together/acknowledge?chosen=1&copy={NUMBER}%23001&copy={NUMBER}%23002")
    fields = {**hidden_fields(looked.text), "copy": [one, two, three]}
    told = staff.post("/copies/together/acknowledge", **fields)
    results = [(row[0], row[1].split()[1]) for row in rows_of(told.text)]
    assert results == [(one, "done"), (two, "done"), (three, "refused")]
    again = staff.post("/copies/together/acknowledge", **fields)
    assert rows_of(again.text) == rows_of(told.text), "sent twice, done once"
    desk = reader(world, "controller")
    assert len(rows_of(desk.get("/copies/together/return", document=NUMBER).text)) == 4
    assert desk.get("/copies/together/destroy").status_code == 404
    assert staff.get(f"/copies/together/return?chosen=1&copy={NUMBER}%23001").status_code == 200
    assert rows_of(staff.get("/copies/together/return").text) == []
    keys = hidden_fields(desk.get("/inbox").text)
    back = desk.post("/copies/together/return", csrf_token=keys["csrf_token"], copy=[four, "X#1", three])
    assert [row[1].split()[1] for row in rows_of(back.text)] == ["done", "refused", "done"]


def test_commands_take_several_copies_and_leave_with_one_where_one_was_refused(
    sqlite_terminal: Terminal,
) -> None:
    issue(sqlite_terminal.world, procedure())
    sqlite_terminal.ok("controller", f"copy issue {NUMBER} --holder sales --holder gm")
    one, two = f"{NUMBER}#001", f"{NUMBER}#002"
    assert len(sqlite_terminal.ok("controller", f"copy acknowledge {one} {two}")["copies"]) == 2
    sqlite_terminal.ok("controller", f"copy return {one}")
    told = sqlite_terminal("controller", f"copy return {one} {two}")
    assert told.code == 1
    assert ([c["copy"] for c in told.data["copies"]], [c["copy"] for c in told.data["refused"]]) == (
        [two],
        [one],
    )
