"""The story of the demonstration: ordinary acts at the hour that is told, or a sentence that says where it halts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from docctl.errors import Invalid
from docctl.queries.records.reading import record_show
from docctl.store.durable import write_atomically
from docctl.usecases.demonstration import story, written
from tests.house.trees import ROOT
from tests.support.sites import PROCEDURE, World
from tests.support.written_records import forms_in_force

NUMBER = "LX-CX-2019-101"


def told(world: World, folder: Path, *steps: str) -> story.Telling:
    """These steps as a story of this world, up to two weeks from now."""
    (folder / "procedures").mkdir(exist_ok=True)
    write_atomically(folder / written.FILE, ("steps:\n" + "".join(f"  - {s}\n" for s in steps)).encode())
    clock = story.Clock(world.clock.now)
    object.__setattr__(world.site, "clock", clock)
    telling = story.Telling(
        world.site, clock, written.read_story(folder), world.clock.now + timedelta(days=14)
    )
    story.tell(telling, system_user="tester", progress=lambda done, total, what: None)
    return telling


def test_acts_are_done_in_the_order_of_time_at_the_hour_that_is_told(
    sqlite_world: World, tmp_path: Path
) -> None:
    forms_in_force(sqlite_world)
    telling = told(
        sqlite_world,
        tmp_path,
        '{on: -3, at: "09:30", by: staff, do: record.fill, record: r,'
        ' values: {customer: $number, reported_at: {moment: [-3, "09:10"]}}}',
        '{on: -5, at: "08:15", by: staff, do: record.open, template: LX-R-101, name: r}',
    )
    record = record_show(sqlite_world.as_("auditor"), telling.records["r"])
    day = (sqlite_world.clock.now + timedelta(days=11)).date()
    by_field = {e["field"]: e for e in record["entries"]}
    assert by_field["customer"]["value"] == record["number"]
    assert by_field["customer"]["at"].startswith(f"{day}T01:30")  # UTC
    assert by_field["reported_at"]["value"].startswith(f"{day}T09:10")


def test_a_step_that_cannot_be_done_is_named_with_its_reason(sqlite_world: World, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"on -2 at 10:00, document\.withdraw: .*no document LX-CX-2019-999"):
        told(
            sqlite_world,
            tmp_path,
            '{on: -2, at: "10:00", by: controller, do: document.withdraw,'
            " document: LX-CX-2019-999, reason: x}",
        )


def test_nobody_does_in_a_story_what_they_may_not_do(sqlite_world: World, tmp_path: Path) -> None:
    forms_in_force(sqlite_world)
    with pytest.raises(Invalid, match=r"Forbidden .*staff may not"):
        told(
            sqlite_world,
            tmp_path,
            f'{{on: -2, at: "10:00", by: staff, do: document.withdraw, document: {NUMBER}, reason: x}}',
        )


def test_a_story_that_goes_back_before_its_beginning_is_refused(sqlite_world: World, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is told after"):
        told(sqlite_world, tmp_path, '{on: -30, at: "10:00", by: staff, do: record.open, template: x}')


def test_a_changed_text_holds_what_it_is_said_to_replace(sqlite_world: World, tmp_path: Path) -> None:
    (tmp_path / "procedures").mkdir()
    text = PROCEDURE.format(number=NUMBER, title="题", title_en="T", hours=24, extra="")
    write_atomically(tmp_path / f"procedures/{NUMBER}.md", text.encode())
    step = (
        '{{on: -2, at: "10:00", by: author, do: document.register,'
        f" file: procedures/{NUMBER}.md, replace: [[{{old}}, {{new}}]]}}}}"
    )
    with pytest.raises(Invalid, match="does not hold “不在文中”"):
        told(sqlite_world, tmp_path, step.format(old="不在文中", new="x"))
    told(sqlite_world, tmp_path, step.format(old="规定反馈的处理", new="规定投诉的处理"))


def test_an_example_becomes_acts_a_quarter_of_an_hour_apart() -> None:
    steps = written._expanded(
        ROOT, {"on": "-5", "at": "09:00", "example": "records/LX-R-142.yaml", "name": "x"}
    )
    assert [(s["do"], s["at"]) for s in steps] == [
        ("record.open", "09:00"),
        ("record.fill", "09:15"),
        ("record.sign", "09:30"),
        ("record.fill", "09:45"),
        ("record.sign", "10:00"),
        ("record.complete", "10:15"),
    ]
    assert {s["on"] for s in steps} == {"-5"}


def test_a_file_without_steps_is_no_story(tmp_path: Path) -> None:
    (tmp_path / "procedures").mkdir()
    write_atomically(tmp_path / written.FILE, b"people: [x]\n")
    with pytest.raises(Invalid, match="tells nothing"):
        written.read_story(tmp_path)
