"""The pages of documents that come from paper, looked at; without script too."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from docctl.rules import incoming
from docctl.usecases.documents.taking_over import take_over_document
from tests.support.browser import Desk
from tests.support.on_paper import NUMBER, PAPER, book, list_rows, packed, taken_over
from tests.support.sites import World


def refused(page: Page) -> None:
    """A table with a fault, looked at."""
    rows = list_rows(3)
    rows[1][3] = "没有的层次"
    table = book(incoming.MASTER_LIST, rows)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("#file", {"name": "list.xlsx", "mimeType": kind, "buffer": table})
    files = packed({"a.md": PAPER.text.data})
    page.set_input_files("#files", {"name": "a.zip", "mimeType": "application/zip", "buffer": files})
    page.click("button[name=look]")
    expect(page.locator("main [role=alert]")).to_be_visible()


def opened(page: Page) -> None:
    page.click("summary:has-text('Excel')")


@pytest.mark.long
def test_pages_of_documents_from_paper_are_sound(desk: Desk, sqlite_world: World) -> None:
    desk.look("take_over", "/documents/take-over", "controller")
    desk.look("take_over_list", "/documents/import", "controller")
    desk.look("take_over_list", "/documents/import", "controller", state="refused", before=refused)
    take_over_document(sqlite_world.as_("controller"), lambda: PAPER, reason="建站接收")
    desk.look("take_over_compare", f"/documents/{NUMBER}/sign", "head")
    assert desk.faults == []


@pytest.mark.long
def test_a_document_from_paper_says_so(desk: Desk, sqlite_world: World) -> None:
    taken_over(sqlite_world)
    desk.look("copies_take_over", "/copies/take-over", "controller")
    desk.look("people_add", "/people/add-several", "admin", state="excel", before=opened)
    desk.look("taken_over", f"/documents/{NUMBER}", "staff")
    desk.look("taken_over", f"/documents/{NUMBER}?on={date(2020, 1, 1)}", "staff", state="past")
    assert desk.faults == []
