"""Every refusal is data: a literal with values of its names, and each has its Chinese. Over every raise site."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest

from docctl.language.catalogues import catalogues
from tests.support.told import Told, told, told_in, words

MADE_OF_OTHERS = {
    "errors/__init__.py",
    "errors/message.py",
    "errors/stored.py",
    "rules/conditions.py",
    "rules/permissions.py",
}
"""Where a message is made from the parts of another: its template came from a literal elsewhere."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff}][,;:!?]|[,;:!?][\u4e00-\u9fff]|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]")


def translations() -> Iterator[tuple[str, str]]:
    """All message ids with their Chinese."""
    for catalogue in catalogues("zh").values():
        for message in catalogue:
            if message.id and isinstance(message.id, str):
                yield message.id, str(message.string)


def wrong(one: Told) -> str:
    """What is wrong with a sentence, or nothing."""
    if one.template is None:
        return f"{one.place}: the sentence is no literal"
    if one.values is not None and one.values != one.names:
        return f"{one.place}: {sorted(one.names ^ one.values)} is a blank without value, or the reverse"
    return ""


def test_every_refusal_is_a_literal_whose_blanks_are_the_values_given() -> None:
    found = (wrong(one) for one in told() if one.place.partition(":")[0] not in MADE_OF_OTHERS)
    assert [fault for fault in found if fault] == []


def test_every_refusal_and_every_word_in_one_has_its_chinese() -> None:
    known = dict(translations())
    said = {one.template: one.place for one in told() if one.template} | {word: at for at, word in words()}
    assert {word: at for word, at in said.items() if word not in known and not is_made_of_blanks(word)} == {}


def test_the_chinese_of_a_refusal_says_all_its_values() -> None:
    known = dict(translations())
    for one in told():
        chinese = known.get(one.template or "")
        if chinese is not None:
            assert fields(chinese) == fields(one.template or ""), one.place


def test_no_chinese_of_a_refusal_is_latin_alone_or_has_marks_of_half_width() -> None:
    said = {one.template for one in told()} | {word for _, word in words()}
    for english, chinese in translations():
        if english in said and not is_made_of_blanks(english):
            assert CHINESE.search(chinese), english
            assert not HALF_WIDTH.search(chinese), chinese


@pytest.mark.parametrize(
    "line",
    [
        'raise WrongState(f"{number} is there")',
        'raise WrongState("{number} is there")',
        'raise WrongState("it is there", number=number)',
        "raise WrongState(sentence + number)",
        'Message("{a} {b}", a=a)',
    ],
)
def test_a_planted_refusal_that_is_no_data_is_found(line: str) -> None:
    assert any(wrong(one) for one in told_in("docctl/x.py", line))


@pytest.mark.parametrize(
    "line",
    ['raise WrongState("{number} is there", number=number)', "raise Invalid(problems)", 'Message("no")'],
)
def test_a_refusal_that_is_data_is_left_alone(line: str) -> None:
    assert not any(wrong(one) for one in told_in("docctl/x.py", line))


def fields(template: str) -> set[tuple[str, str]]:
    """The blanks, with how a figure is written."""
    return {(name, how or "") for _, name, how, _ in string.Formatter().parse(template) if name is not None}


def is_made_of_blanks(template: str) -> bool:
    """Whether a template only puts values side by side."""
    return not any(character.isalpha() for character in re.sub(r"\{[^}]*\}", "", template))
