"""Files are looked over before anybody registers them: without a site, all that is wrong at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.house.trees import ROOT
from tests.support.sites import PROCEDURE, TEMPLATE
from tests.support.terminal import Answer, run, written

NUMBER = "LX-CX-2019-101"
ENGLISH = "LX-CX-2019-101.en.md"


def procedure(extra: str = "", records: str = "[LX-R-001]") -> str:
    """The text of the other tests, its clauses without gaps."""
    text = PROCEDURE.format(number=NUMBER, title="题", title_en="T", hours=24, extra=extra)
    text = text.replace("5.2", "2.1").replace("# 5", "# 2")
    return text.replace("records: [LX-R-001, LX-R-101, LX-R-103]", f"records: {records}")


def template(number: str, governed_by: str = NUMBER) -> str:
    return TEMPLATE.format(number=number, procedure=governed_by).replace("5.2.1", "2.1.1")


def lint(tmp_path: Path, text: str) -> Answer:
    return run("--json", "document", "lint", written(tmp_path, f"procedures/{NUMBER}.md", text))


def of(answer: Answer, rule: str) -> list[dict[str, Any]]:
    return [f for f in answer["findings"] if f["rule"] == rule]


def test_a_sound_file_has_nothing_to_find_fault_with(tmp_path: Path) -> None:
    answer = lint(tmp_path, procedure())
    assert (answer.code, answer.data) == (0, {"ok": True, "findings": []})


def test_what_is_found_is_said_in_the_language_of_who_asks(tmp_path: Path) -> None:
    sound = written(tmp_path, f"procedures/{NUMBER}.md", procedure())
    assert run("--lang", "zh", "document", "lint", sound).out == "未发现问题。\n"
    assert run("document", "lint", sound).out == "Nothing to find fault with.\n"
    faulty = written(tmp_path, f"procedures/{NUMBER}.md", procedure("按照 9.9 条执行。"))
    answer = run("--lang", "zh", "document", "lint", faulty)
    assert answer.code == 1
    assert f"{NUMBER}.md:" in answer.out
    assert ": 错误 DC-116 " in answer.out
    assert "there is no such clause" not in answer.out
    assert ": error DC-116 Clause 9.9 is cited" in run("document", "lint", faulty).out


@pytest.mark.rule("DC-116")
def test_a_fault_is_told_with_rule_clause_and_line(tmp_path: Path) -> None:
    text = procedure("按照 9.9 条执行。")
    answer = lint(tmp_path, text)
    [found] = answer["findings"]
    line = next(n for n, line in enumerate(text.splitlines(), 1) if "9.9" in line)
    assert answer.code == 1
    assert answer["ok"] is False
    assert (found["rule"], found["severity"], found["line"], found["clause"]) == (
        "DC-116",
        "error",
        line,
        "1",
    )
    assert found["file"] == f"{NUMBER}.md"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        pytest.param("# 2 程序", "# 1 程序", "DC-114", marks=pytest.mark.rule("DC-114")),
        pytest.param("# 2 程序", "# 3 程序", "DC-114", marks=pytest.mark.rule("DC-114")),
        pytest.param("# 1 目的", "# 别的名称\n\n# 1 目的", "DC-115", marks=pytest.mark.rule("DC-115")),
        pytest.param("2.1.1 收到", "2.1.1 按2.3办理，收到", "DC-116", marks=pytest.mark.rule("DC-116")),
        pytest.param("2.1.1 收到", "2.1.1 罚款 元，收到", "DC-120", marks=pytest.mark.rule("DC-120")),
        pytest.param("2.1.1 收到", "2.1.1 低于 ℃，收到", "DC-120", marks=pytest.mark.rule("DC-120")),
        pytest.param(
            "2.1.1 收到", "2.1.1 填写《信息登记表》，收到", "DC-89", marks=pytest.mark.rule("DC-89")
        ),
        pytest.param(
            "2.1.1 收到", "2.1.1 由【请填写】办理，收到", "DC-119", marks=pytest.mark.rule("DC-119")
        ),
        pytest.param("2.1.1 收到", "2.1.1 由XX部办理，收到", "DC-36", marks=pytest.mark.rule("DC-36")),
        pytest.param("records: [LX-R-001]\n", "", "DC-88", marks=pytest.mark.rule("DC-88")),
        pytest.param(
            "2.1.1 收到",
            "2.1.1 按LX-SH-2019《手册》和LX-SH-2019《服务手册》，收到",
            "DC-118",
            marks=pytest.mark.rule("DC-118"),
        ),
        pytest.param(
            "2.1.1 收到",
            "2.1.1 按《服务管理手册》和《售后服务管理手册》，收到",
            "DC-118",
            marks=pytest.mark.rule("DC-118"),
        ),
        pytest.param(
            "# 1 目的",
            "[目录]\n1 目的\n2 程序\n3 附则\n\n# 1 目的",
            "DC-117",
            marks=pytest.mark.rule("DC-117"),
        ),
        pytest.param(
            "# 2 程序",
            "1.1 营销部负责组织对服务人员进行技能培训和考核。\n\n1.2 行政部负责服务人员技能培训、考核。\n\n# 2 程序",
            "DC-112",
            marks=pytest.mark.rule("DC-112"),
        ),
        pytest.param("level: procedure", "level: manual", "DC-31", marks=pytest.mark.rule("DC-31")),
    ],
)
def test_each_fault_in_a_text_is_found_under_its_rule_and_is_the_only_one(
    tmp_path: Path, old: str, new: str, rule: str
) -> None:
    text = procedure()
    assert text.count(old) == 1
    assert lint(tmp_path, text)["findings"] == []
    assert {f["rule"] for f in lint(tmp_path, text.replace(old, new))["findings"]} == {rule}


def test_the_line_of_an_english_text_is_that_of_its_own_file(tmp_path: Path) -> None:
    english = procedure("Do it under 9.9 then.")
    written(tmp_path, f"procedures/{ENGLISH}", english)
    [found] = lint(tmp_path, procedure())["findings"]
    line = next(n for n, line in enumerate(english.splitlines(), 1) if "9.9" in line)
    assert (found["file"], found["line"]) == (ENGLISH, line)


def test_a_warning_is_no_reason_to_leave_with_an_error(tmp_path: Path) -> None:
    answer = lint(tmp_path, procedure("填写《没有的登记表》。"))
    assert answer.code == 0
    assert [f["severity"] for f in answer["findings"]] == ["warning"]


def test_what_a_registration_would_refuse_is_a_finding_with_its_line(tmp_path: Path) -> None:
    answer = lint(tmp_path, procedure("{limit:unknown} 内").replace("level: procedure", "level: nonsense"))
    assert answer.code == 1
    assert all(f["severity"] == "error" for f in of(answer, ""))
    assert any(f["line"] > 1 for f in of(answer, ""))


def test_the_forms_of_a_library_are_known_by_their_titles(tmp_path: Path) -> None:
    text = procedure("填写《质量信息反馈单》。", records="[LX-R-101]")
    assert [f["rule"] for f in lint(tmp_path, text)["findings"]] == ["DC-89"]
    written(tmp_path, "templates/LX-R-101.yaml", template("LX-R-101"))
    assert lint(tmp_path, text)["findings"] == []


@pytest.mark.rule("DC-90")
def test_a_form_that_a_text_calls_by_another_of_its_names_is_told_with_its_name(tmp_path: Path) -> None:
    text = procedure("填写《质量反馈表》。", records="[LX-R-101]")
    form = template("LX-R-101").replace("keeper: sales", "keeper: sales\naliases: [质量反馈表]")
    written(tmp_path, "templates/LX-R-101.yaml", form)
    [found] = lint(tmp_path, text)["findings"]
    assert found["rule"] == "DC-90"
    assert found["message"] == "《质量反馈表》 is called 《质量信息反馈单》; use that name."


@pytest.mark.rule("DC-119")
def test_a_library_is_checked_between_its_files_too(tmp_path: Path) -> None:
    written(tmp_path, f"procedures/{NUMBER}.md", procedure())
    template = TEMPLATE.format(number="LX-R-101", procedure=NUMBER)
    written(tmp_path, "templates/LX-R-101.yaml", template.replace('clauses: ["5.2.1"]', 'clauses: ["8.8"]'))
    written(
        tmp_path, "templates/LX-R-102.yaml", TEMPLATE.format(number="LX-R-102", procedure="LX-CX-2019-999")
    )
    written(tmp_path, "templates/LX-R-103.yaml", "number: [")
    answer = run("--json", "library", "check", str(tmp_path))
    found = {(f["file"], f["rule"], f["severity"]) for f in answer["findings"]}
    assert answer.code == 1
    assert found == {
        (f"{NUMBER}.md", "DC-119", "error"),
        (f"{NUMBER}.md", "DC-82", "warning"),
        ("LX-R-101.yaml", "DC-89", "error"),
        ("LX-R-101.yaml", "DC-116", "error"),
        ("LX-R-102.yaml", "DC-119", "error"),
        ("LX-R-103.yaml", "", "error"),
    }
    assert (answer["errors"], answer["warnings"]) == (len(found) - 1, 1)


def test_a_folder_without_documents_is_told_what_it_should_hold(tmp_path: Path) -> None:
    answer = run("--json", "library", "check", str(tmp_path))
    assert (answer.code, answer.kind) == (5, "not-found")
    assert "procedures/" in answer.message


def test_people_get_a_line_for_each_finding(tmp_path: Path) -> None:
    file = written(tmp_path, f"procedures/{NUMBER}.md", procedure("按照 9.9 条执行。"))
    answer = run("document", "lint", file)
    assert answer.code == 1
    assert answer.out.startswith(f"{NUMBER}.md:")
    assert "error DC-116" in answer.out


@pytest.mark.rule("DC-119")
def test_the_starter_library_has_no_errors() -> None:
    answer = run("--json", "library", "check", str(ROOT))
    assert [f for f in answer["findings"] if f["severity"] == "error"] == []
