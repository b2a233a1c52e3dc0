"""Signing as a page: what changed first, then the signature of exactly what was shown."""

from __future__ import annotations

import re
from functools import partial

import pytest
from sqlalchemy import select

from docctl.models.documents import Signature
from docctl.standing import find
from docctl.store.material import of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.documents import approving, drafting
from docctl.usecases.people import accounts
from tests.support.at_once import at_once
from tests.support.pages import hidden_fields, reader, rows_of, text_of
from tests.support.sites import PASSWORD, World, issue, meaning, procedure, template
from tests.web.test_drafting_pages import events, newest

NUMBER = "LX-CX-2019-101"
SIGN, REJECT, RETRACT = (f"/documents/{NUMBER}/{verb}" for verb in ("sign", "reject", "retract"))


def submitted(world: World, *, chain: str | None = None) -> None:
    drafting.register_document(world.as_("author"), lambda: procedure(NUMBER), chain=chain)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")


def revised(world: World, hours: int = 12) -> None:
    """A revision in force, and the next one in review."""
    issue(world, procedure(NUMBER))
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(NUMBER, hours=hours))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="时限太长")


def signatures(world: World) -> list[tuple[str, str]]:
    """Meaning and content of each signature that stands, without the authors' own."""
    with world.site.reading() as session:
        rows = session.scalars(select(Signature).where(Signature.voided_at.is_(None), Signature.step > 0))
        return [(row.meaning.value, row.content) for row in rows]


def test_what_changed_stands_before_the_text_and_the_text_before_the_signature(world: World) -> None:
    revised(world)
    page = reader(world, "rep", "zh").get(SIGN).text
    places = [
        page.index(sign)
        for sign in (
            '<h2 id="changes">',
            "<del>24</del>",
            '<div class="text" role="region"',
            "SHA-256",
            'name="password"',
        )
    ]
    assert places == sorted(places)
    assert "与 A/0 的正文对照" in text_of(page)
    assert "<ins>12</ins>" in page
    assert "共 1 处更改" in text_of(page)
    assert "时限太长" in page


def test_the_page_lists_files_with_hashes_and_who_has_signed_and_waits(sqlite_world: World) -> None:
    submitted(sqlite_world)
    page = reader(sqlite_world, "rep").get(SIGN).text
    entry = newest(sqlite_world).manifest[0]
    rows = rows_of(page)
    assert [entry["path"], str(entry["size"]), entry["sha256"]] in rows
    meanings = [row[:3] for row in rows if len(row) == 5]
    assert meanings == [
        ["prepared by", "陈编 (author)", "✓ has signed"],
        ["approved by", "management representative 管平 (rep)", "◷ is asked"],
    ]
    assert "This is the first revision" in text_of(page)


def test_the_signature_is_of_the_content_that_was_shown(world: World) -> None:
    revised(world)
    rep = reader(world, "rep")
    answer = rep.send(SIGN, password=PASSWORD, comment="好 <b>")
    assert answer.status_code == 302
    assert signatures(world)[-1] == ("approve", newest(world).content)
    assert newest(world).state.value == "approved"
    page = rep.get(SIGN).text
    assert "好 &lt;b&gt;" in page
    assert "Signed: approved by." in text_of(page)
    assert 'name="password"' not in page


@pytest.mark.regulation("P11-70", "A11-18", "RM-01")
@pytest.mark.rule("SE-36")
def test_other_content_than_was_shown_is_not_signed(world: World) -> None:
    submitted(world)
    rep = reader(world, "rep")
    shown = hidden_fields(rep.get(SIGN).text)
    approving.retract_revision(world.as_("author"), NUMBER, reason="改错")
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="偷换的内容。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再次")
    answer = rep.post(SIGN, **shown, password=PASSWORD, comment="我的意见")
    assert answer.status_code == 409
    assert "the content changed since it was shown to you; read it again, then sign" in text_of(answer.text)
    assert "Read it again before you sign." in text_of(answer.text)
    assert "偷换的内容。" in answer.text
    assert 'value="我的意见"' in answer.text
    assert signatures(world) == []
    without = {name: value for name, value in shown.items() if name != "shown"}
    assert rep.post(SIGN, **without, password=PASSWORD).status_code == 409, "nothing was shown"
    assert signatures(world) == []
    fresh = hidden_fields(answer.text)
    assert rep.post(SIGN, **fresh, password=PASSWORD).status_code == 302
    assert signatures(world) == [("approve", newest(world).content)]


@pytest.mark.regulation("P11-200a1")
@pytest.mark.rule("SE-07")
@pytest.mark.parametrize("password", [None, "", "wrong horse"])
def test_a_stolen_cookie_signs_nothing(world: World, password: str | None) -> None:
    submitted(world)
    rep = reader(world, "rep")
    fields = hidden_fields(rep.get(SIGN).text) | ({} if password is None else {"password": password})
    answer = rep.post(SIGN, **fields)
    assert answer.status_code == 401
    assert signatures(world) == []
    assert newest(world).state.value == "in-review"
    assert events(world, "revision.sign.refused") == (1 if password else 0)


