"""A record that was kept long enough is destroyed: proposed, approved, carried out and witnessed by four people.

What it said is nowhere in the site then; that it was there, and who let it go, is proved for ever.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.errors import Forbidden, Invalid, NotFound, Tampered, WrongState
from docctl.models.disposals import Disposal, DisposalItem, DisposalSignature
from docctl.models.record_words import RECORD_VALUE, RECORD_WORD
from docctl.queries.desk.inbox import inbox
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trace import trace
from docctl.queries.records.disposable import DISPOSABLE
from docctl.queries.records.listing import record_list
from docctl.queries.report import read_report
from docctl.rules.evidence import Kind
from docctl.rules.records.disposal import State
from docctl.rules.records.life import State as RecordState
from docctl.store.material import of_template
from docctl.store.template import read_template
from docctl.usecases.people import accounts as people
from docctl.usecases.records import destroying, disposing, holding, opening, sealing
from docctl.usecases.site import rebuilding
from docctl.usecases.site.checkpointing import checkpoint_ledger
from docctl.usecases.site.clock import set_clock_site
from tests.stories.test_backups import back_up, restore
from tests.support.crash import Point, killed_at
from tests.support.evidence import files_of, second_verdict, taken
from tests.support.pages import reader, text_of
from tests.support.record_files import PDF, attach, photo
from tests.support.sites import PASSWORD, World, issue, template
from tests.support.terminal import Terminal
from tests.support.written_records import completed, fill, forms_in_force, reported, row_of, show, sign

SECRET = "卡纳里顾客某某"
KEPT_UNTIL, AFTER = date(2029, 3, 2), date(2029, 3, 3)
WHY = "保存期满"


def later(world: World, day: date) -> None:
    world.clock.go_to(day)
    set_clock_site(world.as_("admin"), reason="多年以后")
    world.forget()


def closed(world: World, customer: str = SECRET, *files: bytes) -> str:
    """A closed record of the small form, kept for three years by sales; with files."""
    record = opening.open_record(world.as_("staff"), "LX-R-101").number
    fill(world, "staff", record, reported_at="2026-03-02 09:00", customer=customer)
    for data in files:
        attach(world, "staff", record, "scan", data)
    sign(world, "staff", record)
    fill(world, "staff2", record, answered_at="2026-03-02 10:00", satisfied="true")
    sign(world, "staff2", record)
    sealing.complete_record(world.as_("staff2"), record)
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(world.as_("controller"), record)
    return record


def approved(world: World, *records: str) -> str:
    """Proposed by document control and approved by the management representative; its number."""
    number = disposing.propose_disposal(world.as_("controller"), records, reason=WHY).number
    disposing.approve_disposal(world.as_("rep"), number)
    world.forget()
    return number


def gone(world: World, *records: str) -> str:
    number = approved(world, *records)
    destroying.destroy_disposal(world.as_("controller"), number)
    destroying.witness_disposal(world.as_("staff2"), number)
    world.forget()
    return number


def holds(folder: Path, data: bytes) -> list[str]:
    """The files of the site in which these bytes stand."""
    return [p.name for p in folder.rglob("*") if p.is_file() and data in p.read_bytes()]


@pytest.mark.regulation("Q9-10", "RM-11", "C4-08")
@pytest.mark.rule("DC-92")
def test_what_a_record_said_is_nowhere_once_it_was_destroyed_and_all_else_holds(
    world: World, tmp_path: Path
) -> None:
    forms_in_force(world)
    picture = photo("green")
    record, other = closed(world, SECRET, PDF, picture), closed(world, "别家", PDF)
    seal = show(world, record)["sha256"]
    site = world.site
    assert holds(site.path, SECRET.encode()), "else this would prove nothing"
    later(world, KEPT_UNTIL)
    with pytest.raises(WrongState, match="kept until 2029-03-02"):
        disposing.propose_disposal(world.as_("controller"), [record], reason=WHY)
    assert read_report(world.as_("staff"), DISPOSABLE).lines == ()
    later(world, AFTER)
    lines = read_report(world.as_("staff"), DISPOSABLE).lines
    assert [(line["record"], line["years"]) for line in lines] == [(record, 3), (other, 3)]
    number = approved(world, record)
    assert [line["record"] for line in read_report(world.as_("staff"), DISPOSABLE).lines] == [other]
    destroying.destroy_disposal(world.as_("controller"), number)
    world.forget()
    assert check_site(site).findings == ()
    destroying.witness_disposal(world.as_("staff2"), number)
    world.forget()
    assert holds(site.path, SECRET.encode()) == []
    assert holds(site.path, picture) == []
    assert len(holds(site.path, PDF)) == 1, "the other record has the same file, and keeps it"
    shown = show(world, record)
    assert (shown["state"], shown["values"], shown["sha256"]) == ("destroyed", {}, seal)
    assert {e["value"] for e in shown["entries"]} == {None}
    with site.reading() as session:
        for table in (RECORD_VALUE, RECORD_WORD):
            kept = select(table.c.record_id).where(table.c.record_id == row_of(world, record).id)
            assert session.execute(kept).all() == []
    assert record_list(world.as_("controller"))[0]["number"] == record, "the register still names it"
    is_proved_elsewhere(world, record, tmp_path)


def is_proved_elsewhere(world: World, record: str, folder: Path) -> None:
    """By its trace, by evidence and both verifiers of it, in a backup that comes back, and after a rebuild."""
    site = world.site
    told = trace(world.as_("auditor"), record)
    assert told["verified"], told["findings"]
    assert [(line["meaning"], line["name"]) for line in told["destroyed"]] == [
        ("propose", "文控李"),
        ("approve", "管平"),
        ("destroy", "文控李"),
    ]
    assert "文控李" in text_of(reader(world, "auditor", "zh").get(f"/trace/{record}").text)
    assert check_site(site).findings == ()
    checkpoint_ledger(world.as_("admin"))
    file = taken(world, Kind.RECORD, folder, name=record)
    assert not [name for name in files_of(file) if name.startswith("records/")]
    assert second_verdict(file).code == 0, "the verifier that was written from the page of evidence agrees"
    later_copy = restore(world, _backed_up(world, folder), folder / "restored")
    assert holds(later_copy.path, SECRET.encode()) == []
    assert check_site(later_copy).findings == ()
    later_copy.close()
    made = rebuilding.rebuild(
        folder / "new", site.path, password=PASSWORD, clock=world.clock, environ={}
    ).site
    assert check_site(made).findings == ()
    made.close()


def _backed_up(world: World, folder: Path) -> Path:
    back_up(world, folder / "copies")
    return folder / "copies"


@pytest.mark.regulation("Q9-10", "RM-10")
def test_four_people_let_it_go_each_in_their_own_act(sqlite_world: World) -> None:
    world = sqlite_world
    forms_in_force(world)
    record = closed(world)
    later(world, AFTER)
    people.change_user_roles(
        world.as_("admin"), "verifier2", grant=["department-head", "document-controller"]
    )
    world.forget()
    with pytest.raises(Forbidden, match="keeps it"):
        disposing.propose_disposal(world.as_("head"), [record], reason=WHY)
    for wrong in ([], [record, "LX-R-101-2026-0009"]):
        with pytest.raises((Invalid, NotFound)):
            disposing.propose_disposal(world.as_("controller"), wrong, reason=WHY)
    with pytest.raises(Invalid, match="reason"):
        disposing.propose_disposal(world.as_("controller"), [record], reason=" ")
    number = disposing.propose_disposal(world.as_("verifier2"), [record], reason=WHY).number
    is_approved_by_somebody_else(world, number, record)
    is_carried_out_by_another(world, number)
    is_witnessed_by_a_third(world, number)
    for act in (sealing.void_record, holding.hold_record):
        with pytest.raises(WrongState, match="destroyed"):
            act(world.as_("controller"), record, reason="晚了")
    with pytest.raises(WrongState, match="destroyed"):
        attach(world, "staff", record, "scan", PDF)
    with pytest.raises(WrongState, match="destroyed"):
        disposing.propose_disposal(world.as_("controller"), [record], reason=WHY)


def is_approved_by_somebody_else(world: World, number: str, record: str) -> None:
    with pytest.raises(WrongState, match="in disposal 1 already"):
        disposing.propose_disposal(world.as_("controller"), [record], reason=WHY)
    with pytest.raises(Forbidden, match="that they proposed"):
        disposing.approve_disposal(world.as_("verifier2"), number)
    with pytest.raises(Forbidden, match="keeps it"):
        disposing.approve_disposal(world.as_("head"), number)
    with pytest.raises(WrongState, match="approved"):
        destroying.destroy_disposal(world.as_("controller"), number)
    assert [item.number for item in inbox(world.as_("rep")).to_dispose] == [number]
    disposing.approve_disposal(world.as_("rep"), number)
    assert show(world, record)["values"], "nothing is touched by an approval"


def is_carried_out_by_another(world: World, number: str) -> None:
    people.change_user_roles(world.as_("admin"), "rep", grant=["document-controller"])
    world.forget()
    with pytest.raises(Forbidden, match="approved a destruction"):
        destroying.destroy_disposal(world.as_("rep"), number)
    with pytest.raises(WrongState):
        destroying.witness_disposal(world.as_("staff2"), number)
    assert [item.number for item in inbox(world.as_("controller")).to_dispose] == [number]
    destroying.destroy_disposal(world.as_("controller"), number)


def is_witnessed_by_a_third(world: World, number: str) -> None:
    for took_part in ("verifier2", "rep", "controller"):
        with pytest.raises(Forbidden, match="does not witness"):
            destroying.witness_disposal(world.as_(took_part), number)
    with pytest.raises(Forbidden):
        destroying.witness_disposal(world.as_("auditor"), number)
    destroying.witness_disposal(world.as_("staff2"), number)
    with pytest.raises(WrongState, match="witnessed"):
        disposing.refuse_disposal(world.as_("controller"), number, reason="晚了")
    with world.site.reading() as session:
        signed = session.scalars(select(DisposalSignature).order_by(DisposalSignature.id)).all()
        assert [s.person_name for s in signed] == ["验证钱", "管平", "文控李", "员工吴"]
        assert len({s.content for s in signed}) == 1, "all four signed the same list"


@pytest.mark.rule("DC-93")
def test_who_keeps_a_record_for_five_years_proposes_it_then_and_what_is_kept_for_good_stays(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    forms_in_force(world)
    raw = template().files["templates/LX-R-101.yaml"].replace(b"keeper: sales", b"keeper: quality")
    records = []
    for years in (b"5", b"null, permanent: true"):
        material = of_template(read_template(raw.replace(b"years: 3", b"years: " + years)))
        issue(world, material, save=True)
        records.append(closed(world))
    five, ever = records
    assert (show(world, five)["keeper"], show(world, five)["keep_until"]) == ("quality", "2031-03-02")
    later(world, date(2031, 3, 2))
    with pytest.raises(WrongState, match="kept until 2031-03-02"):
        disposing.propose_disposal(world.as_("quality-head"), [five], reason=WHY)
    later(world, date(2031, 3, 3))
    assert [line["record"] for line in read_report(world.as_("staff"), DISPOSABLE).lines] == [five]
    with pytest.raises(WrongState, match="kept for good"):
        disposing.propose_disposal(world.as_("quality-head"), [five, ever], reason=WHY)
    number = disposing.propose_disposal(world.as_("quality-head"), [five], reason=WHY).number
    with pytest.raises(Forbidden, match="that they proposed"):
        disposing.approve_disposal(world.as_("quality-head"), number)


@pytest.mark.regulation("RM-09")
def test_a_hold_keeps_a_record_also_in_a_proposal_that_was_approved(sqlite_terminal: Terminal) -> None:
    run, world = sqlite_terminal, sqlite_terminal.world
    forms_in_force(world)
    record, other = closed(world), closed(world, "别家")
    later(world, AFTER)
    number = approved(world, record, other)
    run.ok("rep", ["record", "hold", record, "--reason", "顾客索赔"])
    assert run("rep", ["record", "hold", record, "--reason", "再来"]).code == 4
    with pytest.raises(WrongState, match="on hold"):
        destroying.destroy_disposal(world.as_("controller"), number)
    assert show(world, other)["values"], "all of the list or nothing"
    assert run("rep", ["record", "release", record, "--reason", "结案"]).code == 3
    run.ok("controller", ["disposal", "refuse", number, "--reason", "索赔未结"])
    assert [line["record"] for line in read_report(world.as_("staff"), DISPOSABLE).lines] == [other]
    with pytest.raises(WrongState, match="on hold"):
        disposing.propose_disposal(world.as_("controller"), [record], reason=WHY)
    told = run.ok("controller", ["record", "release", record, "--reason", "结案"])
    assert (told["placed_by"], told["lifted_by"], told["why_lifted"]) == ("管平", "文控李", "结案")
    assert run("controller", ["record", "release", record, "--reason", "再来"]).code == 4
    shown = run.ok("controller", ["disposal", "propose", record, "--reason", WHY])
    assert (shown["state"], [line["record"] for line in shown["records"]]) == ("proposed", [record])
    again = run.ok("rep", ["disposal", "approve", shown["disposal"]])
    run.ok("controller", ["disposal", "destroy", again["disposal"]])
    last = run.ok("staff2", ["disposal", "witness", again["disposal"]])
    assert (last["state"], last["left"]) == ("witnessed", 0)
    lines = run.ok("staff", "report holds")["lines"]
    assert [(line["record"], line["reason"]) for line in lines] == [(record, "顾客索赔")]
    lines = run.ok("auditor", "report disposals")["lines"]
    assert [(line["record"], line["state"], line["witnessed_by"]) for line in lines] == [
        (record, "witnessed", "员工吴"),
        (other, "refused", None),
        (record, "refused", None),
    ]


@pytest.mark.regulation("Q9-10")
def test_what_is_open_or_needed_by_something_open_stays_and_void_records_go_in_their_time(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    forms_in_force(world)
    open_, void, record = reported(world), completed(world), closed(world)
    sealing.void_record(world.as_("controller"), void, reason="重复")
    later(world, AFTER)
    with pytest.raises(WrongState, match="is open"):
        disposing.propose_disposal(world.as_("controller"), [record, open_], reason=WHY)
    with world.site.reading() as session:
        assert session.scalars(select(DisposalItem.id)).all() == [], "nothing half done"
    gone(world, void)
    assert row_of(world, void).state is RecordState.DESTROYED
    assert not world.site.values.working_path(2026, void).exists()
    assert check_site(world.site).findings == ()
    path = world.site.values.sealed_path(2026, record)
    path.write_bytes(path.read_bytes().replace(SECRET.encode(), "张三".encode()))
    number = approved(world, record)
    with pytest.raises(Tampered):
        destroying.destroy_disposal(world.as_("controller"), number)
    assert path.exists(), "what was tampered with is not made to vanish"


@pytest.mark.regulation("Q9-10", "P11-10e1")
def test_a_kill_in_the_middle_leaves_nothing_that_is_not_named_and_taken_away(sqlite_world: World) -> None:
    world = sqlite_world
    forms_in_force(world)
    record = closed(world, SECRET, PDF)
    later(world, AFTER)
    number = approved(world, record)

    def destroy(again: World) -> None:
        destroying.destroy_disposal(again.as_("controller"), number)

    killed_at(world, Point("docctl.door.transaction.conclude", "before"), destroy)
    assert show(world, record)["values"]["customer"] == SECRET, "whole, as before"
    killed_at(world, Point("docctl.store.values.ValueFiles.destroy", "before"), destroy)
    assert show(world, record)["state"] == "destroyed"
    where = {finding.where for finding in check_site(world.site).findings}
    assert len(where) == 2, "the sealed file and the file of the vault, each by its name"
    seen = text_of(reader(world, "staff2").get(f"/disposals/{number}").text)
    assert "Files still there 2" in seen
    destroying.witness_disposal(world.as_("staff2"), number)
    assert check_site(world.site).findings == ()
    assert holds(world.site.path, SECRET.encode()) == []


def test_a_file_that_comes_again_while_another_record_goes_is_there(sqlite_world: World) -> None:
    world = sqlite_world
    forms_in_force(world)
    record = closed(world, SECRET, PDF)
    later(world, AFTER)
    number = approved(world, record)
    fresh = opening.open_record(world.as_("staff"), "LX-R-101").number
    keep = world.site.vault.keep

    def meanwhile(data: bytes) -> str:
        digest = keep(data)
        if world.site.vault.keep is not keep:
            del world.site.vault.keep
            destroying.destroy_disposal(world.as_("controller"), number)
        return digest

    world.site.vault.keep = meanwhile  # type: ignore[method-assign]
    attach(world, "staff", fresh, "scan", PDF)
    assert world.site.vault.read(show(world, fresh)["attachments"][0]["sha256"]) == PDF


def test_the_pages_of_a_destruction(sqlite_world: World) -> None:
    world = sqlite_world
    forms_in_force(world)
    record = closed(world)
    later(world, AFTER + timedelta(days=1))
    office, rep, staff2 = (reader(world, who) for who in ("controller", "rep", "staff2"))
    assert "Propose its destruction" in office.get(f"/records/{record}").text
    form = office.get("/disposals/propose").text
    assert f'value="{record}"' in form
    propose = "/disposals/propose"
    assert office.send(propose, password=PASSWORD, reason=WHY).status_code == 422
    assert office.send(propose, password="wrong", records=record, reason=WHY).status_code == 401
    assert office.send(propose, password=PASSWORD, records=record, reason=WHY).status_code == 302
    assert "/disposals/1/approve" in (rep.get("/disposals/1").text)
    assert "/disposals/1/approve" not in staff2.get("/disposals/1").text
    assert office.send("/disposals/1/approve", form="/disposals/1", password=PASSWORD).status_code == 403
    assert rep.send("/disposals/1/approve", password="wrong").status_code == 401
    assert rep.send("/disposals/1/approve", password=PASSWORD).status_code == 302
    assert office.send("/disposals/1/destroy", password=PASSWORD).status_code == 302
    assert staff2.send("/disposals/1/witness", password=PASSWORD).status_code == 302
    page = text_of(office.get(f"/records/{record}").text)
    assert "What this record said was destroyed" in page
    assert SECRET not in page
    assert "员工吴" in page
    assert office.get(f"/records/{record}/print").status_code == 409
    assert office.get(f"/records/{record}/hold").status_code == 409
    with world.site.reading() as session:
        assert session.scalars(select(Disposal.state)).all() == [State.WITNESSED]
