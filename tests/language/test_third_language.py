"""A language more is a line in the list, its catalogues, its titles and its texts; no code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import third_crawl, third_language

ROOT = Path(__file__).parents[2]
LEAST = 400
"""Pages and lists that the people of the small site come to."""


def started(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A module of the copy, which goes before the checkout: its docctl has the language, the tests are these."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(copy), str(ROOT)))}
    whole = [sys.executable, "-P", "-m", *command]
    return subprocess.run(whole, env=environ, cwd=copy, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_a_language_more_is_words_and_no_code_and_no_page_says_anything_in_another(tmp_path: Path) -> None:
    third_language.plant(tmp_path)
    run = started(tmp_path, "tests.support.third_crawl", str(tmp_path / "site"))
    assert run.returncode == 0, run.stderr[-2000:]
    answer = json.loads(run.stdout.splitlines()[-1])
    assert answer["seen"]["print"] == 3
    assert sum(answer["seen"].values()) >= LEAST
    assert answer["faults"] == {}


def test_a_command_refuses_in_the_third_language(tmp_path: Path) -> None:
    third_language.plant(tmp_path)
    run = started(tmp_path, "docctl", "--lang", "xx", "--site", "nowhere", "--as", "a", "document", "list")
    assert run.returncode != 0
    assert "⟦there is no site in " in run.stderr
    assert third_crawl.brackets_emptied(run.stderr).split() == []


def test_nothing_but_the_list_is_changed_among_the_programs(tmp_path: Path) -> None:
    third_language.plant(tmp_path)
    programs = [file.relative_to(third_language.PACKAGE) for file in third_language.PACKAGE.rglob("*.py")]
    changed = {
        str(file)
        for file in programs
        if (tmp_path / "docctl" / file).read_bytes() != (third_language.PACKAGE / file).read_bytes()
    }
    assert changed == {"rules/languages.py"}
    before, after = (
        (folder / "rules" / "languages.py").read_text("utf-8").splitlines()
        for folder in (third_language.PACKAGE, tmp_path / "docctl")
    )
    assert [line for line in after if line not in before] == [third_language.LINE.rstrip()]
