"""What verifiers found in a period is handed to internal audit and management review as one list."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.errors import Forbidden
from docctl.queries.records.verifications import VERIFICATIONS
from docctl.queries.report import read_report
from docctl.usecases.records import sealing
from tests.support.lists import rows_in
from tests.support.pages import reader
from tests.support.sites import World
from tests.support.written_records import sign
from tests.usecases.test_recording_seal import confirmed


@pytest.mark.rule("DC-106", "PR-79")
def test_the_results_of_a_period_go_to_audit_and_management_review_with_reasons_and_governing_revisions(
    world: World,
) -> None:
    world.clock.go_to(date(2026, 3, 31), hour=23)
    number = confirmed(world)
    sealing.send_back_record(world.as_("verifier"), number, reason="交接人不对", step="hand-over")
    world.clock.advance(hours=2)  # the next day, and the next quarter, in Shanghai
    for step in ("staff2", "staff2"):
        sign(world, step, number)
    sealing.complete_record(world.as_("staff2"), number)
    sealing.verify_record(world.as_("verifier"), number)
    world.forget()

    def found(**asked: date | str) -> list[tuple[str, str]]:
        lines = read_report(world.as_("auditor"), VERIFICATIONS, asked).lines
        return [(str(line["finding"]), line["reason"] or "") for line in lines]

    assert found(since=date(2026, 1, 1), until=date(2026, 3, 31)) == [("send_back", "交接人不对")]
    assert found(since=date(2026, 4, 1), until=date(9999, 12, 31)) == [("verify", "")]
    assert found(finding="verify") == [("verify", "")]
    (line, _) = read_report(world.as_("auditor"), VERIFICATIONS).lines
    assert (line["record"], line["revision"], line["by"]) == (number, "A/0", "验证赵")
    asked = {"since": "2026-04-01", "as": "xlsx"}
    book = rows_in(reader(world, "auditor", "zh").get("/reports/verifications", **asked).data)
    assert [row[0] for row in book[1:]] == [number]
    assert "结论" in book[0]
    assert "验证通过" in book[1]


def test_whoever_sees_only_their_own_records_gets_no_list_of_all(sqlite_world: World) -> None:
    confirmed(sqlite_world)
    with pytest.raises(Forbidden):
        read_report(sqlite_world.as_("staff"), VERIFICATIONS)
    assert "/reports/verifications" not in reader(sqlite_world, "staff").get("/records").text
    assert "/reports/verifications" in reader(sqlite_world, "auditor").get("/records").text
