"""A language more is a line in the list, its catalogues, its titles and its texts; no code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import third_language

ROOT = Path(__file__).parents[2]
LEAST = 400
"""Pages and lists that the people of the small site come to."""


@pytest.mark.long
def test_a_language_more_is_words_and_no_code_and_no_page_says_anything_in_another(tmp_path: Path) -> None:
    third_language.plant(tmp_path)
    # The copy goes before the checkout, so that docctl is the one with the language and the tests are these.
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
    command = [sys.executable, "-P", "-m", "tests.support.third_crawl", str(tmp_path / "site")]
    run = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    answer = json.loads(run.stdout.splitlines()[-1])
    assert answer["seen"]["print"] == 3
    assert sum(answer["seen"].values()) >= LEAST
    assert answer["faults"] == {}


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
