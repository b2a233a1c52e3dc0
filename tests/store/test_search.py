"""Search on both databases: exact recall in Chinese, numbers by prefix, and nothing a question can break."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from docctl.rules import search_words
from docctl.store import search, search_index
from docctl.store.search import Hit
from tests.support.postgres import drop_database, postgres_url


@dataclass(frozen=True)
class Part:
    clause: str
    text: str


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Engine]:
    if request.param == "sqlite":
        yield create_engine("sqlite://")
        return
    url = postgres_url(worker_id)
    made = create_engine(url)
    yield made
    made.dispose()
    drop_database(url)


def emptied(connection: Connection) -> None:
    """PostgreSQL keeps the index of the test before."""
    for document_id in (
        connection.exec_driver_sql("SELECT document_id FROM search_document WHERE document_id > 0")
        .scalars()
        .all()
    ):
        search.remove(connection, document_id)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as opened:
        search.create(opened)
        emptied(opened)
        yield opened


def found(connection: Connection, query: str) -> list[tuple[str, str]]:
    return [(hit.number, hit.clause) for hit in search.find(connection, query)]


@pytest.fixture
def library(connection: Connection) -> Connection:
    search.replace(
        connection,
        1,
        "LX-CX-2019-001",
        "售后服务文件控制程序",
        "zh",
        [Part("1", "1 目的\n规定受控文件的回收。"), Part("5.2.1", "5.2.1 收到问题后 24 小时内答复顾客。")],
    )
    search.replace(
        connection,
        1,
        "LX-CX-2019-001",
        "After-sales document control",
        "en",
        [Part("1", "Recall of copies.")],
    )
    search.replace(connection, 2, "LX-R-001", "受控文件清单", "zh", [Part("", "分发号 回收日期")])
    search.replace(connection, 3, "DF/ZY-GL 006", "客户满意度调查", "zh", [Part("3", "检查。记录保存三年")])
    return connection


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("LX-R-001", [("LX-R-001", "")]),
        ("lx-r", [("LX-R-001", "")]),
        ("ＬＸ－Ｒ－０", [("LX-R-001", "")]),
        ("LX-CX-2019-001", [("LX-CX-2019-001", ""), ("LX-CX-2019-001", "")]),
        ("2019-001", [("LX-CX-2019-001", ""), ("LX-CX-2019-001", "")]),
        ("LX", [("LX-R-001", ""), ("LX-CX-2019-001", ""), ("LX-CX-2019-001", "")]),
        ("DF / ZY-GL006", [("DF/ZY-GL 006", "")]),
        ("DF/ZY-GL 006", [("DF/ZY-GL 006", "")]),
        ("受控文件", [("LX-R-001", ""), ("LX-CX-2019-001", "1")]),
        ("回收", [("LX-R-001", ""), ("LX-CX-2019-001", "1")]),
        ("回收 受控", [("LX-CX-2019-001", "1")]),
        ("24小时内", [("LX-CX-2019-001", "5.2.1")]),
        ("24 小时", [("LX-CX-2019-001", "5.2.1")]),
        ("2", [("LX-CX-2019-001", "5.2.1")]),
        ("4", []),
        ("检查记录", []),
        ("查", [("DF/ZY-GL 006", ""), ("DF/ZY-GL 006", "3")]),
        ("copies", [("LX-CX-2019-001", "1")]),
        ("After-SALES", [("LX-CX-2019-001", "")]),
        ("recal", [("LX-CX-2019-001", "1")]),
    ],
)
def test_a_question_finds_numbers_and_titles_first_then_sections(
    library: Connection, query: str, expected: list[tuple[str, str]]
) -> None:
    assert found(library, query) == expected


def test_a_hit_says_where_it_stands_and_shows_the_words(library: Connection) -> None:
    (hit,) = search.find(library, "小时内")
    snippet = "5.2.1 收到问题后 24 [小时内]答复顾客。"
    assert hit == Hit(1, "LX-CX-2019-001", "售后服务文件控制程序", "5.2.1", snippet, "zh")
    (title,) = search.find(library, "满意度")
    assert title.snippet == "DF/ZY-GL 006 客户[满意度]调查"


def test_a_snippet_of_a_long_section_is_about_sixty_characters_round_the_hit(connection: Connection) -> None:
    search.replace(connection, 1, "A", "甲", "zh", [Part("1", "前" * 200 + "\n受控" + "后" * 200)])
    (hit,) = search.find(connection, "受控")
    assert hit.snippet == "…" + "前" * 18 + " [受控]" + "后" * 39 + "…"


def test_a_found_phrase_longer_than_a_snippet_is_cut(connection: Connection) -> None:
    search.replace(connection, 1, "A", "甲", "zh", [Part("1", "受控文件" * 30)])
    (hit,) = search.find(connection, "受控文件" * 16)
    assert hit.snippet == "[" + "受控文件" * 15 + "]…"


def test_a_number_without_its_blanks_is_found_and_marked(library: Connection) -> None:
    (hit,) = search.find(library, "DF/ZY-GL0")
    assert hit.snippet == "[DF/ZY-GL 0]06 客户满意度调查"


def test_the_newest_text_comes_first_and_clauses_stay_in_order(connection: Connection) -> None:
    for key in (1, 2, 3):
        search.replace(connection, key, f"N-{key}", "名", "zh", [Part("1", "焊接甲"), Part("2", "焊接乙")])
    order = [("N-3", "1"), ("N-3", "2"), ("N-2", "1"), ("N-2", "2"), ("N-1", "1"), ("N-1", "2")]
    assert found(connection, "焊接") == order
    search.replace(connection, 2, "N-2", "名", "zh", [Part("7", "焊接丙")])
    assert [number for number, _ in found(connection, "焊接")] == ["N-2", "N-3", "N-3", "N-1", "N-1"]
    assert [(h.number, h.clause) for h in search.find(connection, "焊接", 2)] == [("N-2", "7"), ("N-3", "1")]


def test_replacing_a_text_forgets_the_old_one(library: Connection) -> None:
    search.replace(library, 1, "LX-CX-2019-001", "新名", "zh", [Part("9", "作废")])
    assert found(library, "顾客") == []
    assert found(library, "售后") == []
    assert found(library, "作废") == [("LX-CX-2019-001", "9")]
    assert found(library, "copies") == [("LX-CX-2019-001", "1")]


def test_removing_a_document_removes_every_language(library: Connection) -> None:
    search.remove(library, 1)
    search.remove(library, 99)
    assert found(library, "LX") == [("LX-R-001", "")]
    assert found(library, "copies") == []
    assert found(library, "回收") == [("LX-R-001", "")]


def test_the_tables_are_those_that_are_announced(library: Connection) -> None:
    search.create(library)
    assert set(inspect(library).get_table_names()) == search_index.TABLES[library.dialect.name]
    assert all(name.startswith("search_") for name in search_index.TABLES[library.dialect.name])
    assert set(search_index.DDL) == set(search_index.TABLES)


HOSTILE = [
    "",
    " ",
    "\u3000",
    "'",
    '"',
    "''\"\"",
    "%",
    "_",
    "!%",
    "*",
    "AND",
    "OR NOT",
    "NEAR(a b, 2)",
    "受控 AND",
    "words:受控",
    "^受控",
    "-受控",
    "{words} : x",
    "(",
    "a & !b | c <-> d:*",
    "\\",
    "a\\'b",
    ":bind",
    "\0",
    "受\0控",
    "\ud800",
    "'; DROP TABLE search_document; --",
    "受控" * 5000,
    "x" * 10_000,
    "a " * 5000,
    "'\"" * 5000,
    "-" * 10_000,
    "\u202e\u200b",
    "e\u0301",
    "{{7*7}}",
]


@pytest.mark.rule("SE-24")
@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_question_breaks_the_search(library: Connection, query: str) -> None:
    assert isinstance(search.find(library, query), list)
    assert found(library, "LX-R-001") == [("LX-R-001", "")]


@pytest.mark.parametrize("query", ["", "%", "_", '"', "*", "\0", "- / ."])
def test_a_question_without_letter_or_digit_finds_nothing(library: Connection, query: str) -> None:
    assert search.find(library, query) == []


@pytest.mark.parametrize("limit", [0, -1])
def test_no_hits_asked_for_none_given(library: Connection, limit: int) -> None:
    assert search.find(library, "受控", limit) == []


def test_hostile_text_is_stored_and_found(connection: Connection) -> None:
    search.replace(connection, 1, "N'1\0", '名\ud800"%', "zh", [Part("'", 'a\'b\\c "受\0控" :x <b> e\u0301')])
    assert found(connection, "受控") == [("N'1", "'")]
    assert found(connection, "\u00e9") == [("N'1", "'")]
    assert len(search.find(connection, "n'1", 1)) == 1
    assert [hit.snippet for hit in search.find(connection, "n'1")] == ["[N'1] 名?\"%"]


@pytest.mark.parametrize("words_between", [300, 9000])
def test_a_phrase_late_in_a_long_section_is_found(connection: Connection, words_between: int) -> None:
    body = "受控文件。" * words_between + "受控记录，LX-R-007"
    search.replace(connection, 1, "A", "甲", "zh", [Part("1", body)])
    assert found(connection, "受控记录") == [("A", "1")]
    assert found(connection, "受控记录 受控文件") == [("A", "1")]
    assert found(connection, "控文记录") == []
    assert found(connection, "LX-R-007") == [("A", "1")]


def test_recall_and_precision_are_one_against_brute_force(connection: Connection) -> None:
    chance = random.Random(20190501)
    alphabet = "受控文件回收记录售后服务检查焊接作业" + "，。 \n"
    texts = {
        key: "".join(chance.choice(alphabet) for _ in range(chance.randint(0, 120))) for key in range(1, 61)
    }
    for key, body in texts.items():
        search.replace(connection, key, f"N-{key}", "-", "zh", [Part("1", body)])
    asked = set("受控检")
    while len(asked) < 120:
        body = chance.choice(list(texts.values()))
        start = chance.randrange(len(body) + 1)
        piece = body[start : start + chance.randint(1, 6)]
        if chance.random() < 0.3:
            piece = "".join(chance.choice(alphabet[:-4]) for _ in range(chance.randint(2, 3)))
        if piece and not set(piece) & set("，。 \n"):
            asked.add(piece)
    for query in sorted(asked):
        # One blank between two characters is none.
        expected = {key for key, body in texts.items() if query in re.sub(r"(?<=\w) (?=\w)", "", body)}
        assert {hit.document_id for hit in search.find(connection, query, 200)} == expected, query


SAME = [
    ["说明书", "説明書"],
    ["café", "cafe", "CAFÉ", "ｃａｆｅ"],
    ["ISO 9001", "ISO9001", "iso-9001", "ＩＳＯ９００１"],
    ["35 μL", "35μL", "35µL", "３５μＬ"],
    ["12,000", "12000"],
    ["第十二条", "第 十二 条"],
    ["GB/T 19001", "GBT19001", "GB/T19001"],
    ["检验", "檢驗"],
    ["BC-6000", "BC6000", "bc 6000"],
]
OTHER = ["说明", "书面", "caff", "ISO 14001", "350 μL", "112,000", "第十一条", "GB 7718", "检查", "BC-600"]


def test_recall_and_precision_are_one_whatever_way_it_is_written(connection: Connection) -> None:
    chance = random.Random(20260501)
    held: dict[int, set[int]] = {}
    for key in range(1, 81):
        held[key] = {n for n in range(len(SAME)) if chance.random() < 0.3}
        words = [chance.choice(SAME[n]) for n in held[key]] + chance.sample(OTHER, 3)
        chance.shuffle(words)
        search.replace(connection, key, f"N-{key}", "-", "zh", [Part("1", "；".join(words))])
    for n, ways in enumerate(SAME):
        expected = {key for key, held_here in held.items() if n in held_here}
        for query in ways:
            assert {hit.document_id for hit in search.find(connection, query, 200)} == expected, query


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("符合 ISO 9001:2015 的要求", ["ISO9001", "iso-9001", "ISO 9001", "ISO9001:2015", "９００１"]),
        ("按ISO9001执行", ["ISO 9001", "ISO-9001", "iso9"]),
        ("见 GB/T 19001—2016", ["GB/T19001", "GBT19001", "GB/T 19001", "19001", "GB"]),
        ("加入 35 μL 缓冲液", ["35μL", "35 µl", "３５μＬ"]),
        ("取35µL", ["35 μL", "35μL"]),
        ("罚款 12,000 元", ["12000", "12,000", "12000元"]),
        ("编号 BC-6000 与 SOP-115", ["BC6000", "bc 6000", "SOP115"]),
        ("依照第 十二 条办理", ["第十二条", "第 十二 条", "十二条办理", "十二"]),
        ("依照第十二条办理", ["第 十二 条", "第十二条"]),
        ("le café fermé, naïve Ångström", ["cafe", "FERME", "naive", "angstrom", "café"]),
        ("10 m² 的洁净区", ["10m2", "m²"]),
    ],
)
def test_what_people_write_with_or_without_a_blank_is_found_both_ways(
    connection: Connection, written: str, asked: list[str]
) -> None:
    search.replace(connection, 1, "A", "甲", "zh", [Part("1", written)])
    search.replace(connection, 2, "B", "乙", "zh", [Part("1", "与此无关的 240 与 90015 号")])
    for query in asked:
        hits = search.find(connection, query)
        assert [hit.document_id for hit in hits] == [1], query
        assert "[" in hits[0].snippet, query


def test_figures_are_found_whole_and_not_across_punctuation(connection: Connection) -> None:
    search.replace(connection, 1, "A", "甲", "zh", [Part("1", "1,23 与 240；甲。乙\n丙  丁")])
    for query in ("123", "24", "甲乙", "乙丙", "丙丁"):
        assert found(connection, query) == [], query


def test_an_index_of_other_rules_is_told_from_one_of_these(connection: Connection) -> None:
    assert search.is_current(connection)
    connection.execute(text("UPDATE search_document SET title = '1' WHERE document_id = 0"))
    assert not search.is_current(connection)
    search.make_anew(connection)
    assert search.is_current(connection)
    assert search.find(connection, "2") == []
    connection.execute(text("DELETE FROM search_document"))
    assert not search.is_current(connection)


def test_windows_cover_every_phrase() -> None:
    found = search_words.tokens("的" * 700 + "受控" * 3000)
    windows = list(search_index._windows(found))
    assert max(map(len, windows)) <= 4000
    assert all(max(map(window.count, set(window))) <= 256 for window in windows)
    phrases = {tuple(found[n : n + 64]) for n in range(len(found) - 63)}
    kept = {tuple(window[n : n + 64]) for window in windows for n in range(len(window) - 63)}
    assert phrases == kept
    assert list(search_index._windows([])) == []


def test_old_tokens_are_deleted_although_words_are_cut_otherwise_now(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as former:
        former.setattr(search_words, "tokens", lambda text: ["former"])
        search.replace(connection, 1, "A", "甲", "zh", [Part("1", "x")])
    assert found(connection, "former") == [("A", ""), ("A", "1")]
    search.remove(connection, 1)
    assert found(connection, "former") == []
    index = (
        "search_word WHERE search_word MATCH 'former'"
        if connection.dialect.name == "sqlite"
        else "search_word"
    )
    assert connection.execute(text(f"SELECT count(*) FROM {index}")).scalar_one() == 0
