"""A chain that is being signed: one more is asked, it goes back to a step, a step is handed over (加签, 转办)."""

from __future__ import annotations

import pytest

from docctl.errors import DocctlError, Forbidden, Invalid, WrongState
from docctl.queries.desk.inbox import inbox
from docctl.queries.documents.rerouting import way
from docctl.queries.documents.signing import signing
from docctl.queries.documents.under_way import under_way_of
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trail import trail
from docctl.rules.actions import Action
from docctl.usecases.documents import approving, chaining, drafting, issuing, rerouting
from docctl.usecases.people import accounts as people
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"


def in_review(world: World) -> None:
    """A procedure that head, manager and representative sign, in this order; its author has handed it in."""
    drafting.register_document(world.as_("author"), lambda: procedure())
    chain = "author,review:administration,examine:manager-in-charge,management-representative"
    chaining.change_chain(world.as_("controller"), NUMBER, chain=chain, reason="要主管经理审定")
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次")


def waiting(world: World) -> list[str]:
    world.as_("controller").session.rollback()
    seen = under_way_of(world.as_("controller"), NUMBER)
    assert seen is not None
    return seen.waiting_for


def sign(world: World, login: str) -> None:
    approving.sign_revision(world.as_(login), NUMBER)


def names(world: World) -> list[str]:
    world.as_("rep").session.rollback()
    return [one.name for one in signing(world.as_("rep"), NUMBER, lambda *_: "").signed]


def refused(kind: type[DocctlError], word: str, call: object) -> None:
    with pytest.raises(kind) as error:
        call()  # type: ignore[operator]
    assert word in str(error.value)


def test_a_signature_more_is_asked_for_and_who_signed_has_signed(world: World) -> None:
    in_review(world)
    sign(world, "head")
    controller = world.as_("controller")
    add = rerouting.add_signer_revision
    for step, word in (("approve:gm", "cannot sign"), ("review:nobody", "cannot sign. Name")):
        refused(Invalid, word, lambda s=step: add(controller, NUMBER, step=s, reason="多看一眼"))
    refused(Invalid, "one post approves", lambda: add(controller, NUMBER, step="approve:quality", reason="x"))
    refused(Invalid, "say why", lambda: add(controller, NUMBER, step="countersign:quality", reason=" "))
    # Step 2 is signed: nobody is put before it, and nobody after who approves.
    for before in (1, 2, 5):
        refused(
            Invalid,
            "before step 3 to 4",
            lambda b=before: add(controller, NUMBER, step="countersign:quality", before=b, reason="x"),
        )
    refused(Forbidden, "may not", lambda: add(world.as_("staff"), NUMBER, step="review:quality", reason="x"))
    # Who would sign it has signed another step, and nobody else has that post.
    refused(
        WrongState, "nobody could sign", lambda: add(controller, NUMBER, step="administration", reason="x")
    )
    assert waiting(world) == ["manager"]

    add(world.as_("author"), NUMBER, step="countersign:quality", before=4, reason="涉及检验")
    assert waiting(world) == ["manager"]
    add(world.as_("manager"), NUMBER, step="general-manager", reason="先听总经理")
    assert waiting(world) == ["gm"]
    assert names(world) == ["陈编", "何主任"]
    for login in ("gm", "manager", "quality-head", "rep"):
        sign(world, login)
    refused(WrongState, "approved", lambda: add(controller, NUMBER, step="review:sales", reason="x"))
    issuing.issue_revision(controller, NUMBER)
    acts = [event.act for event in trail(controller, NUMBER).events]
    assert acts.count("revision.add_signer") == 2
    # The chain of the document is what it was: it was asked for in this revision only.
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="改。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再改")
    sign(world, "head")
    assert waiting(world) == ["manager"]
    assert check_site(world.site).findings == ()


def test_sent_back_to_a_step_what_comes_after_is_signed_again(world: World) -> None:
    in_review(world)
    back = rerouting.send_back_revision
    refused(WrongState, "reject it", lambda: back(world.as_("head"), NUMBER, step=2, reason="x"))
    sign(world, "head")
    refused(WrongState, "turn", lambda: back(world.as_("rep"), NUMBER, step=2, reason="x"))
    sign(world, "manager")
    for step in (0, 1, 4, 9):
        refused(
            Invalid,
            "from 2 to 3",
            lambda s=step: back(world.as_("rep"), NUMBER, step=s, reason="条款 1 要再看"),
        )
    refused(Invalid, "say why", lambda: back(world.as_("rep"), NUMBER, step=3, reason=""))
    for login in ("author", "staff", "controller"):
        refused(Forbidden, "", lambda p=login: back(world.as_(p), NUMBER, step=2, reason="x"))
    back(world.as_("rep"), NUMBER, step=3, reason="条款 1 要再看")
    assert (waiting(world), names(world)) == (["manager"], ["陈编", "何主任"])
    sign(world, "manager")
    assert names(world) == ["陈编", "何主任", "孙经理"]
    back(world.as_("rep"), NUMBER, step=2, reason="部门先看")
    assert (waiting(world), names(world)) == (["head"], ["陈编"])
    for login in ("head", "manager", "rep"):
        sign(world, login)
    refused(WrongState, "", lambda: back(world.as_("rep"), NUMBER, step=2, reason="x"))
    event = next(e for e in trail(world.as_("controller"), NUMBER).events if e.act.endswith("send_back"))
    assert str(event.why) == "部门先看"
    assert check_site(world.site).findings == ()


