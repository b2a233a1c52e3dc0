"""The tree of commands: paired with the table of actions, listed without loading anything, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from docctl.cli import docctl, main
from docctl.cli.kit.tree import HIDDEN, MEMBERS, wants_json
from docctl.queries.all_reports import REPORTS
from docctl.rules.actions import Action
from docctl.rules.surfaces import SURFACES
from tests.support.sites import PASSWORD, World
from tests.support.terminal import CLEAN, Terminal, run

# Commands that no action stands for: tables of the program itself, the web server, and extras.
BEYOND = {
    "permissions",
    "rules",
    "regulations",
    "serve",
    "inbox",
    "record send-back",
    "document lint",
    "library check",
    "generate",
    "site maintain",
    "backup make",
    "backup list",
    "backup verify",
    "backup drill",
    "evidence verify",
    "evidence verifier",
}


def commands(command: click.Command, above: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(above), command
        return
    ctx = click.Context(command)
    for name in command.list_commands(ctx):
        found = command.get_command(ctx, name)
        assert found is not None
        yield from commands(found, (*above, name))


def test_every_command_belongs_to_an_action_and_the_other_way_round() -> None:
    told = {command for surface in SURFACES.values() for command in surface.commands}
    told |= {f"report {report.name}" for report in REPORTS}  # each says of which action it is
    assert {name for name, _ in commands(docctl)} == told | BEYOND


@pytest.mark.parametrize("action", [action for action in Action if SURFACES[action].function])
def test_the_function_of_an_action_is_there(action: Action) -> None:
    module, _, name = str(SURFACES[action].function).rpartition(".")
    assert callable(getattr(import_module(f"docctl.usecases.{module}"), name))


@pytest.mark.parametrize(("name", "command"), list(commands(docctl)))
def test_every_command_explains_itself(name: str, command: click.Command) -> None:
    done = CliRunner().invoke(docctl, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert command.help
    assert command.help.splitlines()[0].endswith(".")


def test_the_list_of_commands_is_in_the_order_of_the_table() -> None:
    done = run("--help")
    assert done.code == 0
    lines = done.out.partition("Commands:")[2].splitlines()
    listed = [line.split()[0] for line in lines if line[2:3].strip()]
    assert listed == [name for name in MEMBERS if name not in HIDDEN]


def test_help_loads_no_library_but_click() -> None:
    code = "import sys; from docctl.cli import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "click" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "flask", "git", "jsonschema", "markdown", "cryptography"})


def test_the_program_prints_one_object_and_leaves_with_its_exit_code(sqlite_world: World) -> None:
    program = Path(sys.executable).with_name("docctl")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("DOCCTL_")}
    environ |= {"DOCCTL_SITE": str(sqlite_world.site.path), "DOCCTL_USER": "staff", "COLUMNS": "80"}
    good = subprocess.run([program, "--json", "document", "list"], capture_output=True, env=environ)
    assert (good.returncode, json.loads(good.stdout), good.stderr) == (0, {"documents": []}, b"")
    bad = subprocess.run([program, "document", "show", "A\udcff", "--json"], capture_output=True, env=environ)
    assert bad.returncode == json_code(bad.stdout)
    assert b"Traceback" not in bad.stdout + bad.stderr
    latin = environ | {"PYTHONIOENCODING": "ascii"}
    plain = subprocess.run([program, "--json", "document", "show", "无"], capture_output=True, env=latin)
    assert (plain.returncode, json.loads(plain.stdout)["error"]["kind"]) == (5, "not-found")


def json_code(out: bytes) -> int:
    return {"not-found": 5, "content": 2}[json.loads(out)["error"]["kind"]]


def test_main_gives_back_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["permissions", "--json"]) == 0
    assert "permissions" in json.loads(capsys.readouterr().out)
    assert main(["--json", "no-such-command"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "usage"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["document"],
        ["document", "show"],
        ["document", "show", "A", "B"],
        ["document", "list", "--nothing"],
        ["no-such-noun"],
        ["document", "no-such-verb"],
        ["document", "list", "--on"],
        ["record", "fill", "N", "no-assignment"],
        ["record", "fill", "N", "=1"],
        ["record", "fill", "N", "a=1", "a=2"],
        ["record", "fill", "N"],
        ["copy", "issue", "N"],
        ["user", "add", "x"],
    ],
)
def test_a_malformed_command_is_a_usage_error_in_both_languages(words: list[str]) -> None:
    told = run("--site", "/nowhere", "--as", "x", "--json", *words)
    assert (told.code, told.kind, told.err) == (2, "usage", "")
    plain = run("--site", "/nowhere", "--as", "x", *words)
    assert (plain.code, plain.out) == (2, "")
    assert "Error: " in plain.err


@pytest.mark.parametrize("words", [["document", "list"], ["revision", "sign", "N"], ["copy", "check", "N"]])
def test_a_site_and_a_person_are_asked_for_first(words: list[str]) -> None:
    assert (run("--json", *words).code, run("--json", *words).kind) == (2, "usage")
    assert "--site" in run("--json", *words).message


def test_whoever_does_not_say_who_they_are_is_told_how(sqlite_world: World) -> None:
    told = run("--site", str(sqlite_world.site.path), "--json", "document", "list")
    assert (told.code, told.kind) == (2, "usage")
    assert "--as" in told.message


def test_a_folder_that_is_no_site_is_not_found(tmp_path: Path) -> None:
    told = run("--site", str(tmp_path), "--as", "x", "--json", "document", "list")
    assert (told.code, told.kind) == (5, "not-found")


@pytest.mark.parametrize(
    "noise", ["../../etc/passwd", "A\0B", "x" * 10_000, "\ud800", "‮abc", "%00", "'; --", ""]
)
@pytest.mark.parametrize(
    ("login", "words"),
    [
        ("staff", ["document", "show"]),
        ("author", ["revision", "submit", "--reason", "x"]),
        ("controller", ["copy", "acknowledge"]),
        ("controller", ["copy", "check"]),
        ("controller", ["copy", "list", "--document"]),
        ("staff", ["record", "show"]),
        ("staff", ["record", "open"]),
        ("auditor", ["trace"]),
        ("staff", ["search"]),
        ("admin", ["user", "password"]),
    ],
)
def test_a_hostile_number_is_refused_in_words(
    sqlite_terminal: Terminal, login: str, words: list[str], noise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCCTL_NEW_PASSWORD", "a new password")
    answer = sqlite_terminal(login, [*words, noise])
    assert answer.code in (0, 2, 5), answer.out
    if answer.code:
        assert answer.kind in ("content", "not-found", "usage")
        assert len(answer.message) < 12_000
    assert "Traceback" not in answer.out + answer.err


def test_an_account_with_a_nul_in_its_name_is_no_account(sqlite_terminal: Terminal) -> None:
    assert sqlite_terminal("a\0b", "document list").code in (2, 3)


def test_what_nobody_expected_is_told_in_one_sentence(
    sqlite_terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("docctl.cli.documents.life.document_part", broken)
    answer = sqlite_terminal("staff", "document list")
    assert (answer.code, answer.kind, answer.err) == (1, "error", "")
    assert "ZeroDivisionError" in answer.message
    debugged = run(
        *("--site", str(sqlite_terminal.world.site.path), "--as", "staff", "document", "list"),
        env={"DOCCTL_DEBUG": "1"},
    )
    assert "Traceback" in debugged.err


def test_a_command_that_is_stopped_says_so(
    sqlite_terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("docctl.cli.documents.life.document_part", stopped)
    answer = sqlite_terminal("staff", "document list")
    assert (answer.code, answer.message) == (1, "stopped before it was done")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--json", "x"], True),
        (["x", "--json"], True),
        (["x"], False),
        (["x", "--", "--json"], False),
        (["--json", "--"], True),
    ],
)
def test_json_may_stand_anywhere_before_the_end_of_options(words: list[str], wanted: bool) -> None:
    assert wants_json(words) is wanted


@pytest.mark.regulation("P11-10e4", "A11-12", "C4-06", "DI-05", "RM-02")
def test_no_variable_sets_the_clock(sqlite_terminal: Terminal) -> None:
    assert sorted(name for name in CLEAN) == [
        "DOCCTL_CODE",
        "DOCCTL_DATABASE_URL",
        "DOCCTL_DEBUG",
        "DOCCTL_NEW_PASSWORD",
        "DOCCTL_PASSWORD",
        "DOCCTL_SITE",
        "DOCCTL_USER",
    ]
    variables = {
        option.envvar
        for _, command in [("", docctl), *commands(docctl)]
        for option in command.params
        if isinstance(option, click.Option) and option.envvar
    }
    assert variables == {"DOCCTL_SITE", "DOCCTL_USER"}
    assert PASSWORD not in sqlite_terminal("staff", "document list").out
