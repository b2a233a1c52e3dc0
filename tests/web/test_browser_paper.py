"""Paper by another door: what a browser prints of a page. Nothing is cut, and every sheet says what it is."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from playwright.sync_api import Page

from docctl.door import transaction
from docctl.usecases.copies import handing
from docctl.usecases.documents import drafting
from docctl.usecases.records import sealing
from tests.support.browser import Desk
from tests.support.paper import plain
from tests.support.sites import World, issue, procedure, template
from tests.support.written_records import FIRST, completed

NUMBER = "LX-CX-2019-101"
LONG = "关于售后服务过程中受控文件的编制审核会签批准发放回收和作废销毁的控制程序"
# The width of what is printed on A4 between the margins of office.css, in CSS pixels.
SHEET = 688
# What is of a document or record: its print says that it governs no work, and when it expires.
OF_A_DOCUMENT = [
    ("staff", f"/documents/{NUMBER}"),
    ("staff", f"/documents/{NUMBER}/revisions/A-0"),
    ("staff", f"/documents/{NUMBER}/redline"),
    ("rep", f"/documents/{NUMBER}/sign"),
    ("author", "/documents/LX-CX-2019-102/draft/save"),
    ("author", "/documents/LX-CX-2019-102/submit"),
    ("staff", "/documents/LX-R-101"),
    ("controller", f"/records/{FIRST}"),
]
OTHERS = [
    ("auditor", f"/trace/{FIRST}"),
    ("auditor", f"/trace/{NUMBER}"),
    ("controller", "/documents"),
    ("controller", f"/documents/{NUMBER}/revisions"),
    ("controller", f"/documents/{NUMBER}/use"),
    ("auditor", f"/documents/{NUMBER}/trail"),
    ("controller", "/copies"),
    ("controller", f"/copies/{NUMBER}%23001"),
    ("controller", f"/copies/reconcile?document={NUMBER}"),
    ("controller", "/records"),
    ("controller", "/inbox"),
    ("auditor", "/ledger"),
    ("auditor", "/ledger/20"),
    ("auditor", "/ledger/check"),
    ("admin", "/people"),
    ("admin", "/permissions"),
]
CUT = """() => {
  const wide = document.documentElement.clientWidth;
  const shown = [...document.body.querySelectorAll('*')].filter((e) => e.getClientRects().length);
  const name = (e) => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`;
  const out = shown.filter((e) => !e.closest('.across, .visually-hidden, svg, .skip, option')
                                  && e.getBoundingClientRect().right > wide + 1);
  const inside = shown.filter((e) => {
    const look = getComputedStyle(e);
    return !e.matches('.visually-hidden, .visually-hidden *, input, select, textarea, .on-paper *, .across')
      && [look.overflowX, look.overflowY].some((o) => o !== 'visible')
      && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
  });
  return [...out, ...inside].map(name);
}"""


def whole_site(world: World) -> None:
    """Two revisions and one in review, copies, a sealed record, a draft: the long titles of real documents."""
    issue(world, procedure(title=LONG))
    issue(world, template())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "quality", "staff"])
    record = completed(world)
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(world.as_("controller"), record)
    world.clock.advance(days=3)
    issue(world, procedure(title=LONG, hours=48, extra="反馈记入 LX-R-101。"), save=True)
    drafting.register_document(world.as_("author"), lambda: procedure("LX-CX-2019-102", title=LONG))
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(title=LONG, hours=36))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="期限太长")
    transaction.make_checkpoint(world.site, world.clock())


def printed(page: Page) -> list[str]:
    """The words of each sheet that the browser prints, without blanks."""
    document = pypdfium2.PdfDocument(BytesIO(page.pdf(prefer_css_page_size=True)))
    return [plain(sheet.get_textpage().get_text_bounded()) for sheet in document]


def cut(page: Page) -> list[str]:
    """What would not be whole on paper."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 900})
    found: list[str] = page.evaluate(CUT)
    page.emulate_media(media="null")  # as the browser would have it
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


@pytest.mark.regulation("A11-09", "DI-17", "GD-05")
@pytest.mark.rule("DC-43")
@pytest.mark.long
@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_a_browser_prints_is_whole_and_says_on_every_sheet_what_it_is(
    desk: Desk, sqlite_world: World, language: str
) -> None:
    whole_site(sqlite_world)
    rooms: dict[str, Page] = {}
    faults: list[str] = []
    for login, path in [*OF_A_DOCUMENT, *OTHERS]:
        if login not in rooms:
            rooms[login] = desk.sit_down(login, language=language)
        page = rooms[login]
        answer = page.goto(path)
        assert answer is not None
        if answer.status != 200:
            faults.append(f"{path}: {answer.status}")
            continue
        faults += [f"{path}: {what}" for what in cut(page)]
        wanted = [f"({login})" if language == "en" else f"（{login}）", "2026-03-05"]
        if (login, path) in OF_A_DOCUMENT:
            wanted += ["非受控", "UNCONTROLLED", "2026-03-12"]
        sheets = printed(page)
        assert sheets
        for number, sheet in enumerate(sheets, 1):
            faults += [f"{path} sheet {number}: no {word}" for word in wanted if word not in sheet]
    assert "\n".join(faults) == ""
