"""Names of files and refs: one for each number, and none that a file system or git could misread."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.store.names import MAX_BYTES, figure_at, file_name, label_name, number_of, plain_name


def accepted(name: str) -> str | None:
    try:
        return file_name(name)
    except Invalid:
        return None


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("LX-CX-2019-001", "LX-CX-2019-001"),
        ("DF/ZY-GL 006", "DF_2FZY-GL_20006"),
        ("A_B", "A_5FB"),
        ("Q/企 1", "Q_2F_E4_BC_81_201"),
        ("企标1", "_E4_BC_81_E6_A0_871"),
        ("V1.10", "V1.10"),
        ("../ETC", None),
        ("A..B", None),
        (".GIT", None),
        ("A.", None),
        ("A.LOCK", None),
        ("-X", None),
        ("--OUTPUT=X", None),
        ("CON", None),
        ("NUL.1", None),
        ("COM1", None),
        ("CONTROL", "CONTROL"),
        ("", None),
        ("\ud800", None),
        ("A" * MAX_BYTES, "A" * MAX_BYTES),
        ("A" * (MAX_BYTES + 1), None),
        ("A\0B", "A_00B"),
        ("A\\B", "A_5CB"),
        ("%2E%2E%2F", "_252E_252E_252F"),
        ("@{U}", "_40_7BU_7D"),
        ("a", "_61"),
    ],
)
@pytest.mark.rule("SE-20", "SE-21")
def test_a_number_has_one_safe_name_or_none(number: str, name: str | None) -> None:
    assert accepted(number) == name


@pytest.mark.parametrize(
    ("label", "name"), [("A/0", "A-0"), ("1.10", "1.10"), ("第2版", "_E7_AC_AC2_E7_89_88")]
)
def test_a_label_has_a_name(label: str, name: str) -> None:
    assert label_name(label) == name


@pytest.mark.parametrize("label", ["A-0", "", ".", "/A"])
def test_a_label_that_could_be_taken_for_another_is_refused(label: str) -> None:
    with pytest.raises(Invalid):
        label_name(label)


@given(st.text(max_size=30), st.text(max_size=30))
@pytest.mark.rule("SE-20")
def test_two_numbers_never_give_one_name(one: str, other: str) -> None:
    assume(one != other)
    name = accepted(one)
    assert name is None or name != accepted(other)


@given(st.lists(st.text(st.sampled_from("A0._-/ 企\x7f~^:?*[@{\\"), max_size=8), min_size=20, max_size=40))
@settings(max_examples=3)
def test_git_takes_every_name_as_part_of_a_ref(numbers: list[str]) -> None:
    names = [name for name in map(accepted, numbers) if name]
    for name in names:
        assert subprocess.run(["git", "check-ref-format", f"refs/drafts/{name}"]).returncode == 0, name
        assert "/" not in name


@pytest.mark.parametrize("number", ["LX-CX-2019-001", "DF/ZY-GL 006", "A_B", "QG/LIFT 15-2008", "企标1"])
def test_a_number_is_read_back_from_its_name(number: str) -> None:
    assert number_of(file_name(number)) == number


@pytest.mark.parametrize("name", ["", "a", "A_5fB", "_41", "_C3", "A.LOCK", "A_", "\ud800"])
def test_a_name_that_no_number_has_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        number_of(name)


@pytest.mark.parametrize(
    ("number", "path", "kept"),
    [
        ("检验-程序-004", "检验-程序-004/流程.png", "_E6_A3_80_E9_AA_8C-_E7_A8_8B_E5_BA_8F-004/流程.png"),
        ("DF/ZY-GL 006", "DF-ZY-GL 006/a.png", "DF_2FZY-GL_20006/a.png"),
        ("DF/ZY-GL 006", "df_zy-gl_006/a.png", "DF_2FZY-GL_20006/a.png"),
        ("DF/ZY-GL 006", "ＤＦ－ＺＹ-GL-006/a.png", "DF_2FZY-GL_20006/a.png"),
        ("DF/ZY-GL 006", "DF_2FZY-GL_20006/a.png", "DF_2FZY-GL_20006/a.png"),
        ("LX-CX-2019-001", "LX-CX-2019-002/a.png", "LX-CX-2019-002/a.png"),
        ("LX-CX-2019-001", "a.png", "a.png"),
        ("DF/ZY-GL 006", "DF-ZY-GL 006/sub/a.png", "DF-ZY-GL 006/sub/a.png"),
        ("LX-CX-2019-001", "../LX-CX-2019-001/a.png", "../LX-CX-2019-001/a.png"),
        ("", "LX/a.png", "LX/a.png"),
    ],
)
def test_a_figure_lies_in_a_folder_that_is_called_as_people_write_the_number(
    number: str, path: str, kept: str
) -> None:
    assert figure_at(number, path) == kept


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("检验-程序-004", "检验-程序-004"),
        ("DF/ZY-GL 006", "DF-ZY-GL-006"),
        ("..\\A:B", "A-B"),
        ("A\r\nB", "A--B"),
        ("第3版", "第3版"),
        ("//", "_"),
    ],
)
def test_what_people_save_is_called_as_they_write_the_number(number: str, name: str) -> None:
    assert plain_name(number) == name
