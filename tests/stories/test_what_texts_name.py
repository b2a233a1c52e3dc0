"""What a text refers to is there and in force, and a form is issued under a procedure that lists it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest

from docctl.cli.kit import asked
from docctl.errors import Invalid
from docctl.queries.documents.issue_preview import issue_preview
from docctl.queries.documents.reading import reading
from docctl.rules.actions import Action
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.documents import approving, drafting, issuing
from tests.support import sites
from tests.support.pages import reader, text_of
from tests.support.paper import pages, plain
from tests.support.sites import PROCEDURE, TEMPLATE, World, procedure
from tests.support.terminal import Terminal, run, written

ONE, TWO, FORM = "LX-CX-2019-101", "LX-CX-2019-102", "LX-R-101"
LISTED = "[LX-R-001, LX-R-101, LX-R-103]"


def citing(
    *references: str, number: str = TWO, records: str = "[LX-R-119]", clause: str = "5.2.1", extra: str = ""
) -> Material:
    """A procedure with these references."""
    text = PROCEDURE.format(number=number, title="引用程序", title_en="Citing", hours=24, extra=extra)
    named = ", ".join(f'"{reference}"' for reference in references)
    text = text.replace("[LX-SH-2019, GB/T 19001-2016]", f"[{named}]").replace(LISTED, records)
    return of_procedure(read_procedure(text.replace("5.2.1", clause).encode(), {}, {}))


def form(number: str = FORM, *, under: str = ONE, clause: str = "5.2.1") -> Material:
    text = TEMPLATE.format(number=number, procedure=under).replace(
        'clauses: ["5.2.1"]', f'clauses: ["{clause}"]'
    )
    return of_template(read_template(text.encode()))


def with_a_form(world: World) -> World:
    """A form that every procedure may list; nobody works by it yet."""
    with suppress(Invalid):
        drafting.register_document(world.as_("author"), lambda: form("LX-R-119"))
    return world


def issue(world: World, material: Material, *, save: bool = False) -> str:
    return sites.issue(with_a_form(world), material, save=save)


def submitted(world: World, material: Material, *, save: bool = False) -> None:
    with_a_form(world)
    if save:
        drafting.save_draft(world.as_("author"), material.content.number, lambda: material)
    else:
        drafting.register_document(world.as_("author"), lambda: material)
    drafting.submit_revision(world.as_("author"), material.content.number, reason="首次发布")


def refusal(world: World, material: Material, *, save: bool = False) -> str:
    with pytest.raises(Invalid) as error:
        submitted(world, material, save=save)
    return error.value.message


def faults(world: World, number: str = TWO) -> set[tuple[str, str]]:
    """What the page of a document says of its references and forms."""
    world.as_("staff").session.rollback()
    seen = reading(world.as_("staff"), number, lambda _: lambda path, blob: path)
    named = [(of.number, r.fault.value) for of in (*seen.references, *seen.records) for r in of.remarks]
    return {*named, *(("", r.fault.value) for r in seen.remarks)}


@pytest.mark.rule("DC-82")
def test_a_reference_to_a_document_that_does_not_exist_is_told_at_submission_and_on_the_page(
    terminal: Terminal,
) -> None:
    world = terminal.world
    drafting.register_document(with_a_form(world).as_("author"), lambda: citing("LX-CX-2019-999"))
    before = reader(world, "author", "zh").get(f"/documents/{TWO}/submit").text
    assert "请确认 LX-CX-2019-999 在本文件库中没有登记 (DC-82)" in text_of(before)
    (found,) = terminal.ok("author", f"revision submit {TWO} --reason new")["findings"]
    assert (found["rule"], found["severity"], found["number"]) == ("DC-82", "warning", "LX-CX-2019-999")
    signer = text_of(reader(world, "rep").get(f"/documents/{TWO}/sign").text)
    assert "LX-CX-2019-999 is not registered in this library" in signer
    approving.sign_revision(world.as_("rep"), TWO)
    issuing.issue_revision(world.as_("controller"), TWO)
    assert faults(world) == {("LX-CX-2019-999", "unregistered")}
    page = text_of(reader(world, "staff").get(f"/documents/{TWO}").text)
    assert "LX-CX-2019-999 is not registered in this library" in page


@pytest.mark.regulation("GJ-02")
@pytest.mark.rule("DC-82")
def test_a_reference_to_a_withdrawn_document_is_refused_and_told_where_it_stands_already(
    world: World,
) -> None:
    issue(world, procedure())
    issue(world, citing(ONE))
    issuing.withdraw_document(world.as_("controller"), ONE, reason="并入手册")
    assert faults(world) == {(ONE, "withdrawn")}
    why = refusal(world, citing(ONE, extra="修改。"), save=True)
    assert f"{ONE} was withdrawn on 2026-03-02: name what takes its place, or leave it out (DC-82)" in why


@pytest.mark.regulation("GJ-02")
@pytest.mark.rule("DC-82")
def test_what_was_withdrawn_since_the_submission_is_refused_at_issue(world: World) -> None:
    issue(world, procedure())
    submitted(world, citing(ONE))
    approving.sign_revision(world.as_("rep"), TWO)
    issuing.withdraw_document(world.as_("controller"), ONE, reason="并入手册")
    desk = reader(world, "controller")
    answer = desk.send(f"/documents/{TWO}/issue", effective="2026-03-02")
    assert answer.status_code == 422
    assert f"{ONE} was withdrawn" in text_of(answer.text)


@pytest.mark.rule("DC-79", "DC-81")
def test_a_dated_reference_stays_at_its_edition_and_a_newer_one_is_pointed_out(world: World) -> None:
    issue(world, procedure())
    issue(world, citing(f"{ONE} A/0"))
    assert faults(world) == set()
    issue(world, procedure(extra="修改。"), save=True)
    assert faults(world) == {(ONE, "newer edition")}
    page = reader(world, "staff").get(f"/documents/{TWO}").text
    assert f"{ONE} A/1 is newer than {ONE} A/0" in text_of(page)
    assert f'href="/documents/{ONE}/revisions/A' in page
    assert "was never issued" in refusal(world, citing(f"{ONE} B/0", extra="改。"), save=True)


@pytest.mark.rule("DC-80")
def test_an_undated_reference_means_what_is_in_force(world: World) -> None:
    submitted(world, procedure())
    issue(world, citing(ONE))
    assert faults(world) == {(ONE, "to come")}
    approving.sign_revision(world.as_("rep"), ONE)
    issuing.issue_revision(world.as_("controller"), ONE)
    issue(world, procedure(extra="修改。"), save=True)
    assert faults(world) == set()
    assert f'href="/documents/{ONE}"' in reader(world, "staff").get(f"/documents/{TWO}").text


@pytest.mark.rule("DC-81")
def test_of_an_outside_standard_the_newest_edition_is_the_one_that_the_library_cites_somewhere(
    world: World,
) -> None:
    issue(world, citing("GB/T 19001-2008"))
    assert faults(world) == set()
    issue(world, citing("GB/T 19001-2016", number=ONE))
    assert faults(world) == {("GB/T 19001-2008", "newer edition")}
    assert faults(world, ONE) == set()


@pytest.mark.rule("DC-17")
def test_the_year_in_a_number_of_our_own_is_no_edition(world: World) -> None:
    issue(world, citing("LX-SH-2019"))
    issue(world, citing("LX-SH-2023", number=ONE))
    assert faults(world) == {("LX-SH-2019", "unregistered")}


def test_a_print_says_what_is_to_be_known_of_its_references(paper_world: World) -> None:
    issue(paper_world, citing("LX-CX-2019-999"))
    told = plain(
        "".join(pages(reader(paper_world, "staff").get(f"/documents/{TWO}/revisions/A-0/print").data))
    )
    assert "LX-CX-2019-999在本文件库中没有登记" in told.replace(" ", "")


@pytest.mark.regulation("GD-08")
@pytest.mark.rule("DC-89")
def test_a_form_is_not_issued_under_a_procedure_that_does_not_list_it(terminal: Terminal) -> None:
    world = terminal.world
    issue(world, procedure())
    why = refusal(world, form("LX-R-109"))
    assert f"{ONE} A/0 does not list this form among its records: revise and issue it first" in why
    answer = terminal("author", "revision submit LX-R-109 --reason new")
    assert (answer.code, "DC-89" in answer.message) == (2, True)


@pytest.mark.rule("DC-89")
def test_a_form_waits_for_the_revision_that_lists_it_and_cannot_be_issued_before_it(world: World) -> None:
    issue(world, citing(number=ONE, records="[LX-R-001]"))
    drafting.save_draft(world.as_("author"), ONE, procedure)
    drafting.register_document(world.as_("author"), form)
    page = text_of(reader(world, "author").get(f"/documents/{FORM}/submit").text)
    assert f"{ONE} A/1 lists this form and is not in force yet: issue it first" in page
    drafting.submit_revision(world.as_("author"), FORM, reason="首次发布")
    approving.sign_revision(world.as_("rep"), FORM)
    answer = reader(world, "controller").send(f"/documents/{FORM}/issue", effective="2026-03-02")
    assert (answer.status_code, f"{ONE} A/0 does not list this form" in text_of(answer.text)) == (422, True)
    drafting.submit_revision(world.as_("author"), ONE, reason="列入表单")
    approving.sign_revision(world.as_("rep"), ONE)
    issuing.issue_revision(world.as_("controller"), ONE, effective=date(2026, 3, 9))
    with pytest.raises(Invalid, match="does not list"):
        issuing.issue_revision(world.as_("controller"), FORM)
    issuing.issue_revision(world.as_("controller"), FORM, effective=date(2026, 3, 9))


@pytest.mark.rule("DC-116")
def test_a_form_cites_clauses_that_its_procedure_has(world: World) -> None:
    issue(world, procedure())
    assert f"{ONE} A/0 has no clause 8.8" in refusal(world, form(clause="8.8"))


@pytest.mark.regulation("GD-08")
@pytest.mark.rule("DC-89")
def test_a_form_under_no_procedure_is_refused_with_the_way_out(world: World) -> None:
    assert "is not registered: register and issue it first" in refusal(world, form())
    issue(world, procedure())
    issuing.withdraw_document(world.as_("controller"), ONE, reason="并入手册")
    with pytest.raises(Invalid, match="was withdrawn"):
        drafting.submit_revision(world.as_("author"), FORM, reason="首次发布")


@pytest.mark.rule("DC-89")
def test_a_procedure_that_drops_a_form_in_force_is_told_so(terminal: Terminal) -> None:
    world = terminal.world
    issue(world, procedure())
    issue(world, form())
    drafting.save_draft(
        world.as_("author"), ONE, lambda: citing(number=ONE, records="[LX-R-001]", extra="修改。")
    )
    told = terminal.ok("author", f"revision submit {ONE} --reason new")["findings"]
    assert [(f["number"], f["rule"]) for f in told if "in force under" in f["message"]] == [(FORM, "DC-89")]
    approving.sign_revision(world.as_("rep"), ONE)
    page = text_of(reader(world, "controller").get(f"/documents/{ONE}/issue").text)
    assert f"the form {FORM} is in force under this document, and this text does not list it" in page
    told = terminal.ok("controller", f"revision issue {ONE}")["findings"]
    assert FORM in [f["number"] for f in told]
    assert ("", "form dropped") in faults(world, ONE)


@pytest.mark.rule("DC-116")
def test_a_procedure_that_drops_a_clause_which_a_form_in_force_cites_is_told_so(world: World) -> None:
    issue(world, procedure())
    issue(world, form())
    submitted(world, citing(number=ONE, records=LISTED, clause="5.2.3", extra="修改。"), save=True)
    approving.sign_revision(world.as_("rep"), ONE)
    page = text_of(reader(world, "controller").get(f"/documents/{ONE}/issue").text)
    assert f"the form {FORM}, which is in force, cites clause 5.2.1, which this text has not" in page


@pytest.mark.regulation("GJ-02")
def test_a_withdrawal_shows_first_which_documents_in_force_refer_to_the_document(terminal: Terminal) -> None:
    world = terminal.world
    issue(world, procedure())
    issue(world, form())
    issue(world, citing(ONE))
    issue(world, citing("GB/T 19001-2016", number="LX-CX-2019-103"))
    seen = issue_preview(world.as_("controller"), ONE, Action.DOCUMENT_WITHDRAW)
    assert [other.number for other in seen.referring] == [TWO, FORM]
    page = text_of(reader(world, "controller").get(f"/documents/{ONE}/withdraw").text)
    assert f"{TWO} A/0 Citing" in page
    answer = terminal("controller", f"document withdraw {ONE} --reason old")
    assert (answer.code, answer.data["referred_to_by"]) == (0, [TWO, FORM])
    assert f"These documents in force refer to it: {TWO}, {FORM}." in answer.err


def test_somebody_at_a_terminal_is_asked_before_a_document_that_others_name_is_withdrawn(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = terminal.world
    issue(world, procedure())
    issue(world, form())
    monkeypatch.setattr(asked, "sits_there", lambda: True)
    assert terminal("controller", f"document withdraw {ONE} --reason old").code != 0  # nobody answers
    assert terminal.ok("staff", f"document show {ONE}")["status"] == "effective"


def test_a_file_is_looked_over_against_a_site_if_one_is_named(terminal: Terminal) -> None:
    world = terminal.world
    issue(world, procedure())
    file = written(terminal.world.site.path.parent, "x/LX-R-109.yaml", form("LX-R-109").content.raw.decode())
    assert run("--json", "document", "lint", file).code == 0
    answer = terminal("author", ["document", "lint", file])
    assert (answer.code, [f["rule"] for f in answer["findings"]]) == (1, ["DC-89"])
