"""Somebody who is away has a delegate, who signs in their place, in their own name, until the last day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from docctl.errors import Forbidden, Invalid, Unseconded, WrongState
from docctl.models.delegations import Delegation
from docctl.models.documents import Signature
from docctl.queries.desk.inbox import inbox
from docctl.queries.documents.actions import actions_for
from docctl.queries.ledger.trace import trace
from docctl.rules.delegating import State
from docctl.usecases.documents import approving, drafting, issuing, urging
from docctl.usecases.people import accounts, delegating
from tests.support.pages import reader, text_of
from tests.support.paper import base_pdf, pages, plain
from tests.support.sites import PASSWORD, World, procedure
from tests.support.terminal import Terminal
from tests.support.two_people import ask_for_two

NUMBER, OTHER = "LX-CX-2019-101", "LX-CX-2019-105"
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
    assert waited_for(world) == ("rep", "verifier")
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
    assert waited_for(world) == ("rep", "verifier")
    world.clock.go_to(date(2026, 3, 7))
    assert waited_for(world) == ("rep",)
    assert inbox(world.as_("verifier")).to_sign == ()
    late = reader(world, "verifier", "zh").send(SIGN, form="/account", password=PASSWORD)
    assert late.status_code == 403


def named(world: World, absent: str = "rep", delegate: str = "verifier", **more: object) -> str:
    given = AWAY | more
    made = delegating.add_delegation(world.as_(absent), delegate, **given)  # type: ignore[arg-type]
    world.forget()
    return made.number


def waited_for(world: World) -> tuple[str, ...]:
    """Whom the author is told that the revision waits for, by now."""
    world.forget()
    return actions_for(world.as_("author"), NUMBER).waiting_for


def test_who_is_locked_has_no_delegate_and_is_none(sqlite_world: World) -> None:
    world = sqlite_world
    handed_in(world)
    named(world)
    named(world, "gm", "rep")
    assert waited_for(world) == ("rep", "verifier")
    accounts.lock_user(world.as_("admin"), "rep", reason="离职")
    assert waited_for(world) == ()
    with pytest.raises(Forbidden):
        approving.sign_revision(world.as_("verifier"), NUMBER)
    with world.site.reading() as session:
        rows = session.scalars(select(Delegation)).all()
        assert [(row.state, row.revoked_name) for row in rows] == [(State.ENDED, "管理员")] * 2
    # Who is locked out for a while only: document control enters another.
    again = delegating.add_delegation(world.as_("controller"), "verifier", absent="rep", **AWAY)  # type: ignore[arg-type]
    assert (again.number, waited_for(world)) == ("3", ("verifier",))


def test_both_names_are_printed(paper_world: World) -> None:
    drafting.register_document(paper_world.as_("author"), lambda: procedure(OTHER))
    drafting.submit_revision(paper_world.as_("author"), OTHER, reason="首次发布")
    named(paper_world)
    approving.sign_revision(paper_world.as_("verifier"), OTHER)
    issuing.issue_revision(paper_world.as_("controller"), OTHER)
    printed = "".join(map(plain, pages(base_pdf(paper_world, OTHER))))
    assert printed.count("验证赵（代/for管平）") == 2, (
        "in the table of signatures, and in the record of changes"
    )


@pytest.mark.rule("SE-33")
def test_a_delegate_signs_nothing_that_they_wrote(sqlite_world: World) -> None:
    handed_in(sqlite_world)
    named(sqlite_world, "rep", "author")
    assert waited_for(sqlite_world) == ("rep",)
    with pytest.raises(Forbidden, match="own document"):
        approving.sign_revision(sqlite_world.as_("author"), NUMBER)
    with pytest.raises(Forbidden):
        approving.reject_revision(sqlite_world.as_("author"), NUMBER, reason="否")


@pytest.mark.rule("SE-33")
def test_nobody_signs_in_the_place_of_who_wrote_it(sqlite_world: World) -> None:
    world = sqlite_world
    accounts.change_user_roles(world.as_("admin"), "author", grant=["management-representative"])
    handed_in(world)
    named(world, "author", "verifier")
    assert waited_for(world) == ("rep",)
    with pytest.raises(Forbidden, match="in the place of who wrote it"):
        approving.sign_revision(world.as_("verifier"), NUMBER)


@pytest.mark.rule("SE-34")
def test_what_two_people_sign_is_not_signed_by_one_in_two_places(sqlite_world: World) -> None:
    world = sqlite_world
    chain = "prepare:author,review:management-representative,approve:general-manager"
    drafting.register_document(world.as_("author"), lambda: procedure(NUMBER), chain=chain)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    named(world, "rep", "verifier")
    named(world, "gm", "verifier")
    approving.sign_revision(world.as_("verifier"), NUMBER)
    assert waited_for(world) == ("gm",)
    with pytest.raises(WrongState, match="nobody signs it twice"):
        approving.sign_revision(world.as_("verifier"), NUMBER)
    with pytest.raises(WrongState):  # somebody has signed in that place already
        approving.sign_revision(world.as_("rep"), NUMBER)
    approving.sign_revision(world.as_("gm"), NUMBER)


def test_nobody_hands_on_what_they_have_as_a_delegate(sqlite_world: World) -> None:
    world = sqlite_world
    handed_in(world)
    named(world, "rep", "quality-head")
    with pytest.raises(Invalid) as refused:
        named(world, "quality-head", "verifier", roles=["management-representative"])
    assert "roles" in refused.value.problems
    named(world, "quality-head", "verifier")
    assert waited_for(world) == ("quality-head", "rep")


@pytest.mark.parametrize(
    ("delegate", "absent", "field"),
    [
        ("rep", "rep", "delegate"),
        ("auditor", "rep", "delegate"),
        ("staff", "quality-head", "delegate"),
        ("locked", "rep", "delegate"),
    ],
)
def test_nobody_is_named_who_could_not_sign(
    sqlite_world: World, delegate: str, absent: str, field: str
) -> None:
    accounts.add_user(
        sqlite_world.as_("admin"), "locked", name="锁", department="quality", roles=["staff"], password=None
    )
    with pytest.raises(Invalid) as refused:
        named(sqlite_world, absent, delegate)
    assert field in refused.value.problems


def test_a_role_is_lent_to_one_person_at_a_time_and_not_backwards(sqlite_world: World) -> None:
    named(sqlite_world)
    with pytest.raises(WrongState, match="Delegation 1"):
        named(sqlite_world, delegate="staff", first=LAST, last=date(2026, 3, 9))
    assert named(sqlite_world, delegate="staff", first=date(2026, 3, 7), last=date(2026, 3, 9)) == "2"
    for first, last in ((date(2026, 2, 1), date(2026, 3, 1)), (LAST, FIRST), (FIRST, date(2027, 3, 3))):
        with pytest.raises(Invalid):
            named(sqlite_world, "gm", first=first, last=last)


def test_who_is_back_ends_it_and_a_role_taken_away_or_an_account_locked_does_too(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    handed_in(world)
    number = named(world)
    rep = reader(world, "rep", "zh")
    assert rep.send(f"/delegations/{number}/end").status_code == 302
    assert waited_for(world) == ("rep",)
    with pytest.raises(Forbidden):
        approving.sign_revision(world.as_("verifier"), NUMBER)
    assert "提前终止" in text_of(rep.get(f"/delegations/{number}").text)
    named(world)
    accounts.lock_user(world.as_("admin"), "verifier", reason="离职")
    assert waited_for(world) == ("rep",)
    named(world, delegate="staff")
    accounts.change_user_roles(world.as_("admin"), "rep", revoke=["management-representative"])
    assert waited_for(world) == ()


def test_the_office_enters_one_for_who_is_locked_out_and_that_is_shown(sqlite_world: World) -> None:
    world = sqlite_world
    handed_in(world)
    accounts.lock_user(world.as_("admin"), "rep", reason="手机丢失")
    office = reader(world, "controller", "zh")
    form = {"absent": "rep", "first": "2026-03-02", "until": "2026-03-06", "reason": "住院"}
    refused = office.send("/delegations/add", password=PASSWORD, delegate="controller", **form)
    assert "不得指定本人" in text_of(refused.text)
    assert office.send("/delegations/add", password=PASSWORD, delegate="verifier", **form).status_code == 302
    assert "由文控代为登记" in text_of(office.get("/delegations/1").text)
    assert "验证赵" in text_of(office.get("/reports/delegations").text)
    approving.sign_revision(world.as_("verifier"), NUMBER)
    with pytest.raises(Forbidden):
        delegating.add_delegation(world.as_("staff"), "verifier", absent="gm", **AWAY)  # type: ignore[arg-type]


def test_a_role_that_signs_is_not_lent_without_a_second_person(world: World) -> None:
    ask_for_two(world)
    handed_in(world)
    number = named(world)
    assert waited_for(world) == ("rep",)
    with pytest.raises(Forbidden):
        approving.sign_revision(world.as_("verifier"), NUMBER)
    for nobody in ("rep", "verifier"):
        with pytest.raises(Forbidden):
            delegating.confirm_delegation(world.as_(nobody), number)
    (item,) = inbox(world.as_("controller")).to_second
    assert (item.number, str(item.title)) == (number, "管平")
    office = reader(world, "controller", "zh")
    assert office.send(f"/delegations/{number}/confirm", password="wrong-password").status_code != 302
    assert office.send(f"/delegations/{number}/confirm", password=PASSWORD).status_code == 302
    world.forget()
    assert inbox(world.as_("controller")).to_second == ()
    approving.sign_revision(world.as_("verifier"), NUMBER)


def test_an_act_that_lets_somebody_sign_for_another_does_not_commit_alone(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_two(sqlite_world)
    monkeypatch.setattr(delegating, "needs_two", lambda *_: False)
    with pytest.raises(Unseconded):
        named(sqlite_world)


def test_a_refused_delegate_never_counts(sqlite_world: World) -> None:
    world = sqlite_world
    ask_for_two(world)
    handed_in(world)
    terminal = Terminal(world)
    add = "delegation add verifier --from 2026-03-02 --until 2026-03-06 --reason 出差"
    assert terminal.ok("rep", add)["state"] == "waiting"
    told = terminal.ok("controller", "delegation refuse 1 --reason 另有安排")
    assert (told["state"], told["answer"]) == ("refused", "另有安排")
    assert waited_for(world) == ("rep",)
    with pytest.raises(WrongState):
        delegating.confirm_delegation(world.as_("controller"), "1")


def test_who_is_asked_is_reminded_once_a_day_and_told_by_whom(sqlite_world: World) -> None:
    world = sqlite_world
    handed_in(world)
    author = reader(world, "author", "zh")
    urge = f"/documents/{NUMBER}/urge"
    assert "管平" in text_of(author.get(urge).text)
    assert author.send(urge).status_code == 302
    (item,) = inbox(world.as_("rep")).to_sign
    assert item.marked
    assert "陈编于 2026-03-02 10:00 催办" in text_of(reader(world, "rep", "zh").get("/inbox").text)
    named(world)
    (item,) = inbox(world.as_("verifier")).to_sign
    assert str(item.note) == "代管平签署；陈编于 2026-03-02 10:00 催办"
    with pytest.raises(WrongState, match="today already"):
        urging.urge_revision(world.as_("controller"), NUMBER)
    with pytest.raises(Forbidden):
        urging.urge_revision(world.as_("staff"), NUMBER)
    world.clock.go_to(date(2026, 3, 3))
    urging.urge_revision(world.as_("controller"), NUMBER)
    world.forget()
    assert "文控李" in str(inbox(world.as_("rep")).to_sign[0].note)
    approving.sign_revision(world.as_("rep"), NUMBER)
    with pytest.raises(WrongState):
        urging.urge_revision(world.as_("author"), NUMBER)
