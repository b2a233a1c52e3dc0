"""A site from nothing, its accounts, and the tables that need no site at all."""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from docctl.cli.kit.asked import system_user
from docctl.cli.kit.caller import quieten_logs
from docctl.rules.actions import Action
from docctl.rules.rights import PERMISSIONS
from docctl.rules.roles import Role
from docctl.store.names import file_name
from docctl.usecases.demonstration import starter
from tests.support.sites import PASSWORD, World
from tests.support.terminal import CLEAN, Terminal, run, written


def test_a_site_is_made_with_the_password_of_the_environment(tmp_path: Path) -> None:
    made = run(
        "--json",
        "init",
        str(tmp_path / "s"),
        "--organisation",
        "乐享",
        env={"DOCCTL_PASSWORD": "a b c d e f"},
    )
    assert (made.code, made.data) == (0, {"site": str(tmp_path / "s"), "login": "admin"})
    listed = run("--site", str(tmp_path / "s"), "--as", "admin", "--json", "user", "list")
    assert [user["login"] for user in listed["users"]] == ["admin"]


def test_a_password_is_made_up_once_where_none_is_given(tmp_path: Path) -> None:
    folder = str(tmp_path / "s")
    made = run("--json", "init", folder, "--public-url", "https://docs.example")
    password = made["password"]
    assert len(password) >= 12
    added = run(
        *("--site", folder, "--as", "admin", "--json", "user", "add", "x", "--name", "X"),
        *("--department", "sales", "--role", "staff"),
        env={"DOCCTL_PASSWORD": password},
    )
    assert added.code == 0
    assert "https://docs.example" in (tmp_path / "s" / "docctl.toml").read_text()
    assert password not in run("--site", folder, "--as", "admin", "user", "list").out


@pytest.mark.parametrize("human", [True, False])
def test_a_folder_in_use_and_a_bad_configuration_are_refused(tmp_path: Path, human: bool) -> None:
    json_flag = [] if human else ["--json"]
    (tmp_path / "full").mkdir()
    written(tmp_path / "full", "file", "x")
    assert run(*json_flag, "init", str(tmp_path / "full")).code == 4
    bad = written(tmp_path, "site.yaml", "organisation: x\n")
    assert run(*json_flag, "init", str(tmp_path / "s"), "--configuration", bad).code == 2
    assert run(*json_flag, "init", str(tmp_path / "s"), env={"DOCCTL_PASSWORD": "short"}).code == 2
    assert run(*json_flag, "init").code == 2
    assert not (tmp_path / "s").exists()


def test_a_site_of_an_own_configuration(tmp_path: Path) -> None:
    own = written(tmp_path, "site.yaml", (files("docctl") / "site.yaml").read_bytes())
    assert run("--json", "init", str(tmp_path / "s"), "--configuration", own).code == 0


def test_the_starter_library_is_loaded(tmp_path: Path) -> None:
    folder = str(tmp_path / "s")
    made = run("--json", "init", folder, "--starter", env={"DOCCTL_PASSWORD": PASSWORD})
    assert made.code == 0, made.out
    listed = run("--site", folder, "--as", "gaomin", "--json", "document", "list")
    library = starter.read_starter(starter.library_folder()).documents
    assert {file_name(line["number"]) for line in listed["documents"]} == {
        Path(document["files"][0]).stem for document in library
    }
    assert {line["status"] for line in listed["documents"]} == {"effective"}
    out = run("--site", folder, "--as", "gaomin", "--json", "copy", "list", "--out")
    assert len(out["copies"]) == sum(len(document["holders"]) for document in library)


def add(terminal: Terminal, login: str, *more: str) -> dict[str, Any]:
    words = ["user", "add", login, "--name", "新人", "--department", "sales", "--role", "staff", *more]
    return terminal.ok("admin", words)


