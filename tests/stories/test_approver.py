"""Two clauses name an approver for regulations: a finding on the configuration until somebody confirms one."""

from __future__ import annotations

import pytest

from docctl.errors import Forbidden, WrongState
from docctl.queries.documents.draft_findings import saved_findings
from docctl.usecases.documents import drafting
from docctl.usecases.site.configuring import configure_site
from docctl.usecases.site.confirming import confirm_site
from tests.stories.test_card import SITE, text
from tests.support.pages import reader
from tests.support.sites import World
from tests.support.terminal import run

CHAIN = "  regulation:\n    - {meaning: prepare, who: [author]}\n    - {meaning: approve, who: [management-representative]}"


def findings(world: World) -> list[str]:
    said = ["--site", str(world.site.path), "--as", "staff", "--json", "site", "findings"]
    return [f"{found['rule']} {found['level']}" for found in run(*said, clock=world.clock)["findings"]]


@pytest.mark.rule("DC-23")
def test_the_approver_of_regulations_is_a_finding_until_somebody_confirms_it(world: World) -> None:
    assert findings(world) == ["DC-23 regulation"]
    draft = drafting.register_document(world.as_("author"), lambda: text("Q/LX 1-2019", "regulation"))
    assert "DC-23" in [found["rule"] for found in saved_findings(world.as_("author"), draft.id)]
    page = reader(world, "controller", "zh")
    told = page.get("/approvers").text
    for word in ("3.2 为管理者代表", "4.2.4 为主管经理", "现行审批流程为管理者代表"):
        assert word in told
    form = "/approvers/regulation/confirm"
    assert page.send(form, reason=" ").status_code == 422
    with pytest.raises(WrongState, match="nothing is to be confirmed"):
        confirm_site(world.as_("controller"), "procedure", reason="x")
    with pytest.raises(Forbidden):
        confirm_site(world.as_("rep"), "regulation", reason="x")
    assert findings(world) == ["DC-23 regulation"]
    assert page.send(form, reason="与 3.2 一致").status_code == 302
    assert findings(world) == []
    assert "与 3.2 一致" in page.get("/approvers").text
    assert page.get(form).status_code == 200

    assert CHAIN in SITE.decode()
    other = SITE.decode().replace(CHAIN, CHAIN.replace("management-representative", "manager-in-charge"))
    world.forget()
    configure_site(world.as_("controller"), other.encode())
    assert findings(world) == ["DC-23 regulation"]
