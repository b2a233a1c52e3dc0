"""Pages in a real browser: Debian's Chromium before a real server, looked at in two widths and two languages.

`look` opens a page, asks axe-core, the console and the scroll bars, and keeps a picture. The pictures of a page
are put together into build/contact-sheet/PAGE.png. Without a browser the tests are skipped; where CI=true they
fail.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress import create_server, wasyncore

from docctl.door.site import Site
from docctl.render import typefaces
from docctl.start import machine
from tests.support.pages import app_of, hidden_fields
from tests.support.sites import PASSWORD, World

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {360: 740, 1280: 800}
# What axe-core asks depends on the width, hardly on the language: each width once.
ASKED_OF_AXE = {(360, "zh"), (1280, "en")}
# Without a Chinese typeface each sign would be the same empty box: nothing to look at, and none to find in a print.
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{}</dir></fontconfig>
"""
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
AXE = Axe().axe_script
BUILD = Path(__file__).parents[2] / "build"
SHOTS, SHEETS = BUILD / "shots", BUILD / "contact-sheet"
CUT = """() => [...document.querySelectorAll('.table.cards td, .table.cards tbody th')]
  .filter((cell) => getComputedStyle(cell).display === 'flow-root' && cell.scrollWidth > cell.clientWidth)
  .map((cell) => cell.innerText)"""
SIDEWAYS = """() => innerWidth < 1280 ? [] : [...document.querySelectorAll('table.cards')]
  .filter((table) => table.parentElement.scrollWidth > table.parentElement.clientWidth + 1)
  .map((table) => table.tHead ? table.tHead.innerText : table.innerText.slice(0, 80))"""
SEEN = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of a process. It has the typefaces of the prints, as a machine in China has its own."""
    program = machine.browser()
    if program is None:
        name = machine.BROWSERS[0].name
        reason = f"{name} is missing: apt-get install {name} (as root)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    (folder := fonts.with_name("files")).mkdir()
    typefaces.lay_ready(folder)
    fonts.write_text(_FONTS.format(escape(str(folder))), "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program), args=FLAGS, env={**os.environ, "FONTCONFIG_FILE": str(fonts)}
        )
        yield browser
        browser.close()


@dataclass
class Desk:
    """A browser before the pages of one world."""

    browser: Browser
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    """What `look` found. A test asks for it when it has seen all its pages, so that one run tells all of them."""
    rooms: dict[tuple[str | None, str], Page] = field(default_factory=dict)
    """For `look`: one for each person and language, so that style sheets are fetched and sessions begun once."""

    def sit_down(self, login: str | None, *, width: int = 1280, language: str = "en") -> Page:
        """A window of somebody's own, signed in."""
        page = self._window(language, width)
        if login is not None:
            _sign_in(page, login)
            page.goto("/inbox")
        return page

    def look(
        self,
        name: str,
        path: str,
        login: str | None,
        *,
        state: str = "full",
        status: int = 200,
        before: Callable[[Page], None] | None = None,
    ) -> None:
        """See the page at 360 and 1280 px in both languages; what is unsound in any of them is a fault.

        `before` does something on the page first, such as sending a form that is refused.
        """
        expected = {status} if before is None else set(range(400, 500))
        self.looked_at.add(name)
        for language in LANGUAGES:
            page = self._room(login, language)
            with _watched(page, expected) as complaints:
                self._go_to(page, path, login, status)
                if before is not None:
                    before(page)
                    page.wait_for_load_state()
                faults = []
                for width, height in WIDTHS.items():
                    page.set_viewport_size({"width": width, "height": height})
                    _keep(page, name, f"{state}-{width}-{language}")
                    found = too_wide(page) + (by_axe(page) if (width, language) in ASKED_OF_AXE else [])
                    faults += [f"{width} px: {fault}" for fault in found]
                faults += complaints
            self.faults += [f"{path} ({language}): {fault}" for fault in faults]

    def close(self) -> None:
        """Close all windows, and put the pictures together."""
        for context in self.contexts:
            context.close()
        for name in self.looked_at:
            _sheet(name)

    def _room(self, login: str | None, language: str) -> Page:
        if (login, language) not in self.rooms:
            self.rooms[login, language] = self._window(language, 1280)
        page = self.rooms[login, language]
        page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
        return page

    def _window(self, language: str, width: int) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 800)},
            locale=LANGUAGES[language],
            base_url=self.address,
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        return context.new_page()

    def _go_to(self, page: Page, path: str, login: str | None, status: int) -> None:
        """The page, by somebody who may have signed in at an earlier look; a session can have ended since."""
        if login is not None and not page.context.cookies():
            _sign_in(page, login)
        answer = page.goto(path)
        if login is not None and "/sign-in" in page.url:
            _sign_in(page, login)
            answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"


