"""Who may read what: every state of a revision, every person, every way to its text, by page and by command."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from docctl.door.site import SETTINGS, Site
from docctl.queries.documents.history import revisions
from docctl.rules.documents.revisions import Status
from docctl.store.material import Material, of_procedure
from docctl.store.objects import blob_id
from docctl.store.source import read_procedure
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.pages import Reader, reader, text_of
from tests.support.sites import PEOPLE, PROCEDURE, Clock, World, _sqlite, issue
from tests.support.terminal import Terminal

# Copied from the decision by hand, not from the table of the program.
EVERYBODY = frozenset({*PEOPLE, "admin"})
MAKERS = frozenset({"author", "rep", "head", "controller", "auditor", "admin"})
"""Who makes these procedures, signs them, issues them, heads their department, or watches over everything."""
MAY_READ = {
    "draft": MAKERS,
    "in review": MAKERS,
    "approved": MAKERS,
    "discarded": MAKERS,
    "issued": EVERYBODY,
    "effective": EVERYBODY,
    "superseded": EVERYBODY,
    "withdrawn": EVERYBODY,
    "cancelled": EVERYBODY,
}
ISSUED = frozenset(state for state, readers in MAY_READ.items() if readers is EVERYBODY)
TRACERS = frozenset({"controller", "verifier", "verifier2", "auditor", "admin"})
LATER = date(2026, 4, 1)


@dataclass(frozen=True)
class Shown:
    """A revision with a sentence and a figure that no other text has."""

    state: str
    at: int

    @property
    def number(self) -> str:
        return f"LX-CX-2019-2{self.at:02}"

    @property
    def secret(self) -> str:
        return f"暗号{'甲乙丙丁戊己庚辛壬'[self.at]}"

    @property
    def figure(self) -> bytes:
        made = io.BytesIO()
        Image.new("RGB", (30, 20), (20 * self.at, 90, 160)).save(made, "PNG")
        return made.getvalue()

    def material(self, more: str = "") -> Material:
        picture = f"\n\n{self.secret}{more}。\n\n![图]({self.number}/flow.png)\n"
        text = PROCEDURE.format(
            number=self.number, title="程序", title_en="Procedure", hours=24, extra=picture
        )
        return of_procedure(read_procedure(text.encode(), {}, {f"{self.number}/flow.png": self.figure}))


SHOWN = {state: Shown(state, at) for at, state in enumerate(MAY_READ)}


def _made(world: World, shown: Shown) -> None:
    """Bring its revision A/0 to its state."""
    author, controller, number = world.as_("author"), world.as_("controller"), shown.number
    if shown.state in ISSUED:
        coming = shown.state in ("issued", "cancelled")
        issue(world, shown.material(), effective=LATER if coming else None)
    else:
        drafting.register_document(author, shown.material)
    if shown.state in ("in review", "approved"):
        drafting.submit_revision(author, number, reason="x")
    if shown.state == "approved":
        approving.sign_revision(world.as_("rep"), number)
    if shown.state == "discarded":
        drafting.discard_draft(author, number)
    if shown.state == "superseded":
        drafting.save_draft(author, number, lambda: shown.material("，改版"))
        drafting.submit_revision(author, number, reason="x")
        approving.sign_revision(world.as_("rep"), number)
        issuing.issue_revision(controller, number)
    if shown.state == "withdrawn":
        issuing.withdraw_document(controller, number, reason="x")
    if shown.state == "cancelled":
        issuing.cancel_revision(controller, number, reason="x")


@pytest.fixture(scope="module")
def library(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A site that makes PDFs, with a document for each state that its first revision can be in."""
    worlds = _sqlite(sqlite_template, tmp_path_factory.mktemp("readers"))
    world = next(worlds)
    settings = world.site.path / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace("pdf = false", "pdf = true"), "utf-8")
    world.close()
    clock = Clock(world.clock.now)
    world = World(Site.open(world.site.path, clock=clock, environ={}), clock)
    for shown in SHOWN.values():
        _made(world, shown)
    yield world
    world.close()
    with suppress(StopIteration):
        next(worlds)


