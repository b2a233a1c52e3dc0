"""What docctl itself says is said in each language of the list; a language more needs no line in a table."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from docctl.rules import languages, stamps
from docctl.rules.languages import Spoken
from docctl.rules.words import Own, Words

YES = Own(zh="是", en="yes")


@pytest.fixture
def third(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third language in the list, with nothing in any table."""
    more = {**languages.LIST, "xx": Spoken(tag="xx", name="Third", english="Third")}
    monkeypatch.setattr(languages, "LIST", MappingProxyType(more))
    monkeypatch.setattr(languages, "ALL", tuple(more))


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Own, "catalogue", staticmethod(lambda language, english: f"{language}: {english}"))


@pytest.mark.usefixtures("catalogue")
def test_a_table_that_has_all_languages_asks_no_catalogue() -> None:
    assert dict(YES) == {"zh": "是", "en": "yes"}
    assert (YES.told("zh"), YES.told("en"), len(YES)) == ("是", "yes", 2)


@pytest.mark.usefixtures("third", "catalogue")
def test_a_language_without_a_line_says_it_as_its_catalogue_does() -> None:
    assert dict(YES) == {"zh": "是", "en": "yes", "xx": "xx: yes"}
    assert YES.told("xx") == YES["xx"] == YES.get("xx") == "xx: yes"
    assert len(YES) == 3


@pytest.mark.usefixtures("third")
def test_without_a_catalogue_it_is_said_in_english() -> None:
    assert YES.told("xx") == "yes"


@pytest.mark.usefixtures("third", "catalogue")
def test_a_language_that_is_not_in_the_list_has_no_words() -> None:
    assert YES.get("yy") is None
    assert YES.told("yy") == "是"
    with pytest.raises(KeyError):
        YES["yy"]


@pytest.mark.usefixtures("third", "catalogue")
def test_blanks_are_filled_in_the_same_language() -> None:
    head = Own(zh="{of}负责人", en="head of {of}, {n}")
    made = head.filled(of=Words(zh="质量部", en="Quality", xx="Q"), n=2)
    assert dict(made) == {"zh": "质量部负责人", "en": "head of Quality, 2", "xx": "xx: head of Q, 2"}


@pytest.mark.usefixtures("third", "catalogue")
def test_a_stamp_is_the_same_whatever_languages_come_into_the_list() -> None:
    assert stamps.CONTROLLED.stamped == "受控 CONTROLLED"
    assert dict(stamps.UNCONTROLLED.on_paper) == {"zh": "非受控", "en": "UNCONTROLLED"}


def test_words_that_say_the_same_are_equal_whoever_says_them() -> None:
    same = Words({"zh": "是", "en": "yes"})
    assert same == YES
    assert hash(same) == hash(YES)
    assert repr(YES) == "Own({'zh': '是', 'en': 'yes'})"


def test_what_has_no_words_is_called_by_its_key_in_every_language() -> None:
    assert [Words.key("sales").told(each) for each in languages.ALL] == ["sales", "sales"]
