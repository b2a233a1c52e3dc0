"""The style sheet of the office is a part of Tabler's: made by a script, up to date, and nothing in it is missed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from docctl.usecases.copies import handing
from tests.support import styles
from tests.support.browser import Desk
from tests.support.sites import World, issue, procedure, template

NUMBER = "LX-CX-2019-101"
FULL = "/static/vendor/tabler/1.6.1/tabler.min.css"
ELEMENTS = 40
"""The least that a page has, or it was not there yet."""
# Kept in the page and compared there: the looks of all elements of a page are megabytes.
KEEP = """() => {
  window.looks = () => [...document.body.querySelectorAll('*'), document.body].map((element) => {
    const look = getComputedStyle(element);
    return element.tagName + '.' + element.className + ': '
      + [...look].filter((name) => !name.startsWith('--')).map((name) => name + ':' + look[name]).join(';');
  });
  window.before = window.looks();
  return window.before.length;
}"""
DIFFERS = """() => {
  const after = window.looks();
  return [after.length - window.before.length, window.before.filter((look, n) => look !== after[n])];
}"""


def test_the_style_sheet_is_what_the_script_makes_of_the_classes_that_pages_name() -> None:
    assert styles.SUBSET.read_text("utf-8") == styles.subset(), "run: python -m tests.support.styles"


def test_no_class_that_a_page_names_and_tabler_has_is_missing() -> None:
    known = styles.classes_of(styles.TABLER.read_text("utf-8"))
    kept = styles.classes_of(styles.SUBSET.read_text("utf-8"))
    assert {"btn", "btn-primary", "form-control", "table-responsive", "visually-hidden"} <= kept
    # Some of them Tabler knows only together with others that no page names.
    alone = set(re.findall(r"[,}]\.([A-Za-z_-][\w-]*)(?=[{:,])", styles.TABLER.read_text("utf-8")))
    assert {"btn", "row"} <= alone <= known
    assert styles.used_classes() & alone - kept == set()


def test_it_is_a_small_part() -> None:
    assert styles.SUBSET.stat().st_size < 60_000


@pytest.mark.long
def test_pages_look_the_same_with_all_of_tabler(desk: Desk, sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, template())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    pages = [
        ("controller", "/inbox"),
        ("controller", "/documents"),
        ("controller", f"/documents/{NUMBER}"),
        ("author", f"/documents/{NUMBER}/draft/save"),
        ("author", "/documents/register"),
        ("controller", f"/copies/issue?document={NUMBER}"),
        ("controller", f"/copies/{NUMBER}%23001"),
        ("controller", f"/copies/{NUMBER}%23001/recall"),
        ("staff", "/records/open"),
        ("admin", "/people/add"),
        ("admin", "/permissions"),
        ("auditor", "/ledger/5"),
        ("auditor", "/search?q=xyzzy"),
    ]
    rooms: dict[str, Page] = {}
    for login, path in pages:
        page = rooms.setdefault(login, desk.sit_down(login)) if login not in rooms else rooms[login]
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate(KEEP) > ELEMENTS, path
        page.evaluate(
            f"""() => new Promise((done) => {{
              const sheet = document.querySelector('link[href*="/tabler.css"]');
              sheet.addEventListener('load', done); sheet.href = '{FULL}';
            }})"""
        )
        assert page.evaluate(DIFFERS) == [0, []], path
