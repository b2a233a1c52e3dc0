"""Who holds a post of a chain, or fills a step of a record."""

from __future__ import annotations

import pytest

from docctl.rules.roles import Actor, Role, holds_post, posts_held


@pytest.mark.parametrize(
    ("roles", "department", "post", "holds"),
    [
        ({"department-head"}, "quality", "department-head", True),
        ({"department-head"}, "sales", "department-head", False),
        ({"general-manager"}, "quality", "department-head", False),
        ({"department-head"}, "sales", "sales", True),
        ({"department-head"}, "quality", "sales", False),
        ({"staff"}, "sales", "sales", False),
        ({"general-manager"}, "sales", "general-manager", True),
        ({"manager-in-charge"}, "sales", "general-manager", False),
        ({"staff"}, "quality", "staff", False),
    ],
)
def test_a_post_is_a_role_or_the_head_of_a_department(
    roles: set[str], department: str, post: str, holds: bool
) -> None:
    assert holds_post(Actor(1, "zhang", frozenset(roles), department), post, "quality") == holds


@pytest.mark.parametrize("bearer", list(Role))
def test_a_step_of_staff_is_filled_by_everybody_who_works_but_not_by_the_auditor(bearer: Role) -> None:
    held = posts_held(Actor(1, "somebody", frozenset({bearer.value}), "quality"))
    assert (Role.STAFF.value in held) is (bearer is not Role.AUDITOR)
    assert {bearer.value, "quality"} <= held


def test_a_step_of_the_head_of_one_department_is_for_no_other_head_and_for_nobody_else_there() -> None:
    head, other = (posts_held(Actor(1, "x", frozenset({r}), "quality")) for r in ("department-head", "staff"))
    assert [{"quality-head", "sales-head"} & held for held in (head, other)] == [{"quality-head"}, set()]
