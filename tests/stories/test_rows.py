"""A gate over the rows of a table: shut in words, open once the rows are right."""

from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.store.material import Material, of_template
from docctl.store.template import read_template
from docctl.usecases.records import opening
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER = "LX-R-101"
FORM = """number: LX-R-101
title: {zh: 测量记录, en: Readings}
level: form
department: sales
governed_by: {document: LX-CX-2019-101, clauses: ["5.2"]}
keeper: sales
retention: {years: 3}
schema:
  type: object
  required: [readings]
  properties:
    readings:
      type: array
      title: {zh: 测量, en: list of readings}
      clause: "5.2"
      items:
        type: object
        required: [value]
        properties:
          value: {type: number, title: {zh: 测量值, en: figure}}
          met: {type: boolean, title: {zh: 达标, en: as agreed}}
steps:
  - {name: measure, title: {zh: 测量, en: Measure}, role: sales, fields: [readings]}
gates:
  - {before: complete, needs: "every(readings, readings.met == true) && sum(readings.value) == 0.3", clause: "5.2"}
"""


def form(text: str = FORM) -> Material:
    return of_template(read_template(text.encode()))


def test_a_record_is_complete_once_every_row_is_right(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, procedure())
    issue(world, form())
    at = f"/records/{opening.open_record(world.as_('staff'), NUMBER).number}"
    staff = reader(world, "staff")
    cells = {"v.readings.1.value": "0.1", "v.readings.1.met": "true", "v.readings.2.value": "0.2"}
    staff.send(f"{at}/fill", **cells, **{"v.readings.2.met": "false"})
    staff.send(f"{at}/sign", password=PASSWORD)
    refused = text_of(staff.send(f"{at}/complete").text)
    needed = "every row of “list of readings” has (“as agreed” is yes) and the sum of “figure” in “list of readings” = 0.3"
    assert needed in refused
    assert "「测量」每一行都符合 (「达标」为“是”)" in text_of(reader(world, "staff", "zh").get(at).text)
    corrected = {"field": "readings", "v.readings.2.met": "true", "reason": "read again"}
    staff.send(f"{at}/correct", **cells, **corrected, password=PASSWORD)
    assert staff.send(f"{at}/complete", password=PASSWORD).headers["Location"] == at


@pytest.mark.parametrize(
    ("wrong", "told"),
    [("readings.mett == true", "readings has no column 'mett'"), ("readings.met == 1e9", "cannot be read")],
)
def test_a_gate_that_asks_for_what_is_not_there_is_told_with_its_line(wrong: str, told: str) -> None:
    with pytest.raises(Invalid, match=rf"gates.1.needs.*{told}"):
        form(FORM.replace("readings.met == true", wrong))
