"""Everything that a page says is there in Chinese, once, and whole."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel.messages.catalog import Message

from docctl.web.kit import catalogues
from tests.support.sentences import WEB, said, strings, untranslated

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BLANKS = re.compile(r"%\((\w+)\)[sd]")
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
            assert CHINESE.search(chinese), english
            assert not CHINESE.search(english), english
            assert set(BLANKS.findall(english)) == set(BLANKS.findall(chinese)), english


def test_nothing_is_translated_that_no_page_says() -> None:
    spoken = {message for _, message, _ in said()}
    idle = [
        (noun, message.id)
        for noun in NOUNS
        if noun != catalogues.REFUSALS
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
    for file in sorted((WEB / "pages").glob("*.html")):
        assert not CHINESE.search(file.read_text("utf-8")), file.name


@pytest.mark.parametrize(
    ("sentence", "chinese"),
    [
        ("too many wrong passwords; try again in 7 seconds", "口令错误次数过多；请在 7 秒后再试"),
        ("there is no copy 'X#001'; see: docctl copy list", "没有副本 'X#001'"),
        ("nobody has translated this; see: docctl document list", "nobody has translated this"),
        ("100 % of it", "100 % of it"),
    ],
)
def test_a_refusal_is_said_in_chinese_where_it_is_known(sentence: str, chinese: str) -> None:
    assert catalogues.refusal(sentence, "zh") == chinese
    assert catalogues.refusal(sentence, "en") == sentence.partition("; see")[0]


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
