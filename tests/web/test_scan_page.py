"""The page behind a QR code: one word, one query, no account, whatever is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import session
from flask.testing import FlaskClient
from sqlalchemy import event

from docctl.door.site import Site
from docctl.models.quick import Quick
from docctl.rules.verdicts import FACES, Verdict
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import issuing
from docctl.web.app import create_app
from docctl.web.kit import assets
from tests.support.pages import Reader, app_of, reader, text_of
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER = "LX-CX-2019-101"
BUDGET = 10_240
ZH, EN = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}, {"Accept-Language": "en-GB,en;q=0.9"}
CANARY = "<script>alert('\"1')</script>"

HOSTILE = [
    "A" * 10_000,
    "%00",
    "LX-CX-2019-101%00%23001",
    "LX-CX-2019-101%23999999999",
    "LX-CX-2019-101%2399999999999999999999",
    "'%20OR%201=1--",
    '"%3E%3Cscript%3Ealert(1)%3C/script%3E',
    "%FF%FE",
    "%ED%A0%80%23001",
    "..%2F..%2Fetc%2Fpasswd",
    "a/b/c%23001",
    "%23001",
    "{{7*7}}",
]


def client(world: World) -> FlaskClient:
    return app_of(world.site).test_client(use_cookies=False)


def one_copy(world: World, number: str = NUMBER, *, effective: date | None = None) -> str:
    """An issued document with one copy in somebody's hands; its token."""
    issue(world, procedure(number), effective=effective)
    (copy,) = handing.issue_copies(world.as_("controller"), number, holders=["staff"])
    return copy.token


def token_of(world: World, verdict: Verdict) -> str:
    """A token whose scan says so today."""
    controller = world.as_("controller")
    if verdict is Verdict.UNKNOWN:
        return "A" * 26
    token = one_copy(world, effective=date(2026, 3, 20) if verdict is Verdict.NOT_YET_EFFECTIVE else None)
    if verdict is Verdict.SUPERSEDED:
        world.clock.advance(days=3)
        issue(world, procedure(title="质量反馈程序", extra="修改。"), save=True)
    elif verdict is Verdict.RECALLED:
        handing.recall_copy(controller, f"{NUMBER}#001", reason="换发")
    elif verdict is Verdict.WITHDRAWN:
        issuing.withdraw_document(controller, NUMBER, reason="不再适用")
    elif verdict is Verdict.VOID:
        disposing.lose_copy(controller, f"{NUMBER}#001", reason="遗失", responsible="staff", consequence="无")
    return token


def facts(page: str) -> dict[str, str]:
    """The terms of the page with what stands beside them."""
    found = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page)
    return {unescape(term): unescape(value) for term, value in found}


def word(page: str) -> str:
    found = re.search(r'<h1 class="word">(.*?)</h1>', page)
    assert found is not None
    return unescape(found[1])


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """The SQL that is said inside, by either engine and on the connections that answer quickly."""
    said: list[str] = []
    rows = Quick.rows

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    def quickly(one: Quick, sql: str, values: Any = ()) -> list[Any]:
        said.append(sql)
        return rows(one, sql, values)

    for engine in (world.site.engine, world.site.readers):
        event.listen(engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Quick, "rows", quickly)
        yield said
    for engine in (world.site.engine, world.site.readers):
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize(("headers", "language"), [(ZH, "zh"), (EN, "en")])
def test_each_verdict_has_its_word_icon_and_colour_in_both_languages(
    sqlite_world: World, verdict: Verdict, headers: dict[str, str], language: str
) -> None:
    answer = client(sqlite_world).get(f"/c/{token_of(sqlite_world, verdict)}", headers=headers)
    assert answer.status_code == (404 if verdict is Verdict.UNKNOWN else 200)
    assert word(answer.text) == verdict.face.words[language]
    assert f'class="verdict {verdict.face.colour}" data-verdict="{verdict.value}"' in answer.text
    assert answer.text.count('<svg class="icon"') == 1
    others = {face.words[language] for face in FACES.values()} - {verdict.face.words[language]}
    seen = unescape(re.sub(r"<[^>]*>", " ", answer.text)).lower()
    assert [other for other in others if re.search(rf"\b{re.escape(other)}\b", seen)] == []


