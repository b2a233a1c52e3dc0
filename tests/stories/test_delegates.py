"""Somebody who is away has a delegate, who signs in their place, in their own name, until the last day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from docctl.models.documents import Signature
from docctl.queries.desk.inbox import inbox
from docctl.queries.documents.actions import actions_for
from docctl.queries.ledger.trace import trace
from docctl.usecases.documents import drafting, issuing
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, procedure

NUMBER = "LX-CX-2019-101"
SIGN = f"/documents/{NUMBER}/sign"
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)
AWAY = {"first": FIRST, "last": LAST, "reason": "出差"}


def handed_in(world: World) -> None:
    drafting.register_document(world.as_("author"), lambda: procedure(NUMBER))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")


def test_a_delegate_signs_in_the_place_of_who_is_away_until_the_last_day(world: World) -> None:
    handed_in(world)
    rep, verifier = reader(world, "rep", "zh"), reader(world, "verifier", "zh")
    assert verifier.send(SIGN, form="/account", password=PASSWORD).status_code == 403
    form = {"delegate": "verifier", "first": "2026-03-02", "until": "2026-03-06", "reason": "出差"}
    assert rep.send("/delegations/add", password=PASSWORD, **form).status_code == 302
    assert actions_for(world.as_("author"), NUMBER).waiting_for == ("rep", "verifier")
    (item,) = inbox(world.as_("verifier")).to_sign
    assert str(item.note) == "代管平签署"
    assert "您代管平签署" in text_of(verifier.get(SIGN).text)
    assert verifier.send(SIGN, password=PASSWORD).status_code == 302
    with world.site.reading() as session:
        given = session.scalars(select(Signature).order_by(Signature.id.desc())).first()
        assert given is not None
        assert given.names == "验证赵（代 / for 管平）"
    issuing.issue_revision(world.as_("controller"), NUMBER)
    revisions = trace(world.as_("auditor"), NUMBER)["revisions"]
    assert [(a["name"], a["acts_for"]) for a in revisions[0]["approvals"]] == [
        ("陈编", None),
        ("验证赵", "管平"),
    ]
    assert "管平" in text_of(reader(world, "auditor", "zh").get(f"/trace/{NUMBER}").text)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(NUMBER, hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再改")
    world.clock.go_to(LAST, hour=23)
    assert actions_for(world.as_("author"), NUMBER).waiting_for == ("rep", "verifier")
    world.clock.go_to(date(2026, 3, 7))
    assert actions_for(world.as_("author"), NUMBER).waiting_for == ("rep",)
    assert inbox(world.as_("verifier")).to_sign == ()
    late = reader(world, "verifier", "zh").send(SIGN, form="/account", password=PASSWORD)
    assert late.status_code == 403
