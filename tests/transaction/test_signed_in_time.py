"""What follows each act: a checkpoint after whatever somebody might wish undone, and one by time where none comes."""

from __future__ import annotations

from datetime import timedelta

from docctl.door import checkpoints, transaction
from docctl.ledger import checkpoint
from docctl.rules.actions import CONFIRMED
from docctl.usecases.copies import handing
from docctl.usecases.people import accounts
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.sites import World, issue, procedure


def signed(world: World) -> int:
    """How many events the file beside the database signs."""
    note = (world.site.path / "checkpoint").read_bytes()
    return checkpoint.verify(note, world.site.settings.keys).size


def test_after_whatever_somebody_might_wish_undone_it_is_signed_at_once(world: World) -> None:
    assert CONFIRMED <= checkpoints.COMMITTED_AFTER | checkpoints.SIGNED_AFTER
    before = signed(world)
    accounts.lock_user(world.as_("admin"), "staff2", reason="离职")
    assert signed(world) == before + 1
    accounts.change_user_roles(world.as_("admin"), "staff", grant=["auditor"])
    assert signed(world) == before + 2


def test_the_last_acts_of_a_day_do_not_stay_open_all_night(world: World) -> None:
    issue(world, procedure())
    checkpoint_ledger(world.as_("admin"))
    handing.issue_copies(world.as_("controller"), "LX-CX-2019-101", holders=["sales"])
    head = signed(world) + 1
    assert not transaction.sign_what_is_late(world.site), "it is not late yet"
    world.clock.advance(minutes=11)
    assert transaction.sign_what_is_late(world.site)
    assert signed(world) == head == checkpoints.covered(world.site)
    world.clock.advance(minutes=11)
    assert not transaction.sign_what_is_late(world.site), "there is nothing new"
    assert timedelta(minutes=10) == checkpoints.LONGEST
