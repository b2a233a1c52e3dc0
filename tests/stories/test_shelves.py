"""A shelf walk: what is there is scanned, and every difference from the register is told, and no other."""

from __future__ import annotations

import pytest

from docctl.door import accounts
from docctl.errors import Forbidden, Invalid, NotFound
from docctl.queries.copies.shelves import walk, walked
from docctl.queries.integrity import check_site
from docctl.rules.actions import Action
from docctl.rules.shelves import MOST, Found
from docctl.usecases.copies import disposing, handing, lending, several, shelving
from docctl.usecases.people import accounts as people
from tests.stories.test_station import tokens
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
OTHERS = tuple(f"LX-CX-2019-{n}" for n in range(102, 112))


def shelf_of_twenty(world: World) -> list[str]:
    """Twenty copies of ten documents that sales holds, all received."""
    controller, made = world.as_("controller"), list[str]()
    for number in OTHERS:
        issue(world, procedure(number))
        handed = handing.issue_copies(controller, number, holders=["sales", "sales"])
        made += [copy.number for copy in handed]
    several.each(controller, Action.COPY_ACKNOWLEDGE, made)
    return made


def found(world: World, number: str) -> dict[str, Found]:
    """What differs, by the copy or by what was scanned."""
    ctx = world.as_("auditor")
    ctx.session.rollback()
    return {name: kind for kind, name, _ in walked(ctx, number).faults if kind is not Found.OLD_PRINT}


def test_of_twenty_copies_three_faults_are_found_and_no_other(world: World) -> None:
    copies, controller = shelf_of_twenty(world), world.as_("controller")
    (foreign,) = handing.issue_copies(controller, OTHERS[0], holders=["quality"])
    handing.recall_copy(controller, copies[4], reason="核对")
    scans = [*copies[:7], *copies[8:], foreign.number]  # the eighth is gone
    made = shelving.check_shelf(controller, "销售部", scans=scans)
    assert (made.expected, made.present) == (20, 18)
    assert found(world, made.number) == {
        copies[4]: Found.OBSOLETE,
        copies[7]: Found.MISSING,
        foreign.number: Found.ELSEWHERE,
    }
    assert check_site(world.site).findings == ()


def test_every_kind_of_difference_has_its_name(sqlite_world: World) -> None:
    world, controller = sqlite_world, sqlite_world.as_("controller")
    issue(world, procedure())
    copies = [c.number for c in handing.issue_copies(controller, NUMBER, holders=["sales"] * 6)]
    several.each(controller, Action.COPY_ACKNOWLEDGE, copies)
    old_code = tokens(world)[copies[0]]
    disposing.replace_copy(controller, copies[0], reason="破损")
    handing.return_copy(controller, copies[1])
    disposing.lose_copy(controller, copies[2], reason="丢失", responsible="staff", consequence="无")
    approved = accounts.taken_at_their_word(world.site, "head")
    due = world.clock().date()
    lent = {"borrower": "staff2", "due": due, "reason": "查阅", "approved_by": approved}
    lending.lend_copy(controller, copies[3], **lent)  # type: ignore[arg-type]
    lending.place_copy(controller, copies[4], place="档案室")
    scans = [old_code, copies[1], copies[2], copies[5], copies[5], "  ", "胡写", f"{NUMBER}#099"]
    made = shelving.check_shelf(controller, "sales", scans=scans, remark="年检")
    assert found(world, made.number) == {
        copies[0]: Found.MISSING,  # of which the old print is there, below
        copies[1]: Found.NOT_OUT,
        copies[2]: Found.NOT_OUT,
        copies[4]: Found.MISSING,
        f"{NUMBER}#007": Found.MISSING,  # that took the place of the lost one
        "胡写": Found.UNKNOWN,
        f"{NUMBER}#099": Found.UNKNOWN,
    }
    counts = walked(controller, made.number).counts
    assert (counts[Found.OLD_PRINT], counts[Found.ON_LOAN], counts[Found.PRESENT]) == (1, 1, 1)
    # Of one place only what is said to lie there is missed.
    made = shelving.check_shelf(controller, "sales", scans=[copies[4]], place="档案室")
    assert (made.expected, made.present, found(world, made.number)) == (1, 1, {})


def test_who_walks_signs_and_sees_no_shelf_of_others(sqlite_world: World) -> None:
    world, controller = sqlite_world, sqlite_world.as_("controller")
    people.change_user_roles(world.as_("admin"), "staff", grant=["document-clerk"])
    issue(world, procedure())
    handing.issue_copies(controller, NUMBER, holders=["sales", "quality"])
    for login, holder in (("staff", "quality"), ("gm", "sales"), ("auditor", "sales")):
        with pytest.raises(Forbidden):
            shelving.check_shelf(world.as_(login), holder, scans=["x"])
    for scans in ([], [" "], ["x"] * (MOST + 1)):
        with pytest.raises(Invalid):
            shelving.check_shelf(controller, "sales", scans=scans)
    with pytest.raises(Invalid):
        shelving.check_shelf(controller, "nowhere", scans=["x"])
    with pytest.raises(NotFound):
        walked(controller, "1")
    assert [key for key, _ in walk(world.as_("staff"), "sales", "", []).holders] == ["sales"]

    clerk = reader(world, "staff", "zh")
    page = clerk.get("/copies/shelf/check", holder="sales", scan=f"{NUMBER}#001").text
    assert 'class="heard good"' in page
    assert "在架" in text_of(page)
    fields = {"holder": "sales", "seen": f"{NUMBER}#001", "scans": f"{NUMBER}#002\n未知"}
    wrong = clerk.send(
        "/copies/shelf/check", form="/copies/shelf/check?holder=sales", password="wrong", **fields
    )
    assert wrong.status_code == 401
    done = clerk.send(
        "/copies/shelf/check", form="/copies/shelf/check?holder=sales", password=PASSWORD, **fields
    )
    assert done.status_code == 302
    told = text_of(clerk.get("/copies/walks/1").text)
    assert all(word in told for word in ("在架 1 / 应有 1", "属于其他持有人", "不明编号", "未知"))
    office = reader(world, "controller", "zh")
    listed = text_of(office.get("/reports/shelf-findings", walk="1").text)
    assert f"{NUMBER}#002" in listed


def test_a_walk_without_the_network_is_entered_by_its_list(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales", "sales"])
    listed = sqlite_world.site.path.parent / "scans.txt"
    listed.write_text(f"{NUMBER}#001\nhttps://docs.example/c/ABCDEFGHIJKLMNOPQRSTUVWX22\n", encoding="utf-8")
    told = Terminal(sqlite_world).ok("controller", f"shelf check sales --scans {listed}")
    assert (told["expected"], told["present"]) == (2, 1)
    assert [(one["found"], one["copy"]) for one in told["findings"]] == [
        ("unknown", None),
        ("missing", f"{NUMBER}#002"),
    ]