@pytest.fixture(scope="module")
def people(library: World) -> dict[str, Reader]:
    """Everybody, signed in once."""
    return {login: reader(library, login) for login in sorted(EVERYBODY)}


CELLS = [(state, login) for state in MAY_READ for login in sorted(EVERYBODY)]

pytestmark = pytest.mark.long  # all of them: on one worker the site is made once


@pytest.mark.regulation("Q9-06")
@pytest.mark.rule("DC-75", "DC-108", "SE-31")
@pytest.mark.parametrize(("state", "login"), CELLS)
def test_text_figure_comparison_and_print_have_one_answer_on_the_pages(
    library: World, people: dict[str, Reader], state: str, login: str
) -> None:
    shown, asks, may = SHOWN[state], people[login].get, login in MAY_READ[state]
    page = f"/documents/{shown.number}"
    text = asks(f"{page}/revisions/A-0")
    figure = asks(f"{page}/figures/{blob_id(shown.figure)}")
    compared = asks(f"{page}/redline", **{"from": "A/0", "to": "A/0"})
    printed = asks(f"{page}/revisions/A-0/print")
    answers = [text.status_code, figure.status_code, compared.status_code]
    assert answers == ([200] * 3 if may else [403] * 3)
    assert (shown.secret in text.text) is may
    assert may or shown.secret not in compared.text + figure.text
    assert (figure.data == shown.figure) is may
    # Who may read a draft is told that it has no print; others are told what they are told of its text.
    assert printed.status_code == (200 if state in ISSUED else 409 if may else 403)
    assert printed.data.startswith(b"%PDF") is (state in ISSUED)


@pytest.mark.rule("DC-75", "DC-108", "SE-31")
@pytest.mark.parametrize(("state", "login"), CELLS)
def test_history_trace_search_and_the_page_without_a_label_show_it_to_the_same_people(
    library: World, people: dict[str, Reader], state: str, login: str
) -> None:
    shown, asks, may = SHOWN[state], people[login].get, login in MAY_READ[state]
    page = f"/documents/{shown.number}"
    assert asks(page).status_code == (200 if may else 403)
    history = asks(f"{page}/revisions")
    assert history.status_code == (200 if may else 403)
    assert (f"{page}/revisions/A-0" in history.text) is may
    traced = asks(f"/trace/{shown.number}")
    assert traced.status_code == (200 if login in TRACERS else 403)
    assert ("A/0" in text_of(traced.text)) is (may and login in TRACERS)
    # What is found is what governs work today, and nothing else.
    assert (page in asks("/search", q=shown.secret).text) is (state in ("effective", "superseded"))


@pytest.mark.rule("DC-108", "SE-31")
@pytest.mark.parametrize(("state", "login"), CELLS)
def test_the_command_line_answers_like_the_pages(
    library: World, tmp_path: Path, state: str, login: str
) -> None:
    shown, terminal, may = SHOWN[state], Terminal(library), login in MAY_READ[state]
    traced = terminal(login, f"trace {shown.number}")
    known = [line["revision"] for line in traced["revisions"]] if traced.code == 0 else []
    assert ("A/0" in known) is (may and login in TRACERS)
    compared = terminal(login, f"revision diff {shown.number} A/0 A/0")
    assert compared.code == (0 if may else 3)
    assert (shown.secret in compared.out) is may
    assert terminal(login, f"document show {shown.number}").code == (0 if may else 3)
    file = tmp_path / "x.pdf"
    printed = terminal(login, ["document", "print", shown.number, "--revision", "A/0", "--pdf", str(file)])
    assert printed.code == (0 if state in ISSUED else 4 if may else 3)
    assert file.exists() is (state in ISSUED)


def test_the_states_of_this_test_are_all_that_there_are(library: World) -> None:
    """As the master list and the history call them."""
    auditor = library.as_("auditor")
    found = {state: revisions(auditor, shown.number).lines[-1].status for state, shown in SHOWN.items()}
    assert found == {state: Status(state) for state in MAY_READ}
    assert set(found.values()) == set(Status)
