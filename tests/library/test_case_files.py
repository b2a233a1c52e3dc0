"""What comes from outside lies in the case file of what it is about."""

from __future__ import annotations

import pytest

from docctl.queries.records.dossiers import case_file
from docctl.rules.records.dossiers import Dossier
from tests.support.executions import Execution
from tests.support.pages import reader, text_of
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed


@pytest.mark.rule("DC-85")
def test_approvals_and_letters_of_an_authority_are_registered_with_their_scans_in_the_case_file_of_the_tender(
    world: World,
) -> None:
    without = Execution(world, form("CASC-R-013"), {"replies": "null"}).run()
    assert without.refused_at == "archive"
    done = Execution(world, form("CASC-R-013"), {}).run()
    assert done.refused_at == "", done.why
    world.forget()
    file = case_file(world.as_("gaomin"), Dossier.PROJECT, "演播室灯光设备引进")
    assert done.number in [line["number"] for line in file.lines]
    page = text_of(reader(world, "gaomin", "zh").get(f"/records/{done.number}").text)
    assert "2026-01-28 收到批复" in page
    assert "行业主管部门批复2026-07号.png" in page
