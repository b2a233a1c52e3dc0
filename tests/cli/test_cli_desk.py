"""What pages show of work and history, by command: the inbox, the audit trail, the trail of one document."""

from __future__ import annotations

from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from tests.support.sites import issue, procedure
from tests.support.terminal import Terminal

NUMBER, OTHER = "LX-CX-2019-101", "LX-CX-2019-102"


def busy(terminal: Terminal) -> None:
    """One document in force, and one that waits for somebody who is locked."""
    world = terminal.world
    issue(world, procedure(NUMBER))
    drafting.register_document(world.as_("author"), lambda: procedure(OTHER))
    drafting.submit_revision(world.as_("author"), OTHER, reason="新程序")
    accounts.lock_user(world.as_("admin"), "rep", reason="离职")


def test_the_inbox_says_by_command_what_it_says_on_the_page(terminal: Terminal) -> None:
    busy(terminal)
    office = terminal.ok("controller", "inbox")
    assert office["total"] == 1
    assert [(i["number"], i["nobody_can_sign"]) for i in office["to_unblock"]] == [
        (OTHER, ["management-representative (the account of 管平 is locked)"])
    ]
    mine = terminal.ok("author", "inbox")
    assert (mine["total"], [(i["number"], i["status"]) for i in mine["handed_in"]]) == (
        0,
        [(OTHER, "in review")],
    )
    plain = terminal("controller", "inbox", human=True)
    assert plain.code == 0
    assert OTHER in plain.out
    assert "to_sign" not in plain.out, "parts without anything are left away"
    assert terminal("nobody", "inbox").kind == "password"


def test_the_trail_of_a_document_is_told_newest_first(terminal: Terminal) -> None:
    busy(terminal)
    told = terminal.ok("auditor", f"trail {OTHER}")
    assert [(e["act"], e["login"]) for e in told["events"]] == [
        ("revision.submit", "author"),
        ("document.register", "author"),
    ]
    assert told["following"] is None
    older = terminal.ok("auditor", f"trail {OTHER} --before {told['events'][0]['seq']}")
    assert [e["act"] for e in older["events"]] == ["document.register"]
    assert "新程序" in terminal("auditor", f"trail {OTHER}", human=True).out
    assert terminal("staff", f"trail {OTHER}").kind == "forbidden"
    assert terminal("auditor", "trail LX-CX-2019-999").kind == "not-found"


def test_the_audit_trail_of_the_site_is_read_by_account_act_and_object(terminal: Terminal) -> None:
    busy(terminal)
    everything = terminal.ok("auditor", "ledger list")
    assert everything["events"][0]["act"] == "user.lock"
    found = terminal.ok("auditor", f"ledger list --login author --act revision.submit --key {NUMBER}")
    assert [(e["act"], e["login"], e["why"]) for e in found["events"]] == [
        ("revision.submit", "author", "首次发布")
    ]
    seq = everything["events"][2]["seq"]
    assert terminal.ok("auditor", f"ledger list --before {seq}")["events"][0]["seq"] == seq - 1
    assert terminal("author", "ledger list").kind == "forbidden"
    assert terminal("auditor", "ledger list --before 0").kind == "usage"


def test_the_master_list_by_command_finds_and_tells_what_is_under_way(terminal: Terminal) -> None:
    busy(terminal)
    assert [d["number"] for d in terminal.ok("author", "document list")["documents"]] == [NUMBER, OTHER]
    found = terminal.ok("author", "document list --status under-way")["documents"]
    assert [(d["number"], d["under_way"]["status"]) for d in found] == [(OTHER, "in review")]
    assert terminal.ok("staff", "document list --status under-way") == {"documents": []}
    plain = terminal("author", f"document show {OTHER}", human=True).out
    assert "A/0 in review since 2026-03-02" in plain
    assert "nobody can sign: management-representative" in plain
    chinese = terminal("author", f"--lang zh document show {OTHER}", human=True).out
    assert "under_way: A/0 审核中，自 2026-03-02" in chinese
    assert "；无人可签：management-representative" in chinese
