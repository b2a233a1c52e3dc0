"""A search index whose words were cut by the rules of an earlier docctl: told, and made anew by `site upgrade`."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from docctl.door import transaction
from docctl.errors import Busy, WrongState
from docctl.queries.documents.search import find_text
from docctl.usecases.site import upgrading
from tests.support.sites import World, issue, procedure
from tests.support.terminal import run


def test_an_index_of_an_earlier_docctl_is_made_anew_and_finds_what_it_did_not(world: World) -> None:
    number = issue(world, procedure(extra="按 ISO 9001 执行。"))
    transaction.make_checkpoint(world.site, world.clock())
    with transaction.note(world.site) as session:
        session.execute(text("UPDATE search_document SET title = '1' WHERE document_id = 0"))
        session.execute(text("DELETE FROM search_document WHERE document_id > 0"))
    with pytest.raises(Busy, match="docctl site upgrade --apply"):
        find_text(world.as_("staff"), "ISO9001")
    world.forget()
    answer = run("--site", str(world.site.path), "site", "upgrade", env=world.environ, clock=world.clock)
    assert answer.out.splitlines()[0] == "The search index is made anew."
    upgrading.upgrade_site(world.site, system_user="tester")
    assert {hit["number"] for hit in find_text(world.as_("staff"), "ISO9001")} == {number}
    with pytest.raises(WrongState, match="nothing to migrate"):
        upgrading.upgrade_site(world.site, system_user="tester")