def test_a_step_is_handed_over_to_who_could_sign_it(world: World) -> None:
    in_review(world)
    over, manager = rerouting.hand_over_revision, world.as_("manager")
    sign(world, "head")
    for to, word in (
        ("manager", "somebody else"),
        ("nobody", "no account"),
        ("author", "wrote it"),
        ("head", "nobody signs twice"),
        ("staff", "holds no role that signs"),
    ):
        refused(Invalid, word, lambda t=to: over(manager, NUMBER, to=t, reason="不熟悉"))
    refused(WrongState, "turn", lambda: over(world.as_("rep"), NUMBER, to="gm", reason="x"))
    refused(Forbidden, "", lambda: over(world.as_("author"), NUMBER, to="gm", reason="x"))
    refused(Forbidden, "", lambda: sign(world, "gm"))
    refused(WrongState, "nobody could sign", lambda: over(manager, NUMBER, to="rep", reason="x"))
    assert "gm" in dict(way(manager, NUMBER, Action.REVISION_HAND_OVER).takers)
    sign(world, "manager")
    refused(WrongState, "answers for it", lambda: over(world.as_("rep"), NUMBER, to="gm", reason="x"))
    head = "quality-head"  # nobody signs for the head of another department
    rerouting.add_signer_revision(world.as_("author"), NUMBER, step="quality", reason="检验也看")
    refused(Invalid, "another department", lambda: over(world.as_(head), NUMBER, to="gm", reason="x"))


def handed_over(world: World) -> None:
    """The manager, who examines it, hands that to one of two general managers, who sign it later too."""
    in_review(world)
    people.change_user_roles(world.as_("admin"), "author2", grant=["general-manager"])
    sign(world, "head")
    add = rerouting.add_signer_revision
    add(world.as_("controller"), NUMBER, step="general-manager", before=4, reason="要")


def test_both_names_stand_under_a_step_that_was_handed_over(world: World) -> None:
    handed_over(world)
    over = rerouting.hand_over_revision
    over(world.as_("manager"), NUMBER, to="gm", reason="不熟悉")
    assert waiting(world) == ["gm"]
    assert "孙经理" in str(inbox(world.as_("gm")).to_sign[0].note)
    refused(WrongState, "not their own", lambda: over(world.as_("gm"), NUMBER, to="author2", reason="x"))
    # Another is asked before: what was handed over stays so.
    rerouting.add_signer_revision(world.as_("controller"), NUMBER, step="quality", reason="检验也看")
    assert waiting(world) == ["quality-head"]
    sign(world, "quality-head")
    assert waiting(world) == ["gm"]
    sign(world, "gm")
    for login in ("manager", "gm"):
        refused(WrongState, "signed this revision already", lambda p=login: sign(world, p))
    signed = signing(world.as_("rep"), NUMBER, lambda *_: "").signed[-1]
    assert (signed.name, signed.acts_for) == ("总经理王", "孙经理")
    sign(world, "author2")
    sign(world, "rep")
    issuing.issue_revision(world.as_("controller"), NUMBER)
    assert check_site(world.site).findings == ()


def test_who_handed_a_step_over_signs_it_after_all_where_nobody_else_can(world: World) -> None:
    in_review(world)
    sign(world, "head")
    rerouting.hand_over_revision(world.as_("manager"), NUMBER, to="gm", reason="不熟悉")
    people.lock_user(world.as_("admin"), "gm", reason="离职")
    assert waiting(world) == ["manager"]
    sign(world, "manager")
    assert names(world)[-1] == "孙经理"


def test_pages_and_commands_ask_what_the_rules_ask(sqlite_world: World) -> None:
    world, at = sqlite_world, f"/documents/{NUMBER}"
    in_review(world)
    author, manager, rep = (reader(world, login, "zh") for login in ("author", "manager", "rep"))
    add = {"meaning": "review", "chain": "general-manager", "before": "3", "reason": "先听总经理"}
    assert author.send(f"{at}/add-signer", password="wrong", **add).status_code == 401
    assert author.send(f"{at}/add-signer", password=PASSWORD, **add).status_code == 302
    assert author.get(f"{at}/hand-over").status_code == 403
    for login in ("head", "gm"):
        sign(world, login)
    assert "先听总经理" in text_of(manager.get(f"{at}/sign").text)
    over = {"to": "author", "reason": "不熟悉"}
    said = manager.send(f"{at}/hand-over", password=PASSWORD, **over)
    assert (said.status_code, "是编制人" in text_of(said.text)) == (422, True)
    sign(world, "manager")
    back = {"step": "3", "reason": "再看"}
    assert rep.send(f"{at}/send-back", password=PASSWORD, **back).status_code == 302
    assert waiting(world) == ["gm"]
    told = text_of(rep.get(at).text)
    assert "此前各步签名仍然有效" in told
    assert "评审意见" in told

    terminal = Terminal(world)
    asked = terminal.ok("author", f"revision add-signer {NUMBER} --step quality --reason 检验也看")
    assert (asked["step"], asked["waiting_for"]) == (3, ["quality-head"])
    sign(world, "quality-head")
    sign(world, "gm")
    refused_to = terminal("manager", f"revision hand-over {NUMBER} --to quality-head --reason 不熟悉")
    assert "signed it already" in refused_to.message
    asked = terminal.ok("manager", f"revision send-back {NUMBER} --step 4 --reason 再看")
    assert asked["waiting_for"] == ["gm"]