@pytest.mark.rule("SE-33", "DC-26")
@pytest.mark.parametrize("writer", ["author", "head"])
def test_nobody_signs_or_rejects_their_own_document(world: World, writer: str) -> None:
    """Neither who registered it, nor a colleague who saved a text of it once."""
    accounts.change_user_roles(world.as_("admin"), writer, grant=["management-representative"])
    accounts.change_user_roles(world.as_("admin"), "head", grant=["author"])
    drafting.register_document(world.as_("author"), lambda: procedure(NUMBER))
    shown = newest(world).content
    drafting.save_draft(world.as_("head"), NUMBER, lambda: procedure(NUMBER, extra="补充。"), shown=shown)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    author = reader(world, writer)
    page = author.get(SIGN).text
    assert 'name="password"' not in page
    fields = hidden_fields(page)
    for address in (SIGN, REJECT):
        answer = author.post(address, **fields, password=PASSWORD, reason="x", shown=newest(world).content)
        assert answer.status_code == 403
        assert "Nobody signs or rejects their own document" in text_of(answer.text)
    assert signatures(world) == []
    assert events(world, "revision.sign.refused") == 1


@pytest.mark.rule("SE-34")
def test_nobody_signs_two_steps_of_a_chain(world: World) -> None:
    accounts.change_user_roles(world.as_("admin"), "rep", grant=["general-manager"])
    submitted(world, chain="author,management-representative,general-manager")
    rep = reader(world, "rep")
    assert rep.send(SIGN, password=PASSWORD).status_code == 302
    page = rep.get(SIGN).text
    assert 'aria-labelledby="sign"' not in page
    answer = rep.post(SIGN, **hidden_fields(page), password=PASSWORD, shown=newest(world).content)
    assert answer.status_code == 409
    assert "nobody signs it twice" in text_of(answer.text)
    assert [meaning for meaning, _ in signatures(world)] == ["review"]


def test_who_signs_a_template_sees_the_form_and_every_entry_of_the_file(sqlite_world: World) -> None:
    issue(sqlite_world, procedure(NUMBER))
    drafting.register_document(sqlite_world.as_("author"), template)
    drafting.submit_revision(sqlite_world.as_("author"), "LX-R-101", reason="首次发布")
    page = reader(sqlite_world, "rep", "zh").get("/documents/LX-R-101/sign").text
    form, data = text_of(page).split("签名所针对的全部内容（逐项）")
    assert "1 report 填写：销售部 报告时间 (必填) 顾客 (必填) 2 solve" in form
    assert "reported_at" not in form
    assert "reported_at" in data


def test_a_wrong_password_on_a_page_that_is_gone_is_refused_like_any_other(sqlite_world: World) -> None:
    submitted(sqlite_world)
    rep = reader(sqlite_world, "rep")
    shown = hidden_fields(rep.get(SIGN).text)
    approving.retract_revision(sqlite_world.as_("author"), NUMBER, reason="改错")
    answer = rep.post(SIGN, **shown, password="not mine")
    assert answer.status_code == 401
    assert "wrong" in text_of(answer.text)


