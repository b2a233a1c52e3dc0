"""Everything that a page says is there in Chinese, once, and whole."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel.messages.catalog import Message

from docctl.language import catalogues
from tests.support.sentences import WEB, said, strings, untranslated
from tests.support.told import told, words

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BLANKS = re.compile(r"%\((\w+)\)[sd]|\{(\w+)")
NOUNS = sorted(catalogues.catalogues("zh"))


def entries(noun: str) -> list[Message]:
    """What a catalogue holds."""
    return [message for message in catalogues.catalogues("zh")[noun] if message.id]


def test_every_sentence_of_the_pages_is_translated() -> None:
    assert untranslated() == {}


@pytest.mark.parametrize("noun", NOUNS)
def test_every_entry_is_chinese_and_keeps_its_blanks(noun: str) -> None:
    for message in entries(noun):
        assert not message.fuzzy, message.id
        for english, chinese in zip(strings(message.id), strings(message.string), strict=False):
            assert CHINESE.search(chinese) or not any(map(str.isalpha, english)) or "{" in english, english
            assert set(BLANKS.findall(english)) == set(BLANKS.findall(chinese)), english


def test_nothing_is_translated_that_no_page_says() -> None:
    spoken = (
        {message for _, message, _ in said()}
        | {str(one.template) for one in told()}
        | {word for _, word in words()}
    )
    idle = [
        (noun, message.id)
        for noun in NOUNS
        for message in entries(noun)
        if (message.id if isinstance(message.id, str) else tuple(message.id)) not in spoken
    ]
    assert idle == []


def test_a_sentence_has_one_translation_in_all_catalogues() -> None:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for noun in NOUNS:
        for message in entries(noun):
            found[str(message.id), message.context or ""].add(str(message.string))
    assert {key: given for key, given in found.items() if len(given) > 1} == {}


def test_pages_say_nothing_but_message_ids() -> None:
    files = sorted((WEB / "pages").rglob("*.html"))
    assert len(files) > 40
    for file in files:
        assert not CHINESE.search(file.read_text("utf-8")), file.name


WORDS = {
    "审批链": "审批流程",
    "账本": "审计追踪",
    "印刷版": "打印件",
    "遗失": "丢失",
    "关闭记录": "封存",
    "关闭并封存": "封存",
    "作废留用": "留用",
    "版本号": "修订状态",
    "版本": "修订",
}
"""What pages once said beside the word of the glossary."""


@pytest.mark.parametrize("noun", NOUNS)
def test_pages_say_the_word_of_the_glossary_and_no_other(noun: str) -> None:
    told = {sentence for message in entries(noun) for sentence in strings(message.string)}
    # The glossary has this one term with the other word in it.
    bare = {sentence.replace("执行依据版本", "") for sentence in told}
    assert [(old, sentence) for sentence in bare for old in WORDS if old in sentence] == []
