"""The life of controlled copies, from the hand-out to the ashes, with all accounted for on every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.models.copies import Copy
from docctl.queries.copies.register import copy_list, copy_reconcile
from docctl.queries.copies.scan import copy_check
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import issuing
from tests.support.sites import World, issue, procedure
from tests.support.vouching import destroy

NUMBER = "LX-CX-2019-101"
FIRST = date(2026, 3, 2)
NEXT = FIRST + timedelta(days=7)


def hand_out(world: World, *holders: str, label: str | None = None) -> list[Copy]:
    return handing.issue_copies(world.as_("controller"), NUMBER, holders=holders, label=label)


def looking(world: World) -> Context:
    """The auditor, who looks anew: a snapshot of the database lasts as long as a request."""
    ctx = world.as_("auditor")
    ctx.session.rollback()
    return ctx


def states(world: World, on: date | None = None) -> dict[str, str]:
    """Distribution number to state."""
    lines = copy_list(looking(world), NUMBER, on=on)["copies"]
    return {line["copy"].partition("#")[2]: line["state"] for line in lines}


def counts(world: World, on: date | None = None) -> dict[str, int]:
    """What is not nought, once it is sure that all are accounted for."""
    sums = copy_reconcile(looking(world), NUMBER, on)
    assert sums["balanced"]
    return {word: n for word, n in sums.items() if isinstance(n, int) and n and word != "balanced"}


def verdicts(world: World, on: date | None = None) -> list[str]:
    """Of the copies 001, 002, …, as long as there are any."""
    numbers = [f"{NUMBER}#{n:03d}" for n in range(1, len(states(world)) + 1)]
    return [copy_check(world.site, number, on)["verdict"] for number in numbers]


@pytest.mark.regulation("Q9-07")
@pytest.mark.rule("DC-46", "DC-49", "DC-51", "DC-59")
def test_three_holders_get_numbered_copies_and_sign_for_them(world: World) -> None:
    issue(world, procedure())
    made = hand_out(world, "staff", "technical", "售后部")
    assert [(c.number, c.holder, c.holder_name) for c in made] == [
        (f"{NUMBER}#001", "staff", "员工周"),
        (f"{NUMBER}#002", "technical", "技术部 Technical"),
        (f"{NUMBER}#003", "after-sales", "售后服务部 After-sales"),
    ]
    assert states(world) == {"001": "issued", "002": "issued", "003": "issued"}
    handing.acknowledge_copy(world.as_("staff"), made[0].number)
    handing.acknowledge_copy(world.as_("staff2"), made[1].number)
    handing.acknowledge_copy(world.as_("controller"), made[2].number)
    assert set(states(world).values()) == {"acknowledged"}
    assert verdicts(world) == ["current"] * 3
    assert counts(world) == {"issued": 3, "out": 3}
    assert counts(world, FIRST - timedelta(days=1)) == {}


@pytest.mark.regulation("Q9-14", "MD-08", "C4-04")
@pytest.mark.rule("DC-33", "DC-53")
def test_a_new_revision_calls_the_old_copies_back_from_its_day_and_not_before(world: World) -> None:
    issue(world, procedure())
    hand_out(world, "staff", "technical")
    handing.acknowledge_copy(world.as_("staff"), f"{NUMBER}#001")
    world.clock.advance(days=1)
    issue(world, procedure(extra="修改。"), effective=NEXT, save=True)
    hand_out(world, "sales")  # still of A/0, which is in force: recalled from the same day as the others
    hand_out(world, "sales", label="a/1")
    before, after = NEXT - timedelta(days=1), NEXT
    assert states(world) == {"001": "acknowledged", "002": "issued", "003": "issued", "004": "issued"}
    assert states(world, before) == states(world)
    assert states(world, after) == {"001": "recalled", "002": "recalled", "003": "recalled", "004": "issued"}
    assert verdicts(world) == verdicts(world, before) == ["current"] * 3 + ["not-yet-effective"]
    assert verdicts(world, after) == ["superseded"] * 3 + ["current"]
    world.clock.go_to(NEXT)
    assert states(world) == states(world, after)
    assert [c.number for c in hand_out(world, "finance")] == [f"{NUMBER}#005"]
    assert verdicts(world)[4] == "current"
    with pytest.raises(WrongState, match=r"superseded: .* Hand out revision A/1 instead"):
        hand_out(world, "finance", label="A/0")


@pytest.mark.regulation("DI-16")
@pytest.mark.rule("DC-49", "DC-53", "DC-76")
def test_recalled_copies_come_back_are_kept_or_destroyed_and_the_sum_is_right_at_every_step(
    world: World,
) -> None:
    issue(world, procedure())
    hand_out(world, "staff", "technical", "sales", "finance")
    issue(world, procedure(extra="修改。"), effective=NEXT, save=True)
    world.clock.go_to(NEXT)
    controller = world.as_("controller")
    told = [counts(world)]
    handing.return_copy(controller, f"{NUMBER}#001")
    told.append(counts(world))
    handing.return_copy(controller, f"{NUMBER}#002")
    disposing.keep_copy(controller, f"{NUMBER}#002", reason="留作对照")
    told.append(counts(world))
    world.clock.advance(days=1)
    disposing.keep_copy(controller, f"{NUMBER}#003", reason="留作对照")
    destroy(controller, f"{NUMBER}#001", approved_by="head", witnesses=["staff", "staff2"])
    destroy(controller, f"{NUMBER}#003", approved_by="head", witnesses=["gm", "head"])
    destroy(controller, f"{NUMBER}#004", approved_by="head", witnesses=["gm", "rep"])
    told.append(counts(world))
    assert told == [
        {"issued": 4, "out": 4},
        {"issued": 4, "returned": 1, "out": 3},
        {"issued": 4, "returned": 1, "kept": 1, "out": 2},
        {"issued": 4, "kept": 1, "destroyed": 3},
    ]
    assert states(world) == {"001": "destroyed", "002": "kept", "003": "destroyed", "004": "destroyed"}
    assert [counts(world, NEXT - timedelta(days=1)), counts(world, NEXT)] == [told[0], told[2]]
    assert copy_list(looking(world), NUMBER, out=True)["copies"] == []
    assert set(verdicts(world)) == {"superseded"}
    assert [c.number for c in hand_out(world, "staff")] == [f"{NUMBER}#005"]


@pytest.mark.rule("DC-53")
def test_a_copy_recalled_by_hand_is_recalled_today_and_comes_back(world: World) -> None:
    issue(world, procedure())
    hand_out(world, "staff")
    world.clock.advance(days=2)
    handing.recall_copy(world.as_("controller"), f"{NUMBER}#001", reason="岗位调动")
    assert (states(world), states(world, FIRST)) == ({"001": "recalled"}, {"001": "issued"})
    assert (verdicts(world), verdicts(world, FIRST)) == (["recalled"], ["current"])
    handing.return_copy(world.as_("controller"), f"{NUMBER}#001")
    assert (states(world), verdicts(world)) == ({"001": "returned"}, ["recalled"])


@pytest.mark.rule("DC-55")
def test_a_damaged_copy_keeps_its_number_and_the_old_print_no_longer_counts(world: World) -> None:
    issue(world, procedure())
    controller = world.as_("controller")
    (copy,) = hand_out(world, "staff")
    tokens = [copy.token]
    handing.acknowledge_copy(world.as_("staff"), copy.number)
    for print_no in (2, 3):
        world.clock.advance(days=1)
        exchanged = disposing.replace_copy(controller, copy.number, reason="进水")
        assert (exchanged.number, exchanged.print_no) == (copy.number, print_no)
        tokens.append(exchanged.token)
    assert len(set(tokens)) == 3
    assert states(world) == {"001": "issued"}  # to be signed for again
    days = [FIRST + timedelta(days=n) for n in range(-1, 3)]
    assert [[copy_check(world.site, token, day)["verdict"] for day in days] for token in tokens] == [
        ["unknown", "current", "recalled", "recalled"],
        ["unknown", "unknown", "current", "recalled"],
        ["unknown", "unknown", "unknown", "current"],
    ]
    assert verdicts(world, FIRST) == verdicts(world) == ["current"]
    assert counts(world) == counts(world, FIRST) == {"issued": 1, "out": 1}
    issue(world, procedure(extra="修改。"), save=True)
    assert {copy_check(world.site, token)["verdict"] for token in tokens} == {"superseded"}


@pytest.mark.regulation("DI-08", "DI-15")
@pytest.mark.rule("DC-56", "DC-78")
def test_a_lost_number_is_void_for_ever_and_points_at_its_replacement(world: World) -> None:
    issue(world, procedure())
    hand_out(world, "staff", "sales")
    world.clock.advance(days=1)
    lost, replacement = disposing.lose_copy(
        world.as_("controller"), f"{NUMBER}#001", reason="出差遗失", responsible="staff", consequence="无"
    )
    assert replacement is not None
    assert (lost.number, replacement.number) == (f"{NUMBER}#001", f"{NUMBER}#003")
    assert (replacement.holder, replacement.holder_name) == (lost.holder, lost.holder_name)
    lines = {line["copy"]: line for line in copy_list(looking(world))["copies"]}
    assert lines[lost.number]["replaced_by"] == replacement.number
    assert lines[replacement.number]["replaces"] == lost.number
    assert verdicts(world) == ["void", "current", "current"]
    assert copy_check(world.site, lost.token)["replaced_by"] == replacement.number
    assert copy_check(world.site, lost.token, FIRST)["replaced_by"] is None
    assert counts(world) == {"issued": 3, "lost": 1, "out": 2}
    assert counts(world, FIRST) == {"issued": 2, "out": 2}
    with pytest.raises(WrongState, match="void for ever"):
        handing.return_copy(world.as_("controller"), lost.number)
    assert [c.number for c in hand_out(world, "finance")] == [f"{NUMBER}#004"]


@pytest.mark.rule("DC-53", "DC-56")
def test_a_lost_copy_that_had_been_asked_back_or_is_superseded_has_no_replacement(world: World) -> None:
    issue(world, procedure())
    hand_out(world, "staff", "sales")
    controller = world.as_("controller")
    handing.recall_copy(controller, f"{NUMBER}#001", reason="岗位调动")
    assert (
        disposing.lose_copy(
            controller, f"{NUMBER}#001", reason="找不到", responsible="staff", consequence="无"
        )[1]
        is None
    )
    issue(world, procedure(extra="修改。"), save=True)
    lost, replacement = disposing.lose_copy(
        controller, f"{NUMBER}#002", reason="找不到", responsible="staff", consequence="无"
    )
    assert (lost.state.value, replacement) == ("lost", None)
    assert counts(world) == {"issued": 2, "lost": 2}
    assert [c.number for c in hand_out(world, "sales")] == [f"{NUMBER}#003"]


@pytest.mark.rule("DC-53")
def test_the_copy_of_a_cancelled_issue_and_of_a_withdrawn_document_says_so(world: World) -> None:
    issue(world, procedure())
    hand_out(world, "staff")
    issue(world, procedure(extra="修改。"), effective=NEXT, save=True)
    hand_out(world, "sales", label="A/1")
    world.clock.advance(days=1)
    issuing.cancel_revision(world.as_("controller"), NUMBER, reason="另行修改")
    assert verdicts(world) == ["current", "recalled"]
    assert verdicts(world, FIRST) == ["current", "not-yet-effective"]
    assert verdicts(world, NEXT) == ["current", "recalled"]  # what was cancelled supersedes nothing
    with pytest.raises(WrongState, match="cancelled"):
        hand_out(world, "sales", label="A/1")
    with pytest.raises(WrongState, match="recalled"):  # the cancelling asked it back
        disposing.replace_copy(world.as_("controller"), f"{NUMBER}#002", reason="破损")
    assert (
        disposing.lose_copy(
            world.as_("controller"), f"{NUMBER}#002", reason="丢失", responsible="staff", consequence="无"
        )[1]
        is None
    )
    issuing.withdraw_document(world.as_("controller"), NUMBER, reason="不再使用")
    assert verdicts(world) == ["withdrawn", "void"]
    assert copy_check(world.site, f"{NUMBER}#001")["current_revision"] is None
    with pytest.raises(WrongState, match="withdrawn"):
        hand_out(world, "sales")
