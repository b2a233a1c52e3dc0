"""A clock that was missed stands in the inbox of the head of the department that should have acted."""

from __future__ import annotations

from docctl.queries.desk.inbox import inbox
from docctl.usecases.people import accounts as people
from tests.support.sites import World
from tests.support.written_records import fill, forms_in_force, reported, sign


def told(world: World, login: str) -> list[tuple[str, str]]:
    world.forget()
    return [(item.number, str(item.note)) for item in inbox(world.as_(login)).escalated]


def test_what_is_overdue_goes_to_the_head_of_who_should_have_acted_and_of_the_form_until_it_is_done(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    admin = world.as_("admin")
    people.change_user_roles(admin, "staff2", grant=["department-head"])  # technical: whose turn it is
    people.change_user_roles(admin, "verifier2", grant=["department-head"])  # sales: whose form it is
    world.forget()
    forms_in_force(world)
    record = reported(world)
    heads = ("staff2", "verifier2")
    world.clock.advance(hours=22)
    assert [told(world, login) for login in heads] == [[], []], "it is not due yet"
    world.clock.advance(hours=2)
    assert [told(world, login) for login in heads] == [[(record, "答复时间")]] * 2
    assert inbox(world.as_("staff2")).total > 0
    for other in ("quality-head", "staff", "controller"):
        assert told(world, other) == [], "nobody else is the next one"
    fill(world, "staff2", record, answered_at="2026-03-03 10:00", satisfied="true")
    assert [told(world, login) for login in heads] == [[], []], "late, but done"
    sign(world, "staff2", record)