def test_every_icon_is_a_drawing_of_its_own() -> None:
    source = (Path(assets.__file__).parents[1] / "pages" / "kit" / "icons.html").read_text("utf-8")
    drawings = dict(re.findall(r"'([a-z]+)': '(<[^']*)'", source))
    assert drawings.keys() == {face.icon for face in FACES.values()}
    assert len(set(drawings.values())) == len(FACES)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_page_and_style_sheet_together_stay_below_ten_kilobytes(
    sqlite_world: World, verdict: Verdict
) -> None:
    visitor = client(sqlite_world)
    page = visitor.get(f"/c/{token_of(sqlite_world, verdict)}", headers=EN).data
    linked = re.findall(r'<link [^>]*href="([^"]+)"', page.decode())
    assert len(linked) == 2
    assert (
        len(page) + sum(len(visitor.get(unescape(address), buffered=True).data) for address in linked)
        < BUDGET
    )


def test_the_page_tells_all_of_the_copy(world: World) -> None:
    token = token_of(world, Verdict.SUPERSEDED)
    page = client(world).get(f"/c/{token}", headers=ZH).text
    assert facts(page) == {
        "文件编号": NUMBER,
        "文件名称": "质量反馈控制程序",
        "修订状态": "A/0",
        "实施日期": "2026-03-02",
        "应使用的修订": "A/1",
        "发放编号": f"{NUMBER}#001",
        "持有人": "员工周",
    }
    assert "核对时间 2026-03-05 10:00（Asia/Shanghai）" in page
    assert '<html lang="zh-CN">' in page
    english = client(world).get(f"/c/{token}?lang=en", headers=ZH).text
    assert facts(english)["Revision to use"] == "A/1"
    assert facts(english)["Title"] == "Feedback control"
    assert "As of 2026-03-05 10:00 (Asia/Shanghai)" in english


def ways(page: str) -> dict[str, str]:
    """Where the page leads on to: what the link says, and its address."""
    found = re.findall(r'<li><a class="button" href="([^"]+)">(.*?)</a>', page)
    return {unescape(said): unescape(address) for address, said in found}


HISTORY = {"Holder and history of this copy": f"/copies/{NUMBER}%23001"}


@pytest.mark.parametrize(
    ("verdict", "leads"),
    [
        (
            Verdict.CURRENT,
            {
                "Read the text": f"/documents/{NUMBER}",
                "Acknowledge receipt": f"/copies/{NUMBER}%23001/acknowledge",
                **HISTORY,
            },
        ),
        (
            Verdict.NOT_YET_EFFECTIVE,
            {"Acknowledge receipt": f"/copies/{NUMBER}%23001/acknowledge", **HISTORY},
        ),
        (
            Verdict.SUPERSEDED,
            {
                "Open A/1, which is in force": f"/documents/{NUMBER}/revisions/A-1",
                "Register the return": f"/copies/{NUMBER}%23001/return",
                **HISTORY,
            },
        ),
        (
            Verdict.RECALLED,
            {
                "Open A/0, which is in force": f"/documents/{NUMBER}/revisions/A-0",
                "Register the return": f"/copies/{NUMBER}%23001/return",
                **HISTORY,
            },
        ),
        (Verdict.WITHDRAWN, {"Register the return": f"/copies/{NUMBER}%23001/return", **HISTORY}),
        (Verdict.VOID, {"Open A/0, which is in force": f"/documents/{NUMBER}/revisions/A-0", **HISTORY}),
        (Verdict.UNKNOWN, {}),
    ],
)
def test_the_verdict_leads_on_to_what_is_in_force_and_to_what_is_done_with_the_paper_next(
    sqlite_world: World, verdict: Verdict, leads: dict[str, str]
) -> None:
    page = client(sqlite_world).get(f"/c/{token_of(sqlite_world, verdict)}", headers=EN).text
    assert ways(page) == leads
    assert ("Document control: 文控李." in page) is (verdict is not Verdict.UNKNOWN)


