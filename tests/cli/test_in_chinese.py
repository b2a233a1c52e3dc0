"""A terminal in Chinese says in Chinese what is shown to people; programs read the same names as ever."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docctl.cli.kit import labels, notices, spoken
from docctl.cli.kit.answers import print_plain
from docctl.queries.ledger.words import DONE
from tests.support.sites import World
from tests.support.terminal import run

ASCII_WORD = re.compile(r"^[A-Za-z_]+:", re.MULTILINE)


def test_what_init_backup_check_and_the_system_say_has_no_english_label(tmp_path: Path) -> None:
    site, backups = str(tmp_path / "site"), str(tmp_path / "backups")
    zh = {"LC_ALL": "zh_CN.UTF-8", "DOCCTL_PASSWORD": "a long password"}
    said = run("init", site, "--no-pdf", env={**zh, "DOCCTL_PASSWORD": None})
    assert [line.partition(":")[0] for line in said.out.splitlines()] == ["站点", "登录名", "口令"]
    for words in (
        ("backup", "make", backups),
        ("backup", "list", backups),
        ("backup", "verify", backups),
        ("backup", "drill", backups),
        ("site", "upgrade"),
        ("--as", "admin", "check"),
        ("--as", "admin", "system"),
    ):
        answer = run("--site", site, *words, env=zh)
        assert (answer.code, ASCII_WORD.findall(answer.out)) == (0, []), (words, answer)
        assert not re.search(r"\b(tables|files)\b", answer.err)
        if words[:2] != ("backup", "make"):  # one backup is enough
            assert json.loads(run("--site", site, "--json", *words, env=zh).out)
    assert "文件" in run("--site", site, "backup", "verify", backups, env=zh).err


def test_a_long_work_says_what_it_is_at(capsys: pytest.CaptureFixture[str]) -> None:
    chinese, english = spoken.reader("zh"), spoken.reader("en")
    for action, act in DONE.items():
        assert labels.work(f"{action.value} wuxiulan", chinese) == f"{act.told(chinese)} wuxiulan"
        assert labels.work(f"{action.value} wuxiulan", english) == f"{action.value} wuxiulan"
    assert labels.work("sign LX-R-142", chinese) == "签名 LX-R-142"
    assert labels.work("unheard of", chinese) == "unheard of"
    notices.progress("zh")(3, 3, "done")
    assert capsys.readouterr().err == "  3/3 完成\n"


def test_names_that_nobody_has_translated_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"login": "admin", "odd": 1, "accounts": [{"login": "a", "odd": 2}]}
    print_plain(answer, spoken.reader("zh"))
    assert capsys.readouterr().out.split() == [
        "登录名:",
        "admin",
        "odd:",
        "1",
        "账户:",
        "登录名",
        "odd",
        "a",
        "2",
    ]
    print_plain(answer)
    assert "accounts:" in capsys.readouterr().out


def test_an_upgrade_says_what_it_does_in_chinese(sqlite_world: World) -> None:
    said = run("--site", str(sqlite_world.site.path), "--lang", "zh", "site", "upgrade")
    assert "无需升级" in said.out
