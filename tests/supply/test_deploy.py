"""The files of deploy/ fit the program that they start: options, paths, sizes, addresses."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from flask.testing import FlaskClient

from docctl.cli import docctl
from docctl.cli.kit import serving
from docctl.door.site import Settings
from docctl.store.tree import load_yaml
from tests.house.trees import ROOT
from tests.support.pages import empty_site as empty_site
from tests.support.pages import visitor as visitor

DEPLOY = ROOT / "deploy"
UNITS = ("docctl.service", "docctl-backup.service", "docctl-backup.timer")
PROGRAM = "/opt/docctl/bin/docctl"


def _text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def _parses(words: list[str]) -> None:
    """Those are words that the command line knows; nothing is done."""
    command: click.Command = docctl
    context = click.Context(docctl)
    while isinstance(command, click.Group):
        name, words = words[0], words[1:]
        found = command.get_command(context, name)
        assert found is not None, name
        command = found
    command.make_context(command.name, words)


def _container() -> str:
    return _text("Containerfile")


def _started() -> list[str]:
    """What a container starts where nothing else is said."""
    (found,) = re.findall(r"^CMD (\[.*\])$", _container(), re.MULTILINE)
    words: list[str] = json.loads(found)
    return words


def test_what_units_and_containers_start_is_a_command_of_docctl() -> None:
    started = [
        shlex.split(line.partition("=")[2])
        for unit in UNITS
        for line in _text(unit).splitlines()
        if line.startswith("ExecStart=")
    ]
    assert [words[0] for words in started] == [PROGRAM] * 3
    for words in started:
        _parses(words[1:])
    _parses(_started())
    compose: dict[str, Any] = load_yaml(_text("compose.yaml").encode())["services"]
    _parses(compose["docctl"]["command"])
    proxy = compose["proxy"]["networks"]["inside"]["ipv4_address"]
    assert compose["docctl"]["command"][-2:] == ["--trusted-proxy", proxy]


def test_a_container_copies_what_there_is_and_all_that_the_package_needs() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", _container(), re.MULTILINE)
    names = {name for words in copied for name in words.split()}
    assert all((ROOT / name).exists() for name in names)
    assert {"docctl", "procedures", "templates", "records", "requirements.lock", "pyproject.toml"} <= names


def test_both_proxies_let_through_what_docctl_takes_and_say_where_it_came_from() -> None:
    usual = Settings(site_id="x", public_key="x").attachment_mb
    most = serving.settings(attachment_mb=usual)["max_request_body_size"]
    caddy, nginx = _text("Caddyfile"), _text("nginx.conf")
    for text, pattern in ((caddy, r"max_size (\d+)MB"), (nginx, r"client_max_body_size (\d+)m;")):
        (found,) = re.findall(pattern, text)
        assert int(found) * 1_000_000 >= most
    for header in ("Host $http_host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        assert f"proxy_set_header {header};" in nginx


def test_whether_it_is_well_is_answered_to_anybody_in_two_letters(visitor: FlaskClient) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.text, answer.content_type) == (
        200,
        "ok\n",
        "text/plain; charset=utf-8",
    )
    assert "/healthz" in _container()


def test_the_units_are_those_that_systemd_understands(tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("there is no systemd here")
    for unit in UNITS:
        (tmp_path / unit).write_text(_text(unit).replace(PROGRAM, sys.executable), "utf-8")
    units = [str(tmp_path / unit) for unit in UNITS]
    done = subprocess.run([analyse, "verify", "--man=no", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / UNITS[0]).write_text("[Service]\nExecStart=/nowhere\nProtectSistem=x\n", "utf-8")
    done = subprocess.run([analyse, "verify", "--man=no", units[0]], capture_output=True, text=True)
    assert "ProtectSistem" in done.stderr