def test_whoever_is_not_signed_in_comes_to_the_text_in_force_by_way_of_the_sign_in(
    sqlite_world: World,
) -> None:
    page = client(sqlite_world).get(f"/c/{token_of(sqlite_world, Verdict.SUPERSEDED)}", headers=ZH).text
    person = Reader(sqlite_world.site, "zh")
    asked = person.get(ways(page)["打开现行 A/1"])
    assert asked.status_code == 302
    form = asked.headers["Location"]
    answer = person.send("/sign-in", form=form, login="staff", password=PASSWORD)
    assert answer.headers["Location"] == f"/documents/{NUMBER}/revisions/A-1"
    assert "A/1" in text_of(person.get(answer.headers["Location"]).text)
    assert "登记收回" in ways(page)
    returned = reader(sqlite_world, "controller").get(ways(page)["登记收回"])
    assert returned.status_code == 200


def test_a_copy_that_was_acknowledged_or_returned_is_not_asked_for_again(sqlite_world: World) -> None:
    token = one_copy(sqlite_world)
    handing.acknowledge_copy(sqlite_world.as_("staff"), f"{NUMBER}#001")
    visitor = client(sqlite_world)
    assert "Acknowledge receipt" not in ways(visitor.get(f"/c/{token}", headers=EN).text)
    handing.recall_copy(sqlite_world.as_("controller"), f"{NUMBER}#001", reason="换发")
    assert "Register the return" in ways(visitor.get(f"/c/{token}", headers=EN).text)
    handing.return_copy(sqlite_world.as_("controller"), f"{NUMBER}#001")
    assert "Register the return" not in ways(visitor.get(f"/c/{token}", headers=EN).text)


def test_by_its_number_alone_no_state_and_no_name_is_told(sqlite_world: World) -> None:
    one_copy(sqlite_world)
    page = client(sqlite_world).get(f"/c/{NUMBER}%23001", headers=EN).text
    assert list(ways(page)) == ["Read the text", "Holder and history of this copy"]
    assert "文控李" not in page


@pytest.mark.parametrize("typed", [NUMBER, "lx-cx-2019-999", "DF/ZY-GL 006", "ＬＸ-ＣＸ-2019-101"])
def test_the_number_of_a_document_is_answered_with_what_is_missing_and_not_with_forgery(
    visitor: FlaskClient, typed: str
) -> None:
    page = visitor.get(f"/c/{quote(typed)}", headers=ZH)
    assert (page.status_code, word(page.text)) == (404, "哪一份副本？")
    assert f"{typed} 是文件编号" in page.text
    assert f"{typed}#001" in page.text
    assert "伪造" not in page.text


def test_a_lost_copy_names_the_one_that_took_its_place(sqlite_world: World) -> None:
    page = client(sqlite_world).get(f"/c/{token_of(sqlite_world, Verdict.VOID)}", headers=EN).text
    assert facts(page)["Replaced by copy"] == f"{NUMBER}#002"
    assert "Revision to use" not in facts(page)


def test_a_scan_is_one_query_and_a_look_whether_anybody_has_written_since(world: World) -> None:
    """The first one after something was written compares the rows of the copy with the ledger as well."""
    token = one_copy(world)
    fresh = world.reopen()
    visitor = client(fresh)
    with statements(fresh) as said:
        assert visitor.get(f"/c/{token}").status_code == 200
    assert len(said) < 20
    for _ in range(200):  # what other sites write on the same server of PostgreSQL makes it compare again
        with statements(fresh) as said:
            assert visitor.get(f"/c/{token}").status_code == 200
        if len(said) == 2:
            break
    assert len(said) == 2
    fresh.close()


