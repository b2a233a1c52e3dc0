"""Drafts as pages: register, write, look, discard, submit; and what was written is never lost."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from docctl.models.documents import Document, Revision
from docctl.models.ledger import LedgerEvent
from docctl.rules.words import Words
from docctl.standing import find
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.pages import hidden_fields, reader, text_of
from tests.support.sites import PASSWORD, PROCEDURE, World, issue, procedure, template

NUMBER = "LX-CX-2019-101"
SAVE, SUBMIT = f"/documents/{NUMBER}/draft/save", f"/documents/{NUMBER}/submit"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f"
    "0005fe02fea735a1840000000049454e44ae426082"
)


def text(number: str = NUMBER, *, extra: str = "", hours: int = 24) -> str:
    """A procedure as somebody types it."""
    return PROCEDURE.format(
        number=number, title="质量反馈控制程序", title_en="Feedback control", hours=hours, extra=extra
    )


def newest(world: World, number: str = NUMBER) -> Revision:
    ctx = world.as_("admin")
    ctx.session.rollback()
    return find.newest_revision(ctx.session, find.document(ctx.session, number))


def stored(world: World, number: str = NUMBER) -> dict[str, bytes]:
    """The files of the newest revision, by their paths."""
    return {entry["path"]: world.site.library.read(entry["blob"]) for entry in newest(world, number).manifest}


def events(world: World, act: str) -> int:
    with world.site.reading() as session:
        return sum(json.loads(body)["act"] == act for body in session.scalars(select(LedgerEvent.body)))


def registered(world: World, number: str = NUMBER) -> None:
    drafting.register_document(world.as_("author"), lambda: procedure(number))


def written(page: str, name: str = "text") -> str:
    """What stands in a text area."""
    found = re.search(rf'(?s)<textarea[^>]* name="{name}".*?>\n(.*?)</textarea>', page)
    assert found is not None
    return unescape(found[1])


def test_an_author_begins_with_the_next_free_number_of_a_scheme(world: World) -> None:
    registered(world)
    author = reader(world, "author")
    page = author.get("/documents/register", scheme="LX-procedure").text
    begun = written(page)
    assert "number: LX-CX-2019-102\n" in begun
    assert "department: administration\n" in begun
    typed = begun.replace("{zh: , en: }", "{zh: 新程序, en: New}").replace("4.1 ", "4.1 做。")
    answer = author.send("/documents/register", form="/documents/register?scheme=LX-procedure", text=typed)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/documents/LX-CX-2019-102/draft/save"
    page = author.get(answer.headers["Location"]).text
    assert "LX-CX-2019-102 is registered." in text_of(page)
    assert written(page) == typed
    assert events(world, "document.register") == 2


def test_an_empty_form_filled_in_in_chinese_alone_is_accepted_with_a_chain_of_names(
    sqlite_world: World,
) -> None:
    registered(sqlite_world)
    author = reader(sqlite_world, "author", "zh")
    begun = written(author.get("/documents/register", scheme="LX-procedure").text)
    typed = begun.replace("{zh: , en: }", "{zh: 新程序, en: }").replace("4.1 ", "4.1 做。")
    answer = author.send("/documents/register", text=typed, chain="编制人，质量部，管理者代表")
    assert answer.status_code == 302, text_of(answer.text)
    with sqlite_world.site.reading() as session:
        document = session.scalars(select(Document).where(Document.number == "LX-CX-2019-102")).one()
        titles = session.scalars(select(Revision).where(Revision.document_id == document.id)).one()
    assert titles.title == Words(zh="新程序")
    assert [list(step["who"]) for step in document.chain or ()] == [
        ["author"],
        ["quality"],
        ["management-representative"],
    ]


def test_files_are_registered_with_their_figures(sqlite_world: World) -> None:
    chinese = text(extra=f"\n\n![流程]({NUMBER}/flow.png)\n")
    english = text(extra=" In English.")
    author = reader(sqlite_world, "author")
    answer = author.send(
        "/documents/register",
        text_file=(BytesIO(chinese.encode()), "C:\\drafts\\any name.md"),
        text_en_file=(BytesIO(english.encode()), "any.en.md"),
        figures=[(BytesIO(PNG), "../../flow.png")],
    )
    assert answer.status_code == 302, text_of(answer.text)
    assert stored(sqlite_world) == {
        f"procedures/{NUMBER}.md": chinese.encode(),
        f"procedures/{NUMBER}.en.md": english.encode(),
        f"procedures/{NUMBER}/flow.png": PNG,
    }


def test_a_template_is_registered_and_edited_as_one_text(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    raw = template("LX-R-101").content.raw.decode()
    author = reader(sqlite_world, "author")
    assert author.send("/documents/register", text=raw).status_code == 302
    address = "/documents/LX-R-101/draft/save"
    page = author.get(address).text
    assert 'name="text_en"' not in page
    seen = author.send("/documents/LX-R-101/draft/preview", form=address, text=raw).text
    assert "报告时间" in text_of(seen)
    assert author.send(address, text=raw.replace("years: 3", "years: 5")).status_code == 302
    assert b"years: 5" in stored(sqlite_world, "LX-R-101")["templates/LX-R-101.yaml"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "write the text"),
        (text(NUMBER), "is already used"),
        (text("XX-1"), "is not a number for the level"),
        (text("LX-CX-2019-102").replace("title:", "titel:"), "titel"),
        ("---\nnumber: [\n---\n", "this is not YAML"),
        ("---\nno end", "front matter"),
        (text("LX-CX-2019-102", extra="![a](LX-CX-2019-102/a.png)"), "figure is missing"),
        (text("LX-CX-2019-102", extra="![a](../../../etc/passwd)"), "a figure lies beside the text"),
    ],
)
def test_a_refused_registration_keeps_what_was_written(sqlite_world: World, typed: str, said: str) -> None:
    registered(sqlite_world)
    author = reader(sqlite_world, "author")
    answer = author.send(
        "/documents/register", text=typed, text_en="---\nhalf\n---\n<b>", chain="author,author"
    )
    assert answer.status_code == 422
    assert written(answer.text).strip("\n") == typed.strip("\n")
    assert written(answer.text, "text_en") == "---\nhalf\n---\n<b>"
    assert 'value="author,author"' in answer.text
    assert events(sqlite_world, "document.register") == 1
    answer = author.send("/documents/register", text=typed)
    assert said in text_of(answer.text)


def test_a_refused_file_comes_back_as_text(sqlite_world: World) -> None:
    typed = text("LX-CX-2019-102").replace("level:", "lvl:")
    answer = reader(sqlite_world, "author").send(
        "/documents/register", text_file=(BytesIO(typed.encode()), "a.md")
    )
    assert answer.status_code == 422
    assert written(answer.text) == typed


def test_a_figure_that_no_text_shows_is_refused(sqlite_world: World) -> None:
    answer = reader(sqlite_world, "author").send(
        "/documents/register", text=text(), figures=[(BytesIO(PNG), "<img src=x>.png")]
    )
    assert answer.status_code == 422
    assert "the text does not show <img src=x>.png" in text_of(answer.text)
    assert "<img src=x>" not in answer.text


def test_a_draft_is_changed_and_its_line_ends_stay_those_of_unix(world: World) -> None:
    registered(world)
    author = reader(world, "author")
    changed = text(extra="更严。", hours=12)
    answer = author.send(SAVE, text=changed.replace("\n", "\r\n"), text_en="")
    assert answer.status_code == 302
    assert stored(world) == {f"procedures/{NUMBER}.md": changed.encode()}
    page = author.get(SAVE).text
    assert "Saved as draft A/0." in text_of(page)
    assert written(page) == changed
    assert events(world, "draft.save") == 1


def test_a_figure_is_added_shown_and_goes_with_the_text_that_showed_it(sqlite_world: World) -> None:
    registered(sqlite_world)
    author = reader(sqlite_world, "author")
    shown = text(extra=f"\n\n![流程]({NUMBER}/flow.png)\n")
    assert author.send(SAVE, text=shown, figures=[(BytesIO(PNG), "flow.png")]).status_code == 302
    assert author.send(SAVE, text=shown + "\n再改。\n").status_code == 302, "a stored figure stays"
    page = author.send(f"/documents/{NUMBER}/draft/preview", form=SAVE, text=shown).text
    address = re.search(r'<img[^>]* src="([^"]+)"', page.partition("<main")[2])
    assert address is not None
    figure = author.get(address[1])
    assert (figure.status_code, figure.data, figure.content_type) == (200, PNG, "image/png")
    assert reader(sqlite_world, "staff").get(address[1]).status_code == 403, "a draft is not for everybody"
    assert author.send(SAVE, text=text()).status_code == 302
    assert list(stored(sqlite_world)) == [f"procedures/{NUMBER}.md"]


def test_the_preview_stores_nothing_and_obeys_nothing(sqlite_world: World) -> None:
    registered(sqlite_world)
    author = reader(sqlite_world, "author", "zh")
    address, hostile = (
        f"/documents/{NUMBER}/draft/preview",
        text(extra="<script>alert(1)</script>[a](javascript:x)"),
    )
    page = author.send(address, form=SAVE, text=hostile).text
    assert written(page) == hostile
    assert "<script>alert" not in page
    assert "javascript:" not in page.replace("[a](javascript:x)", "")
    assert "24 小时 内答复" in text_of(page)
    headers = {**author.headers, "HX-Request": "true"}
    fields = {**hidden_fields(author.get(SAVE).text), "text": hostile}
    part = author.client.post(address, data=fields, headers=headers)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "24 小时 内答复" in text_of(part.text)
    broken = author.client.post(address, data={**fields, "text": "---\nx"}, headers=headers)
    assert broken.status_code == 200
    assert "还不能显示" in text_of(broken.text)
    assert events(sqlite_world, "draft.save") == 0


@pytest.mark.rule("SE-36")
def test_a_text_that_somebody_else_saved_meanwhile_is_not_overwritten(world: World) -> None:
    registered(world)
    author = reader(world, "author")
    opened = hidden_fields(author.get(SAVE).text)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="别人的新文本。"))
    mine = text(extra="我的文本。")
    answer = author.post(SAVE, **opened, text=mine)
    assert answer.status_code == 409
    assert "was saved by somebody else" in text_of(answer.text)
    assert written(answer.text) == mine
    assert "别人的新文本。" in answer.text
    assert newest(world).content[:12] in answer.text
    assert "别人的新文本。" in stored(world)[f"procedures/{NUMBER}.md"].decode()
    assert author.post(SAVE, text=mine, csrf_token=opened["csrf_token"]).status_code == 409, "nothing shown"
    again = author.post(SAVE, **hidden_fields(answer.text), text=mine)
    assert again.status_code == 302
    assert "我的文本。" in stored(world)[f"procedures/{NUMBER}.md"].decode()


@pytest.mark.parametrize(("change", "status"), [("submitted", 409), ("withdrawn", 409), ("foreign", 403)])
def test_what_was_written_is_shown_even_where_no_editor_can_be(
    sqlite_world: World, change: str, status: int
) -> None:
    if change == "withdrawn":
        issue(sqlite_world, procedure())
    else:
        registered(sqlite_world)
    writer = reader(sqlite_world, "author2" if change == "foreign" else "author")
    opened = hidden_fields(writer.get("/documents/register" if change == "foreign" else SAVE).text)
    if change == "submitted":
        drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="首次发布")
    elif change == "withdrawn":
        issuing.withdraw_document(sqlite_world.as_("controller"), NUMBER, reason="不再需要")
    answer = writer.post(SAVE, **opened, text="我写了很久的文本")
    assert answer.status_code == status
    assert written(answer.text) == "我写了很久的文本"


@pytest.mark.rule("SE-11", "SE-13")
def test_a_text_outlives_the_session_of_the_page_that_it_was_written_on(sqlite_world: World) -> None:
    """Signed in anew in another window, the old page's token is none any more: nothing is saved or lost."""
    registered(sqlite_world)
    author = reader(sqlite_world, "author")
    opened = hidden_fields(author.get(SAVE).text)
    author.post("/sign-out", csrf_token=opened["csrf_token"])
    author.sign_in("author")
    answer = author.post(SAVE, **opened, text=text(extra="写了很久。"))
    assert answer.status_code == 403
    assert "Nothing was done" in text_of(answer.text)
    assert written(answer.text) == text(extra="写了很久。")
    assert events(sqlite_world, "draft.save") == 0
    foreign = author.client.post(SAVE, data=opened, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert "<textarea" not in foreign.text
    assert author.post(SAVE, **hidden_fields(answer.text), text=text()).status_code == 302


def test_a_draft_is_given_up_and_taken_up_again(world: World) -> None:
    registered(world)
    author = reader(world, "author", "zh")
    assert author.send(f"/documents/{NUMBER}/draft/discard").status_code == 302
    assert newest(world).state.value == "discarded"
    assert author.get(f"/documents/{NUMBER}/draft/discard").status_code == 409
    assert author.send(SAVE, text=text(extra="再来。")).status_code == 302
    assert newest(world).state.value == "draft"


def test_saving_after_an_issue_begins_the_next_revision(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    author = reader(sqlite_world, "author")
    assert "Saving begins revision A/1." in text_of(author.get(SAVE).text)
    author.send(SAVE, text=text(hours=12))
    assert (newest(sqlite_world).label, newest(sqlite_world).state.value) == ("A/1", "draft")


def test_what_was_sent_back_says_why(sqlite_world: World) -> None:
    registered(sqlite_world)
    drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="首次发布")
    approving.reject_revision(sqlite_world.as_("rep"), NUMBER, reason="<缺少> 5.3 条")
    page = reader(sqlite_world, "author").get(SAVE).text
    assert "It was sent back to you: <缺少> 5.3 条" in text_of(page)


def test_handing_in_is_a_signature_with_a_reason(world: World) -> None:
    registered(world)
    author = reader(world, "author")
    page = author.get(SUBMIT).text
    assert newest(world).content in page
    assert "prepared by: 陈编 (author) approved by: management representative 管平 (rep)" in text_of(page)
    assert author.send(SUBMIT, reason="", password=PASSWORD).status_code == 422
    refused = author.send(SUBMIT, reason="首次 <发布>", password="wrong")
    assert refused.status_code == 401
    assert written(refused.text, "reason") == "首次 <发布>"
    assert author.send(SUBMIT, reason="首次发布", password=PASSWORD).status_code == 302
    assert newest(world).state.value == "in-review"
    assert events(world, "revision.submit") == 1
    assert events(world, "revision.submit.refused") == 1


def test_an_author_hands_in_what_was_shown_and_nothing_newer(sqlite_world: World) -> None:
    registered(sqlite_world)
    author = reader(sqlite_world, "author")
    fields = {**hidden_fields(author.get(SUBMIT).text), "reason": "首次发布", "password": PASSWORD}
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: procedure(extra="新。"))
    answer = author.post(SUBMIT, **fields)
    assert answer.status_code == 409
    assert "look at the newer text first" in text_of(answer.text)
    assert events(sqlite_world, "revision.submit") == 0


