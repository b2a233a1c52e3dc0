"""Where the codes on paper lead is decided by the site, and by nobody who can write a file of its machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docctl.door.site import Site
from docctl.errors import Diverged, Invalid, WrongState
from docctl.queries.copies import printing
from docctl.queries.integrity import check
from docctl.queries.site.company import address_on_paper
from docctl.standing import find
from docctl.standing.configuration import configuration
from docctl.usecases.copies import disposing, handing
from docctl.usecases.people import accounts
from docctl.usecases.site import configuring
from tests.support.paper import ADDRESS, NUMBER, codes, picture
from tests.support.sites import World

COPY = f"{NUMBER}#002"


@pytest.mark.regulation("P11-10a")
def test_codes_on_paper_lead_where_the_site_decided_and_not_where_a_file_says(paper_world: World) -> None:
    """Attack: whoever can write docctl.toml sends every phone to a page of their own."""
    before = printing.copy_print(paper_world.as_("controller"), COPY)
    site = paper_world.site
    paper_world.site = replace(site, settings=replace(site.settings, public_url="https://evil.example"))
    paper_world.forget()
    site.library.close()
    assert printing.copy_print(paper_world.as_("controller"), COPY).data == before.data
    (new,) = handing.issue_copies(paper_world.as_("controller"), NUMBER, holders=["finance"])
    made = printing.copy_print(paper_world.as_("controller"), new.number)
    assert not any("evil" in code for code in codes(picture(made.data, 0)))
    (found,) = [each for each in check(paper_world.as_("auditor")).findings if each.where == "docctl.toml"]
    assert found.what == "address differs"
    assert {"https://evil.example", ADDRESS} <= set(found.said.values.values())


def test_an_address_that_the_site_decides_anew_would_be_another_print(paper_world: World) -> None:
    office, wrong = paper_world.as_("controller"), {"public_address": "new.example"}
    with pytest.raises(Invalid, match="http://"):
        configuring.configure_site(office, wrong)
    configuring.configure_site(office, {"public_address": "https://new.example/"})
    assert configuration(office.session)["public_address"] == "https://new.example"
    with pytest.raises(WrongState, match="docctl copy replace"):
        printing.copy_print(paper_world.as_("controller"), COPY)
    disposing.replace_copy(paper_world.as_("controller"), COPY, reason="网址已改")
    after = printing.copy_print(paper_world.as_("controller"), COPY)
    assert any(code.startswith("https://new.example/c/") for code in codes(picture(after.data, 0)))


def test_the_first_copy_binds_the_address_that_it_bears(paper_world: World) -> None:
    assert find.public_address(paper_world.as_("controller").session) == ADDRESS
    silent = replace(paper_world.site, settings=replace(paper_world.site.settings, public_url=""))
    assert address_on_paper(silent) == ADDRESS, "nobody is told that copies are for trial"


@pytest.mark.regulation("P11-10a")
def test_nothing_is_written_under_a_key_that_the_ledger_does_not_name(world: World) -> None:
    """Attack: docctl.toml names a key of the attacker's own."""
    world.site.library.close()
    foreign = replace(world.site.settings, public_key=world.site.settings.public_key[:-4] + "AAA=")
    world.site = Site(world.site.path, foreign, world.site.engine, world.site.readers, world.clock)
    with pytest.raises(Diverged, match="the ledger"):
        accounts.set_user_password(world.as_("admin"), "staff", "another long password 7")
