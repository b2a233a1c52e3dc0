from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.documents.labels import FIRST_LABEL, next_edition, next_label, parse_label

IN_ORDER = [
    "Rev.2",
    "第2版第1次修订",
    "第3版 试行",
    "第三版",
    "第十二版",
    "Rev.20",
    "A",
    "A/0 试行",
    "A/0",
    "A/1",
    "A/9",
    "A/10",
    "B",
    "B/0",
    "B1",
    "B1.0",
    "B1.1",
    "B2.0",
    "Z/9",
    "AA/0",
]


@pytest.mark.parametrize(
    ("text", "edition", "revision"),
    [
        ("A", "A", ()),
        ("A/0", "A", (0,)),
        ("A/12", "A", (12,)),
        ("A版", "A", ()),
        ("A0", "A", (0,)),
        ("B1.0", "B", (1, 0)),
        ("B/1.0", "B", (1, 0)),
        ("A/0版", "A", (0,)),
        ("AB/3", "AB", (3,)),
        ("A/01", "A", (1,)),
        ("第3版", "第3版", (3,)),
        ("第二十三版", "第二十三版", (23,)),
        ("第3版第2次修改", "第3版", (3, 2)),
        ("Rev.B", "B", ()),
        ("Rev 3.1", "Rev 3.1", (3, 1)),
        ("Rev.A2", "A", (2,)),
    ],
)
def test_each_style_gives_edition_and_revision(text: str, edition: str, revision: tuple[int, ...]) -> None:
    label = parse_label(text)
    assert (label.edition, label.revision, str(label)) == (edition, revision, text)
    assert not label.is_trial


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ａ／０", "A/0"),
        (" a/0 ", "A/0"),
        ("A/0  试行", "A/0 试行"),
        ("REV. b", "Rev. B"),
        ("第３版", "第3版"),
    ],
)
def test_width_case_and_blanks_make_no_other_label(typed: str, kept: str) -> None:
    assert str(parse_label(typed)) == kept


def test_labels_are_ordered_by_edition_then_by_numbers() -> None:
    labels = [parse_label(text) for text in IN_ORDER]
    for i, lower in enumerate(labels):
        for higher in labels[i + 1 :]:
            assert lower < higher


def test_a_style_is_no_other_label() -> None:
    assert parse_label("A0") == parse_label("A/0") == parse_label("A/00")
    assert parse_label("A版") == parse_label("A")
    assert parse_label("A") != parse_label("A/0")


def test_cover_and_headers_come_from_one_label() -> None:
    label = parse_label("A/0")
    assert (label.edition, str(label)) == ("A", "A/0")


def test_a_trial_issue_is_seen_and_confirmed_under_its_own_label() -> None:
    trial = parse_label("A/0 试行")
    assert trial.is_trial
    assert str(next_label(trial)) == "A/0"
    assert next_label(trial) > trial


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.0",
        "试行",
        "A-0",
        "A/-1",
        "A//0",
        "A/",
        "A/0/1",
        "ABC/0",
        "A/0;",
        "A/12345",
        "A/٠",
        "修订",
        "第版",
        "第百版",
        "第3版第2次",
        "Rev.",
        "Rev.-B",
        "Ａ\u200b/0",
    ],
)
def test_what_is_no_label_is_refused_with_the_styles_that_are(text: str) -> None:
    with pytest.raises(Invalid, match=r"write it like A/0, A, A版, A0 or B1\.0"):
        parse_label(text)


def test_a_hyphen_is_named_as_the_reason() -> None:
    with pytest.raises(Invalid, match="may not contain -"):
        parse_label("A-0")


@pytest.mark.parametrize(
    ("label", "following"),
    [
        ("A/0", "A/1"),
        ("A/9", "A/10"),
        ("A/01", "A/02"),
        ("A", "B"),
        ("A版", "B版"),
        ("A0", "A1"),
        ("B1.0", "B1.1"),
        ("A/0版", "A/1版"),
        ("Z", "AA"),
        ("第3版", "第4版"),
        ("第三版", "第4版"),
        ("第3版第2次修改", "第3版第3次修改"),
        ("Rev.B", "Rev.C"),
        ("Rev.9", "Rev.10"),
    ],
)
def test_the_next_label_keeps_the_style(label: str, following: str) -> None:
    assert str(next_label(parse_label(label))) == following


@pytest.mark.parametrize(
    ("label", "following"),
    [
        ("A/3", "B/0"),
        ("A/03", "B/00"),
        ("A", "B"),
        ("B1.4", "C1.0"),
        ("Z/1", "AA/0"),
        ("AZ/1", "BA/0"),
        ("A/3 试行", "B/0"),
        ("A版", "B版"),
        ("第3版第2次修改", "第4版"),
        ("Rev.B1", "Rev.C0"),
        ("Rev.3.1", "Rev.4"),
    ],
)
def test_a_new_edition_begins_with_the_next_letter(label: str, following: str) -> None:
    assert str(next_edition(parse_label(label))) == following


@pytest.mark.parametrize("label", ["ZZ/0", "A/9999"])
def test_there_is_an_end_to_labels(label: str) -> None:
    with pytest.raises(Invalid):
        next_edition(next_label(parse_label(label)))


def test_the_first_label_is_the_first() -> None:
    assert parse_label(FIRST_LABEL).revision == (0,)


labels = st.builds(
    lambda edition, slash, numbers, ban, trial: (
        edition + (slash + ".".join(map(str, numbers)) if numbers else "") + ban + trial
    ),
    st.text(string.ascii_uppercase, min_size=1, max_size=2),
    st.sampled_from(["/", ""]),
    st.lists(st.integers(0, 9998), max_size=4),
    st.sampled_from(["", "版"]),
    st.sampled_from(["", "试行", " 试行"]),
)


@given(labels)
def test_what_is_printed_reads_back_as_the_same_label(text: str) -> None:
    label = parse_label(text)
    assert str(label) == text
    assert parse_label(str(label)) == label


@given(labels)
def test_the_next_label_comes_after(text: str) -> None:
    label = parse_label(text)
    if not label.edition.startswith("ZZ"):
        assert next_label(label) > label
        assert next_edition(label).edition != label.edition
