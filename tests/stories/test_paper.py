"""From the issue of a revision to paper: its PDF, its copies, prints for reading, and what is obsolete."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from docctl.door.site import Settings
from docctl.errors import Forbidden, Invalid, NotFound, WrongState
from docctl.ledger import journal
from docctl.models.documents import Revision
from docctl.queries.copies import printing
from docctl.queries.integrity import check
from docctl.render import renderer
from docctl.render.pdf import Job
from docctl.standing import copy_print, find, sheet
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from tests.house.trees import ROOT
from tests.support.paper import ADDRESS, FORM, NUMBER, base_pdf, codes, pages, picture, plain
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal

COPY = f"{NUMBER}#002"


def revision(world: World, number: str, label: str = "A/0") -> Revision:
    session = world.as_("controller").session
    session.rollback()
    known = find.revisions(session, find.document(session, number).id)
    return next(r for r in known if r.label == label)


def newest_event(world: World) -> dict[str, Any]:
    with world.site.reading() as session:
        connection = session.connection()
        newest = list(journal.events(connection, journal.head(connection).seq - 1))[-1]
    found: dict[str, Any] = json.loads(newest.body)
    return found


@pytest.mark.regulation("C4-02")
def test_an_issued_revision_has_its_pdf_in_the_vault_with_all_its_sources(paper_world: World) -> None:
    base = base_pdf(paper_world, NUMBER)
    assert hashlib.sha256(base).hexdigest() == revision(paper_world, NUMBER).pdf_sha256
    with pikepdf.open(io.BytesIO(base)) as read:
        inside = {name: read.attachments[name].get_file().read_bytes() for name in read.attachments}
    folder = ROOT / "procedures"
    assert inside == {name: (folder / name).read_bytes() for name in (f"{NUMBER}.md", f"{NUMBER}.en.md")}


@pytest.mark.regulation("P11-50a", "P11-50b", "A11-18", "C4-03", "DI-05", "GD-04")
def test_the_print_shows_the_signatures_of_the_register(paper_world: World) -> None:
    first = plain(pages(base_pdf(paper_world, NUMBER))[0])
    for said in (
        "陈编",
        "管平",
        "2026-03-0210:00+08:00",
        revision(paper_world, NUMBER).content[:16],
        "示范公司",
    ):
        assert said in first


@pytest.mark.regulation("GJ-14", "DI-14")
@pytest.mark.rule("DC-43", "DC-45", "DC-46", "DC-47")
def test_each_page_of_each_copy_has_number_holder_and_a_code_that_leads_to_it(paper_world: World) -> None:
    made = printing.copy_print(paper_world.as_("controller"), COPY)
    read = pages(made.data)
    token = find.copy(paper_world.as_("controller").session, COPY).token
    for n, page in enumerate(map(plain, read)):
        for said in ("受控", COPY, "销售部Sales", "2026-03-02", NUMBER, "A/0", f"第{n + 1}页共{len(read)}页"):
            assert said in page
        assert codes(picture(made.data, n)) == [f"{ADDRESS}/c/{token}"]


@pytest.mark.regulation("Q9-08", "A11-07", "C4-02")
def test_a_reprint_is_the_bytes_that_the_event_names(paper_world: World) -> None:
    controller = paper_world.as_("controller")
    copy = find.copy(controller.session, COPY)
    first = printing.copy_print(controller, COPY)
    paper_world.reopen().clock.advance(days=3)
    again = printing.copy_print(paper_world.as_("controller"), COPY)
    assert again.data == first.data
    assert copy.pdf_sha256 == first.sha256


@pytest.mark.regulation("A11-20", "DI-13")
def test_a_blank_form_is_a_numbered_copy(paper_world: World) -> None:
    made = printing.copy_print(paper_world.as_("controller"), f"{FORM}#001")
    page = plain(pages(made.data)[0])
    for said in ("受控", f"{FORM}#001", "文件发放、回收记录", "领用部门*", "签收人", "□首发", "执行依据"):
        assert said in page


def test_a_print_run_has_all_copies_in_one_file(paper_world: World) -> None:
    controller = paper_world.as_("controller")
    numbers = [f"{NUMBER}#00{n}" for n in (3, 1, 4)]
    run = [plain(page) for page in pages(printing.print_run(controller, numbers).data)]
    length = len(pages(base_pdf(paper_world, NUMBER)))
    assert [next(n for n in numbers if n in page) for page in run[::length]] == numbers
    with pytest.raises(WrongState, match="one revision"):
        printing.print_run(controller, [f"{NUMBER}#001", f"{FORM}#001"])


@pytest.mark.regulation("DI-17", "GD-05")
@pytest.mark.rule("DC-43", "DC-77")
def test_whoever_reads_gets_a_print_that_says_uncontrolled_and_when_it_expires(paper_world: World) -> None:
    made = printing.document_print(paper_world.as_("staff"), NUMBER)
    for page in map(plain, pages(made.data)):
        for said in ("非受控", "打印时间Printed2026-03-0211:00", "失效日期Expires2026-03-0911:00", "员工周"):
            assert said in page
    assert codes(picture(made.data, 0)) == [
        f"{ADDRESS}/documents/{NUMBER}"
    ]  # of no copy, but of what is in force


@pytest.mark.regulation("C4-05")
@pytest.mark.rule("DC-76")
def test_a_form_for_filling_in_says_what_it_is_and_where_to_check_it(paper_world: World) -> None:
    made = printing.document_print(paper_world.as_("staff"), FORM).data
    read = plain(pages(made)[0])
    assert "空白表单" in read
    assert "填写前核对是否现行" in read
    assert "失效日期" not in read
    assert codes(picture(made, 0)) == [f"{ADDRESS}/documents/{FORM}"]


@pytest.mark.regulation("Q9-14", "GJ-14", "MD-08", "C4-04")
def test_what_is_superseded_or_withdrawn_is_printed_as_obsolete(paper_world: World) -> None:
    issue(paper_world, changed(paper_world), effective=date(2026, 3, 9), save=True)
    staff = paper_world.as_("staff")
    assert "非受控" in plain(pages(printing.document_print(staff, NUMBER, "A/0").data)[0])
    paper_world.clock.go_to(date(2026, 3, 9))
    old = pages(printing.document_print(paper_world.as_("staff"), NUMBER, "A/0").data)
    assert all("作废" in plain(page) and "自2026-03-09起被A/1替代" in plain(page) for page in old)
    assert "非受控" in plain(pages(printing.document_print(staff, NUMBER).data)[0])
    issuing.withdraw_document(paper_world.as_("controller"), FORM, reason="不再使用")
    staff.session.rollback()
    gone = plain(pages(printing.document_print(staff, FORM).data)[0])
    assert "2026-03-09撤销" in gone


@pytest.mark.regulation("GJ-14", "MD-08")
@pytest.mark.rule("DC-76")
def test_a_copy_that_is_kept_is_printed_as_kept_for_reference(paper_world: World) -> None:
    controller = paper_world.as_("controller")
    issue(paper_world, changed(paper_world), save=True)
    with pytest.raises(WrongState, match="recalled"):
        printing.copy_print(paper_world.as_("controller"), COPY)
    handing.return_copy(controller, COPY)
    with pytest.raises(WrongState, match="returned"):
        printing.copy_print(controller, COPY)
    disposing.keep_copy(controller, COPY, reason="法规要求")
    kept = plain(pages(printing.copy_print(controller, COPY).data)[0])
    assert "作废留存" in kept
    assert COPY in kept


@pytest.mark.rule("DC-55")
def test_an_exchanged_copy_is_a_new_print_under_the_same_number(paper_world: World) -> None:
    controller = paper_world.as_("controller")
    before = printing.copy_print(controller, COPY)
    disposing.replace_copy(controller, COPY, reason="破损")
    after = printing.copy_print(controller, COPY)
    assert after.data != before.data
    assert "换发exchange1" in plain(pages(after.data)[0])
    assert codes(picture(after.data, 0)) != codes(picture(before.data, 0))


def test_the_replacement_of_a_lost_copy_has_its_print_too(paper_world: World) -> None:
    controller = paper_world.as_("controller")
    _, new = disposing.lose_copy(controller, COPY, reason="丢失", responsible="staff", consequence="无")
    assert new is not None
    assert printing.copy_print(controller, new.number).sha256 == new.pdf_sha256


@pytest.mark.parametrize("login", ["staff", "author", "auditor"])
def test_only_the_controller_prints_controlled_copies(paper_world: World, login: str) -> None:
    with pytest.raises(Forbidden):
        printing.copy_print(paper_world.as_(login), COPY)
    with pytest.raises(Forbidden):
        printing.print_run(paper_world.as_(login), [COPY])


def test_what_was_never_issued_cannot_be_printed(paper_world: World) -> None:
    drafting.register_document(paper_world.as_("author"), procedure)
    with pytest.raises(NotFound, match="no issued revision"):
        printing.document_print(paper_world.as_("staff"), "LX-CX-2019-101")
    with pytest.raises(NotFound, match="has no revision B/7"):
        printing.document_print(paper_world.as_("staff"), NUMBER, "B/7")


def test_the_event_of_an_issue_names_sheet_and_pdf(paper_world: World, laid_out: list[Job]) -> None:
    issue(paper_world, procedure())
    details = newest_event(paper_world)["details"]
    issued = revision(paper_world, "LX-CX-2019-101")
    assert details["pdf_sha256"] == issued.pdf_sha256 == hashlib.sha256(b"%PDF 2").hexdigest()
    assert len(details["sheet"]) == 64
    assert len(laid_out) == 2  # once before anybody signed, and once to be kept


def test_who_signs_for_a_role_is_printed_with_their_department(
    paper_world: World, laid_out: list[Job]
) -> None:
    issue(paper_world, procedure())
    table = laid_out[-1].html
    assert "management-representative" not in table
    row = table[table.index("管平") :]
    assert "质量部" in row[: row.index("</tr>")]


def approved(world: World) -> str:
    number = "LX-CX-2019-101"
    drafting.register_document(world.as_("author"), procedure)
    drafting.submit_revision(world.as_("author"), number, reason="首次发布", print_checked=True)
    approving.sign_revision(world.as_("rep"), number)
    return number


def test_a_midnight_while_the_pdf_is_made_leads_to_a_new_pdf(
    paper_world: World, laid_out: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, first = approved(paper_world), renderer.render

    def slowly(job: Job) -> bytes:
        made = first(job)
        if len(laid_out) == 1:
            paper_world.clock.advance(hours=13)  # from eleven in the morning past midnight
        return made

    monkeypatch.setattr(renderer, "render", slowly)
    issuing.issue_revision(paper_world.as_("controller"), number)
    issued = revision(paper_world, number)
    assert issued.pdf_sha256 == hashlib.sha256(b"%PDF 2").hexdigest()
    assert [job.day for job in laid_out] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_a_sheet_that_changes_each_time_is_not_issued(
    paper_world: World, laid_out: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, first = approved(paper_world), renderer.render

    def slowly(job: Job) -> bytes:
        paper_world.clock.advance(days=1)
        return first(job)

    monkeypatch.setattr(renderer, "render", slowly)
    with pytest.raises(sheet.SheetChanged, match="nothing is issued"):
        issuing.issue_revision(paper_world.as_("controller"), number)
    assert revision(paper_world, number).state.value == "approved"
    assert len(laid_out) == 2


UNPRINTABLE = {
    "a character": ("打\U00020001即可。", r"U\+20001: no font has \U00020001 \(line 13, clause 1\)"),
    "a wide table": (
        f"文。\n\n|{'Identifier|' * 31}\n{'|-' * 31}|\n|甲|",
        r"line 15: the table .* is too wide for a page",
    ),
}


@pytest.mark.regulation("Q9-03", "MD-05")
@pytest.mark.parametrize("extra", UNPRINTABLE)
def test_what_cannot_be_printed_stops_the_submission_with_its_place(paper_world: World, extra: str) -> None:
    author = paper_world.as_("author")
    drafting.register_document(author, lambda: procedure(extra=UNPRINTABLE[extra][0]))
    with pytest.raises(Invalid, match=UNPRINTABLE[extra][1]):
        drafting.submit_revision(author, "LX-CX-2019-101", reason="首次发布")
    assert revision(paper_world, "LX-CX-2019-101").state.value == "draft"


@pytest.mark.parametrize("extra", UNPRINTABLE)
def test_what_a_site_without_prints_let_through_is_refused_with_the_same_words_at_its_issue(
    paper_world: World, extra: str
) -> None:
    author, number = paper_world.as_("author"), "LX-CX-2019-101"
    drafting.register_document(author, lambda: procedure(extra=UNPRINTABLE[extra][0]))
    with pytest.raises(Invalid) as first:
        drafting.submit_revision(author, number, reason="首次发布")
    drafting.submit_revision(author, number, reason="首次发布", print_checked=True)
    approving.sign_revision(paper_world.as_("rep"), number)
    with pytest.raises(Invalid) as second:
        issuing.issue_revision(paper_world.as_("controller"), number)
    assert str(first.value) == str(second.value)
    assert revision(paper_world, number).state.value == "approved"


def test_a_reason_that_cannot_be_printed_stops_the_submission(paper_world: World) -> None:
    drafting.register_document(paper_world.as_("author"), procedure)
    with pytest.raises(Invalid, match=r"U\+20001"):
        drafting.submit_revision(paper_world.as_("author"), "LX-CX-2019-101", reason="改\U00020001")
    drafting.submit_revision(paper_world.as_("author"), "LX-CX-2019-101", reason="首次发布")


def test_nobody_gets_an_account_whose_name_cannot_be_printed(paper_world: World) -> None:
    admin = paper_world.as_("admin")
    with pytest.raises(Invalid, match=r"name: '李\U00020001' cannot be printed"):
        accounts.add_user(
            admin, "li", name="李\U00020001", department="quality", roles=["management-representative"]
        )


def test_without_pango_issuing_says_what_to_install_and_nothing_is_issued(
    paper_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(paper_world)
    monkeypatch.setattr(renderer, "PANGO", ("libpango-nowhere.so.0",))
    with pytest.raises(renderer.PrinterMissing, match="apt-get install libpango"):
        issuing.issue_revision(paper_world.as_("controller"), number)
    assert revision(paper_world, number).state.value == "approved"
    # What is there is printed all the same: a stamp needs no layout.
    assert printing.copy_print(paper_world.as_("controller"), COPY).data.startswith(b"%PDF")


def test_a_site_without_pdfs_issues_and_says_why_there_is_nothing_to_print(sqlite_world: World) -> None:
    number = issue(sqlite_world, procedure())
    made = handing.issue_copies(sqlite_world.as_("controller"), number, holders=["sales"])
    assert (revision(sqlite_world, number).pdf_sha256, made[0].pdf_sha256) == (None, None)
    with pytest.raises(WrongState, match=r"pdf = true in docctl\.toml"):
        printing.copy_print(sqlite_world.as_("controller"), made[0].number)
    with pytest.raises(WrongState, match=r"pdf = true in docctl\.toml"):
        printing.document_print(sqlite_world.as_("staff"), number)


def test_the_setting_is_kept_in_docctl_toml(tmp_path: Path) -> None:
    plain_settings = Settings("x", "y", pdf=True)
    assert Settings.from_toml(plain_settings.to_toml(), tmp_path) == plain_settings
    assert not Settings.from_toml(replace(plain_settings, pdf=False).to_toml(), tmp_path).pdf


@pytest.mark.regulation("Q9-08", "A11-07")
def test_docctl_check_is_content_and_finds_a_pdf_that_was_changed(paper_world: World) -> None:
    auditor = paper_world.as_("auditor")
    assert check(auditor).findings == ()
    digest = str(revision(paper_world, NUMBER).pdf_sha256)
    file = paper_world.site.vault.directory / digest[:2] / digest[2:4] / digest
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b" ")
    assert any(digest in finding.where for finding in check(auditor).findings)


def test_copies_made_without_a_public_address_say_trial(paper_world: World) -> None:
    copy = find.copy(paper_world.as_("controller").session, COPY)
    assert copy_print.mark_of("", copy).trial
    assert not copy_print.mark_of(ADDRESS, copy).trial


def test_the_command_line_hands_out_copies_with_their_print_run(paper_world: World, tmp_path: Path) -> None:
    terminal = Terminal(paper_world)
    run, again, reading = (tmp_path / name for name in ("run.pdf", "again.pdf", "reading.pdf"))
    made = terminal.ok("controller", f"copy issue {NUMBER} --holder sales --holder finance --pdf {run}")
    numbers = [copy["copy"] for copy in made["copies"]]
    assert made["pdf"] == str(run)
    assert all(any(number in plain(page) for page in pages(run.read_bytes())) for number in numbers)
    said = terminal.ok("controller", f"copy print {numbers[0]} --pdf {again}")
    assert said["pdf_sha256"] == hashlib.sha256(again.read_bytes()).hexdigest()
    terminal.ok("staff", f"document print {NUMBER} --pdf {reading}")
    assert "非受控" in plain(pages(reading.read_bytes())[0])


def changed(world: World) -> Any:
    """The next revision of the procedure: the same files with one sentence more."""
    from docctl.store.material import gather

    folder = world.site.path / "changed"
    shutil.copytree(ROOT / "procedures", folder, dirs_exist_ok=True)
    file = folder / f"{NUMBER}.md"
    file.write_text(file.read_text("utf-8").replace("# 2 范围", "补充一句。\n\n# 2 范围"), "utf-8")
    return gather(file)
