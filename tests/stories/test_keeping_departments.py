"""What belongs to one department: the manual to administration, the filed copies of each to its clerk."""

from __future__ import annotations

from importlib.resources import files

import pytest

from docctl.errors import Forbidden, Invalid
from docctl.rules.roles import Role
from docctl.store.material import Material, of_procedure
from docctl.store.source import Procedure, read_procedure
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from docctl.usecases.site import configuring
from tests.support.pages import hidden_fields, reader, rows_of, text_of
from tests.support.sites import PASSWORD, PROCEDURE, World, issue, procedure
from tests.support.terminal import Terminal

NUMBER, MANUAL = "LX-CX-2019-101", "LX-SH-2019"
SECTIONS = "\n# 6 颁布令\n\n令。\n\n# 7 手册控制\n\n控。\n\n# 8 文件和记录控制\n\n记。\n"


def manual() -> Material:
    text = PROCEDURE.format(number=MANUAL, title="手册", title_en="Manual", hours=24, extra="") + SECTIONS
    text = text.replace("level: procedure", "level: manual").replace(
        f"references: [{MANUAL}, ", "references: ["
    )
    return of_procedure(read_procedure(text.encode(), {}, {}))


def in_force(world: World) -> None:
    """The manual, with the signatures that it needs; and a second controller, of the quality department."""
    drafting.register_document(world.as_("author"), manual)
    drafting.submit_revision(world.as_("author"), MANUAL, reason="首次发布")
    approving.sign_revision(world.as_("rep"), MANUAL)
    approving.sign_revision(world.as_("gm"), MANUAL)
    issuing.issue_revision(world.as_("controller"), MANUAL)
    issue(world, procedure())
    admin, roles = world.as_("admin"), [Role.DOCUMENT_CONTROLLER]
    accounts.add_user(
        admin, "second", name="文控孙", department="quality", roles=roles, password=PASSWORD, lasting=True
    )


@pytest.mark.rule("DC-54")
def test_the_manual_is_handed_out_and_asked_back_by_the_administration_department_alone(world: World) -> None:
    in_force(world)
    second, own = world.as_("second"), world.as_("controller")
    handing.issue_copies(second, NUMBER, holders=["sales"])
    handing.recall_copy(second, f"{NUMBER}#001", reason="换页")
    with pytest.raises(Forbidden, match=r"of the department that keeps such documents \(administration\)"):
        handing.issue_copies(second, MANUAL, holders=["sales"])
    handing.issue_copies(own, MANUAL, holders=["sales"])
    desk = reader(world, "second")
    assert desk.get("/copies/issue", document=MANUAL).status_code == 403
    assert "/recall" not in desk.get(f"/copies/{MANUAL}%23001").text
    for verb in ("recall", "replace", "lose"):
        assert desk.get(f"/copies/{MANUAL}%23001/{verb}").status_code == 403
    handing.recall_copy(own, f"{MANUAL}#001", reason="换页")


@pytest.mark.rule("DC-09")
def test_so_are_administrative_documents_of_any_level_by_what_was_issued(sqlite_world: World) -> None:
    in_force(sqlite_world)
    second, own = sqlite_world.as_("second"), sqlite_world.as_("controller")
    handing.issue_copies(second, NUMBER, holders=["sales"])
    plain = procedure(extra="一。")
    assert isinstance(plain.content, Procedure)
    head = plain.content.raw.replace(
        b"\nlevel: procedure\n", b"\nlevel: procedure\nclass: administrative\n", 1
    )
    administrative = of_procedure(read_procedure(head, {}, {}))
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: administrative)
    handing.issue_copies(second, NUMBER, holders=["quality"])  # a draft changes nothing
    drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="归类")
    approving.sign_revision(sqlite_world.as_("rep"), NUMBER)
    issuing.issue_revision(own, NUMBER)
    with pytest.raises(Forbidden, match=r"of the department that keeps such documents \(administration\)"):
        handing.issue_copies(second, NUMBER, holders=["sales"])
    (copy,) = handing.issue_copies(own, NUMBER, holders=["staff"])
    with pytest.raises(Forbidden):
        handing.recall_copy(second, copy.number, reason="换页")
    handing.recall_copy(own, copy.number, reason="换页")


def test_which_department_that_is_the_site_decides(sqlite_world: World) -> None:
    in_force(sqlite_world)
    plain = (files("docctl") / "site.yaml").read_text("utf-8")
    own = sqlite_world.as_("controller")
    with pytest.raises(Invalid, match="none of the departments"):
        configuring.configure_site(
            own, plain.replace("administration: administration", "administration: x").encode()
        )
    configuring.configure_site(own, plain.replace("administration: administration\n", "").encode())
    handing.issue_copies(sqlite_world.as_("second"), MANUAL, holders=["sales"])


@pytest.mark.rule("DC-10")
def test_the_clerk_of_a_department_signs_for_files_and_takes_back_its_copies_and_no_others(
    world: World,
) -> None:
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "technical"])
    accounts.change_user_roles(world.as_("admin"), "staff", grant=["document-clerk"])
    clerk, one, two = reader(world, "staff"), f"/copies/{NUMBER}%23001", f"/copies/{NUMBER}%23002"
    assert clerk.send(f"{one}/acknowledge").status_code == 302
    assert clerk.send(f"{one}/place", place="销售部 资料柜").status_code == 302
    assert "Register the return" in text_of(clerk.get(one).text)
    assert clerk.send(f"{one}/return").status_code == 302
    assert clerk.get(two).status_code == 404
    world.forget()
    with pytest.raises(Forbidden):
        handing.return_copy(world.as_("staff"), f"{NUMBER}#002")
    with pytest.raises(Forbidden, match="document-clerk"):
        handing.return_copy(world.as_("verifier2"), f"{NUMBER}#001")


def told(world: World, login: str) -> list[list[str]]:
    """Department and number of changes: what somebody is told of the lists."""
    page = reader(world, login).get("/inbox").text
    _, found, part = page.partition('<section id="list_changes"')
    rows = rows_of(part.partition("</section>")[0]) if found else []
    return [[row[0], row[2]] for row in rows]


@pytest.mark.rule("DC-58")
def test_administration_is_told_of_every_change_of_a_departments_list_until_it_takes_note(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    in_force(world)
    own = world.as_("controller")
    handing.issue_copies(own, NUMBER, holders=["sales", "technical", "gm"])
    handing.acknowledge_copy(own, f"{NUMBER}#001")
    handing.return_copy(own, f"{NUMBER}#001")
    assert told(world, "controller") == [["Sales", "2"], ["Technical", "1"]]
    assert told(world, "second") == told(world, "staff") == [], "quality is not administration"
    desk = reader(world, "controller")
    page = desk.get("/copies/notices/take")
    handing.issue_copies(own, NUMBER, holders=["finance"])
    keys = hidden_fields(page.text)
    assert desk.post("/copies/notices/take", **keys).status_code == 302
    assert told(world, "controller") == [["Finance", "1"]], "what came after the page was shown stays"
    assert sqlite_terminal("second", "notice take").code == 3
    assert sqlite_terminal.ok("controller", "notice take") == {"departments": {"finance": 1}}
    assert sqlite_terminal("controller", "notice take").code == 4
    lines = sqlite_terminal.ok("auditor", "report list-changes --department sales")["lines"]
    assert [(line["copy"], line["action"]) for line in lines] == [
        (f"{NUMBER}#001", "return"),
        (f"{NUMBER}#001", "issue"),
    ]