@pytest.mark.rule("SE-36")
def test_of_two_signatures_at_once_one_is_given(world: World) -> None:
    submitted(world)
    readers = [reader(world, "rep"), reader(world, "rep")]
    fields = [hidden_fields(one.get(SIGN).text) for one in readers]
    answers = at_once(
        [
            partial(one.post, SIGN, **shown, password=PASSWORD)
            for one, shown in zip(readers, fields, strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert len(signatures(world)) == 1
    assert events(world, "revision.sign") == 1


@pytest.mark.rule("SE-36")
def test_of_a_signature_and_a_rejection_at_once_one_counts(world: World) -> None:
    submitted(world)
    first, second = reader(world, "rep"), reader(world, "rep")
    sign = partial(first.post, SIGN, **hidden_fields(first.get(SIGN).text), password=PASSWORD)
    shown = hidden_fields(second.get(SIGN).text)
    reject = partial(second.post, REJECT, **shown, reason="缺条款", password=PASSWORD)
    signed, rejected = (answer.status_code for answer in at_once([sign, reject]))
    assert sorted([signed, rejected]) == [302, 409]
    assert newest(world).state.value == ("approved" if signed == 302 else "draft")


def test_sending_back_needs_a_reason_that_the_author_reads(world: World) -> None:
    submitted(world)
    rep = reader(world, "rep", "zh")
    page = rep.get(REJECT).text
    assert 'action="/documents/LX-CX-2019-101/reject"' in page
    refused = rep.send(REJECT, reason="  ")
    assert refused.status_code == 422
    assert newest(world).state.value == "in-review"
    assert rep.send(REJECT, reason="缺少 <5.3> 条").status_code == 302
    assert newest(world).state.value == "draft"
    assert "缺少 &lt;5.3&gt; 条" in reader(world, "author").get("/inbox").text


def test_an_author_takes_back_what_was_handed_in(sqlite_world: World) -> None:
    submitted(sqlite_world)
    author = reader(sqlite_world, "author")
    assert author.send(RETRACT, reason="").status_code == 422
    kept = author.send(RETRACT, reason="还要改")
    assert kept.status_code == 302
    assert newest(sqlite_world).state.value == "draft"
    assert author.get(RETRACT).status_code == 409


@pytest.mark.parametrize(
    "login", ["staff", "head", "gm", "manager", "controller", "auditor", "admin", "author2"]
)
def test_only_those_who_are_asked_sign(sqlite_world: World, login: str) -> None:
    submitted(sqlite_world)
    somebody = reader(sqlite_world, login)
    page = somebody.get(SIGN)
    assert page.status_code == (200 if login in {"head", "controller", "auditor", "admin"} else 403)
    assert 'name="password"' not in page.text
    fields = {**hidden_fields(somebody.get("/inbox").text), "shown": newest(sqlite_world).content}
    for address in (SIGN, REJECT, RETRACT):
        answer = somebody.post(address, **fields, password=PASSWORD, reason="x")
        assert answer.status_code == 403, address
    assert signatures(sqlite_world) == []


@pytest.mark.rule("SE-32")
def test_a_signature_says_nothing_but_what_its_signer_may_say(sqlite_world: World) -> None:
    submitted(sqlite_world)
    more = {"meaning": "prepare", "person_id": "1", "state": "issued", "signed_at": "2020-01-01", "step": "9"}
    assert reader(sqlite_world, "rep").send(SIGN, password=PASSWORD, **more).status_code == 302
    with sqlite_world.site.reading() as session:
        row = session.scalars(select(Signature).where(Signature.step > 0)).one()
        person = find.person(session, "rep")
        assert (row.meaning.value, row.person_id, row.step) == ("approve", person.id, 1)
        assert row.signed_at.year == 2026


@pytest.mark.rule("SE-13")
@pytest.mark.parametrize("address", [SIGN, REJECT, RETRACT])
def test_signatures_come_from_our_own_pages_only(sqlite_world: World, address: str) -> None:
    submitted(sqlite_world)
    somebody = reader(sqlite_world, "author" if address == RETRACT else "rep")
    fields = {**hidden_fields(somebody.get(address).text), "reason": "x", "password": PASSWORD}
    for refused in (
        somebody.post(address, **{**fields, "csrf_token": ""}),
        somebody.client.post(address, data=fields, headers={"Origin": "https://evil.example"}),
        somebody.client.post(address, data=fields, headers={"Sec-Fetch-Site": "same-site"}),
        somebody.client.post(address, data="{}", content_type="text/plain"),
    ):
        assert refused.status_code == 403
    assert newest(sqlite_world).state.value == "in-review"


def test_a_hostile_text_is_shown_and_never_obeyed(sqlite_world: World) -> None:
    issue(sqlite_world, procedure(NUMBER))
    hostile = "<script>alert(1)</script><b onclick=alert(2)>b</b> [x](javascript:alert(3))"
    meant = meaning(procedure(NUMBER, extra=hostile), "<script>", "</script>")
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: meant)
    drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="<script>alert(4)</script>")
    page = reader(sqlite_world, "rep").get(SIGN).text
    assert "<script>alert" not in page
    assert "<b onclick" not in page
    assert 'href="javascript' not in page


def test_each_text_of_the_page_has_anchors_of_its_own(sqlite_world: World) -> None:
    revised(sqlite_world)
    page = reader(sqlite_world, "rep").get(SIGN).text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "zh-clause-5.2.1" in ids


@pytest.mark.parametrize(("language", "order"), [("zh", ["zh", "en"]), ("en", ["en", "zh"])])
def test_what_the_reader_reads_stands_before_the_other_language(
    sqlite_world: World, language: str, order: list[str]
) -> None:
    both = [
        read_procedure(of, {"en": of}, {})
        for of in (procedure(NUMBER, hours=h).content.raw for h in (24, 12))
    ]
    issue(sqlite_world, of_procedure(both[0]))
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: of_procedure(both[1]))
    drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="时限太长")
    page = reader(sqlite_world, "rep", language).get(SIGN).text
    assert re.findall('<section lang="(..)"', page) == order
    assert re.findall('<div class="text" role="region".*? lang="(..)', page) == order
    diff = reader(sqlite_world, "author", language).get(f"/documents/{NUMBER}/redline", to="A/1").text
    assert re.findall('<section lang="(..)"', diff) == order