def test_an_account_is_locked_until_it_has_a_password(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert add(terminal, "new", "--role", "author") == {
        "login": "new",
        "name": "新人",
        "department": "sales",
        "roles": ["author", "staff"],
        "locked": True,
        "proposed": [],
        "same_name": [],
    }
    new = "another password"
    locked = terminal("new", "record open LX-R-101", password=new)
    assert (locked.code, locked.kind) == (3, "password")
    assert "docctl user password new" in locked.message
    nothing = terminal("admin", "user password new")
    assert (nothing.code, nothing.kind) == (2, "usage")
    given = run_with(terminal.world, "admin", ["user", "password", "new"], new=new)
    assert given == {"login": "new", "one_time": True}
    assert terminal("new", "record open LX-R-101", password=new).kind == "password"  # good for one thing only
    own = run_with(terminal.world, "new", ["user", "password", "new"], password=new, new="a third password")
    assert own == {"login": "new", "one_time": False}
    assert terminal("new", "record open LX-R-101", password="a third password").code == 5


def run_with(
    world: World, login: str, words: list[str], *, new: str, password: str = PASSWORD
) -> dict[str, Any]:
    before = ["--site", str(world.site.path), "--as", login, "--json"]
    env = {**world.environ, "DOCCTL_PASSWORD": password, "DOCCTL_NEW_PASSWORD": new}
    answer = run(*before, *words, env={**CLEAN, **env}, clock=world.clock)
    assert answer.code == 0, answer.out
    return answer.data


def test_an_account_made_with_its_password_is_ready(terminal: Terminal) -> None:
    words = ["user", "add", "new", "--name", "新", "--department", "sales", "--role", "staff"]
    assert run_with(terminal.world, "admin", words, new="a good password")["locked"] is False
    listed = {user["login"]: user for user in terminal.ok("auditor", "user list")["users"]}
    assert listed["new"]["locked"] is False
    assert listed["controller"]["roles"] == ["document-controller"]


def test_roles_are_granted_and_taken_away(terminal: Terminal) -> None:
    changed = terminal.ok("admin", "user change-roles staff --grant verifier --grant author --revoke staff")
    assert changed["roles"] == ["author", "verifier"]
    assert terminal("admin", "user change-roles staff").code == 2
    assert terminal("admin", "user change-roles admin --grant general-manager").code == 3
    assert terminal("staff", "user list").code == 3


def test_the_site_is_configured_from_a_file(terminal: Terminal, tmp_path: Path) -> None:
    own = (files("docctl") / "site.yaml").read_text("utf-8")
    file = written(tmp_path, "site.yaml", own)
    answer = terminal.ok("controller", ["site", "configure", file])
    assert answer["site"] == terminal.world.site.settings.site_id
    assert terminal("staff", ["site", "configure", file]).code == 3
    assert terminal("controller", ["site", "configure", written(tmp_path, "x.yaml", "a: &a b\n")]).code == 2


def test_the_library_is_packed_when_somebody_says_so(terminal: Terminal) -> None:
    told = terminal("", ["site", "maintain"])
    assert told.code == 0
    assert told["before"]["loose"] > told["after"]["loose"] == 0
    assert told["before"]["bytes"] > told["after"]["bytes"] > 0
    assert terminal.ok("auditor", ["check"])["ok"] is True


def test_the_matrix_of_permissions_is_printed_without_a_site() -> None:
    rows = {row["action"]: row for row in run("--json", "permissions")["permissions"]}
    assert rows.keys() == {action.value for action in PERMISSIONS}
    assert rows["copy.keep"]["roles"] == {
        role: "yes" if role == "document-controller" else "" for role in Role
    }
    assert rows["site.init"]["operator"] is True
    told = run("permissions").out
    assert "copy.keep\n    document-controller: yes\n" in told
    assert "site.init\n    whoever has the site's files\n" in told
    assert all(action.value in told for action in Action if action in PERMISSIONS)


@pytest.mark.regulation("MD-14", "A11-02")
def test_the_rules_name_their_tests() -> None:
    rules = {rule["id"]: rule for rule in run("--json", "rules")["rules"]}
    assert "tests/cli/test_cli_documents.py::test_two_revisions_are_compared" in rules["DC-67"]["tests"]
    keys = {"id", "text", "state", "missing", "tests", "templates", "fault"}
    assert all(rule.keys() == keys for rule in rules.values())


def test_every_rule_of_the_sources_says_whether_it_holds_and_what_is_missing() -> None:
    told = run("--json", "rules")
    rules = {rule["id"]: rule for rule in told["rules"]}
    sources = [f"DC-{n:02}" for n in range(1, 121)] + [f"PR-{n:02}" for n in range(1, 104)]
    assert [name for name in rules if name[:2] in ("DC", "PR")] == sources
    assert {rules[name]["state"] for name in sources} == {"holds", "in part", "not built"}
    assert all((rules[name]["state"] == "holds") is (rules[name]["missing"] is None) for name in sources)
    # An attack or a crash is docctl's own, and is told apart: no source asks for it.
    assert {rule["state"] for name, rule in rules.items() if name not in sources} == {None}
    assert [sum(told["counts"][kind].values()) for kind in ("DC", "PR")] == [120, 103]


def test_the_rules_are_told_line_by_line_with_what_is_missing() -> None:
    told, rules = run("rules").out, run("--json", "rules")["rules"]
    assert told.count("\n") == len(rules) + 4
    (line,) = [line for line in told.splitlines() if line.startswith("  DC-91 ")]
    assert "not built" in line
    assert "Record forms may be annexes of the procedure" in line
    assert "(missing: forms are printed by themselves, not as annexes)" in line


def test_a_user_without_a_name_is_told_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert system_user().startswith("uid ")


@pytest.mark.parametrize(("answers", "code"), [(f"{PASSWORD}\n", 0), ("wrong password\n", 3)])
def test_a_password_is_asked_for_where_somebody_sits_before_the_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, answers: str, code: int
) -> None:
    typed = iter(answers.splitlines())
    monkeypatch.setattr("docctl.cli.kit.asked.sits_there", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(typed))
    answer = terminal("controller", "copy issue LX-CX-2019-101 --holder sales", password=None)
    assert answer.code == (code or 5)


