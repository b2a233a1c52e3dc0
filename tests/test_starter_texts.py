"""The texts of the starter procedures: what they must hold, and how they are written. Reads files only."""

from __future__ import annotations

import re

import pytest

from docctl.rules.documents.lint import lint
from docctl.store.source import figure_paths, read_procedure
from tests.support.starter import (
    CJK,
    CLAUSE,
    LIMIT,
    PROCEDURES,
    ROOT,
    Procedure,
    Text,
    each_language,
    each_procedure,
    each_text,
    procedure,
)

RECORDS = {"zh": "记录", "en": "Records"}
REFERENCES = {"zh": "相关文件", "en": "Reference documents"}
DOCUMENT_CONTROL = "LX-CX-2019-001"
# Names that are cited by every procedure and are no forms.
STANDARDS = {"质量管理体系 要求"}


@pytest.mark.parametrize("key", ["number", "title", "level", "department"])
@each_text
def test_the_front_matter_has_the_facts_of_the_catalogue(text: Text, key: str) -> None:
    assert text.front_matter[key] == _procedure_of(text).facts[key]


@each_procedure
def test_both_languages_have_the_same_front_matter(procedure: Procedure) -> None:
    assert procedure.texts["zh"].front_matter == procedure.texts["en"].front_matter


@each_procedure
def test_both_languages_have_the_same_clauses_in_the_same_order(procedure: Procedure) -> None:
    assert procedure.texts["zh"].numbers == procedure.texts["en"].numbers
    assert len(procedure.texts["zh"].numbers) > 20


@each_text
def test_each_clause_number_is_there_once_and_follows_the_one_before(text: Text) -> None:
    before: tuple[int, ...] = (0,)
    for number in text.numbers:
        now = tuple(int(part) for part in number.split("."))
        following = [(*before, 1), *((*before[:n], before[n] + 1) for n in range(len(before)))]
        assert now in following, f"{number} after {before}"
        before = now


@each_text
def test_each_numbered_paragraph_has_its_own_number_as_anchor(text: Text) -> None:
    paragraphs = [line for line in text.body.splitlines() if re.match(r"\d+\.\d", line)]
    for line in paragraphs:
        found = CLAUSE.fullmatch(line)
        assert found is not None, line
        assert found["number"] == found["anchor"]


@each_text
def test_each_limit_stands_in_the_clause_that_it_names_and_no_other_is_used(text: Text) -> None:
    limits = text.front_matter.get("limits", {})
    assert set(LIMIT.findall(text.body)) == set(limits)
    for name, limit in limits.items():
        assert f"{{limit:{name}}}" in text.clause(limit["clause"])


@each_text
def test_each_cross_reference_leads_to_a_clause(text: Text) -> None:
    without_anchors = re.sub(r"\{#[\d.]+\}|^[\d.]+ ", "", text.body, flags=re.MULTILINE)
    cited = set(re.findall(r"(?<![A-Za-z0-9./-])(?<!CX )[1-9]\.\d(?:\.\d)?(?![\d.]*\d)", without_anchors))
    assert cited <= set(text.numbers)


@each_procedure
def test_both_languages_cite_the_same_clauses_limits_and_numbers_of_documents(procedure: Procedure) -> None:
    pattern = (
        r"(?<![A-Za-z0-9.-])\d\.\d\.\d(?!\.?\d)|\{limit:[a-z-]+\}|LX-(?:CX|R|SH)-\d[\d-]*(?:#\d+)?"
        r"|QG/LIFT ?\d\d-\d{4}|RCDF-\d\d|(?:DF|CASC)-R-\d{3}|GJB \d{4}A?-\d{4}"
    )
    for number in procedure.texts["zh"].numbers:
        zh, en = (sorted(re.findall(pattern, text.clause(number))) for text in procedure.texts.values())
        assert zh == en, number


@each_text
def test_the_figures_of_the_catalogue_stand_in_their_clauses(text: Text) -> None:
    facts = _procedure_of(text).facts
    assert facts["figures"]
    for figure in facts["figures"]:
        if "limit" in figure:
            found = text.front_matter["limits"][figure["limit"]]
            assert [str(found[key]) for key in ("within", "unit", "clause")] == [
                str(figure[key]) for key in ("within", "unit", "clause")
            ]
        else:
            assert figure[text.language] in text.clause(figure["clause"])


