"""One place commits, one place reads the clock, and no way around the doors of the ORM."""

from __future__ import annotations

import ast

import pytest

from tests.house.trees import Source, name_called, origins, report

MAY_COMMIT = {"docctl/door/writing.py"}
MAY_HAND_OUT_THE_SESSION = {"docctl/web/kit/database.py"}
MAY_READ_THE_CLOCK = {"docctl/door/site.py", "docctl/start/checkout.py"}
MAY_ASK_THE_TABLE = ("docctl/door/", "docctl/rules/")
PROVE_WHAT_THEY_DO_NOT_SHOW = (
    "docctl/queries/integrity/",
    "docctl/queries/ledger/proving.py",
    "docctl/queries/ledger/recorded.py",
)
SHOW = ("docctl/queries/", "docctl/web/", "docctl/cli/")
TEMPLATE_OF = "docctl.standing.pinned.template_of"
BYTES_OF_A_REVISION = {"docctl.store.material.read_files", "docctl.standing.copy_print.base", TEMPLATE_OF}
CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_date",
    "sqlalchemy.func.current_timestamp",
}


def commits(source: Source) -> list[str]:
    return [
        source.at(node, "only writing.py commits")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and name_called(node) == "commit" and source.path not in MAY_COMMIT
    ]


def clocks(source: Source) -> list[str]:
    if source.path in MAY_READ_THE_CLOCK:
        return []
    return [
        source.at(node, f"{name}: the day and the time are passed in; site.py reads the clock")
        for node, name in origins(source)
        if name in CLOCKS
    ]


def ways_around(source: Source) -> list[str]:
    findings = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner, name = node.value.id, node.attr
            if (owner, name) == ("db", "session") and source.path not in MAY_HAND_OUT_THE_SESSION:
                findings.append(source.at(node, "no db.session: the context holds the session"))
            if name == "query" and owner[:1].isupper():
                findings.append(source.at(node, "no Model.query: use select()"))
        if isinstance(node, ast.keyword) and node.arg == "secondary":
            findings.append(source.at(node, "no secondary=: a link is a row with revoked_at"))
    return findings


def own_questions(source: Source) -> list[str]:
    """Whoever asks the table of rights by itself can forget to refuse, or to record."""
    if source.path.startswith(MAY_ASK_THE_TABLE):
        return []
    return [
        source.at(node, "ask with ctx.may, ctx.require, ctx.permit or act.require")
        for node, name in origins(source)
        if name == "docctl.rules.permissions.refusal"
    ]


def ways_around_the_reader(source: Source) -> list[str]:
    """Queries, pages and commands get bytes of a revision from standing/document.py, which asks who reads."""
    if not source.path.startswith(SHOW) or source.path.startswith(PROVE_WHAT_THEY_DO_NOT_SHOW):
        return []
    # The template of a record is for the readers of the record, who have been asked.
    mine = {TEMPLATE_OF} if source.path.startswith("docctl/queries/records/") else set()
    found = [node for node, name in origins(source) if name in BYTES_OF_A_REVISION - mine]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"library", "vault"}:
            found.append(node)
        if isinstance(node, ast.Call) and name_called(node) == "Readable":
            found.append(node.func)
    return [source.at(node, "ask standing/document.py for it: that asks who reads") for node in found]


def test_only_the_transaction_commits() -> None:
    assert report(commits, "docctl") == ""


def test_only_the_site_reads_the_clock() -> None:
    assert report(clocks, "docctl") == ""


def test_nothing_goes_around_the_session_of_the_context() -> None:
    assert report(ways_around, "docctl") == ""


def test_the_table_of_rights_is_asked_through_the_door() -> None:
    assert report(own_questions, "docctl") == ""


def test_the_bytes_of_a_revision_come_from_where_its_readers_are_asked() -> None:
    assert report(ways_around_the_reader, "docctl") == ""


