"""What somebody can do next with a document: by their role and by its state, cell by cell."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.queries.documents.actions import actions_for
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


def draft(world: World) -> None:
    drafting.register_document(world.as_("author"), lambda: procedure(NUMBER))


def discarded(world: World) -> None:
    draft(world)
    drafting.discard_draft(world.as_("author"), NUMBER)


def in_review(world: World) -> None:
    draft(world)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")


def approved(world: World) -> None:
    in_review(world)
    approving.sign_revision(world.as_("rep"), NUMBER)


def effective(world: World) -> None:
    issue(world, procedure(NUMBER))


def to_come(world: World) -> None:
    issue(world, procedure(NUMBER), effective=date(2026, 4, 1))


def cancelled(world: World) -> None:
    to_come(world)
    issuing.cancel_revision(world.as_("controller"), NUMBER, reason="推迟")


def withdrawn(world: World) -> None:
    effective(world)
    issuing.withdraw_document(world.as_("controller"), NUMBER, reason="停产")


def next_in_review(world: World) -> None:
    effective(world)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(NUMBER, hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="太长")


APPLY = dict.fromkeys(("author2", "rep", "gm", "staff", "admin"), "change.apply")
CAN = {
    draft: {"author": "revision.submit draft.save draft.discard", "controller": "chain.change document.move"},
    discarded: {"author": "draft.save", "controller": "chain.change document.move"},
    in_review: {
        "author": "revision.retract revision.add_signer revision.urge",
        "rep": "revision.sign revision.reject revision.add_signer",
        "controller": "revision.add_signer revision.urge chain.change",
    },
    approved: {"author": "revision.retract", "controller": "revision.issue chain.change"},
    effective: APPLY
    | {
        "author": "draft.save change.apply",
        "controller": "document.review change.apply chain.change document.move document.withdraw",
    },
    to_come: APPLY
    | {
        "author": "draft.save change.apply",
        "controller": "revision.cancel change.apply chain.change document.move document.withdraw",
    },
    cancelled: {"author": "draft.save", "controller": "chain.change document.move"},
    withdrawn: {},
    next_in_review: APPLY
    | {
        "author": "revision.retract revision.add_signer revision.urge change.apply",
        "rep": "revision.sign revision.reject revision.add_signer change.apply",
        "controller": "revision.add_signer revision.urge document.review change.apply chain.change",
    },
}
PEOPLE = ("author", "author2", "rep", "gm", "controller", "staff", "auditor", "admin")


@pytest.mark.regulation("Q9-06", "P11-10g", "DI-02")
@pytest.mark.parametrize("state", CAN, ids=lambda state: state.__name__)
def test_exactly_these_people_can_do_exactly_this(sqlite_world: World, state: object) -> None:
    state(sqlite_world)  # type: ignore[operator]
    found = {login: actions_for(sqlite_world.as_(login), NUMBER) for login in PEOPLE}
    told = {login: " ".join(action.value for action in can.actions) for login, can in found.items()}
    assert {login: actions for login, actions in told.items() if actions} == CAN[state]  # type: ignore[index]


def test_who_is_waited_for_is_told_to_those_who_read_drafts(sqlite_world: World) -> None:
    in_review(sqlite_world)
    assert actions_for(sqlite_world.as_("author"), NUMBER).waiting_for == ("rep",)
    assert actions_for(sqlite_world.as_("staff"), NUMBER).waiting_for == ()