@each_text
def test_each_record_exists_is_listed_and_is_named_by_its_title(text: Text) -> None:
    templates, listed = _procedure_of(text).facts["templates"], text.front_matter["records"]
    assert listed == list(templates)
    records = text.chapter(RECORDS[text.language])
    rules = text.body.replace(records, "")
    for number in listed:
        title = templates[number]["title"][text.language]
        assert title in rules, number
        assert f"| {number} | {title if text.language == 'en' else f'《{title}》'} |" in records


@each_procedure
def test_no_form_is_cited_that_is_not_among_the_records(procedure: Procedure) -> None:
    titles = {facts["title"]["zh"] for facts in procedure.facts["templates"].values()}
    cited = set(re.findall(r"《([^》]+)》", procedure.texts["zh"].body))
    assert cited - titles - STANDARDS == set(procedure.facts.get("cites", ()))


def test_the_manual_has_one_name() -> None:
    texts = procedure(DOCUMENT_CONTROL).texts
    assert "服务管理手册" not in texts["zh"].body.replace("《售后服务管理手册》", "")
    assert "Service Manual" not in texts["en"].body.replace("After-Sales Service Manual", "")


@each_text
def test_each_reference_is_in_the_list_of_reference_documents(text: Text) -> None:
    for reference in text.front_matter.get("references", ()):
        assert f"| {reference} |" in text.chapter(REFERENCES[text.language])


@each_text
def test_each_figure_is_there_and_has_a_caption(text: Text) -> None:
    figures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", text.body)
    assert figures
    for _, path in figures:
        assert re.fullmatch(rf"{text.name}/[a-z-]+\.{text.language}\.png", path)
        assert (ROOT / "procedures" / path).read_bytes().startswith(b"\x89PNG\r\n")
    word = {"zh": "图", "en": "Figure "}[text.language]
    captions = re.findall(rf"^{word}(\d) (?!.*\.$)", text.body, re.MULTILINE)
    assert captions == [str(n) for n in range(1, len(figures) + 1)]


@each_text
def test_tables_are_captioned_in_order_and_mentioned(text: Text) -> None:
    word = {"zh": "表", "en": "Table "}[text.language]
    captions = re.findall(rf"^{word}(\d) ", text.body, re.MULTILINE)
    assert captions == [str(n) for n in range(1, len(captions) + 1)]
    assert captions
    prose = " ".join(text.sentences)
    for number in captions:
        assert len(re.findall(rf"{word}{number}\b|{word}{number}(?=[{CJK}])", prose)) >= 2


@each_procedure
def test_both_tables_of_a_language_pair_have_the_same_shape(procedure: Procedure) -> None:
    zh, en = (
        [line.count("|") for line in text.body.splitlines() if line.startswith("|")]
        for text in procedure.texts.values()
    )
    assert zh == en


@each_procedure
def test_the_program_reads_the_procedure_and_its_lint_finds_nothing(procedure: Procedure) -> None:
    zh, en = (text.path.read_bytes() for text in procedure.texts.values())
    paths = {*figure_paths(zh), *figure_paths(en)}
    read = read_procedure(zh, {"en": en}, {path: (ROOT / "procedures" / path).read_bytes() for path in paths})
    assert read.number.replace(" ", "") == procedure.number.replace(" ", "")
    assert set(read.limits) == set(procedure.texts["zh"].front_matter.get("limits", {}))
    for language, text in procedure.texts.items():
        titles = [facts["title"][language] for facts in procedure.facts["templates"].values()]
        title = procedure.facts["title"][language]
        assert lint(text.body, title=title, level="procedure", records=titles) == []


@pytest.mark.parametrize(
    ("number", "limits", "figures"),
    [("LX-CX-2019-001", 6, 2), ("QG/LIFT 15-2008", 0, 2), ("LX-CX-2019-017", 2, 2)],
)
def test_a_procedure_has_as_many_limits_and_figures_as_it_was_written_with(
    number: str, limits: int, figures: int
) -> None:
    texts = procedure(number).texts
    paths = {path for text in texts.values() for path in figure_paths(text.path.read_bytes())}
    assert (len(texts["zh"].front_matter.get("limits", {})), len(paths)) == (limits, figures)


