"""What was altered behind docctl's back is said on the page of the thing, and never shown as if it were right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from docctl.usecases.copies import handing
from docctl.usecases.records import sealing
from tests.support.pages import reader, text_of
from tests.support.shell import shell
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal
from tests.support.written_records import completed, forms_in_force, reported

NUMBER, FORM = "LX-CX-2019-101", "LX-R-101"
SEALED, OPEN = f"{FORM}-2026-0001", f"{FORM}-2026-0002"
COPY = f"{NUMBER}#001"
RECORD = f"/records/{SEALED}"
DOCUMENT, OLD = f"/documents/{NUMBER}", f"/documents/{NUMBER}/revisions/A-0"
REDLINE, REVISIONS, USE = f"{DOCUMENT}/redline", f"{DOCUMENT}/revisions", f"{DOCUMENT}/use"
COPY_PAGE, VERDICT = f"/copies/{NUMBER}%23001", f"/c/{NUMBER}%23001"
PAGES = (RECORD, f"/records/{OPEN}", DOCUMENT, OLD, REDLINE, REVISIONS, USE, COPY_PAGE, VERDICT)


@pytest.fixture(scope="module")
def used(shared_world: World) -> World:
    """Two revisions, a copy, a record that is sealed and one that is open; each page was looked at before."""
    return _used(shared_world)


def _used(world: World) -> World:
    forms_in_force(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    record = completed(world)
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(world.as_("controller"), record)
    reported(world)
    issue(world, procedure(hours=48), save=True)
    auditor = reader(world, "auditor")
    for page in PAGES:
        assert auditor.get(page).status_code == 200, page
    return world


@contextmanager
def altered(world: World, statement: str) -> Iterator[None]:
    """The tables with this done to them by somebody with a shell; afterwards as they were."""
    table = re.findall(r"^(?:UPDATE|DELETE FROM) (\w+)", statement)[0]
    with shell(world) as run:
        before = run(f"SELECT * FROM {table}")
        if world.environ:  # SQLite was told to ask for no CHECK
            checks = (
                f"SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = '{table}'::regclass"
            )
            for (name,) in run(checks):
                run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        run(statement)
        try:
            yield
        finally:
            run(f"DELETE FROM {table}")
            for row in before:
                run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)


@contextmanager
def harmed(file: Path, harm: Callable[[Path], None]) -> Iterator[None]:
    """A file with this done to it; afterwards as it was."""
    data, mode = file.read_bytes(), file.stat().st_mode
    harm(file)
    try:
        yield
    finally:
        if file.is_dir():
            file.rmdir()
        file.unlink(missing_ok=True)
        file.write_bytes(data)
        file.chmod(mode)


def says(world: World, page: str, *named: str, login: str = "auditor") -> bool:
    """The page says what is wrong, names it, and leads on to the check."""
    answer = reader(world, login).get(page)
    said = text_of(answer.text)
    assert answer.status_code == 409, (answer.status_code, said[:300])
    assert "This is not what was recorded" in said
    assert "Something went wrong" not in said
    for name in named:
        assert name in said, said
    if login == "auditor" and "/c/" not in page:
        assert 'href="/ledger/check"' in answer.text
    return True


ROWS: list[tuple[str, str, list[str]]] = [
    ("UPDATE record SET keeper = 'nobody' WHERE running = 1", "keeper 'sales' → 'nobody'", [RECORD]),
    ("UPDATE record SET template_blob = 'x' WHERE running = 1", "template_blob", [RECORD]),
    ("UPDATE record SET procedure_blob = 'x' WHERE running = 1", "procedure_blob", [RECORD]),
    ("UPDATE record SET sealed_sha256 = 'x' WHERE running = 1", "sealed_sha256", [RECORD]),
    ("UPDATE record SET closed_at = '2020-01-01T00:00:00.000000Z' WHERE running = 1", "closed_at", [RECORD]),
    ("UPDATE record_entry SET field = 'x' WHERE field = 'customer'", "field 'customer' → 'x'", [RECORD]),
    ("UPDATE record_entry SET seal = 'x' WHERE field = 'customer'", "record_entry", [RECORD]),
    ("UPDATE record_signature SET person_name = '别人' WHERE meaning = 'verify'", "person_name", [RECORD]),
    ("UPDATE record_clock SET limit_rule = '{}'", "limit_rule", [RECORD]),
    (
        "UPDATE revision SET title = 'x' WHERE label = 'A/0'",
        "title",
        [RECORD, DOCUMENT, OLD, REVISIONS],
    ),
    (
        "UPDATE revision SET effective_day = '2020-01-01' WHERE label = 'A/1'",
        "effective_day",
        [DOCUMENT, VERDICT],
    ),
    ("UPDATE revision SET blob = 'x' WHERE label = 'A/0'", "blob", [RECORD, OLD, REDLINE]),
    ("UPDATE revision SET manifest = '[]' WHERE label = 'A/0'", "manifest", [RECORD, OLD, REDLINE]),
    (
        "UPDATE signature SET person_name = '别人' WHERE person_name = '管平'",
        "person_name",
        [REVISIONS, DOCUMENT],
    ),
    ("UPDATE document SET department = 'sales'", "department", [DOCUMENT, USE, REVISIONS]),
    ("UPDATE copy SET holder_name = 'x'", "holder_name", [COPY_PAGE, VERDICT]),
    ("UPDATE copy_step SET day = '2020-01-01'", "copy_step", [COPY_PAGE, VERDICT]),
    ("UPDATE recall SET from_day = '2030-01-01'", "from_day", [COPY_PAGE, VERDICT]),
    ("UPDATE copy SET last_seq = 1", "did not change it", [COPY_PAGE, VERDICT]),
]
NONSENSE: list[tuple[str, list[str]]] = [
    ("UPDATE record SET state = 'x' WHERE running = 1", [RECORD, f"/trace/{SEALED}"]),
    ("UPDATE record SET opened_at = 'x' WHERE running = 1", [RECORD, f"/trace/{SEALED}"]),
    ("UPDATE record SET retention = '[1' WHERE running = 1", [RECORD, f"/trace/{SEALED}"]),
    ("UPDATE record_clock SET limit_rule = '[1]'", [RECORD]),
    ("UPDATE revision SET manifest = '7' WHERE label = 'A/0'", [RECORD, OLD, REDLINE, f"/trace/{SEALED}"]),
    ("UPDATE revision SET chain = '[[1]]'", [DOCUMENT, REVISIONS]),
    (
        "UPDATE revision SET effective_day = 'x' WHERE label = 'A/1'",
        [DOCUMENT, REVISIONS, VERDICT, COPY_PAGE],
    ),
    ("UPDATE revision SET label = 'x y z' WHERE label = 'A/1'", [DOCUMENT, REVISIONS]),
    ("UPDATE document SET withdrawn_day = 'x'", [DOCUMENT, USE, VERDICT]),
    ("UPDATE copy SET state = 'x'", [COPY_PAGE, VERDICT]),
]


@pytest.mark.rule("DC-73")
@pytest.mark.parametrize(("statement", "named", "pages"), ROWS)
def test_a_page_names_the_row_that_was_altered_and_the_cell(
    used: World, statement: str, named: str, pages: list[str]
) -> None:
    with altered(used, statement):
        for page in pages:
            assert says(used, page, "" if page == VERDICT else named)


@pytest.mark.rule("DC-73")
@pytest.mark.parametrize(("statement", "pages"), NONSENSE)
def test_a_page_says_so_where_a_cell_holds_what_nothing_can_be_made_of(
    used: World, statement: str, pages: list[str]
) -> None:
    with altered(used, statement):
        for page in pages:
            assert says(used, page)


def change(file: Path) -> None:
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def remove(file: Path) -> None:
    file.unlink()


def bury(file: Path) -> None:
    """Something else stands in its place, and cannot be read."""
    file.unlink()
    file.mkdir()


HARM = (change, remove, bury)


@pytest.mark.rule("DC-73")
@pytest.mark.parametrize("harm", HARM)
def test_a_record_whose_sealed_file_was_harmed_says_so(used: World, harm: Callable[[Path], None]) -> None:
    [file] = (used.site.path / "records").rglob("*.json")
    with harmed(file, harm):
        assert says(used, RECORD, SEALED)
        said = text_of(reader(used, "auditor").get(f"/trace/{SEALED}").text)
    assert "Not verified" in said
    assert SEALED in said


@pytest.mark.parametrize("harm", [change, bury])
def test_an_open_record_whose_values_were_harmed_says_so(used: World, harm: Callable[[Path], None]) -> None:
    [file] = (used.site.path / "records").rglob("*.values.jsonl")
    with harmed(file, harm):
        assert says(used, f"/records/{OPEN}", OPEN)
        assert "damaged" in text_of(reader(used, "auditor").get("/records").text)


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize(
    ("table", "label", "pages"),
    [
        (NUMBER, "A/0", [RECORD, OLD, REDLINE]),
        (NUMBER, "A/1", [DOCUMENT, REDLINE]),
        (FORM, "A/0", [RECORD, f"/documents/{FORM}"]),
    ],
)
def test_a_file_of_the_library_that_was_harmed_is_named_although_its_text_is_remembered(
    used: World, harm: Callable[[Path], None], table: str, label: str, pages: list[str]
) -> None:
    with shell(used) as run:
        [(blob,)] = run(
            "SELECT blob FROM revision JOIN document ON document.id = document_id WHERE number = ? AND label = ?",
            table,
            label,
        )
    used.site.library.close()
    with harmed(used.site.library.path / "objects" / blob[:2] / blob[2:], harm):
        for page in pages:
            assert says(used, page, blob)
    used.site.library.close()


def test_a_row_that_was_taken_away_is_missed(used: World) -> None:
    with altered(used, "DELETE FROM record_entry WHERE field = 'customer'"):
        assert says(used, RECORD, SEALED)


def test_the_lists_and_the_inbox_stand_although_one_record_is_damaged(used: World) -> None:
    with altered(used, "UPDATE record SET template_blob = 'x' WHERE running = 2"):
        for login in ("staff", "staff2", "auditor"):
            somebody = reader(used, login)
            for page in ("/inbox", "/records", "/documents", "/records/open"):
                assert somebody.get(page).status_code in {200, 403}, (login, page)
        assert "damaged" in text_of(reader(used, "auditor").get("/records").text)


def test_a_page_of_something_else_stands_although_the_inbox_cannot_be_worked_out(used: World) -> None:
    with altered(used, "UPDATE record SET opened_at = 'x'"):
        auditor = reader(used, "auditor")
        assert auditor.get(DOCUMENT).status_code == 200
        assert auditor.get("/ledger/check").status_code == 200
        assert says(used, f"/records/{OPEN}")


def test_what_was_in_the_cells_is_told_to_those_who_may_check(used: World) -> None:
    with altered(used, "UPDATE revision SET title = '别的' WHERE label = 'A/1'"):
        answer = reader(used, "staff").get(DOCUMENT)
    assert answer.status_code == 409
    assert "revision " in text_of(answer.text)
    assert "别的" not in answer.text
    assert "/ledger/check" not in answer.text


def test_who_may_not_read_a_thing_hears_nothing_of_its_damage(used: World) -> None:
    with altered(used, "UPDATE record SET keeper = 'nobody'"):
        assert reader(used, "gm").get(RECORD).status_code == 403


def test_what_is_put_right_again_is_shown_again(used: World) -> None:
    with altered(used, "UPDATE revision SET title = '别的' WHERE label = 'A/1'"):
        assert says(used, DOCUMENT)
    assert reader(used, "auditor").get(DOCUMENT).status_code == 200


def test_no_act_of_people_is_taken_for_damage(world: World) -> None:
    _used(world)
    handing.return_copy(world.as_("controller"), COPY)
    issue(world, procedure(hours=12), save=True)
    auditor = reader(world, "auditor")
    for page in PAGES:
        assert auditor.get(page).status_code == 200, page


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE record SET keeper = 'nobody' WHERE running = 1", f"record show {SEALED}"),
        ("UPDATE record SET state = 'x' WHERE running = 1", f"record show {SEALED}"),
        ("UPDATE record SET state = 'x' WHERE running = 1", f"trace {SEALED}"),
        ("UPDATE revision SET title = 'x' WHERE label = 'A/1'", f"document show {NUMBER}"),
        ("UPDATE revision SET manifest = '7' WHERE label = 'A/0'", f"revision diff {NUMBER} A/0 A/1"),
        ("UPDATE copy SET holder_name = 'x'", f"copy check {COPY}"),
    ],
)
def test_the_command_line_says_which_thing_differs(terminal: Terminal, statement: str, words: str) -> None:
    _used(terminal.world)
    with altered(terminal.world, statement):
        answer = terminal("auditor", words)
    assert (answer.code, answer.kind) == (1, "tampered")
    assert "docctl check" in answer.message
    assert "not what event" in answer.message