def _sign_in(page: Page, login: str) -> None:
    """Without a window; that people can sign in on the page is a test of its own."""
    hidden = hidden_fields(page.request.get("/sign-in").text())
    page.request.post("/sign-in", form={**hidden, "login": login, "password": PASSWORD})
    assert page.context.cookies(), f"{login} cannot sign in"


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The address at which the pages of `site` are served while this lasts."""
    sockets: dict[int, Any] = {}
    server = create_server(app_of(site), map=sockets, host="127.0.0.1", port=0, threads=4)
    over = threading.Event()
    thread = threading.Thread(target=answer, args=(server, sockets, over), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        over.set()
        server.pull_trigger()
        thread.join()


def answer(server: Any, sockets: dict[int, Any], over: threading.Event) -> None:
    """Until it is over. Whoever still answers comes to an end before what they answer on is closed."""
    while not over.is_set():
        wasyncore.loop(map=sockets, count=1)
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets, ignore_all=True)


@pytest.fixture
def desk(chromium: Browser, sqlite_world: World) -> Iterator[Desk]:
    """A browser before the pages of `sqlite_world`."""
    with served(sqlite_world.site) as address:
        there = Desk(chromium, address)
        yield there
        there.close()
        assert there.faults == [], "a test that looks has to ask for the faults at its end"


def unsound(page: Page) -> list[str]:
    """What axe-core finds, and a page that is wider than its window."""
    return by_axe(page) + too_wide(page)


def by_axe(page: Page) -> list[str]:
    """What axe-core finds. Asked for that alone: all that it found right is megabytes."""
    page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": list(SEEN)}, "resultTypes": ["violations"]}
    violations = page.evaluate("(options) => axe.run(options).then((found) => found.violations)", options)
    return [
        f"axe {v['id']}: {v['help']}: {', '.join(str(n['target']) for n in v['nodes'])} "
        f"{v['nodes'][0].get('failureSummary', '')}"
        for v in violations
    ]


def too_wide(page: Page) -> list[str]:
    """A page that is wider than its window; what is cut off in the cards that a table is on a phone, and in a list.

    Tables of a text have the width that their author gave them.
    """
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"the page is {wide} px wider than its window"] if wide > 0 else []
    found += [f"cut off at the edge of its card: {text}" for text in page.evaluate(CUT)]
    return found + [f"a table is moved sideways to be read: {text}" for text in page.evaluate(SIDEWAYS)]


def query(**asked: str) -> str:
    """`?` and the query."""
    return "?" + urlencode(asked)


@contextmanager
def _watched(page: Page, expected: set[int]) -> Iterator[list[str]]:
    """What the console says meanwhile. That a page answers with an expected status is no complaint."""
    complaints: list[str] = []

    def note(message: Any) -> None:
        if message.type in {"error", "warning"}:
            status = f"status of {message.text.partition('status of ')[2][:3]}"
            if status not in {f"status of {code}" for code in expected}:
                complaints.append(f"console: {message.text}")

    def note_error(error: Any) -> None:
        complaints.append(f"error: {error}")

    page.on("console", note)
    page.on("pageerror", note_error)
    yield complaints
    page.remove_listener("console", note)
    page.remove_listener("pageerror", note_error)


def _keep(page: Page, name: str, view: str) -> None:
    folder = SHOTS / name
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{view}.jpg", type="jpeg", quality=85, full_page=True)


def _sheet(name: str) -> None:
    """All pictures of a page side by side, a state a row; the long ones are cut."""
    shots = sorted((SHOTS / name).glob("*.jpg"))
    rows: dict[str, list[Image.Image]] = {}
    for shot in shots:
        with Image.open(shot) as opened:
            picture = opened.convert("RGB")
        rows.setdefault(shot.stem.split("-")[0], []).append(
            picture.crop((0, 0, picture.width, min(picture.height, 1600)))
        )
    gap = 16
    width = max(sum(p.width + gap for p in row) for row in rows.values()) + gap
    height = sum(max(p.height for p in row) + gap for row in rows.values()) + gap
    sheet = Image.new("RGB", (width, height), "#888")
    top = gap
    for row in rows.values():
        left = gap
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + gap
        top += max(p.height for p in row) + gap
    SHEETS.mkdir(parents=True, exist_ok=True)
    part = SHEETS / f".{name}-{os.getpid()}.png"
    sheet.save(part, compress_level=1)
    part.replace(SHEETS / f"{name}.png")