def test_the_page_has_no_script_and_sets_no_cookie(sqlite_world: World) -> None:
    answer = client(sqlite_world).get(f"/c/{one_copy(sqlite_world)}")
    assert not re.search(r"<script|\son[a-z]+=|style=|javascript:", answer.text)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_is_signed_in_is_not_looked_at_where_a_copy_is_checked(sqlite_world: World) -> None:
    token = one_copy(sqlite_world)
    person = reader(sqlite_world, "auditor")
    for _ in range(3):  # signing in wrote something: what is shown is compared with the ledger once more
        person.get(f"/c/{token}")
    with statements(sqlite_world) as said:
        answer = person.get(f"/c/{token}")
    assert len(said) == 2
    assert "Cookie" not in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    assert "审核员冯" not in answer.text
    assert person.post(f"/c/{token}").status_code == 405
    assert person.get("/documents").status_code == 200  # the session is still there


def test_nothing_is_written_into_a_session_where_a_copy_is_checked(empty_site: Site) -> None:
    with (
        create_app(empty_site).test_request_context("/c/x"),
        pytest.raises(RuntimeError, match="session is unavailable"),
    ):
        session["mark"] = "x"


def test_a_token_is_read_in_any_case(world: World) -> None:
    token = one_copy(world)
    assert client(world).get(f"/c/{token.lower()}").status_code == 200
    assert client(world).head(f"/c/{token}").status_code == 200


def test_a_copy_number_does_for_a_token_but_tells_no_holder(world: World) -> None:
    one_copy(world)
    page = client(world).get("/c/lx-cx-2019-101%23001", headers=ZH)
    assert (page.status_code, word(page.text)) == (200, "有效")
    assert "持有人" not in facts(page.text)


@pytest.mark.rule("SE-16", "SE-23", "SE-44")
@pytest.mark.parametrize("asked", HOSTILE)
def test_what_nobody_knows_is_not_found_and_never_an_error(visitor: FlaskClient, asked: str) -> None:
    answer = visitor.get(f"/c/{asked}", headers=ZH)
    assert (answer.status_code, word(answer.text)) == (404, "查无此件")
    assert len(answer.data) < 2_000
    assert "script" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_hostile_tokens_do_not_trouble_postgresql_either(world: World) -> None:
    pages = client(world)
    for asked in HOSTILE:
        assert pages.get(f"/c/{asked}").status_code == 404


def test_a_line_break_is_no_part_of_an_address(visitor: FlaskClient) -> None:
    answer = visitor.get("/c/%0d%0aSet-Cookie:%20a=b")
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


@pytest.mark.rule("SE-16")
def test_names_from_the_site_are_shown_as_text(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told = dict.fromkeys(["document", "revision", "effective", "current_revision", "replaced_by"], CANARY)
    scan = told | {"title": {"zh": CANARY, "en": CANARY}, "copy": CANARY, "holder": CANARY}
    scan |= {"state": "issued", "control": [CANARY]}
    monkeypatch.setattr(
        "docctl.web.copies.scan.copy_check", lambda *_: scan | {"verdict": "not-yet-effective"}
    )
    page = visitor.get("/c/x").text
    assert "<script" not in page
    # The title of the page, the sentence, the way to what is in force, seven lines, and to whom it is brought.
    assert page.count("&lt;script&gt;") == 11


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("lx-cx-2019-101#001", "/c/lx-cx-2019-101%23001"),
        ("  ABC ", "/c/ABC"),
        ("http://127.0.0.1:8080/c/ABC", "/c/ABC"),
        ("HTTPS://DOCS.EXAMPLE/C/ABC", "/c/ABC"),
        ("DF / ZY-GL 006#001", "/c/DF%20/%20ZY-GL%20006%23001"),
        ("//evil.example/x", "/c/evil.example/x"),
        ("", "/"),
        ("  / ", "/"),
    ],
)
def test_the_input_leads_to_the_page_of_the_copy(visitor: FlaskClient, typed: str, leads_to: str) -> None:
    answer = visitor.get("/check", query_string={"copy": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)


def test_the_input_keeps_the_language_and_is_cut_where_nothing_can_be_so_long(visitor: FlaskClient) -> None:
    answer = visitor.get("/check", query_string={"copy": "A" * 5_000, "lang": "en"})
    assert answer.headers["Location"] == f"/c/{'A' * 201}?lang=en"
    assert visitor.get("/check?lang=zh").headers["Location"] == "/?lang=zh"
