"""The register, each copy and the acts on it as pages: who may, who is answered as if there were none."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from docctl.models.copies import Copy
from docctl.queries.copies import register as queries
from docctl.queries.copies import view
from docctl.queries.copies.register import Asked
from docctl.rules.copies import PARTS, State
from docctl.usecases.copies import disposing, handing
from docctl.web.copies import register
from tests.support.pages import hidden_fields, reader, rows_of, text_of
from tests.support.sites import PASSWORD, PEOPLE, World, issue, procedure

NUMBER = "LX-CX-2019-101"
ONE, TWO = f"/copies/{NUMBER}%23001", f"/copies/{NUMBER}%23002"
VERBS = ("acknowledge", "recall", "return", "keep", "destroy", "replace", "lose")
REASON = {"reason": "换页"}


def handed_out(world: World) -> None:
    """A document in force, a copy with sales and one with a person of the technical department."""
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "staff2"])


def state_of(world: World, number: str = f"{NUMBER}#001") -> State:
    """What is stored of a copy."""
    ctx = world.as_("controller")
    ctx.session.rollback()
    found = ctx.session.scalar(select(Copy.state).where(Copy.number == number))
    assert found is not None
    return found


def test_an_empty_register_says_what_to_do_next(sqlite_world: World) -> None:
    page = reader(sqlite_world, "controller").get("/copies").text
    assert "No copy agrees with this." in text_of(page)
    assert 'href="/copies/issue"' in page
    staff = reader(sqlite_world, "staff")
    assert 'href="/copies/issue"' not in staff.get("/copies").text
    assert staff.get("/copies/issue").status_code == 403


@pytest.mark.rule("SE-31")
def test_staff_see_the_copies_that_they_hold_and_no_others(world: World) -> None:
    handed_out(world)
    listed = {
        login: [row[0] for row in rows_of(reader(world, login).get("/copies").text)]
        for login in ("staff", "staff2", "verifier", "controller", "auditor")
    }
    one, two = f"{NUMBER}#001", f"{NUMBER}#002"
    assert listed == {
        "staff": [one],
        "staff2": [two],
        "verifier": [],
        "controller": [one, two],
        "auditor": [one, two],
    }


@pytest.mark.rule("SE-31")
@pytest.mark.parametrize("tail", ["", "/qr.svg"])
def test_a_copy_of_somebody_else_is_answered_like_one_that_is_not_there(
    sqlite_world: World, tail: str
) -> None:
    handed_out(sqlite_world)
    staff = reader(sqlite_world, "staff")
    assert staff.get(ONE + tail).status_code == 200
    theirs, nobodys = staff.get(TWO + tail), staff.get(ONE.replace("001", "999") + tail)
    assert theirs.status_code == nobodys.status_code == 404
    assert text_of(theirs.text).replace("#002", "#999") == text_of(nobodys.text)


@pytest.mark.rule("SE-31")
def test_the_workbook_holds_no_more_than_the_page(sqlite_world: World) -> None:
    handed_out(sqlite_world)
    book = reader(sqlite_world, "staff").get("/copies", **{"as": "xlsx"})
    assert book.status_code == 200
    with zipfile.ZipFile(BytesIO(book.data)) as opened:
        words = opened.read("xl/worksheets/sheet1.xml").decode()
    assert f"{NUMBER}#001" in words
    assert f"{NUMBER}#002" not in words


VOUCHED = {f"{who}_password": PASSWORD for who in ("approved_by", "witness_1", "witness_2")}


@pytest.mark.regulation("Q9-13")
@pytest.mark.parametrize("login", [*PEOPLE, "admin"])
@pytest.mark.rule("SE-31")
def test_only_the_controller_and_the_holder_act_on_a_copy(sqlite_world: World, login: str) -> None:
    handed_out(sqlite_world)
    somebody = reader(sqlite_world, login)
    keys = hidden_fields(somebody.get("/inbox").text)
    for verb in VERBS:
        may = login == "controller" or (verb == "acknowledge" and PEOPLE.get(login, ("", ""))[1] == "sales")
        asked = {
            **REASON,
            "approved_by": "gm",
            "witness_1": "rep",
            "witness_2": "head",
            "password": PASSWORD,
            **VOUCHED,
        }
        if may:
            assert somebody.get(f"{ONE}/{verb}").status_code in {200, 409}
        else:
            answer = somebody.post(f"{ONE}/{verb}", csrf_token=keys["csrf_token"], **asked)
            assert answer.status_code == 403, verb
            assert somebody.get(f"{ONE}/{verb}").status_code in {403, 404}
    issued = somebody.post("/copies/issue", csrf_token=keys["csrf_token"], document=NUMBER, people="staff")
    assert issued.status_code == (302 if login == "controller" else 403)
    assert state_of(sqlite_world) is State.ISSUED


def test_the_controller_hands_out_copies_to_departments_and_people(world: World) -> None:
    issue(world, procedure())
    controller = reader(world, "controller")
    form = controller.get("/copies/issue", document="lx-cx-2019-101")
    assert 'value="sales"' in form.text
    assert '<option value="A/0"' in form.text
    fields = {"document": NUMBER, "label": "A/0", "departments": ["sales"], "people": ["staff2", "gm"]}
    answer = controller.send("/copies/issue", form=f"/copies/issue?document={NUMBER}", **fields)
    assert answer.status_code == 302
    page = controller.get(answer.location).text
    assert [row[:4] for row in rows_of(page)] == [
        [f"{NUMBER}#001", "◷ issued", "Sales", "A/0"],
        [f"{NUMBER}#002", "◷ issued", "员工吴", "A/0"],
        [f"{NUMBER}#003", "◷ issued", "总经理王", "A/0"],
    ]
    assert "3 copies are handed out." in text_of(page)
    # Who has one already is marked on the form of the next hand-out.
    assert "Sales: has A/0" in text_of(controller.get("/copies/issue", document=NUMBER).text)


def test_handing_out_to_nobody_keeps_the_form_and_says_so(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    controller = reader(sqlite_world, "controller", "zh")
    fields = {"document": NUMBER, "label": "A/0"}
    answer = controller.send("/copies/issue", form=f"/copies/issue?document={NUMBER}", **fields)
    assert answer.status_code == 422
    assert "请至少选择一个部门或一位持有人" in text_of(answer.text)
    assert f'name="document" value="{NUMBER}"' in answer.text


def test_a_document_that_was_never_issued_has_no_copies_to_hand_out(sqlite_world: World) -> None:
    answer = reader(sqlite_world, "controller").get("/copies/issue", document="NOBODY")
    assert answer.status_code == 404


def test_a_form_that_was_sent_twice_hands_out_once(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    controller = reader(sqlite_world, "controller")
    keys = hidden_fields(controller.get("/copies/issue", document=NUMBER).text)
    answers = [controller.post("/copies/issue", **keys, label="A/0", people="staff") for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert queries.copy_reconcile(sqlite_world.as_("controller"), NUMBER)["issued"] == 1


def test_the_holder_acknowledges_and_the_register_says_so(world: World) -> None:
    handed_out(world)
    staff = reader(world, "staff")
    assert f'href="{ONE}/acknowledge"' in staff.get(ONE).text
    answer = staff.send(f"{ONE}/acknowledge")
    assert (answer.status_code, answer.location) == (302, ONE)
    page = staff.get(ONE).text
    assert [row[1:3] for row in rows_of(page)] == [
        ["copies handed out", "文控李"],
        ["receipt of a copy confirmed", "员工周"],
    ]
    # There is nothing left for the holder to do.
    assert "/acknowledge" not in page
    assert staff.get(f"{ONE}/acknowledge").status_code == 409


@pytest.mark.rule("DC-76")
def test_a_copy_is_recalled_returned_and_destroyed_before_two_witnesses(world: World) -> None:
    handed_out(world)
    controller = reader(world, "controller")
    assert controller.send(f"{ONE}/recall", reason=" ").status_code == 422
    assert controller.send(f"{ONE}/recall", reason="换页").status_code == 302
    assert controller.send(f"{ONE}/return").status_code == 302
    form = controller.get(f"{ONE}/destroy").text
    assert 'value="gm"' in form
    assert 'value="controller"' not in form, "who destroys neither approves nor witnesses"
    same = controller.send(f"{ONE}/destroy", approved_by="gm", witness_1="rep", witness_2="rep", **VOUCHED)
    assert same.status_code == 422
    assert "two different witnesses" in text_of(same.text)
    assert '<option value="gm" selected>' in same.text
    own = controller.send(
        f"{ONE}/destroy", approved_by="gm", witness_1="controller", witness_2="rep", **VOUCHED
    )
    assert own.status_code == 403
    done = controller.send(f"{ONE}/destroy", approved_by="gm", witness_1="rep", witness_2="head", **VOUCHED)
    assert done.status_code == 302
    assert "Approved by 总经理王; witnesses: 管平, 何主任" in text_of(controller.get(ONE).text)
    assert state_of(world) is State.DESTROYED


def test_a_damaged_copy_is_exchanged_and_a_lost_one_replaced(world: World) -> None:
    handed_out(world)
    controller = reader(world, "controller")
    assert controller.send(f"{ONE}/replace", reason="浸水").status_code == 302
    assert "no. 2 under this number" in text_of(controller.get(ONE).text)
    controller.send(f"{ONE}/lose", reason="出差遗失", responsible="staff", consequence="无")
    page = controller.get(ONE).text
    assert f'href="/copies/{NUMBER}%23003"' in page
    assert f"{NUMBER}#003 takes its place" in text_of(page)
    assert "! void" in text_of(page)


@pytest.mark.regulation("GJ-14")
def test_an_obsolete_copy_is_kept_with_a_reason(sqlite_world: World) -> None:
    handed_out(sqlite_world)
    controller = reader(sqlite_world, "controller")
    controller.send(f"{ONE}/recall", reason="换页")
    assert controller.send(f"{ONE}/keep", reason="留作查考").status_code == 302
    assert state_of(sqlite_world) is State.KEPT


@pytest.mark.regulation("P11-10e4", "A11-12")
@pytest.mark.rule("SE-32")
def test_an_act_changes_what_it_is_for_and_no_field_that_was_added_to_its_form(sqlite_world: World) -> None:
    handed_out(sqlite_world)
    controller = reader(sqlite_world, "controller")
    added = {
        "holder": "gm",
        "state": "destroyed",
        "number": "X#001",
        "running": "9",
        "token": "A" * 26,
        "by_id": "1",
        "issued_by_id": "1",
        "action": "copy.destroy",
        "seq": "1",
        "role": "admin",
    }
    assert controller.send(f"{ONE}/acknowledge", **added).status_code == 302
    lines = queries.copy_list(sqlite_world.as_("auditor"), NUMBER)["copies"]
    assert [(line["copy"], line["holder"], line["state"]) for line in lines] == [
        (f"{NUMBER}#001", "sales", "acknowledged"),
        (f"{NUMBER}#002", "staff2", "issued"),
    ]
    assert lines[0]["token"] != "A" * 26


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"document": "2019-101"}, 2),
        ({"document": "lx-cx"}, 2),
        ({"document": "102"}, 0),
        ({"holder": "员工"}, 1),
        ({"holder": "销售"}, 1),
        ({"holder": "Sales"}, 1),
        ({"status": "out"}, 2),
        ({"status": "returned"}, 0),
        ({"status": "nonsense"}, 0),
        ({"on": "2026-03-01"}, 0),
        ({"on": "2030-01-01"}, 2),
        ({"document": "%_"}, 0),
        ({"holder": "' OR 1=1 --"}, 0),
        ({"holder": "a\0b"}, 0),
        ({"document": "<script>alert(1)</script>"}, 0),
    ],
)
def test_the_register_is_filtered(world: World, asked: dict[str, str], found: int) -> None:
    handed_out(world)
    answer = reader(world, "controller").get("/copies", **asked)
    assert answer.status_code == 200
    assert len(rows_of(answer.text)) == found
    assert "<script>alert" not in answer.text


def test_a_long_register_goes_on_behind_its_last_copy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "LINES", 2)
    handed_out(world)
    issue(world, procedure("LX-CX-2019-102", title="另一程序"))
    handing.issue_copies(world.as_("controller"), "LX-CX-2019-102", holders=["gm", "sales"])
    controller, address, pages = reader(world, "controller"), "/copies", []
    while address:
        page = controller.get(address).text
        pages.append([row[0] for row in rows_of(page)])
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/copies" + following[1].replace("&amp;", "&") if following else ""
    assert pages == [[f"{NUMBER}#001", f"{NUMBER}#002"], ["LX-CX-2019-102#001", "LX-CX-2019-102#002"]]


def test_a_register_reads_its_lines_in_one_query(sqlite_world: World) -> None:
    handed_out(sqlite_world)
    lines = queries.copy_register(sqlite_world.as_("controller"), Asked(status="out"), most=1)
    assert [line["copy"] for line in lines] == [f"{NUMBER}#001"]


@pytest.mark.parametrize("number", ["x", "..%2f..", "%00%231", "LX-CX-2019-101%230", "%ff%231", "a" * 3000])
def test_a_number_that_is_none_is_not_found(world: World, number: str) -> None:
    assert reader(world, "controller").get(f"/copies/{number}").status_code == 404


@pytest.mark.regulation("DI-16")
@pytest.mark.rule("DC-49")
def test_the_balance_of_a_document_balances(world: World) -> None:
    handed_out(world)
    handing.return_copy(world.as_("controller"), f"{NUMBER}#001")
    disposing.lose_copy(
        world.as_("controller"), f"{NUMBER}#002", reason="遗失", responsible="staff", consequence="无"
    )
    page = reader(world, "auditor").get("/copies/reconcile", document=NUMBER).text
    parts = dict.fromkeys(PARTS, "0") | {"out": "1", "returned": "1", "lost": "1"}
    assert rows_of(page)[0] == ["3", *parts.values(), "✓ balanced"]
    assert rows_of(page)[1][0] == f"{NUMBER}#003"
    before = reader(world, "auditor").get("/copies/reconcile", document=NUMBER, on="2026-01-01").text
    assert rows_of(before)[0][0] == "0"
    assert reader(world, "staff").get("/copies/reconcile", document=NUMBER).status_code == 403


def test_only_copies_with_a_print_offer_one(sqlite_world: World) -> None:
    handed_out(sqlite_world)
    controller = reader(sqlite_world, "controller")
    assert "/print" not in controller.get(ONE).text, "this site was made without PDFs"
    assert controller.get(f"{ONE}/print").status_code == 409
    assert not view.copy_view(sqlite_world.as_("controller"), f"{NUMBER}#001").has_print
    assert reader(sqlite_world, "staff").get(f"{ONE}/print").status_code == 403


def test_the_code_of_a_copy_is_a_picture(sqlite_world: World) -> None:
    handed_out(sqlite_world)
    picture = reader(sqlite_world, "staff").get(f"{ONE}/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "<script" not in picture.text


def test_a_copy_of_a_coming_revision_is_of_its_label(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, procedure(extra="改。"), save=True, effective=date(2026, 4, 1))
    controller = reader(sqlite_world, "controller")
    fields = {"document": NUMBER, "label": "A/1", "people": "staff"}
    controller.send("/copies/issue", form=f"/copies/issue?document={NUMBER}", **fields)
    page = text_of(controller.get(ONE).text)
    assert "Revision A/1" in page
    assert "not yet effective" in page


def test_a_recall_says_its_cause_in_the_language_of_the_reader_and_a_typed_one_as_it_was_typed(
    world: World,
) -> None:
    handed_out(world)
    world.clock.advance(minutes=1)
    handing.recall_copy(world.as_("controller"), f"{NUMBER}#001", reason="withdrawn: 换页")
    world.clock.advance(minutes=1)
    issue(world, procedure(hours=12), save=True)
    chinese, english = (reader(world, "controller", language).get(ONE).text for language in ("zh", "en"))
    assert [row[1] for row in rows_of(chinese)[-2:]] == ["withdrawn: 换页", "被 A/1 替代"]
    assert [row[1] for row in rows_of(english)[-2:]] == ["withdrawn: 换页", "superseded by A/1"]


def test_the_state_of_a_copy_looks_alike_wherever_it_stands(sqlite_world: World) -> None:
    handed_out(sqlite_world)
    handing.recall_copy(sqlite_world.as_("controller"), f"{NUMBER}#002", reason="换页")
    controller = reader(sqlite_world, "controller")
    for address in ("/copies", f"/documents/{NUMBER}/use"):
        page = controller.get(address).text
        assert re.findall(
            r'"state (amber|red)"><span aria-hidden="true">.</span> (issued|recalled)', page
        ) == [
            ("amber", "issued"),
            ("red", "recalled"),
        ], address
