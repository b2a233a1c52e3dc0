"""What the database says of whose turn a record is, against every record read whole: on random sites and days."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from docctl.door.context import Context
from docctl.errors import DocctlError
from docctl.queries.desk import records
from docctl.queries.desk.inbox import inbox
from docctl.standing import turns
from docctl.usecases.people import accounts as people
from docctl.usecases.records import opening, recording, sealing
from tests.support.plain_inbox import of_records
from tests.support.sites import PEOPLE, World
from tests.support.written_records import ROUND, another_of_the_post, forms_in_force, rounds_in_force

# A step of somebody outside, a condition, a clock with an excuse; verified by another department.
LONG: Final = ROUND.replace(
    'gates:\n  - {before: hand-over, needs: "result == \'pass\'", clause: "4.1"}', "gates:"
).replace(
    "role: technical, fields: [handed_over]}",
    "role: technical, fields: [handed_over], when: \"result == 'fail'\"}",
)
SHORT: Final = "LX-R-101"
Act = Callable[[Context, str], object]
HANDS: Final = ("staff", "staff2", "staff3", "verifier", "verifier2", "controller")


def _fills(**values: str) -> Act:
    return lambda ctx, number: recording.fill_record(ctx, number, values)


WALKS: Final[dict[str, list[Act]]] = {
    SHORT: [
        _fills(reported_at="2026-03-02T09:00", customer="甲"),
        recording.sign_record,
        _fills(answered_at="2026-03-02T10:00", satisfied="true"),
        recording.sign_record,
        sealing.complete_record,
        sealing.verify_record,
        sealing.close_record,
    ],
    "LX-R-102": [
        _fills(day="2026-03-02", distance="120", result="fail", remark="坏"),
        recording.sign_record,
        recording.sign_record,
        _fills(opinion="一切满意"),
        recording.sign_record,
        sealing.complete_record,
        sealing.verify_record,
        sealing.close_record,
    ],
}
"""What is done with a record from its beginning to its end, each by the first who may."""


@dataclass
class Play:
    """A site that goes on from example to example, its records, and how far each has gone."""

    world: World
    gone: dict[str, int] = field(default_factory=dict)

    def record(self, n: int) -> str:
        return list(self.gone)[-1 - n % min(len(self.gone), 7)]


Move = Callable[[Play, int], object]


def opens(play: Play, n: int | str) -> object:
    form = n if isinstance(n, str) else list(WALKS)[n % 2]
    number = opening.open_record(play.world.as_("staff"), form).number
    play.gone[number] = 0
    return number


def walks(play: Play, n: int, steps: int | None = None) -> object:
    """Some steps on with one record, each by the first of those who may."""
    number, steps = play.record(n), 1 + n % 6 if steps is None else steps
    for act in WALKS[number[:8]][play.gone[number] :][:steps]:
        for login in HANDS:
            with suppress(DocctlError):
                act(play.world.as_(login), number)
                break
        play.gone[number] += 1
    return None


def passes(play: Play, n: int) -> object:
    """What is good holds, and so no step of somebody technical is asked for; or the day is excused."""
    values = {"result": "pass"} if n % 2 else {"excuse": "客户要求"}
    return recording.fill_record(play.world.as_("staff"), play.record(n), values)


def ends(play: Play, n: int) -> object:
    number, reason = play.record(n), "重做"
    if n % 5 == 0:
        return sealing.void_record(play.world.as_("controller"), number, reason=reason)
    play.gone[number] = 0
    return sealing.send_back_record(play.world.as_("verifier"), number, reason=reason)


def moves_on(play: Play, n: int) -> object:
    """Roles come and go, days pass."""
    play.world.clock.advance(days=n % 4)
    login, role = (("staff3", "staff"), ("verifier", "verifier"), ("verifier2", "verifier"))[n % 3]
    change = {"grant": [role]} if n % 2 else {"revoke": [role]}
    return people.change_user_roles(play.world.as_("admin"), login, **change)


MOVES: Final[list[Move]] = [opens, opens, walks, walks, walks, passes, ends, moves_on, moves_on]
DO: Final = st.tuples(st.sampled_from(MOVES), st.integers(0, 60))


def test_counts_and_parts_are_those_of_every_record_read_whole(world: World) -> None:
    rounds_in_force(world, LONG)
    forms_in_force(world)
    another_of_the_post(world)
    people.change_user_roles(world.as_("admin"), "verifier2", grant=["department-head"])
    play, seen = Play(world), set[str]()

    def agrees() -> None:
        world.forget()
        for login in (*PEOPLE, "admin"):
            seen.update(name for name, number in agree(world, login).items() if number)
        with world.site.reading() as session:
            assert turns.differing(world.site, session) == set()

    for form, acts in WALKS.items():  # one record at each step of its life
        for steps in range(len(acts)):
            opens(play, form)
            walks(play, 0, steps)
    world.clock.advance(days=2)
    moves_on(play, 0)  # with whom a record that waits for another waits in vain
    agrees()
    assert seen == set(records.PARTS), "what nobody has is compared with nothing"

    @settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(DO, min_size=4, max_size=10))
    def goes(moves: list[tuple[Move, int]]) -> None:
        for move, n in moves:
            with suppress(DocctlError):
                move(play, n)
        agrees()

    goes()


def agree(world: World, login: str) -> dict[str, int]:
    ctx = world.as_(login)
    plain = of_records(ctx)
    assert records.count(ctx) == {name: len(plain[name]) for name in records.PARTS}
    assert {name: tuple(records.items(ctx, name)) for name in records.PARTS} == plain
    first = inbox(ctx, only="to_fill", most=1)
    rest = inbox(ctx, only="to_fill", after=first.to_fill[0].key if first.to_fill else 0)
    assert first.to_fill + rest.to_fill * bool(first.to_fill) == plain["to_fill"]
    return {name: len(items) for name, items in plain.items()}
