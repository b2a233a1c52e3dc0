"""What of the starter library falls due by itself, and the figures that its records add up to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from docctl.queries.records.duties import Asked, duty_list
from docctl.queries.records.indicators import figures
from docctl.rules.records.recurring import Standing
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed


@pytest.mark.rule("PR-26", "PR-31")
def test_surveys_and_quarterly_statistics_fall_due_by_themselves(world: World) -> None:
    def due(number: str, until: date) -> list[tuple[str, str]]:
        lines = duty_list(world.as_("zhouwenjing"), Asked(form=number, since=date(2026, 1, 1), until=until))
        return [(line.of.slot.words.told("en"), str(line.of.slot.due)) for line in lines]

    assert due("DF-R-006", date(2026, 12, 31)) == [
        ("2026 (1 of 2)", "2026-11-01"),
        ("2026 (2 of 2)", "2026-12-31"),
    ]
    quarters = due("CASC-R-005", date(2026, 6, 30))
    assert quarters == [("quarter 1 of 2026", "2026-03-31"), ("quarter 2 of 2026", "2026-06-30")]
    signed = Execution(world, form("CASC-R-005"), {}).run().shown()["steps"]
    assert [(step["name"], len(step["signed_by"])) for step in signed] == [("count", 1), ("confirm", 1)]
    world.forget()
    (line,) = duty_list(world.as_("zhouwenjing"), Asked(form="CASC-R-005", until=date(2026, 3, 31)))
    assert line.standing is Standing.DONE


@pytest.mark.rule("PR-67", "PR-70")
@pytest.mark.parametrize(
    ("number", "name", "more"),
    [
        ("LX-R-180", "response-time", 1),
        ("LX-R-180", "resolution-rate", 1),
        ("LX-R-184", "satisfaction", None),
        ("CASC-R-005", "error-rate", None),
    ],
)
def test_the_figures_of_the_library_are_worked_out(
    world: World, number: str, name: str, more: int | None
) -> None:
    def now() -> tuple[int, Decimal]:
        (line,) = figures(world.as_("zhouwenjing"), form=number, name=name)
        return line.records, line.figure or Decimal(0)

    (records, figure), done = now(), Execution(world, form(number), {}).run()
    assert done.shown()["state"] == "closed"
    world.forget()
    after, reached = now()
    assert after == records + 1
    if more is not None:
        assert reached * after == figure * records + more
    else:
        values = done.shown()["values"]
        own = Decimal(values["errors"]) / values["documents"] if "errors" in values else values["rating"]
        assert min(figure, own) <= reached <= max(figure, own) if records else reached == own
