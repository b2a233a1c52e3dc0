"""The company as pages: its parts, who changes them, its people in a table, and a procedure from the library."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docctl.ledger import journal
from docctl.queries.people.accounts import user_list
from docctl.standing.configuration import configuration
from docctl.usecases.site import configuring
from tests.support.pages import Reader, reader, rows_of, text_of
from tests.support.sites import PASSWORD, PEOPLE, World, issue, procedure

PARTS = ("organisation", "departments", "numbers", "chains", "calendar")


def said(world: World) -> dict[str, Any]:
    with world.site.reading() as session:
        return configuration(session)


def acts(world: World) -> list[str]:
    with world.site.reading() as session:
        return [entry.event["act"] for entry in journal.events(session.connection())]


def configure(office: Reader, part: str, **fields: Any) -> int:
    return office.send(f"/company/{part}/configure", **fields).status_code


@pytest.mark.parametrize("login", [*PEOPLE, "admin"])
def test_everybody_sees_the_company_and_the_office_alone_changes_it(sqlite_world: World, login: str) -> None:
    somebody = reader(sqlite_world, login)
    assert somebody.get("/company").status_code == 200
    assert somebody.get("/company/nothing/configure").status_code == 404
    for part in PARTS:
        wanted = 200 if login == "controller" else 403
        assert somebody.get(f"/company/{part}/configure").status_code == wanted, part
    leads = login in {"controller", "admin"}
    assert ('href="/company"' in somebody.get("/inbox").text) == leads


def test_a_company_that_has_issued_something_is_not_led_any_more(sqlite_world: World) -> None:
    office = reader(sqlite_world, "controller")
    assert "still being set up" in office.get("/inbox").text
    issue(sqlite_world, procedure())
    assert "still being set up" not in office.get("/inbox").text


@pytest.mark.regulation("A11-13", "DI-21")
def test_each_part_is_one_event_of_the_office_and_counts_at_once(sqlite_world: World) -> None:
    office = reader(sqlite_world, "controller")
    before = acts(sqlite_world)
    assert configure(office, "organisation", organisation=" 恒达精密 ") == 302
    there = [each["key"] for each in said(sqlite_world)["departments"]]
    assert configure(office, "departments", department=there, typed="装配部 / Assembly") == 302
    own = {line["level"]: line["example"] for line in said(sqlite_world)["schemes"]}
    assert configure(office, "numbers", **own | {"procedure": "HD-QP-001"}) == 302
    days = {"day": ["monday", "saturday"], "hours": "08:00-12:00，13:00-17:00"}
    assert configure(office, "calendar", **days, holidays="2026-10-01\n2026-10-02", workdays="") == 302
    assert acts(sqlite_world) == [*before, *["site.configure"] * 4]
    now = said(sqlite_world)
    assert now["organisation"] == "恒达精密"
    assert now["departments"][-1] == {"key": "assembly", "title": {"zh": "装配部", "en": "Assembly"}}
    assert now["calendars"]["default"]["hours"]["saturday"] == ["08:00-12:00", "13:00-17:00"]
    assert now["calendars"]["default"]["holidays"] == ["2026-10-01", "2026-10-02"]
    page = office.get("/company").text
    assert "HD-QP-001, HD-QP-002, HD-QP-003" in text_of(page)
    assert text_of(page).count("finished") == 5  # and the people


def test_numbers_are_tried_before_they_count(sqlite_world: World) -> None:
    office = reader(sqlite_world, "controller")
    before = said(sqlite_world), acts(sqlite_world)
    tried = office.send("/company/numbers/configure", **{"procedure": "HD-CX-2026-007", "try": "1"})
    assert tried.status_code == 200
    assert "Next: HD-CX-2026-001, HD-CX-2026-002, HD-CX-2026-003" in text_of(tried.text)
    assert 'value="HD-CX-2026-007"' in tried.text
    assert "LX-R-001" not in text_of(tried.text)  # of a level whose number was left empty
    refused = office.send("/company/numbers/configure", **{"procedure": "HD", "try": "1"})
    assert refused.status_code == 422
    assert (said(sqlite_world), acts(sqlite_world)) == before


def test_a_day_with_hours_of_its_own_keeps_them_when_those_of_the_others_change(sqlite_world: World) -> None:
    own = {"monday": ["08:30-17:30"], "saturday": ["08:30-12:00"]}
    calendars = {"default": {"zone": "Asia/Shanghai", "hours": own}}
    configuring.configure_site(sqlite_world.as_("controller"), {"calendars": calendars})
    office = reader(sqlite_world, "controller")
    assert "08:30-12:00" in office.get("/company/calendar/configure").text
    days = ["monday", "tuesday", "saturday"]
    assert configure(office, "calendar", day=days, hours="09:00-17:00") == 302
    hours = said(sqlite_world)["calendars"]["default"]["hours"]
    assert hours == {"monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"], "saturday": ["08:30-12:00"]}


def test_a_calendar_that_says_no_hours_shows_those_that_count(sqlite_world: World) -> None:
    configuring.configure_site(sqlite_world.as_("controller"), {"calendars": {"default": {}}})
    page = reader(sqlite_world, "controller").get("/company/calendar/configure").text
    assert "08:30-12:00, 13:30-17:30" in page
    assert 'value="friday" checked' in page


def test_what_is_wrong_comes_back_on_its_form_and_nothing_is_changed(sqlite_world: World) -> None:
    office = reader(sqlite_world, "controller")
    before = said(sqlite_world)
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("organisation", {"organisation": ""}, "organisation"),
        ("departments", {"department": ["administration"]}, "still has people"),
        ("departments", {"typed": ""}, "typed"),
        ("numbers", {"procedure": "HD"}, "procedure"),
        ("calendar", {"day": ["monday"], "hours": "8-12"}, "hours"),
        ("calendar", {"day": ["monday"], "hours": "08:00-12:00", "holidays": "1.10."}, "holidays"),
        ("calendar", {"hours": "08:00-12:00"}, "hours"),
    ]
    for part, fields, where in wrong:
        answer = office.send(f"/company/{part}/configure", **fields)
        assert answer.status_code in {409, 422}, (part, fields)
        assert where in answer.text.partition("</section>")[0], (part, where)
    assert said(sqlite_world) == before


def test_who_signs_is_changed_with_the_password_only(sqlite_world: World) -> None:
    office = reader(sqlite_world, "controller")
    chain = {"review-procedure": "production", "approve-procedure": "general-manager"}
    before = said(sqlite_world)
    assert configure(office, "chains", **chain, password="") == 401
    assert configure(office, "chains", **chain, password="guessed") == 401
    assert said(sqlite_world) == before
    assert configure(office, "chains", **chain) == 302
    now = said(sqlite_world)["chains"]
    assert [step["who"] for step in now["procedure"]] == [["author"], ["production"], ["general-manager"]]
    others = {level: steps for level, steps in before["chains"].items() if level != "procedure"}
    assert {level: steps for level, steps in now.items() if level != "procedure"} == others


def test_a_table_of_people_is_pasted_looked_at_and_then_made(sqlite_world: World) -> None:
    admin = reader(sqlite_world, "admin")
    before = acts(sqlite_world)
    pasted = "李工\tLiGong\t技术部\t编写文件\t验证记录\n张三\tzhangsan\tnowhere\t做饭\n"
    page = admin.send("/people/add-several", pasted=pasted, password="").text
    assert acts(sqlite_world) == before
    assert re.findall(r'id="login-\d" name="login-\d" value="([^"]+)"', page) == ["ligong", "zhangsan"]
    chosen = re.findall(r'value="([^"]*)" selected', page)
    assert chosen[:3] == ["technical", "writes", "verifies"]
    rows = {
        "name-1": "李工",
        "login-1": "ligong",
        "department-1": "technical",
        "duty-1": "writes",
        "name-2": "",
        "login-2": "",
        "department-2": "sales",
        "duty-2": "fills",
        "name-3": "张三",
        "login-3": "zhang san",
        "department-3": "sales",
        "duty-3": "audits",
    }
    refused = admin.send("/people/add-several", **rows)
    assert refused.status_code == 422
    assert "Row 3:" in refused.text
    assert 'value="李工"' in refused.text
    assert acts(sqlite_world) == before
    made = admin.send("/people/add-several", **{**rows, "login-3": "zhangsan"})
    assert [row[:2] for row in rows_of(made.text)] == [["李工", "ligong"], ["张三", "zhangsan"]]
    secret = re.findall(r'data-secret-of="ligong">([a-z0-9-]+)<', made.text)[0]
    assert Reader(sqlite_world.site).send("/sign-in", login="ligong", password=secret).status_code == 302
    roles = {line["login"]: line["roles"] for line in user_list(sqlite_world.as_("auditor"))}
    assert roles["ligong"] == ["author", "staff"]


def test_the_office_takes_all_of_it_away_as_the_file_that_is_read_back(sqlite_world: World) -> None:
    office = reader(sqlite_world, "controller")
    assert 'href="/company/site.yaml"' in office.get("/company").text
    answer = office.get("/company/site.yaml")
    assert answer.headers["Content-Disposition"] == "attachment; filename=site.yaml"
    configuring.configure_site(sqlite_world.as_("controller"), answer.data)
    assert "organisation: 示范公司" in answer.text
    assert reader(sqlite_world, "staff").get("/company/site.yaml").status_code == 403


@pytest.mark.parametrize("login", PEOPLE)
def test_nobody_but_an_admin_adds_people_in_a_table(sqlite_world: World, login: str) -> None:
    somebody = reader(sqlite_world, login)
    assert somebody.get("/people/add-several").status_code == 403
    before = acts(sqlite_world)
    key = re.findall(r'name="csrf_token" value="([^"]+)"', somebody.get("/inbox").text)[0]
    row = {"name-1": "李工", "login-1": "ligong", "department-1": "sales", "duty-1": "administers"}
    for more in ({}, {"pasted": "a\tb"}):
        answer = somebody.post("/people/add-several", csrf_token=key, password=PASSWORD, **row, **more)
        assert answer.status_code == 403
    assert acts(sqlite_world) in (before, [*before, "user.add.refused"])


def test_a_procedure_of_the_library_becomes_a_draft_of_whoever_takes_it(sqlite_world: World) -> None:
    author = reader(sqlite_world, "author")
    assert "服务过程控制程序" in reader(sqlite_world, "author", "zh").get("/library").text
    assert reader(sqlite_world, "staff").get("/library").status_code == 403
    assert author.get("/library/NO-1/take").status_code == 404
    form = author.get("/library/LX-CX-2019-013/take").text
    assert 'value="LX-R-141" checked' in form
    fields = {"number": "LX-CX-2019-099", "title_zh": "服务", "title_en": "Service", "department": "quality"}
    assert author.send("/library/LX-CX-2019-013/take", **{**fields, "number": "XX"}).status_code == 422
    taken = author.send("/library/LX-CX-2019-013/take", **fields)
    assert taken.headers["Location"].endswith("/documents/LX-CX-2019-099/draft/save")
    assert acts(sqlite_world)[-1] == "document.register"
    assert "LX-CX-2019-013" not in author.get(taken.headers["Location"]).text
