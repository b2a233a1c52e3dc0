"""A site's own decisions: what a change of site.yaml touches, and what it must not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.ledger import journal
from docctl.models.configuration import Department, NumberScheme, WorkCalendar
from docctl.standing import find
from docctl.usecases.documents import drafting
from docctl.usecases.site import configuring
from tests.support.sites import World, configuration, procedure

PLAIN = configuration(two=False).decode()


def changed_tables(world: World) -> set[str]:
    with world.site.reading() as session:
        event = list(journal.events(session.connection()))[-1].event
    return {row["t"] for row in event["rows"]}


@pytest.mark.rule("DC-16")
def test_a_new_scheme_makes_its_numbers_valid_without_a_change_of_code(world: World) -> None:
    text = PLAIN.replace(
        "schemes:\n", "schemes:\n  - {key: NEW, level: procedure, pattern: '^NEW-\\d{2}$', example: NEW-01}\n"
    )
    with pytest.raises(Invalid):
        drafting.register_document(world.as_("author"), lambda: procedure("NEW-07"))
    configuring.configure_site(world.as_("controller"), text.encode())
    assert changed_tables(world) == {"number_scheme"}
    assert drafting.register_document(world.as_("author"), lambda: procedure("NEW-07")).label == "A/0"


def test_what_is_no_longer_listed_is_retired_and_may_come_back(world: World) -> None:
    without = "\n".join(line for line in PLAIN.splitlines() if "key: RCDF" not in line)
    configuring.configure_site(world.as_("controller"), without.encode())
    session = world.as_("auditor").session
    assert "RCDF" not in {s.key for s in find.schemes(session)}
    session.rollback()
    assert session.scalars(select(NumberScheme.key).where(NumberScheme.key == "RCDF")).one()
    configuring.configure_site(world.as_("controller"), PLAIN.encode())
    session.rollback()
    assert "RCDF" in {s.key for s in find.schemes(session)}


@pytest.mark.regulation("A11-13")
@pytest.mark.rule("PR-94")
def test_a_changed_calendar_is_a_new_version_beside_the_old_one(world: World) -> None:
    text = PLAIN.replace('monday: ["08:30-12:00", "13:30-17:30"]', 'monday: ["09:00-12:00"]')
    configuring.configure_site(world.as_("controller"), text.encode())
    versions = world.as_("auditor").session.scalars(select(WorkCalendar.version)).all()
    assert sorted(versions) == [1, 2]


def test_a_department_with_people_is_not_retired(world: World) -> None:
    start = PLAIN.index("  - key: quality")
    without = PLAIN[:start] + PLAIN[PLAIN.index("  - key: production") :]
    with pytest.raises(WrongState, match="quality"):
        configuring.configure_site(world.as_("controller"), without.encode())


def test_a_department_can_be_renamed_and_keeps_its_key(world: World) -> None:
    configuring.configure_site(world.as_("controller"), PLAIN.replace("zh: 销售部", "zh: 业务一部").encode())
    renamed = select(Department.title).where(Department.key == "sales")
    assert world.as_("auditor").session.scalars(renamed).one().primary == "业务一部"


def test_the_zone_of_a_site_stays(world: World) -> None:
    with pytest.raises(WrongState, match="cannot change"):
        configuring.configure_site(
            world.as_("controller"), PLAIN.replace("Asia/Shanghai", "Europe/Berlin").encode()
        )


@pytest.mark.regulation("A11-13")
def test_only_the_controller_configures_and_a_bad_file_is_refused_with_all_problems(world: World) -> None:
    with pytest.raises(Forbidden):
        configuring.configure_site(world.as_("admin"), PLAIN.encode())
    with pytest.raises(Invalid) as refused:
        configuring.configure_site(world.as_("controller"), b"organisation: X\n")
    assert set(refused.value.problems) == {"departments", "schemes", "chains", "calendars"}
    with pytest.raises(Invalid, match="line"):
        configuring.configure_site(world.as_("controller"), b"organisation: X\norganisation: Y\n")
