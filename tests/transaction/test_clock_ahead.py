"""A clock that is far ahead is noticed before anything is signed; and there is a way back where it was not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from docctl.door import event, steady
from docctl.door.site import Site, system_clock
from docctl.errors import Busy, Forbidden, Invalid
from docctl.queries.integrity import check_site
from docctl.usecases.copies import handing
from docctl.usecases.site import clock
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


def hand_out(world: World) -> str:
    (copy,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    return copy.number


@pytest.mark.regulation("DI-05")
def test_nothing_is_written_after_a_year_of_silence_until_somebody_answers_for_the_clock(
    world: World,
) -> None:
    issue(world, procedure())
    world.clock.advance(days=365)
    hand_out(world)
    world.clock.advance(days=367)
    with pytest.raises(Busy, match="site set-clock"):
        hand_out(world)
    with pytest.raises(Forbidden):
        clock.set_clock_site(world.as_("controller"), reason="真的")
    with pytest.raises(Invalid):
        clock.set_clock_site(world.as_("admin"), reason=" ")
    clock.set_clock_site(world.as_("admin"), reason="停产一年")
    assert hand_out(world) == f"{NUMBER}#002"
    assert check_site(world.site).findings == ()


@pytest.mark.regulation("DI-21")
def test_the_way_back_after_an_act_while_the_clock_was_ahead(world: World) -> None:
    issue(world, procedure())
    world.clock.advance(days=80)
    hand_out(world)
    world.clock.now -= timedelta(days=80)
    with pytest.raises(Busy, match="If it was ahead before"):
        hand_out(world)
    clock.set_clock_site(world.as_("admin"), reason="时钟曾快八十天")
    assert hand_out(world) == f"{NUMBER}#002"
    assert check_site(world.site).findings == ()


@pytest.mark.regulation("DI-05")
def test_a_jump_while_a_process_runs_is_noticed(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that nobody sets: the machine slept for a night, or somebody turned the hands."""
    site = Site.open(sqlite_world.site.path, clock=system_clock, environ={})
    count = [1000.0]
    monkeypatch.setattr(steady, "_count", lambda: count[0])
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert steady.jump(site, now) == timedelta(0)
    steady.keep(site, now)
    count[0] += 36_000
    assert steady.jump(site, now + timedelta(hours=10)) == timedelta(0), "a night's sleep"
    assert steady.jump(site, now + timedelta(hours=11)) == timedelta(hours=1) > event.LARGEST_JUMP
    site.close()
