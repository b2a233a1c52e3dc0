"""A label that names a revision leads to that revision: every link of every page is looked at."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from docctl.queries.documents.reading import reading
from docctl.store.material import Material, of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.pages import Reader, reader, text_of
from tests.support.sites import PROCEDURE, World, _sqlite, issue, procedure, template
from tests.support.written_records import completed, forms_in_force, reported

NUMBER, OTHER, GONE, NEW = (f"LX-CX-2019-10{n}" for n in (1, 2, 3, 4))
FORM = "LX-R-101"
MOST_PAGES = 600
PEOPLE = ("controller", "auditor", "author")
LABEL = re.compile(r"(?<![\w/-])[A-Z]/\d+(?![\w/-])")
_LINK = re.compile(r'(?s)<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>')


@pytest.fixture(scope="module")
def rich(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A document with three revisions, one of them in review; one to come, one withdrawn; copies and records of each."""
    for world in _sqlite(sqlite_template, tmp_path_factory.mktemp("rich")):
        _fill(world)
        yield world


def _fill(world: World) -> None:
    controller = world.as_("controller")
    forms_in_force(world)
    handing.issue_copies(controller, NUMBER, holders=["sales", "quality", "staff"])
    completed(world)
    reported(world)
    issue(world, procedure(OTHER))
    issue(world, procedure(OTHER, hours=36), save=True, effective=date(2026, 3, 20))
    handing.issue_copies(controller, OTHER, holders=["sales"])
    issue(world, procedure(GONE))
    handing.issue_copies(controller, GONE, holders=["staff"])
    issuing.withdraw_document(controller, GONE, reason="不用了")
    issue(world, procedure(hours=48, extra="改。"), save=True)
    issue(world, template(), save=True)
    handing.issue_copies(controller, NUMBER, holders=["technical", "staff"])
    reported(world)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="更快")
    issue(world, dated())
    drafting.save_draft(world.as_("author"), OTHER, lambda: procedure(OTHER, hours=1))
    drafting.submit_revision(world.as_("author"), OTHER, reason="更快")
    approving.sign_revision(world.as_("rep"), OTHER)


def dated() -> Material:
    """A procedure that refers to one revision of another, which is not in force any more."""
    text = PROCEDURE.format(number=NEW, title="引用程序", title_en="Referring", hours=8, extra="")
    text = text.replace("references: [LX-SH-2019,", f"references: [{NUMBER} A/0, {OTHER},")
    return of_procedure(read_procedure(text.encode(), {}, {}))


def links(page: str) -> Iterator[tuple[str, str]]:
    """Where each link of a page leads, and what it says."""
    for address, said in _LINK.findall(page):
        yield unescape(address), text_of(said)


def pages(somebody: Reader) -> Iterator[tuple[str, str]]:
    """Every page that can be reached by links, from the inbox on."""
    waiting, seen = deque(["/inbox"]), {"/inbox"}
    while waiting:
        address = waiting.popleft()
        answer = somebody.get(address)
        assert answer.status_code < 500, address
        if answer.mimetype != "text/html":
            continue
        yield address, answer.text
        for there, _ in links(answer.text):
            parts = urlsplit(there)
            whole = parts.path + (f"?{parts.query}" if parts.query else "")
            if (
                parts.path.startswith("/")
                and whole not in seen
                and "as=xlsx" not in whole
                and "lang=" not in whole
            ):
                seen.add(whole)
                waiting.append(whole)
        assert len(seen) < MOST_PAGES, "the crawl does not end"


def named_by(address: str) -> set[str]:
    """The revisions that an address names."""
    parts = urlsplit(address)
    in_path = re.findall(r"/revisions/([^/]+)", unquote(parts.path))
    asked = [value for name, value in parse_qsl(parts.query) if name in {"from", "to", "label"}]
    return {label.replace("-", "/") for label in [*in_path, *asked]}


def misleading(address: str, said: str) -> bool:
    """Whether a link names a revision, and leads elsewhere than to that one."""
    labels = set(LABEL.findall(said))
    numbers = set(re.findall(r"LX-(?:CX-2019-\d+|R-\d+)(?![-\d#])", said))
    leads_to_number = all(f"/{number}/" in unquote(address) for number in numbers) or len(numbers) > 1
    return bool(labels) and (labels != named_by(address) or not leads_to_number)