@each_language
def test_no_sentence_is_shared_by_two_procedures(language: str) -> None:
    where: dict[str, str] = {}
    for one in PROCEDURES:
        text = one.texts[language]
        for sentence in {re.sub(r"\s+", " ", s).strip("。；：.;: ") for s in text.sentences}:
            if len(sentence) >= 12:
                assert where.setdefault(sentence, text.name) == text.name, sentence


# The writing


@each_text
def test_nothing_is_left_to_be_filled_in(text: Text) -> None:
    assert not re.search(r"TODO|TBD|[Xx×]{2,}|_{2,}(?!\w)|待定|【|\[\w*\](?!\()|此处", text.body)


@each_procedure
def test_chinese_sentences_have_chinese_punctuation(procedure: Procedure) -> None:
    body = procedure.texts["zh"].body
    for facts in procedure.facts["templates"].values():
        body = body.replace(facts["title"]["zh"], "")  # the catalogue's own, 合同(变更)评审记录
    text = re.sub(r"!\[([^\]]+)\]\([^)]+\)", r"\1", LIMIT.sub("5", re.sub(r" \{#[\d.]+\}", "", body)))
    assert not re.findall(rf"[{CJK}》”）][,.;:?!()'\"]|[,.;:?!()'\"][{CJK}《“（]", text)
    assert not re.findall(rf"[{CJK}] [{CJK}]", text.replace("质量管理体系 要求", ""))
    assert not re.findall(r"[。，；：、]{2}|--|——|…", re.sub(r"^\|[-|]+\|$", "", text, flags=re.MULTILINE))
    assert text.count("“") == text.count("”")
    assert text.count("（") + len(re.findall(r"^[a-z]）", text, re.MULTILINE)) == text.count("）")


@each_procedure
def test_english_sentences_have_no_chinese_punctuation(procedure: Procedure) -> None:
    assert not re.search(rf"[{CJK}\u3000-\u303f\uff00-\uffef]", procedure.texts["en"].body)


@each_text
def test_each_paragraph_ends_like_a_sentence(text: Text) -> None:
    paragraphs = [re.sub(r" \{#[\d.]+\}$", "", line) for line in text.body.splitlines() if line]
    for line in paragraphs:
        if line[0] in "#|!" or re.match(r"[图表]\d |(?:Figure|Table) \d [A-Z](?!.*\.$)", line):
            continue
        assert line[-1] in "。；：.;:", line


@each_text
def test_no_sentence_is_too_long_to_follow(text: Text) -> None:
    for sentence in text.sentences:
        length, longest = (len(sentence), 62) if text.language == "zh" else (len(sentence.split()), 42)
        assert length <= longest, sentence


@each_procedure
def test_the_chinese_text_has_as_many_pages_as_people_read(procedure: Procedure) -> None:
    assert 1800 < len(re.sub(r"\s", "", procedure.texts["zh"].body)) < 6500


@pytest.mark.parametrize(
    "word",
    ["版本号", "分发号", "发放号", "用户", "客户", "废止", "换版本", "驳回", "签字", "台帐"],
)
@each_procedure
def test_chinese_words_are_those_of_the_glossary(procedure: Procedure, word: str) -> None:
    assert word not in _without_names(procedure, "zh")


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
@each_procedure
def test_english_words_are_those_of_the_glossary(procedure: Procedure, word: str) -> None:
    assert not re.search(rf"\b{word}", _without_names(procedure, "en"), re.IGNORECASE)


def _without_names(procedure: Procedure, language: str) -> str:
    """The text without the names of forms and fields, which are those of the catalogue."""
    text = procedure.texts[language].body
    for facts in procedure.facts["templates"].values():
        for named in (facts["title"], *facts["fields"]):
            # A field called 客户 must not excuse the word everywhere.
            text = text.replace(named[language], "") if len(named[language]) > 3 else text
    return text


def _procedure_of(text: Text) -> Procedure:
    return next(found for found in PROCEDURES if found.name == text.name)
