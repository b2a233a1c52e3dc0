"""The trail of a document is the events that touched its rows, all of them, and found without reading the others."""

from __future__ import annotations

import json
from datetime import date
from functools import partial

import pytest
from sqlalchemy import event, select

from docctl.errors import Forbidden
from docctl.models.ledger import LedgerEvent
from docctl.queries.ledger import trail as trails
from docctl.queries.ledger.trail import trail
from docctl.queries.ledger.words import DONE
from docctl.rules.actions import Action
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


def test_the_trail_has_words_for_everything_that_leaves_an_event() -> None:
    assert set(DONE) == {action for action in Action if action.changes}


def eventful(world: World) -> None:
    """A document to which nearly everything happened, beside another one."""
    author, controller = world.as_("author"), world.as_("controller")
    issue(world, procedure("LX-CX-2019-102"))
    drafting.register_document(author, procedure)
    for n in range(4):
        drafting.save_draft(author, NUMBER, partial(procedure, extra=f"第 {n} 次。"))
    drafting.submit_revision(author, NUMBER, reason="首次发布")
    approving.reject_revision(world.as_("rep"), NUMBER, reason="改")
    drafting.save_draft(author, NUMBER, lambda: procedure(extra="改了。"))
    drafting.submit_revision(author, NUMBER, reason="再次")
    approving.sign_revision(world.as_("rep"), NUMBER)
    issuing.issue_revision(controller, NUMBER)
    handing.issue_copies(controller, NUMBER, holders=["sales", "quality"])
    handing.issue_copies(controller, "LX-CX-2019-102", holders=["sales"])
    handing.acknowledge_copy(world.as_("staff"), f"{NUMBER}#001")
    handing.recall_copy(controller, f"{NUMBER}#001", reason="更换")
    handing.return_copy(controller, f"{NUMBER}#001")
    disposing.lose_copy(controller, f"{NUMBER}#002", reason="遗失", responsible="staff", consequence="无")
    world.clock.go_to(date(2026, 3, 5))
    issue(world, procedure(extra="新。"), save=True)


def touching(world: World) -> list[int]:
    """The same by reading the whole ledger: what says the number, but for the refused."""
    ctx = world.as_("auditor")
    ctx.session.rollback()
    bodies = [json.loads(bytes(b)) for b in ctx.session.scalars(select(LedgerEvent.body))]
    return sorted((b["seq"] for b in bodies if b["object"]["key"].startswith(NUMBER)), reverse=True)


@pytest.mark.regulation("P11-10e3")
@pytest.mark.rule("DC-67", "DC-49")
def test_every_event_of_the_document_and_no_other_is_in_its_trail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    eventful(world)
    expected = touching(world)
    assert len(expected) > 18
    found = trail(world.as_("auditor"), NUMBER)
    assert [e.seq for e in found.events] == expected
    assert found.following is None
    assert [e.act for e in found.events][-6:] == ["revision.submit"] + ["draft.save"] * 4 + [
        "document.register"
    ]
    monkeypatch.setattr(trails, "MOST", 4)
    pages, after = [], None
    while True:
        part = trail(world.as_("auditor"), NUMBER, after)
        pages += [e.seq for e in part.events]
        after = part.following
        if after is None:
            break
    assert pages == expected


@pytest.mark.regulation("DI-01")
def test_the_trail_tells_who_why_and_how(sqlite_world: World) -> None:
    eventful(sqlite_world)
    told = {e.act: e for e in trail(sqlite_world.as_("auditor"), NUMBER).events}
    rejected = told["revision.reject"]
    assert (rejected.by, rejected.login, rejected.why, rejected.about) == (
        "管平",
        "rep",
        "改",
        f"{NUMBER} A/0",
    )


def test_only_the_events_of_the_document_are_read(sqlite_world: World) -> None:
    eventful(sqlite_world)
    ctx = sqlite_world.as_("auditor")
    ctx.session.rollback()
    bodies: list[object] = []

    def note(conn: object, cursor: object, statement: str, given: object, *rest: object) -> None:
        if "ledger_event.body" in statement:
            bodies.append(given)

    event.listen(sqlite_world.site.readers, "before_cursor_execute", note)
    seen = trail(ctx, NUMBER)
    read = [seq for given in bodies for seq in given]  # type: ignore[attr-defined]
    assert sorted(read, reverse=True) == [e.seq for e in seen.events]


@pytest.mark.rule("DC-108")
@pytest.mark.parametrize("login", ["staff", "author", "rep", "gm", "verifier"])
def test_others_do_not_read_it(sqlite_world: World, login: str) -> None:
    issue(sqlite_world, procedure())
    with pytest.raises(Forbidden):
        trail(sqlite_world.as_(login), NUMBER)
