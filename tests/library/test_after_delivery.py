"""The forms of what follows a delivery: repair, upgrades, complaints handled until the customer is satisfied."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from docctl.errors import Invalid
from docctl.queries.records.asked import Asked as Looked
from docctl.queries.records.duties import Asked, duty_list
from docctl.queries.records.listing import record_list
from docctl.usecases.records import opening
from tests.library.test_complaints import clock, figure, refused, signed, through
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed

DAY = date(2026, 3, 31)
UNSATISFIED = {"measures": "更换轴承", "called_on": "2026-03-07", "satisfied": False, "reason": "仍有异响"}
SATISFIED = {"measures": "更换输出轴", "called_on": "2026-03-09", "satisfied": True}


@pytest.mark.rule("PR-35")
def test_a_complaint_is_handled_again_until_the_customer_is_satisfied_and_each_round_counts(
    world: World,
) -> None:
    report = form("LX-R-251")
    for rounds, number, at in (
        ([UNSATISFIED], "1", "handle"),
        ([UNSATISFIED, UNSATISFIED], "2", "handle"),
        ([UNSATISFIED, SATISFIED], "1", "handle"),
        ([UNSATISFIED, SATISFIED], "2", ""),
    ):
        done = Execution(world, report, {"rounds": rounds, "number_of_rounds": number}).run()
        assert done.refused_at == at, (rounds, number)
        assert done.shown()["state"] == ("open" if at else "closed")
    line = figure(world, "LX-R-251", "rounds", DAY)
    assert line.figure is not None
    assert line.figure > 1


@pytest.mark.rule("PR-47")
def test_no_upgrade_starts_before_three_departments_reviewed_it_a_test_passed_and_a_backup_is_made(
    world: World,
) -> None:
    who = {each["name"]: each["role"] for each in form("LX-R-248").source["steps"]}
    order = list(signed(through(world, "LX-R-248")))
    assert [(name, who[name]) for name in order[2:]] == [
        ("review-business", "sales"),
        ("review-after-sales", "after-sales"),
        ("review-quality", "quality"),
        ("test", "quality"),
        ("back-up", "technical"),
        ("upgrade", "technical"),
    ]
    assert refused(world, "LX-R-248", test_passed="false") == "test"
    assert refused(world, "LX-R-248", backup_made="false") == "back-up"


@pytest.mark.rule("PR-68")
def test_repairs_complaints_maintenance_and_upgrades_are_held_against_all_of_their_kind(
    world: World,
) -> None:
    for number, name, field, late in (
        ("LX-R-243", "repair-timeliness", "time_finished", "2026-03-05 17:01"),
        ("LX-R-243", "repair-success", "problem_solved", "false"),
        ("LX-R-245", "maintenance-completion", "done_on", "2026-03-07"),
        ("LX-R-248", "upgrade-completion", "upgraded_on", "2026-03-10"),
    ):
        before = figure(world, number, name, DAY)
        known = (before.figure or Decimal(0)) * before.records
        through(world, number)
        through(world, number, **{field: late})
        after = figure(world, number, name, DAY)
        assert (after.records, after.of.value.value) == (before.records + 2, "ratio")
        assert after.figure == (known + 1) / after.records, name
    before = figure(world, "LX-R-251", "complaint-satisfaction", DAY)
    through(world, "LX-R-251")
    again = {"rounds": [UNSATISFIED, SATISFIED], "number_of_rounds": "2"}
    assert Execution(world, form("LX-R-251"), again).run().refused_at == ""
    after = figure(world, "LX-R-251", "complaint-satisfaction", DAY)
    assert after.records == before.records + 2
    assert after.figure == ((before.figure or Decimal(0)) * before.records + 1) / after.records


@pytest.mark.rule("PR-81")
def test_a_complaint_is_talked_over_in_six_steps_and_has_its_plan_and_its_report(world: World) -> None:
    for field in ("listened", "seen_with_their_eyes", "apologised"):
        assert refused(world, "LX-R-249", **{field: "false"}) == "accept"
    assert refused(world, "LX-R-249", plan_explained="false") == "plan"
    for field in ("measures", "responsible_department", "responsible_person", "handle_by"):
        assert refused(world, "LX-R-249", **{field: "null"}) == "plan"
    assert refused(world, "LX-R-251", apologised_again="false") == "handle"
    report = form("LX-R-251").source
    (last,) = [step for step in report["steps"] if step["name"] == "report"]
    assert last["fields"] == ["facts", "process", "result", "cause", "improvement", "learned"]
    assert set(last["fields"]) <= set(report["schema"]["required"])
    for field in ("learned", "cause"):
        assert refused(world, "LX-R-251", **{field: "null"}) == "report"
    shown = through(world, "LX-R-251", time_handled="2026-03-09 17:01")
    assert clock(shown, "complaint-handling") is False


@pytest.mark.rule("PR-86")
def test_a_knowledge_entry_rests_on_a_solved_problem_and_is_found_by_its_words(world: World) -> None:
    done = Execution(world, form("LX-R-252"), {"solution": "换成聚氨酯弹性块"}).run()
    assert done.refused_at == "", done.why
    technician = done.afresh("maxiaojun")
    found = record_list(technician, Looked(template="LX-R-252", words="聚氨酯"))
    assert [line["number"] for line in found] == [done.number]
    unsolved = Execution(world, form("LX-R-243"), {"problem_solved": "false"}).run()
    for earlier in ({}, {"repair": unsolved.number}):
        with pytest.raises(Invalid):
            opening.open_record(technician, "LX-R-252", earlier=earlier)


@pytest.mark.rule("PR-27")
def test_the_plan_of_visits_of_a_year_falls_due_on_the_last_day_of_the_year_before(world: World) -> None:
    (line,) = duty_list(
        world.as_("zhouwenjing"),
        Asked(form="LX-R-240", since=date(2026, 1, 1), until=date(2026, 12, 31)),
    )
    assert str(line.of.slot.due) == "2026-12-31"
    for field in ("whom", "visited_on", "way", "content"):
        cells = {"whom": "甲", "visited_on": "2027-01-05", "way": "电话", "content": "使用情况"}
        cells.pop(field)
        assert Execution(world, form("LX-R-240"), {"visits": [cells]}).run().refused_at == "plan"
