"""In which language a command refuses: what was asked for, what the terminal says, and English otherwise."""

from __future__ import annotations

import json

import pytest

from docctl.cli import main
from docctl.cli.kit import spoken


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LC_ALL": "C", "LC_MESSAGES": "zh_CN.UTF-8"}, "en"),
        (["--lang", "zh"], {"LC_ALL": "C"}, "zh"),
        (["document", "list", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["--", "--lang", "zh"], {}, "en"),
        (["--lang"], {}, "en"),
    ],
)
def test_what_is_asked_for_comes_before_what_the_terminal_says(
    arguments: list[str], environ: dict[str, str], language: str
) -> None:
    assert spoken.wanted(arguments, environ) == language


def test_a_refusal_is_told_in_the_language_that_was_asked_for(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    site = ["--site", str(tmp_path), "--as", "staff", "document", "list"]
    assert main(["--lang", "zh", *site]) == 5
    assert capsys.readouterr().err.startswith("错误：")
    assert main([*site, "--lang", "en"]) == 5
    assert capsys.readouterr().err.startswith("Error: there is no site in ")


def test_a_program_finds_the_id_and_the_values_of_a_refusal(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "zh", "--json", "--site", str(tmp_path), "--as", "staff", "document", "list"]) == 5
    told = json.loads(capsys.readouterr().out)["error"]
    assert told["kind"] == "not-found"
    assert told["message"] == f"{tmp_path} 中没有站点；请执行 docctl init {tmp_path} 建立"
    assert told["id"] == "there is no site in {folder}; make one with: docctl init {folder}"
    assert told["values"] == {"folder": str(tmp_path)}
