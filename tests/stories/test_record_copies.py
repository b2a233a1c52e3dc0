"""One copy of a checked sheet goes back to the department, and is registered with day and receiver."""

from __future__ import annotations

import pytest

from docctl.usecases.records import sealing
from tests.support.pages import reader, rows_of, text_of
from tests.support.terminal import Terminal
from tests.support.written_records import completed, forms_in_force


@pytest.mark.rule("DC-62")
def test_a_copy_of_a_checked_sheet_goes_back_as_permit_or_order_to_rectify(sqlite_terminal: Terminal) -> None:
    world = sqlite_terminal.world
    forms_in_force(world)
    record = completed(world)
    opened = sqlite_terminal.ok("staff", "record open LX-R-101")["number"]
    desk, page = reader(world, "controller"), f"/records/{record}"
    assert sqlite_terminal("staff", f"record give {opened} --receiver sales --meaning permit").code == 4
    said = {"receiver": "技术部", "meaning": "rectify", "day": "2026-03-02"}
    for wrong in ({"receiver": "路人"}, {"meaning": "x"}, {"day": "2026-02-01"}, {"day": "2027-01-01"}):
        assert desk.send(f"{page}/give", **(said | wrong)).status_code == 422, wrong
    assert desk.send(f"{page}/give", **said).status_code == 302
    assert sqlite_terminal("author2", f"record give {record} --receiver sales --meaning permit").code in (
        3,
        5,
    )
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(world.as_("controller"), record)
    world.clock.advance(days=1)
    told = sqlite_terminal.ok("controller", f"record give {record} --receiver gm --meaning permit")
    assert (told["receiver"], told["meaning"], told["day"]) == ("gm", "permit", "2026-03-03")
    shown = reader(world, "controller").get(page).text
    assert "Copies given" in text_of(shown)
    last = rows_of(shown)[-2:]
    assert last == [
        ["Technical", "order to rectify", "2026-03-02", "文控李"],
        ["总经理王 (gm)", "permit", "2026-03-03", "文控李"],
    ]
