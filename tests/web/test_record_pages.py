"""Records as pages: opened, filled in, signed, verified, closed; who may, who is refused, what is hostile."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask import get_template_attribute

from docctl.store.material import of_template
from docctl.store.template import read_template
from docctl.usecases.records import opening, sealing
from docctl.web.app import create_app
from docctl.web.records import listing, step_form
from tests.support.every_field import CANARIES, NUMBER, STORED, TYPED, every_field
from tests.support.pages import Reader, hidden_fields, reader, rows_of, text_of
from tests.support.sites import PASSWORD, World, issue, procedure, template
from tests.support.written_records import FIRST, completed, fill, forms_in_force, reported, show, sign

TEMPLATES = Path(__file__).parents[2] / "templates"

AT = f"/records/{FIRST}"


def opened(world: World) -> Reader:
    """Staff before a record that they have just opened."""
    forms_in_force(world)
    staff = reader(world, "staff")
    answer = staff.send("/records/open", template="LX-R-101")
    assert answer.headers["Location"] == AT
    return staff


@pytest.mark.rule("DC-97")
def test_a_step_with_empty_required_fields_is_refused_on_its_form_and_not_where_it_is_signed(
    world: World,
) -> None:
    staff = opened(world)
    for sent, kept in ({}, ""), ({"v.customer": "某厂"}, "某厂"):
        refused = staff.send(f"{AT}/fill", then="sign", **sent)
        assert refused.status_code == 422
        assert "This was not accepted yet" in refused.text
        assert 'id="v.reported_at-problem"' in refused.text
        assert "Nothing was changed" not in refused.text
        assert kept in refused.text
    assert "某厂" in text_of(staff.get(AT).text), "what was entered is kept"
    assert staff.send(f"{AT}/fill", **{"v.customer": "某厂"}).headers["Location"] == AT, "saving alone may"


def test_a_record_goes_from_hand_to_hand_until_it_is_sealed(world: World) -> None:
    staff = opened(world)
    first = {"v.reported_at": "2026-03-02T09:00", "v.customer": "某厂", "then": "sign"}
    assert staff.send(f"{AT}/fill", **first).headers["Location"] == f"{AT}/sign"
    assert "某厂" in staff.get(f"{AT}/sign").text
    assert staff.send(f"{AT}/sign", password=PASSWORD).headers["Location"] == AT
    solver = reader(world, "staff2")
    solver.send(f"{AT}/fill", **{"v.answered_at": "2026-03-02T10:00", "v.satisfied": "true"})
    solver.send(f"{AT}/sign", password=PASSWORD)
    assert solver.send(f"{AT}/complete").headers["Location"] == AT
    verifier = reader(world, "verifier")
    assert verifier.send(f"{AT}/verify", password=PASSWORD).headers["Location"] == AT
    controller = reader(world, "controller", "zh")
    assert controller.send(f"{AT}/close").headers["Location"] == AT
    page = text_of(controller.get(AT).text)
    told = show(world, FIRST)
    assert told["state"] == "closed"
    assert told["values"]["reported_at"] == "2026-03-02T09:00:00+08:00"
    assert told["sha256"] in page
    assert "✓ 已封存" in page
    assert "✓ 达标" in page


def test_a_step_without_fields_leads_straight_to_its_signature(sqlite_world: World) -> None:
    text = template().content.raw.decode()
    issue(sqlite_world, procedure())
    empty = "  - {name: hand-over, role: sales, fields: []}\n  - {name: report"
    issue(sqlite_world, of_template(read_template(text.replace("  - {name: report", empty).encode())))
    staff = reader(sqlite_world, "staff")
    staff.send("/records/open", template="LX-R-101")
    page = staff.get(f"{AT}/fill").text
    assert "Nothing is to be filled in here" in page
    assert f'href="{AT}/sign"' in page
    assert "Save only" not in page
    staff.send(f"{AT}/sign", password=PASSWORD)
    assert "Save only" in staff.get(f"{AT}/fill").text


def every(world: World) -> str:
    """The address of a record whose only step has every kind of field, opened by staff."""
    forms_in_force(world)
    issue(world, every_field())
    return f"/records/{opening.open_record(world.as_('staff'), NUMBER).number}"


@pytest.mark.regulation("DI-07")
def test_every_kind_of_field_is_stored_as_it_was_meant(sqlite_world: World) -> None:
    at = every(sqlite_world)
    staff = reader(sqlite_world, "staff")
    assert staff.send(f"{at}/fill", **TYPED).headers["Location"] == at
    told = show(sqlite_world, at.rpartition("/")[2])
    assert told["values"] == STORED
    # The form shows what is stored, and sending it as it is enters nothing more.
    form = staff.get(f"{at}/fill").text
    assert 'value="9.50"' in form
    assert 'value="2026-03-02T08:30"' in form
    again = staff.send(f"{at}/fill", **TYPED)
    assert again.headers["Location"] == at
    assert "Nothing was changed." in text_of(staff.get(at).text)
    assert len(show(sqlite_world, at.rpartition("/")[2])["entries"]) == len(STORED)


def test_a_phone_shows_the_keys_that_a_field_needs_and_limits_stand_beside_it(sqlite_world: World) -> None:
    form = reader(sqlite_world, "staff").get(f"{every(sqlite_world)}/fill").text
    assert re.search(r'name="v\.mass" type="text" value="" inputmode="decimal"', form)
    assert re.search(r'name="v\.count" type="text" value="" inputmode="numeric"', form)
    assert re.search(r'name="v\.change" type="text" value="" inputmode="text"', form)  # pads have no minus
    said = text_of(form)
    assert "Mass * (required) 9.5 – 10.5 g · clause 5.2.1" in said
    assert "What happened Say where" in said
    assert "Moment Time zone: Asia/Shanghai" in said
    assert "Inspector Your name comes here when you sign the step." in said


def test_all_problems_are_told_at_once_and_nothing_typed_is_lost(sqlite_world: World) -> None:
    at = every(sqlite_world)
    staff = reader(sqlite_world, "staff")
    wrong = {**TYPED, "v.mass": "95", "v.count": "drei", "v.day": "gestern", "v.at": "2030-01-01T08:00"}
    wrong["v.parts.1.mass"] = "-1"
    answer = staff.send(f"{at}/fill", **wrong)
    assert answer.status_code == 422
    said = text_of(answer.text)
    assert "Mass: must be between 9.5 and 10.5 g" in said
    assert "Pieces: must be a whole number" in said
    for field in ("mass", "count", "day", "at", "parts"):
        assert f'href="#v.{field}"' in answer.text
        assert f'id="v.{field}-problem"' in answer.text
    for typed in ("95", "drei", "gestern", "轴", "芝麻"):
        assert f'value="{typed}"' in answer.text
    assert "第一行\n第二行" in answer.text
    assert show(sqlite_world, at.rpartition("/")[2])["entries"] == []
    chinese = reader(sqlite_world, "staff", "zh").send(f"{at}/fill", **{"v.mass": "95"})
    assert "质量：必须在 9.5 与 10.5 g 之间" in text_of(chinese.text)


def test_more_lines_are_given_without_a_script_and_without_storing_anything(sqlite_world: World) -> None:
    at = every(sqlite_world)
    staff = reader(sqlite_world, "staff")
    before = staff.get(f"{at}/fill").text.count('class="line"')
    answer = staff.send(f"{at}/fill", **{**TYPED, "more": "v.parts"})
    assert answer.status_code == 200
    assert answer.text.count('class="line"') == before + 2
    assert 'value="轴"' in answer.text
    assert show(sqlite_world, at.rpartition("/")[2])["entries"] == []


@pytest.mark.rule("SE-24", "SE-16")
def test_what_looks_like_code_is_shown_as_it_was_written(sqlite_world: World) -> None:
    at = every(sqlite_world)
    staff = reader(sqlite_world, "staff")
    typed = {
        **TYPED,
        "v.customer": " ".join(CANARIES),
        "v.parts.1.name": CANARIES[3],
        "v.serials": CANARIES[4],
    }
    staff.send(f"{at}/fill", **typed)
    staff.send(f"{at}/sign", password=PASSWORD)
    answer = staff.send(
        f"{at}/correct", f"{at}/correct?field=story", **{"v.story": CANARIES[0], "reason": CANARIES[3]}
    )
    assert answer.status_code == 302
    for page in (at, f"{at}/correct?field=customer", "/records", "/records/open"):
        for language in ("zh", "en"):
            text = reader(sqlite_world, "staff", language).get(page).text
            assert "<script>alert" not in text, page
            assert "<img src=x" not in text, page
            assert "<b>every" not in text, page
            assert "49" not in re.sub(r"(?s)<head>.*?</head>|value=\"[^\"]*\"|[0-9a-f]{32,}", "", text), page
    shown = text_of(staff.get(at).text)
    for canary in CANARIES:
        assert canary in shown
    assert "Customer {0.__class__}" in shown


@pytest.mark.regulation("Q9-13", "RM-07")
@pytest.mark.rule("SE-31")
@pytest.mark.parametrize("login", ["author", "gm", "head"])
def test_others_reach_no_page_of_a_record_in_which_they_have_no_part(sqlite_world: World, login: str) -> None:
    opened(sqlite_world)
    stranger = reader(sqlite_world, login)
    acts = ("fill", "sign", "correct", "complete", "verify", "send-back", "close", "void")
    pages = ["", *(f"/{act}" for act in acts)]
    for page in pages:
        answer = stranger.get(AT + page)
        assert answer.status_code == 403, page
        assert "某厂" not in answer.text
    for act in acts:
        hidden = {"csrf_token": _token(stranger), "password": PASSWORD, "reason": "x", "v.customer": "x"}
        answer = stranger.post(f"{AT}/{act}", **hidden)
        assert answer.status_code == 403, act
    assert rows_of(stranger.get("/records").text) == []
    assert show(sqlite_world, FIRST)["entries"] == []


def test_a_record_that_is_not_there_is_not_found(sqlite_world: World) -> None:
    answer = opened(sqlite_world).get("/records/LX-R-101-2026-0099")
    assert answer.status_code == 404
    assert "there is no record LX-R-101-2026-0099" in answer.text


@pytest.mark.rule("SE-32")
def test_a_form_enters_only_the_fields_of_its_step(sqlite_world: World) -> None:
    staff = opened(sqlite_world)
    others = {"state": "closed", "approved_by": "staff", "seq": "1", "opened_by": "gm", "number": "X"}
    sneaked = {"v.answered_at": "2026-03-02T09:00", "v.satisfied": "true", "v.state": "closed", "v.id": "7"}
    answer = staff.send(f"{AT}/fill", **{"v.customer": "某厂"}, **others, **sneaked)
    assert answer.status_code == 302
    told = show(sqlite_world, FIRST)
    assert told["values"] == {"customer": "某厂"}
    assert (told["state"], told["opened_by"], told["number"]) == ("open", "staff", FIRST)


@pytest.mark.rule("PR-76")
def test_a_performer_is_refused_to_verify_their_own_record(sqlite_world: World) -> None:
    number = _verified_by_a_performer(sqlite_world)
    verifier = reader(sqlite_world, "verifier2")
    at = f"/records/{number}"
    assert "/verify" not in verifier.get(at).text
    for answer in (
        verifier.get(f"{at}/verify"),
        verifier.post(f"{at}/verify", csrf_token=_token(verifier), password=PASSWORD),
    ):
        assert answer.status_code == 403
        assert "Nobody verifies a record of their own work." in answer.text
    assert "任何人不得验证自己参与的记录" in reader(sqlite_world, "verifier2", "zh").get(f"{at}/verify").text
    assert show(sqlite_world, number)["state"] == "completed"


@pytest.mark.regulation("P11-200a1i")
def test_a_wrong_password_signs_nothing_and_leads_back_to_the_form(sqlite_world: World) -> None:
    staff = opened(sqlite_world)
    staff.send(f"{AT}/fill", **{"v.reported_at": "2026-03-02T09:00", "v.customer": "某厂"})
    answer = staff.send(f"{AT}/sign", password="wrong")
    assert answer.status_code == 401
    assert 'href="#password"' in answer.text
    assert "某厂" in answer.text
    assert show(sqlite_world, FIRST)["signatures"] == []


def test_a_step_without_its_required_fields_is_not_signed_and_links_lead_to_them(sqlite_world: World) -> None:
    staff = opened(sqlite_world)
    answer = staff.send(f"{AT}/sign", password=PASSWORD)
    assert answer.status_code == 422
    assert f'href="{AT}/fill#v.customer"' in answer.text
    assert "Customer: is required; fill it" in text_of(answer.text)


def test_nobody_signs_or_overwrites_what_another_entered_in_between(sqlite_world: World) -> None:
    staff = opened(sqlite_world)
    form = hidden_fields(staff.get(f"{AT}/fill").text)
    fill(sqlite_world, "verifier2", FIRST, customer="他人填")
    answer = staff.post(f"{AT}/fill", **{**form, "v.customer": "某厂", "v.reported_at": "2026-03-02T09:00"})
    assert answer.status_code == 409
    assert "somebody has entered something in step report" in text_of(answer.text)
    assert 'value="某厂"' in answer.text
    seen = hidden_fields(staff.get(f"{AT}/sign").text)
    fill(sqlite_world, "verifier2", FIRST, reported_at="2026-03-02 09:00")
    assert staff.post(f"{AT}/sign", **{**seen, "password": PASSWORD}).status_code == 409
    assert show(sqlite_world, FIRST)["signatures"] == []


@pytest.mark.regulation("MD-11", "C4-07")
@pytest.mark.rule("DC-97")
def test_a_corrected_entry_stays_readable_with_its_reason(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    at = f"/records/{reported(sqlite_world)}"
    staff = reader(sqlite_world, "staff")
    form = f"{at}/correct?field=customer"
    answer = staff.send(f"{at}/correct", form, **{"v.customer": "某公司", "reason": ""})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert 'value="某公司"' in answer.text
    staff.send(f"{at}/correct", form, **{"v.customer": "某公司", "reason": "名称写错"})
    page = reader(sqlite_world, "auditor", "zh").get(at).text
    assert re.search(r"<del><span class=\"written\">某厂</span></del>", page)
    assert "员工周更正：名称写错" in text_of(page)
    staff.send(f"{at}/correct", form, **{"v.customer": "某集团", "reason": "改制"})
    both = text_of(staff.get(at).text)
    assert "名称写错" in both
    assert "改制" in both
    assert reader(sqlite_world, "staff2").get(form).status_code == 403


def test_a_record_is_sent_back_or_voided_with_a_reason_only(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    at = f"/records/{completed(sqlite_world)}"
    verifier, controller = reader(sqlite_world, "verifier"), reader(sqlite_world, "controller")
    assert verifier.send(f"{at}/send-back", reason=" ").status_code == 422
    assert verifier.send(f"{at}/send-back", reason="缺附件", step="solve").status_code == 302
    page = text_of(verifier.get(at).text)
    assert "sent back (solve) 验证赵" in page
    assert "缺附件" in page
    fill(sqlite_world, "staff2", FIRST, answered_at="2026-03-02 11:00")
    chinese = text_of(reader(sqlite_world, "verifier", "zh").get(at).text)
    assert "2026-03-02 10:00 员工吴, 2026-03-02 10:00 退回后由员工吴重新填写：缺附件" in chinese
    assert controller.send(f"{at}/void", reason="").status_code == 422
    assert controller.send(f"{at}/void", reason="重复").status_code == 302
    assert "重复" in text_of(controller.get(at).text)
    assert reader(sqlite_world, "staff2").get(f"{at}/fill").status_code == 409


def test_clocks_show_what_is_left_and_what_is_overdue(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    at = f"/records/{reported(sqlite_world)}"
    assert "◷ 22 h 59 min left" in text_of(reader(sqlite_world, "staff").get(at).text)
    sqlite_world.clock.advance(days=2)
    late = text_of(reader(sqlite_world, "staff", "zh").get(at).text)
    assert "! 超时限 1 天 1 小时" in late
    assert [row[2] for row in rows_of(reader(sqlite_world, "staff").get("/records").text)] == [
        "! overdue Answered at"
    ]


def test_what_governs_a_record_is_named_with_its_revision(sqlite_world: World) -> None:
    page = text_of(opened(sqlite_world).get(AT).text)
    assert "LX-R-101 A/0" in page
    assert "LX-CX-2019-101 A/0" in page


def test_the_pick_list_says_what_each_template_is_for(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    page = reader(sqlite_world, "staff").get("/records/open").text
    assert text_of(page).index("You begin these") < text_of(page).index("Quality information feedback form")
    assert "For LX-CX-2019-101 A/0 Feedback control, clause 5.2.1." in text_of(page)
    other = text_of(reader(sqlite_world, "staff2", "zh").get("/records/open").text)
    assert "由您开始填写" not in other
    assert "质量信息反馈单" in other
    assert reader(sqlite_world, "auditor").get("/records/open").status_code == 403


def test_the_list_is_filtered_cut_and_exported(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    forms_in_force(sqlite_world)
    numbers = [completed(sqlite_world), reported(sqlite_world), reported(sqlite_world)]
    controller = reader(sqlite_world, "controller")

    def listed(**asked: str) -> list[str]:
        return [row[0] for row in rows_of(controller.get("/records", **asked).text)]

    assert listed() == numbers[::-1]
    assert listed(state="completed") == numbers[:1]
    assert listed(person="staff2") == numbers[:1]
    assert listed(due="overdue") == []
    assert listed(q="0002") == numbers[1:2]
    assert listed(template="LX-R-999") == []
    sqlite_world.clock.advance(days=3)
    controller = reader(sqlite_world, "controller")  # the session is over by now
    assert listed(due="overdue") == numbers[:0:-1]
    monkeypatch.setattr(listing, "LINES", 2)
    assert listed() == numbers[:0:-1]
    assert listed(after=numbers[1]) == numbers[:1]
    book = controller.get("/records", state="completed", **{"as": "xlsx"})
    assert book.headers["Content-Disposition"].startswith("attachment;")
    with zipfile.ZipFile(BytesIO(book.data)) as opened_book:
        sheet = opened_book.read("xl/worksheets/sheet1.xml").decode()
    assert numbers[0] in sheet
    assert numbers[1] not in sheet


@pytest.mark.parametrize("number", ["LX-R-001", "LX-R-002", "LX-R-003", "LX-R-004"])
def test_a_starter_template_is_a_form_that_can_be_filled(sqlite_world: World, number: str) -> None:
    source = read_template((TEMPLATES / f"{number}.yaml").read_bytes())
    with create_app(sqlite_world.site).test_request_context("/?lang=en"):
        maker = step_form.maker()
        boxes = [maker.box(name, schema) for name, schema in source.schema["properties"].items()]
        macro = get_template_attribute("records/record_fields.html", "box_input")
        page = "".join(str(macro(box)) for box in boxes)
    for box in boxes:
        assert f'id="{box.name}"' in page
        assert box.label in unescape(page)


def _token(of: Reader) -> str:
    return hidden_fields(of.get("/inbox").text)["csrf_token"]


def _verified_by_a_performer(world: World) -> str:
    """A complete record of which a verifier of sales filled the first step."""
    forms_in_force(world)
    number = opening.open_record(world.as_("verifier2"), "LX-R-101").number
    fill(world, "verifier2", number, reported_at="2026-03-02 09:00", customer="某厂")
    sign(world, "verifier2", number)
    fill(world, "staff2", number, answered_at="2026-03-02 10:00", satisfied="true")
    sign(world, "staff2", number)
    sealing.complete_record(world.as_("staff2"), number)
    return number