def test_a_text_with_blanks_to_be_filled_in_is_not_handed_in(sqlite_world: World) -> None:
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure(extra="由 XX 部门负责。"))
    answer = reader(sqlite_world, "author").send(SUBMIT, reason="首次发布", password=PASSWORD)
    assert answer.status_code == 422
    assert "line" in text_of(answer.text)


@pytest.mark.parametrize("login", ["staff", "author2", "rep", "controller", "auditor", "admin"])
def test_only_its_authors_write_and_hand_in(sqlite_world: World, login: str) -> None:
    registered(sqlite_world)
    somebody = reader(sqlite_world, login)
    for address in (SAVE, SUBMIT, f"/documents/{NUMBER}/draft/discard"):
        assert somebody.get(address).status_code == 403, address
        fields = hidden_fields(somebody.get("/inbox").text)
        refused = somebody.post(address, **fields, text=text(), reason="x", password=PASSWORD, shown="")
        assert refused.status_code == 403, address
    assert somebody.get("/documents/register").status_code == (200 if login == "author2" else 403)
    assert newest(sqlite_world).state.value == "draft"


@pytest.mark.rule("SE-32")
def test_fields_that_no_form_has_change_nothing(sqlite_world: World) -> None:
    author = reader(sqlite_world, "author")
    more = {
        "state": "issued",
        "approved_by": "1",
        "seq": "9",
        "role": "admin",
        "owner": "staff",
        "is_admin": "1",
    }
    assert author.send("/documents/register", text=text(), **more).status_code == 302
    assert author.send(SAVE, text=text(hours=12), **more, number="LX-CX-2019-199").status_code == 302
    assert author.send(SUBMIT, reason="首次发布", password=PASSWORD, **more).status_code == 302
    draft = newest(sqlite_world)
    assert (draft.state.value, draft.label, draft.issued_seq) == ("in-review", "A/0", None)
    assert author.get("/people").status_code in (403, 404)


@pytest.mark.rule("SE-13")
@pytest.mark.parametrize(
    "address", ["/documents/register", SAVE, SUBMIT, f"/documents/{NUMBER}/draft/discard"]
)
def test_posts_of_drafts_come_from_our_own_pages_only(sqlite_world: World, address: str) -> None:
    registered(sqlite_world)
    author = reader(sqlite_world, "author")
    fields = {**hidden_fields(author.get(address).text), "text": text(), "reason": "x", "password": PASSWORD}
    for refused in (
        author.post(address, **{**fields, "csrf_token": ""}),
        author.client.post(address, data=fields, headers={"Origin": "https://evil.example"}),
        author.client.post(address, data=fields, headers={"Sec-Fetch-Site": "cross-site"}),
        author.client.post(address, json=fields),
    ):
        assert refused.status_code == 403
    assert newest(sqlite_world).state.value == "draft"
    assert events(sqlite_world, "draft.save") == events(sqlite_world, "revision.submit") == 0
