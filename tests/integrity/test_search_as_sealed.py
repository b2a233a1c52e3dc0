"""Search shows what was issued: a line that somebody altered in its tables is found and made anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from docctl.door import transaction
from docctl.ledger.finding import What
from docctl.models.documents import Revision
from docctl.queries.documents.search import find_text
from docctl.queries.integrity import check_site
from docctl.standing import find
from docctl.store import search_seals
from docctl.usecases.site import upgrading
from tests.support.sites import World, issue, procedure

NUMBER, OTHER = "LX-CX-2019-101", "LX-CX-2019-102"

ALTERED = [
    "UPDATE search_section SET body = replace(body, '24', '48') WHERE document_id = {id}",
    "UPDATE search_section SET clause = '9.9' WHERE document_id = {id}",
    "UPDATE search_document SET title = '另一份文件' WHERE document_id = {id}",
    "UPDATE search_document SET number = 'LX-CX-2019-999' WHERE document_id = {id}",
    "DELETE FROM search_section WHERE document_id = {id}",
    "DELETE FROM search_document WHERE document_id = {id}",
    ";".join(
        f"DELETE FROM search_{each} WHERE document_id = {{id}}" for each in ("document", "section", "seal")
    ),
    "UPDATE search_seal SET seal = '00' WHERE document_id = {id}",
    "DELETE FROM search_seal WHERE document_id = {id}",
]


def _issued(world: World, number: str) -> Revision:
    session = world.as_("controller").session
    session.rollback()
    return find.revisions(session, find.document(session, number).id)[-1]


@pytest.mark.rule("DC-73")
def test_whatever_is_altered_in_the_index_is_found_and_made_anew(world: World) -> None:
    """Attack: another figure is shown to whoever searches, while all that was approved stays as it is."""
    issue(world, procedure(NUMBER, extra="24小时内回复。"))
    issue(world, procedure(OTHER))
    key = _issued(world, NUMBER).id
    assert check_site(world.site).ok
    for planted in ALTERED:
        with transaction.note(world.site) as session:
            for statement in planted.format(id=key).split(";"):
                session.execute(text(statement))
        (finding,) = check_site(world.site, fsck=False).findings
        assert (finding.what, finding.where) == (What.INDEX, f"search_document {key}"), planted
        assert finding.said.values["number"] == f"{NUMBER} A/0"
        upgrading.upgrade_site(world.site, system_user="tester")
        assert check_site(world.site, fsck=False).ok, planted
    assert find_text(world.as_("staff"), "24小时内回复")


def test_a_text_that_somebody_puts_into_the_index_is_found(sqlite_world: World) -> None:
    issue(sqlite_world, procedure(NUMBER))
    with transaction.note(sqlite_world.site) as session:
        session.execute(
            text(
                "INSERT INTO search_section (id, document_id, language, clause, body, words)"
                " VALUES (900, 77, 'zh', '1', '可以不签', '')"
            )
        )
        search_seals.put(session.connection(), b"a key of one's own", 77, "zh")
    (finding,) = check_site(sqlite_world.site).findings
    assert (finding.what, finding.where) == (What.INDEX, "search_document 77")
    with transaction.note(sqlite_world.site) as session:
        session.execute(text("DELETE FROM search_section WHERE id = 900"))
    (left,) = check_site(sqlite_world.site).findings
    assert left.where == "search_document 77", "a seal without its text"


def test_what_governs_until_a_later_revision_takes_over_is_found_on_each_of_its_days(world: World) -> None:
    issue(world, procedure(NUMBER, extra="甲方案。"))
    today = world.clock().date()
    for n, extra in enumerate(("乙方案。", "丙方案。"), 1):
        issue(world, procedure(NUMBER, extra=extra), effective=today + timedelta(days=10 * n), save=True)
    staff = world.as_("staff")
    assert [bool(find_text(staff, f"{each}方案")) for each in "甲乙丙"] == [True, False, False]
    world.clock.now += timedelta(days=12)
    staff = world.as_("staff")
    assert [bool(find_text(staff, f"{each}方案")) for each in "甲乙丙"] == [False, True, False]
    assert check_site(world.site, fsck=False).ok
