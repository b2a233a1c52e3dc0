"""A record is made void by a step of a later one, and both say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from docctl.errors import Invalid
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trace import trace
from docctl.rules.evidence import Kind
from docctl.usecases.records import opening, sealing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.evidence import second_verdict, taken
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World
from tests.support.written_records import forms_in_force, reported, show


@pytest.mark.rule("DC-100")
def test_a_void_record_leads_to_the_record_and_the_step_that_made_it_void_and_back(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    forms_in_force(world)
    first = reported(world)
    blank = opening.open_record(world.as_("staff"), "LX-R-101").number
    office, page = reader(world, "controller"), f"/records/{first}/void"
    for wrong in (first, blank, "LX-R-101-2026-0009"):
        assert office.send(page, password=PASSWORD, reason="退还", by=wrong).status_code == 422, wrong
    later = reported(world)
    gone = reported(world)
    sealing.void_record(world.as_("controller"), gone, reason="开错")
    with pytest.raises(Invalid, match="itself"):
        sealing.void_record(world.as_("controller"), first, reason="退还", by=gone)
    assert show(world, first)["state"] == "open", "nothing half done"
    assert office.send(page, password=PASSWORD, reason="退还", by=later).status_code == 302
    shown, other = show(world, first), show(world, later)
    assert (shown["state"], shown["voided_by"]) == ("void", {"record": later, "step": "report"})
    assert other["voids"] == [first]
    assert f"{later}, step report" in text_of(office.get(f"/records/{first}").text)
    assert f"Makes void {first}" in text_of(office.get(f"/records/{later}").text)
    told = trace(world.as_("auditor"), first)
    assert told["verified"], told["findings"]
    assert check_site(world.site).findings == ()
    checkpoint_ledger(world.as_("admin"))
    file = taken(world, Kind.RECORD, tmp_path, name=first)
    assert second_verdict(file).code == 0