@pytest.mark.parametrize(
    "text",
    [
        "from docctl.store.material import read_files\nread_files(library, manifest)",
        "data = ctx.site.library.read(blob)",
        "site.vault.read(revision.pdf_sha256)",
        "from docctl.standing import copy_print\ncopy_print.base(site, revision, what)",
        "from docctl.standing import pinned\npinned.template_of(site, revision, blob)",
        "Readable(site=site, document=document, revision=revision)",
    ],
)
def test_a_planted_way_to_the_bytes_is_found(text: str) -> None:
    for place in ("queries/documents/reading.py", "queries/copies/printing.py", "web/documents/reading.py"):
        assert len(ways_around_the_reader(Source(f"docctl/{place}", text))) == 1
    assert ways_around_the_reader(Source("docctl/standing/document.py", text)) == []


def test_a_record_reads_its_own_template() -> None:
    text = "from docctl.standing import pinned\npinned.template_of(site, revision, blob)"
    assert ways_around_the_reader(Source("docctl/queries/records/offers.py", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "from docctl.rules.permissions import refusal\nrefusal(action, ctx.actor, subject) is None",
        "from docctl.rules import permissions\nno = permissions.refusal(action, actor, Subject())",
        "import docctl.rules.permissions\ndocctl.rules.permissions.refusal(action, actor, subject)",
        "from docctl.rules.permissions import refusal as asked\nasked(action, actor, subject)",
    ],
)
def test_a_planted_question_of_ones_own_is_found(text: str) -> None:
    assert own_questions(Source("docctl/queries/documents/reading.py", text)) != []
    assert own_questions(Source("docctl/web/kit/here.py", text)) != []
    assert own_questions(Source("docctl/door/context.py", text)) == []


@pytest.mark.parametrize(
    "text",
    ["ctx.require(action, subject)", "from docctl.rules.permissions import PERMISSIONS", "no.refusal()"],
)
def test_a_question_through_the_door_is_left_alone(text: str) -> None:
    assert own_questions(Source("docctl/queries/documents/reading.py", text)) == []


@pytest.mark.parametrize(
    "text", ["session.commit()", "ctx.session.commit()", "commit()", "repo.commit('HEAD')"]
)
def test_a_planted_commit_is_found(text: str) -> None:
    assert len(commits(Source("docctl/usecases/documents/issuing.py", text))) == 1
    assert commits(Source("docctl/door/writing.py", text)) == []


def test_other_words_about_commits_are_left_alone() -> None:
    assert (
        commits(Source("docctl/store/git.py", "write_commit(tree)\nrow.commit = 'ab'\nprint(row.commit)"))
        == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.now(UTC)",
        "import datetime\ndatetime.datetime.utcnow()",
        "import datetime as dt\ndt.date.today()",
        "from datetime import date as day\ndef f(on=None):\n    return on or day.today()",
        "from datetime import datetime\nColumn(default=datetime.now)",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "from time import time_ns as now\nnow()",
        "from sqlalchemy import func\nfunc.now()",
    ],
)
def test_a_planted_look_at_the_clock_is_found(text: str) -> None:
    assert len(clocks(Source("docctl/rules/records/clocks.py", text))) == 1
    assert clocks(Source("docctl/door/site.py", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "ctx.clock.now()",
        "import time\ntime.sleep(1)",
        "from datetime import date\ndate.fromisoformat(s)",
        "act.today",
    ],
)
def test_a_passed_in_time_is_left_alone(text: str) -> None:
    assert clocks(Source("docctl/rules/records/clocks.py", text)) == []


@pytest.mark.parametrize(
    "text",
    ["db.session.add(x)", "User.query.all()", "f = Document.query", "relationship(A, secondary=links)"],
)
def test_a_planted_way_around_is_found(text: str) -> None:
    assert len(ways_around(Source("docctl/usecases/people/accounts.py", text))) == 1


@pytest.mark.parametrize("text", ["ctx.session.add(x)", "url.query", "request.query", "relationship(Link)"])
def test_the_ordinary_way_is_left_alone(text: str) -> None:
    assert ways_around(Source("docctl/usecases/people/accounts.py", text)) == []
