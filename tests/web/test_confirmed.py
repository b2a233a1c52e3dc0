"""Signing and ending things on pages: the password in the same request, for each such act, and the door behind it."""

from __future__ import annotations

import pytest

from docctl.door import accounts
from docctl.errors import Unproved
from docctl.rules.actions import CONFIRMED
from docctl.rules.surfaces import SURFACES
from docctl.standing import find
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.records import sealing
from tests.support.pages import app_of, reader
from tests.support.shell import shell
from tests.support.sites import World, issue, procedure
from tests.support.written_records import completed, forms_in_force

NUMBER = "LX-CX-2019-101"


def test_each_confirmed_act_has_a_page(sqlite_world: World) -> None:
    app = app_of(sqlite_world.site)
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    of_pages = {SURFACES[a].web for a in CONFIRMED} - {None}
    assert of_pages <= posts


@pytest.mark.parametrize("password", ["", "not it"])
def test_an_issue_with_the_session_alone_changes_nothing(world: World, password: str) -> None:
    drafting.register_document(world.as_("author"), procedure)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    approving.sign_revision(world.as_("rep"), NUMBER)
    desk = reader(world, "controller")
    refused = desk.send(f"/documents/{NUMBER}/issue", effective="2026-03-02", password=password)
    assert refused.status_code in (401, 403, 422), refused.status
    document = find.document(world.as_("auditor").session, NUMBER)
    assert find.newest_revision(world.as_("auditor").session, document).state == "approved"
    assert desk.send(f"/documents/{NUMBER}/issue", effective="2026-03-02").status_code == 302


@pytest.mark.regulation("P11-200a1")
def test_whoever_gave_no_password_neither_signs_nor_ends_anything(world: World) -> None:
    """The door itself, whichever way somebody came: it looks at what was written."""
    forms_in_force(world)
    number = completed(world)
    session_only = {
        login: accounts.reader(world.site, login, channel="web")
        for login in ("controller", "verifier", "rep")
    }
    before = world.as_("auditor").session
    with pytest.raises(Unproved):
        sealing.void_record(session_only["controller"], number, reason="重复")
    with pytest.raises(Unproved):
        issuing.withdraw_document(session_only["controller"], NUMBER, reason="不再使用")
    before.rollback()
    assert find.document(before, NUMBER).withdrawn_day is None
    for ctx in session_only.values():
        ctx.close()


@pytest.mark.regulation("P11-200a1")
def test_wrong_passwords_at_what_ends_something_are_in_the_ledger(world: World) -> None:
    issue(world, procedure())
    reader(world, "controller").send(f"/documents/{NUMBER}/withdraw", reason="不再使用", password="no")
    with shell(world) as run:
        (body,) = run("SELECT body FROM ledger_event ORDER BY seq DESC LIMIT 1")[0]
    assert b'"act":"document.withdraw.refused"' in bytes(body)
