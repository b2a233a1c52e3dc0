"""Words: recall and precision against brute force, on generated Chinese and mixed text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.rules import search_words
from docctl.rules.search_words import Term

LETTERS = "受控文件回收记录售后，。、 \n"
CHINESE = st.text(LETTERS, max_size=30)
QUESTION = st.text("受控文件回收记录售后", min_size=1, max_size=6)


def finds(text: str, query: str) -> bool:
    """What an index of the tokens answers: each term as a run of tokens."""
    have = search_words.tokens(text)
    return all(_phrase(have, term) for term in search_words.terms(query))


def _phrase(have: list[str], term: Term) -> bool:
    size = len(term.tokens)
    return any(
        tuple(part[:-1]) == term.tokens[:-1]
        and (part[-1].startswith(term.tokens[-1]) if term.prefix else part[-1] == term.tokens[-1])
        for part in (have[n : n + size] for n in range(len(have) - size + 1))
    )


def test_a_run_becomes_pairs_and_its_last_character() -> None:
    assert search_words.tokens("受控文件，回收") == ["受控", "控文", "文件", "件", "回收", "收"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("，。 -- __", []),
        ("版", ["版"]),
        ("A类3级", ["a", "类", "3", "级"]),
        ("LX-CX-2019-001", ["lx", "cx", "2019", "001"]),
        ("ＬＸ－Ｒ－００１", ["lx", "r", "001"]),
        ("5.2.1", ["5", "2", "1"]),
        ("㎜ ½", ["mm", "1", "2"]),
        ("一・二", ["一", "二"]),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
        ("Überprüfung", ["uberprufung"]),
        ("x" * 50, ["x" * 40]),
    ],
)
def test_tokens_are_lower_case_letters_digits_and_pairs(text: str, expected: list[str]) -> None:
    assert search_words.tokens(text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ()),
        (" \u3000\t", ()),
        ("*\"'()%_", ()),
        ("控", (Term(("控",), True),)),
        ("受控", (Term(("受控",), False),)),
        ("受控文件", (Term(("受控", "控文", "文件"), False),)),
        ("焊接 检验", (Term(("焊接",), False), Term(("检验",), False))),
        ("检查。记录", (Term(("检查", "查", "记录"), False),)),
        ("A类", (Term(("a", "类"), True),)),
        ("类A", (Term(("类", "a"), True),)),
        ("24", (Term(("24",), False),)),
        ("24小时内", (Term(("24", "小时", "时内"), False),)),
        ("LX-R-0", (Term(("lx", "r", "0"), True),)),
        ("2019-001", (Term(("2019", "001"), False),)),
    ],
)
def test_a_question_becomes_terms(query: str, expected: tuple[Term, ...]) -> None:
    assert search_words.terms(query) == expected


def test_what_a_question_has_beyond_its_bounds_is_not_looked_for() -> None:
    assert len(search_words.terms("甲 " * 100)) == search_words.MOST_TERMS
    (term,) = search_words.terms("受控" * 5000)
    assert len(term.tokens) == search_words.LONGEST_TERM
    assert finds("受控" * 5000, "受控" * 5000)


@given(CHINESE, QUESTION)
def test_chinese_of_any_length_is_found_exactly_where_it_stands(text: str, query: str) -> None:
    assert finds(text, query) == (query in text)


@given(CHINESE, st.integers(0, 29), st.integers(1, 6))
def test_every_piece_of_a_text_is_found_in_it(text: str, start: int, length: int) -> None:
    for part in re.split(r"[，。、\s]+", text[start : start + length]):
        assert finds(text, part)


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("检查。记录", "检查记录", False),
        ("检查，记录", "检查。记录", True),
        ("首先检查记录", "查记", True),
        ("24 小时内答复", "24小时", True),
        ("在 240 小时内", "24", False),
        ("LX-CX-2019-001 A/0", "lx-cx-2019", True),
        ("LX-CX-2019-001 A/0", "lx-cx-20", True),
        ("LX-CX-2019-001", "LX-CX-2019-001", True),
        ("LX-CX-2019-001", "LX-CX-2019-002", False),
        ("LX-R-0011", "LX-R-001", True),
        ("Keep the records", "RECORD", True),
        ("A类设备", "类设", True),
        ("甲类A级", "类A", True),
        ("甲类别A级", "类A", False),
    ],
)
def test_letters_digits_and_characters_together(text: str, query: str, found: bool) -> None:
    assert finds(text, query) is found


@pytest.mark.parametrize(
    ("text", "query", "piece"),
    [
        ("按受控文件回收", "受控文件", "受控文件"),
        ("按控制要求", "控", "控"),
        ("㎜以内；LX-R-001 表", "lx-r-0", "LX-R-0"),
        ("厚 5 ㎜ 以内", "mm", "㎜"),
        ("ＬＸ－Ｒ－００１", "LX-R-001", "ＬＸ－Ｒ－００１"),
    ],
)
def test_a_term_is_located_in_the_text_as_written(text: str, query: str, piece: str) -> None:
    (term,) = search_words.terms(query)
    place = search_words.locate(text, term)
    assert place is not None
    assert text[slice(*place)] == piece


def test_what_is_not_there_is_located_nowhere() -> None:
    (term,) = search_words.terms("回收")
    assert search_words.locate("回执、收据", term) is None


@given(CHINESE, QUESTION)
def test_locating_and_finding_agree(text: str, query: str) -> None:
    (term,) = search_words.terms(query)
    place = search_words.locate(text, term)
    assert (place is not None) == finds(text, query)
    assert place is None or text[slice(*place)] == query
