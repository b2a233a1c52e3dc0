"""Records from the first entry to the seal, on both databases."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from docctl.errors import Forbidden, Invalid, Tampered, WrongState
from docctl.rules.records.life import State
from docctl.store import values
from docctl.store.material import Material, of_template
from docctl.store.template import read_template
from docctl.usecases.records import opening, recording, sealing
from tests.support.sites import MONDAY, World, issue, procedure, template
from tests.support.written_records import (
    FIRST,
    REPORTED,
    completed,
    fill,
    forms_in_force,
    listed,
    reported,
    row_of,
    show,
    sign,
)


@pytest.mark.rule("PR-87", "DC-95", "DC-97")
def test_an_open_record_says_what_is_still_to_be_done(world: World) -> None:
    forms_in_force(world)
    record = opening.open_record(world.as_("staff"), "LX-R-101")
    assert (record.number, record.state, record.keeper) == (FIRST, State.OPEN, "sales")
    assert list(map(str, show(world, FIRST, "staff")["issues"])) == [
        "customer: is required; fill it",
        "reported_at: is required; fill it",
        "step report is to be signed (sales)",
        "step solve is to be signed (technical)",
    ]


@pytest.mark.rule("PR-87", "PR-34", "DC-96", "DC-97", "DC-107")
def test_a_record_is_filled_signed_verified_and_sealed(world: World) -> None:
    forms_in_force(world)
    assert opening.open_record(world.as_("staff"), "lx-r-101").number == FIRST
    fill(world, "staff", FIRST, reported_at=REPORTED, customer="某厂")
    sign(world, "staff", FIRST)
    fill(world, "staff2", FIRST, answered_at="2026-03-03 08:00", satisfied="否")
    recording.correct_record(world.as_("staff2"), FIRST, "answered_at", "2026-03-03 08:30", reason="看错了表")
    sign(world, "staff2", FIRST)
    assert sealing.complete_record(world.as_("staff2"), FIRST).state is State.COMPLETED
    assert sealing.verify_record(world.as_("verifier"), FIRST).state is State.VERIFIED

    with pytest.raises(WrongState, match=r"satisfied == true \(clause 5.2.1\)"):
        sealing.close_record(world.as_("controller"), FIRST)
    assert list(map(str, show(world, FIRST)["issues"])) == [
        "the gate before close is shut; needed is satisfied == true (clause 5.2.1)"
    ]
    sealing.send_back_record(world.as_("verifier"), FIRST, reason="顾客尚未满意", step="solve")
    fill(world, "staff2", FIRST, satisfied="是")
    sign(world, "staff2", FIRST)
    sealing.complete_record(world.as_("staff2"), FIRST)
    sealing.verify_record(world.as_("verifier"), FIRST)
    closed = sealing.close_record(world.as_("controller"), FIRST)
    assert closed.state is State.CLOSED

    sealed = world.site.values.sealed_path(2026, FIRST).read_bytes()
    assert hashlib.sha256(sealed).hexdigest() == closed.sealed_sha256
    assert not world.site.values.working_path(2026, FIRST).exists()
    found = show(world, FIRST)
    assert (found["state"], found["sha256"], found["issues"]) == ("closed", closed.sealed_sha256, [])
    assert found["values"] == {
        "reported_at": "2026-03-02T09:00:00+08:00",
        "customer": "某厂",
        "answered_at": "2026-03-03T08:30:00+08:00",
        "satisfied": True,
    }
    assert found["keep_until"] == "2029-03-02"


@pytest.mark.regulation("Q9-12", "MD-11", "P11-10e2", "C4-07", "RM-03")
@pytest.mark.rule("DC-97")
def test_a_corrected_value_stays_readable_beside_the_new_one(world: World) -> None:
    forms_in_force(world)
    number = reported(world)
    recording.correct_record(world.as_("staff"), number, "customer", "某某厂", reason="少写一字")
    old, new = (e for e in show(world, number)["entries"] if e["field"] == "customer")
    assert (old["value"], old["struck"], old["reason"], old["by"]) == ("某厂", True, None, "staff")
    assert (new["value"], new["struck"], new["reason"], new["corrects"]) == (
        "某某厂",
        False,
        "少写一字",
        old["id"],
    )


@pytest.mark.regulation("P11-50b", "RM-05")
def test_the_sealed_file_says_all_without_a_database(world: World) -> None:
    forms_in_force(world)
    number = completed(world)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    sealed = json.loads(world.site.values.sealed_path(2026, number).read_bytes())
    assert sealed["number"] == number
    assert (sealed["template"]["number"], sealed["template"]["revision"]) == ("LX-R-101", "A/0")
    assert (sealed["procedure"]["number"], sealed["procedure"]["blob"]) == (
        "LX-CX-2019-101",
        procedure().main_blob,
    )
    for entry in sealed["entries"]:
        assert values.seal(bytes.fromhex(entry["salt"]), entry["value"]) == entry["seal"]
    assert [s["meaning"] for s in sealed["signatures"]] == ["sign", "sign", "complete", "verify", "close"]
    assert [s["by"]["name"] for s in sealed["signatures"]][-2:] == ["验证赵", "文控李"]
    limit = {"within": 24, "unit": "hour", "calendar": "clock", "clause": "5.2.1"}
    due = {"name": "answer", "due": "2026-03-03T09:00:00+08:00", "met": True, "overdue": False, "excuse": ""}
    assert sealed["clocks"] == [due | {"limit": limit}]
    assert sealed["calendar"]["version"] == 1
    assert sealed["opened"]["by"] == {"login": "staff", "name": "员工周"}


@pytest.mark.regulation("Q9-16", "Q9-18", "MD-10", "C4-08")
@pytest.mark.rule("DC-107")
def test_a_later_revision_changes_nothing_in_a_record(world: World) -> None:
    forms_in_force(world)
    old = opening.open_record(world.as_("staff"), "LX-R-101").number
    world.clock.advance(days=1)
    issue(world, procedure(hours=12), save=True)
    issue(world, _that_asks_for_the_place(), save=True)
    world.clock.advance(hours=1)
    new = opening.open_record(world.as_("staff"), "LX-R-101").number

    for number in (old, new):
        fill(world, "staff", number, reported_at="2026-03-04 08:00", customer="某厂")
    sign(world, "staff", old)  # without `place`, which only the later template asks for
    with pytest.raises(Invalid, match="place"):
        sign(world, "staff", new)
    assert [show(world, n)["procedure_revision"] for n in (old, new)] == ["A/0", "A/1"]
    assert [show(world, n)["template_revision"] for n in (old, new)] == ["A/0", "A/1"]
    assert [_due(world, n) for n in (old, new)] == ["2026-03-05T08:00:00+08:00", "2026-03-04T20:00:00+08:00"]
    assert show(world, old)["procedure_blob"] == procedure().main_blob

    fill(world, "staff2", old, answered_at="2026-03-05 07:00", satisfied="true")
    sign(world, "staff2", old)
    sealing.complete_record(world.as_("staff2"), old)
    assert _met(world, old) is True


@pytest.mark.rule("DC-107")
def test_a_revision_of_tomorrow_governs_the_records_of_tomorrow(world: World) -> None:
    forms_in_force(world)
    issue(world, procedure(hours=12), save=True, effective=date(2026, 3, 3))
    today = opening.open_record(world.as_("staff"), "LX-R-101").number
    world.clock.now = datetime(2026, 3, 2, 16, tzinfo=UTC)  # midnight in Shanghai
    tomorrow = opening.open_record(world.as_("staff"), "LX-R-101").number
    assert [show(world, n)["procedure_revision"] for n in (today, tomorrow)] == ["A/0", "A/1"]


@pytest.mark.rule("PR-01")
@pytest.mark.parametrize(
    ("answered_at", "met"),
    [("2026-03-03 08:59:59", True), ("2026-03-03 09:00", True), ("2026-03-03 09:00:00.000001", False)],
)
def test_an_answer_is_in_time_up_to_the_very_instant(world: World, answered_at: str, met: bool) -> None:
    forms_in_force(world)
    assert _met(world, completed(world, answered_at=answered_at)) is met


@pytest.mark.rule("PR-01")
def test_an_overdue_clock_shows_before_anybody_has_answered(world: World) -> None:
    forms_in_force(world)
    number = reported(world)
    world.clock.now = MONDAY
    world.clock.advance(hours=23, minutes=59)
    assert (_met(world, number), listed(world)[0]["overdue"]) == (None, [])
    world.clock.advance(minutes=2)
    assert (_met(world, number), listed(world)[0]["overdue"]) == (False, ["answer"])
    assert "clock answer is overdue since 2026-03-03 09:00" in map(str, show(world, number)["issues"])


@pytest.mark.regulation("DI-08", "DI-20")
@pytest.mark.rule("DC-100")
def test_a_void_record_keeps_its_number_and_its_values(world: World) -> None:
    forms_in_force(world)
    number = reported(world)
    assert sealing.void_record(world.as_("controller"), number, reason="重复登记").state is State.VOID
    found = show(world, number)
    assert (found["state"], found["void_reason"], found["values"]["customer"]) == ("void", "重复登记", "某厂")
    assert found["signatures"][-1]["reason"] == "重复登记"
    assert found["issues"] == []
    assert opening.open_record(world.as_("staff"), "LX-R-101").number == "LX-R-101-2026-0002"
    with pytest.raises(WrongState, match="It stays readable"):
        fill(world, "staff2", number, satisfied="true")


def test_a_power_cut_before_the_event_leaves_a_line_that_harms_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms_in_force(world)
    number = reported(world)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("docctl.door.transaction.Act._finish", cut)
        with pytest.raises(KeyboardInterrupt):
            fill(world, "staff2", number, satisfied="false")
    assert world.site.values.working_path(2026, number).read_bytes().count(b"\n") == 3
    assert "satisfied" not in show(world, number)["values"]
    fill(world, "staff2", number, satisfied="true")  # under the same key as the attempt that failed
    assert show(world, number)["values"]["satisfied"] is True


def test_a_power_cut_while_closing_leaves_an_open_record_that_can_be_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms_in_force(world)
    number = completed(world)
    sealing.verify_record(world.as_("verifier"), number)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for place in ("docctl.door.transaction.Act._finish", "docctl.store.values.ValueFiles.drop_working"):
        with monkeypatch.context() as patched:
            patched.setattr(place, cut)
            with pytest.raises(KeyboardInterrupt):
                sealing.close_record(world.as_("controller"), number)
        assert show(world, number)["values"]["customer"] == "某厂"
    assert show(world, number)["state"] == "closed"  # the second cut came after the commit


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("某厂".encode(), "某店".encode(), r"the value of customer \(entry \d+\) is not what was entered"),
        (b'"customer"', b'"customer"', ""),
        (b"\n", b"", "is missing"),
    ],
)
def test_a_changed_byte_of_a_value_is_found(world: World, old: bytes, new: bytes, what: str) -> None:
    forms_in_force(world)
    number = reported(world)
    file = world.site.values.working_path(2026, number)
    file.write_bytes(file.read_bytes().replace(old, new))
    if not what:
        assert show(world, number)["values"]["customer"] == "某厂"
        return
    with pytest.raises(Tampered, match=f"{number}: .*{what}"):
        show(world, number)
    with pytest.raises(Tampered):
        fill(world, "staff2", number, satisfied="true")
    assert number in listed(world)[0]["damage"]


@pytest.mark.regulation("Q9-12", "RM-03")
@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_changed_or_missing_seal_is_found(world: World, damage: str) -> None:
    forms_in_force(world)
    number = completed(world)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    file = world.site.values.sealed_path(2026, number)
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes().replace("某厂".encode(), "某店".encode()))
    with pytest.raises(Tampered, match=number):
        show(world, number)
    assert listed(world)[0]["state"] == "closed"


def test_nobody_verifies_their_own_record(world: World) -> None:
    forms_in_force(world)
    number = opening.open_record(world.as_("verifier2"), "LX-R-101").number
    fill(world, "verifier2", number, reported_at=REPORTED, customer="某厂")
    sign(world, "verifier2", number)
    with pytest.raises(Forbidden, match="own work"):  # whatever the state: separation comes first
        sealing.verify_record(world.as_("verifier2"), number)
    assert row_of(world, number).state is State.OPEN


@pytest.mark.regulation("DI-08")
@pytest.mark.rule("PR-87")
def test_records_of_a_form_are_numbered_one_after_another_anew_each_year(world: World) -> None:
    forms_in_force(world)
    numbers = [opening.open_record(world.as_(who), "LX-R-101").number for who in ("staff", "staff2", "gm")]
    assert numbers == [f"LX-R-101-2026-{n:04}" for n in (1, 2, 3)]
    world.clock.now = datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight in Shanghai
    assert opening.open_record(world.as_("staff"), "LX-R-101").number == "LX-R-101-2027-0001"


@pytest.mark.rule("PR-87")
def test_two_who_open_at_the_same_moment_get_two_numbers(world: World) -> None:
    forms_in_force(world)
    people = [world.as_(who) for who in ("staff", "staff2")]
    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(lambda ctx: opening.open_record(ctx, "LX-R-101").number, people))
    assert sorted(opened) == [f"LX-R-101-2026-{n:04}" for n in (1, 2)]


def _that_asks_for_the_place() -> Material:
    text = template().files["templates/LX-R-101.yaml"].decode()
    text = text.replace("required: [reported_at", "required: [place, reported_at")
    text = text.replace("    customer: {", "    place: {type: string}\n    customer: {")
    return of_template(
        read_template(text.replace("fields: [reported_at", "fields: [place, reported_at").encode())
    )


def _clock(world: World, number: str) -> dict[str, Any]:
    (clock,) = show(world, number)["clocks"]
    return dict(clock)


def _met(world: World, number: str) -> bool | None:
    met: bool | None = _clock(world, number)["met"]
    return met


def _due(world: World, number: str) -> str:
    return str(_clock(world, number)["due"])