@pytest.mark.rule("DC-107")
@pytest.mark.parametrize("login", PEOPLE)
def test_every_link_that_names_a_revision_leads_to_that_revision(rich: World, login: str) -> None:
    somebody = reader(rich, login, "en" if login == "auditor" else "zh")
    wrong, right = [], 0
    for address, page in pages(somebody):
        for there, said in links(page):
            if misleading(there, said):
                wrong.append(f"{address}: “{said}” leads to {there}")
            right += bool(LABEL.search(said))
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert right > 20, "the crawl met hardly a label"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"/documents/{NUMBER}", f"{NUMBER} A/0"),
        (f"/documents/{NUMBER}/revisions/A-1", f"{NUMBER} A/0"),
        (f"/documents/{OTHER}/revisions/A-0", f"{NUMBER} A/0"),
        (f"/documents/{NUMBER}/redline?from=A/0&to=A/1", "Changes since A/0 – A/2"),
    ],
)
def test_a_link_to_another_revision_would_be_seen(address: str, said: str) -> None:
    assert misleading(address, said)


@pytest.mark.regulation("Q9-18")
@pytest.mark.rule("DC-107")
def test_a_record_names_what_governed_it_and_beside_it_what_governs_now(rich: World) -> None:
    page = reader(rich, "auditor", "zh").get("/records/LX-R-101-2026-0001").text
    assert (f"/documents/{NUMBER}/revisions/A-0", f"{NUMBER} A/0") in set(links(page))
    assert (f"/documents/{FORM}/revisions/A-0", f"{FORM} A/0") in set(links(page))
    assert f"{NUMBER} A/0 （现行为 A/1 ）" in text_of(page)
    assert "/trace/LX-R-101-2026-0001" in {there for there, _ in links(page)}
    later = reader(rich, "auditor", "zh").get("/records/LX-R-101-2026-0003").text
    assert "现行为" not in text_of(later)


@pytest.mark.rule("DC-107")
def test_a_trace_leads_to_the_record_the_revisions_and_the_copies_in_its_picture_too(rich: World) -> None:
    page = reader(rich, "auditor").get("/trace/LX-R-101-2026-0001").text
    picture = re.findall(r"(?s)<svg.*?</svg>", page)[0]
    for part in (page.replace(picture, ""), picture):
        there = {address for address, _ in links(part)}
        assert there >= {
            "/records/LX-R-101-2026-0001",
            f"/documents/{FORM}/revisions/A-0",
            f"/documents/{NUMBER}/revisions/A-0",
            f"/copies/{NUMBER}%23001",
        }
    assert "A/0" in text_of(picture)


def test_the_inbox_the_register_and_the_master_list_lead_to_the_revision_they_name(rich: World) -> None:
    for login, address, way in (
        ("rep", "/inbox", f"/documents/{NUMBER}/revisions/A-2"),
        ("staff", "/inbox", f"/documents/{NUMBER}/revisions/A-1"),
        ("controller", "/copies", f"/documents/{NUMBER}/revisions/A-0"),
        ("controller", f"/copies/{NUMBER}%23001", f"/documents/{NUMBER}/revisions/A-0"),
        ("controller", "/documents", f"/documents/{NUMBER}/revisions/A-1"),
        ("rep", f"/documents/{NUMBER}/sign", f"/documents/{NUMBER}/revisions/A-1"),
        ("auditor", f"/documents/{NUMBER}/use", f"/documents/{NUMBER}/revisions/A-0"),
        ("auditor", f"/documents/{NUMBER}/trail", f"/documents/{NUMBER}/revisions/A-0"),
        ("auditor", "/ledger", f"/documents/{NUMBER}/revisions/A-1"),
    ):
        found = {there for there, _ in links(reader(rich, login).get(address).text)}
        assert way in found, (login, address)


@pytest.mark.rule("DC-107")
def test_a_reference_with_a_label_leads_to_that_revision(rich: World) -> None:
    seen = reading(rich.as_("staff"), NEW, lambda _number: lambda path, blob: path)
    assert [(of.number, of.label) for of in seen.references][:2] == [(NUMBER, "A/0"), (OTHER, "")]
    page = reader(rich, "staff", "zh").get(f"/documents/{NEW}").text
    assert (f"/documents/{NUMBER}/revisions/A-0", f"{NUMBER} A/0") in set(links(page))
    assert "现行为 A/1" in text_of(page)
