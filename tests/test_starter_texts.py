"""The text of the starter procedure: what it must hold, and how it is written. Reads files only."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docctl.rules.lint import lint
from docctl.store.source import figure_paths, read_procedure
from tests.support.starter import (
    CJK,
    CLAUSE,
    LANGUAGES,
    LIMIT,
    NUMBER,
    ROOT,
    TEMPLATES,
    body,
    clause,
    front_matter,
    numbers,
    sentences,
)


@pytest.mark.parametrize("key", ["number", "title", "level", "department"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_matter_has_the_facts_of_the_catalogue(facts: Any, language: str, key: str) -> None:
    assert front_matter(language)[key] == facts[key]


def test_both_languages_have_the_same_front_matter() -> None:
    assert front_matter("zh") == front_matter("en")


@pytest.mark.rule("DC-114")
def test_both_languages_have_the_same_clauses_in_the_same_order() -> None:
    assert numbers("zh") == numbers("en")
    assert len(numbers("zh")) > 40


@pytest.mark.rule("DC-114")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_clause_number_is_there_once_and_follows_the_one_before(language: str) -> None:
    before: tuple[int, ...] = (0,)
    for number in numbers(language):
        now = tuple(int(part) for part in number.split("."))
        following = [(*before, 1), *((*before[:n], before[n] + 1) for n in range(len(before)))]
        assert now in following, f"{number} after {before}"
        before = now


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_numbered_paragraph_has_its_own_number_as_anchor(language: str) -> None:
    paragraphs = [line for line in body(language).splitlines() if re.match(r"\d+\.\d", line)]
    for line in paragraphs:
        found = CLAUSE.fullmatch(line)
        assert found is not None, line
        assert found["number"] == found["anchor"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_limit_stands_in_the_clause_that_it_names_and_no_other_is_used(language: str) -> None:
    limits = front_matter(language)["limits"]
    assert set(LIMIT.findall(body(language))) == set(limits)
    for name, limit in limits.items():
        assert f"{{limit:{name}}}" in clause(language, limit["clause"])


@pytest.mark.rule("DC-116")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_cross_reference_leads_to_a_clause(language: str) -> None:
    without_anchors = re.sub(r"\{#[\d.]+\}|^[\d.]+ ", "", body(language), flags=re.MULTILINE)
    cited = set(re.findall(r"(?<![A-Za-z0-9.-])\d\.\d(?:\.\d)?(?![\d.]*\d)", without_anchors))
    assert cited
    assert cited <= set(numbers(language))


def test_both_languages_cite_the_same_clauses_limits_and_numbers_of_documents() -> None:
    pattern = r"(?<![A-Za-z0-9.-])\d\.\d\.\d(?!\.?\d)|\{limit:[a-z-]+\}|LX-(?:CX|R|SH)-\d[\d-]*(?:#\d+)?"
    for number in numbers("zh"):
        found = [sorted(re.findall(pattern, clause(language, number))) for language in LANGUAGES]
        assert found[0] == found[1], number


@pytest.mark.rule("DC-03", "DC-13", "DC-14", "DC-15", "DC-53", "DC-55", "DC-56")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_of_the_catalogue_stand_in_their_clauses(facts: Any, language: str) -> None:
    for figure in facts["figures"]:
        assert figure[language] in clause(language, figure["clause"])


@pytest.mark.rule("DC-88", "DC-89")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_record_exists_is_listed_and_is_named_by_its_title(facts: Any, language: str) -> None:
    listed = front_matter(language)["records"]
    assert listed == list(facts["templates"]) == list(TEMPLATES)
    rules, records = body(language).split("\n# 6 ")
    for number in listed:
        title = facts["templates"][number]["title"][language]
        assert title in rules, number
        assert f"| {number} | {title if language == 'en' else f'《{title}》'} |" in records


@pytest.mark.rule("DC-89")
def test_no_form_is_cited_that_is_not_among_the_records(facts: Any) -> None:
    titles = {facts["templates"][number]["title"]["zh"] for number in TEMPLATES}
    cited = set(re.findall(r"《([^》]+)》", body("zh")))
    assert cited - titles == {"售后服务管理手册", "质量管理体系 要求"}


@pytest.mark.rule("DC-118")
def test_the_manual_has_one_name() -> None:
    assert "服务管理手册" not in body("zh").replace("《售后服务管理手册》", "")
    assert "Service Manual" not in body("en").replace("After-Sales Service Manual", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reference_is_in_the_list_of_reference_documents(language: str) -> None:
    for reference in front_matter(language)["references"]:
        assert f"| {reference} |" in clause(language, "5")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_is_there_and_has_a_caption(language: str) -> None:
    figures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", body(language))
    assert [path for _, path in figures] == [f"{NUMBER}/flow.{language}.png"]
    for _, path in figures:
        assert (ROOT / "procedures" / path).read_bytes().startswith(b"\x89PNG\r\n")
    assert re.search({"zh": r"^图1 ", "en": r"^Figure 1 "}[language], body(language), re.MULTILINE)


@pytest.mark.parametrize(("language", "word"), [("zh", "表"), ("en", "Table ")])
def test_tables_are_captioned_in_order_and_mentioned(language: str, word: str) -> None:
    captions = re.findall(rf"^{word}(\d) ", body(language), re.MULTILINE)
    assert captions == ["1", "2", "3"]
    prose = " ".join(sentences(language))
    for number in captions:
        assert len(re.findall(rf"{word}{number}\b|{word}{number}(?=[{CJK}])", prose)) >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_tables_of_a_language_pair_have_the_same_shape(language: str) -> None:
    rows = [line.count("|") for line in body(language).splitlines() if line.startswith("|")]
    assert rows == [line.count("|") for line in body("zh").splitlines() if line.startswith("|")]


def test_the_program_reads_the_procedure_and_its_lint_finds_nothing(facts: Any) -> None:
    zh, en = ((ROOT / path).read_bytes() for path in LANGUAGES.values())
    paths = {*figure_paths(zh), *figure_paths(en)}
    read = read_procedure(zh, en, {path: (ROOT / "procedures" / path).read_bytes() for path in paths})
    assert (read.number, len(read.limits), len(read.figures)) == (NUMBER, 6, 2)
    for language in LANGUAGES:
        titles = [facts["templates"][number]["title"][language] for number in TEMPLATES]
        title = facts["title"][language]
        assert lint(body(language), title=title, level="procedure", records=titles) == []


# The writing


@pytest.mark.rule("DC-36", "DC-119", "DC-120")
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_be_filled_in(language: str) -> None:
    assert not re.search(r"TODO|TBD|[Xx×]{2,}|_{2,}|待定|【|\[\w*\](?!\()|此处", body(language))


def test_chinese_sentences_have_chinese_punctuation() -> None:
    text = re.sub(r"!\[([^\]]+)\]\([^)]+\)", r"\1", LIMIT.sub("5", re.sub(r" \{#[\d.]+\}", "", body("zh"))))
    assert not re.findall(rf"[{CJK}》”）][,.;:?!()'\"]|[,.;:?!()'\"][{CJK}《“（]", text)
    assert not re.findall(rf"[{CJK}] [{CJK}]", text.replace("质量管理体系 要求", ""))
    assert not re.findall(r"[。，；：、]{2}|--|——|…", re.sub(r"^\|[-|]+\|$", "", text, flags=re.MULTILINE))
    assert text.count("“") == text.count("”")
    assert text.count("（") + len(re.findall(r"^[a-c]）", text, re.MULTILINE)) == text.count("）")


def test_english_sentences_have_no_chinese_punctuation() -> None:
    assert not re.search(rf"[{CJK}\u3000-\u303f\uff00-\uffef]", body("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_paragraph_ends_like_a_sentence(language: str) -> None:
    paragraphs = [re.sub(r" \{#[\d.]+\}$", "", line) for line in body(language).splitlines() if line]
    for line in paragraphs:
        if line[0] in "#|!" or re.match(r"[图表]\d |(?:Figure|Table) \d [A-Z](?!.*\.$)", line):
            continue
        assert line[-1] in "。；：.;:", line


@pytest.mark.parametrize(("language", "longest"), [("zh", 62), ("en", 42)])
def test_no_sentence_is_too_long_to_follow(language: str, longest: int) -> None:
    for sentence in sentences(language):
        length = len(sentence) if language == "zh" else len(sentence.split())
        assert length <= longest, sentence


def test_the_chinese_text_has_five_to_seven_pages() -> None:
    assert 4000 < len(re.sub(r"\s", "", body("zh"))) < 6500


@pytest.mark.parametrize(
    "word",
    ["版本号", "分发号", "发放号", "用户", "客户", "废止", "换版本", "驳回", "签字", "台帐"],
)
def test_chinese_words_are_those_of_the_glossary(word: str) -> None:
    assert word not in body("zh")


@pytest.mark.parametrize(
    "word",
    [
        "version",
        "workflow",
        "printout",
        "archive",
        "publish",
        "vendor",
        "log",
        "serial",
        "expiry",
        "update date",
    ],
)
def test_english_words_are_those_of_the_glossary(word: str) -> None:
    assert not re.search(rf"\b{word}", body("en"), re.IGNORECASE)