def test_a_new_password_is_asked_for_too(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docctl.cli.kit.asked.sits_there", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "a typed password")
    assert terminal.ok("admin", "user password staff") == {"login": "staff", "one_time": True}
    told = terminal("staff", "user password staff", password="a typed password", human=True)
    assert told.out == "The password of staff is set.\n"


def test_a_warning_of_docctl_comes_without_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    quieten_logs()
    handler = logging.lastResort
    assert handler is not None
    try:
        raise ValueError("why")
    except ValueError as error:
        record = logging.LogRecord(
            "docctl", logging.ERROR, "", 0, "not recorded", None, (type(error), error, error.__traceback__)
        )
    assert handler.format(record) == "docctl: not recorded\n(ValueError: why)"


def test_what_the_site_has_decided_is_printed_as_the_file_that_configures_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    text = terminal.ok("controller", "site export")["configuration"]
    assert terminal("controller", "site export", human=True).out.strip() == text.strip()
    file = written(tmp_path, "site.yaml", text.encode())
    assert terminal("controller", f"site configure {file}").code == 0
    assert terminal("staff", "site export").code == 3


def test_an_admin_who_lost_the_password_is_let_in_by_whoever_has_the_files(terminal: Terminal) -> None:
    site = ("--site", str(terminal.world.site.path), "--json")
    env: dict[str, str | None] = {**terminal.world.environ, "DOCCTL_NEW_PASSWORD": "on a slip of paper"}
    staff = run(*site, "user", "password", "staff", "--operator", env=env)
    assert (staff.code, staff.kind) == (4, "state")
    assert "is no admin" in staff.message
    let_in = run(*site, "user", "password", "admin", "--operator", env=env)
    assert let_in.data == {"login": "admin", "one_time": True}
    last = terminal.ok("auditor", "ledger list")["events"][0]
    assert (last["act"], last["login"]) == ("user.password", "operator"), last
    acts = terminal("admin", "user lock staff --reason x", password="on a slip of paper")
    assert acts.code != 0  # it is good for setting another one, and for nothing else
