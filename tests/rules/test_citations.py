"""What a text names, judged as values; and the sentences about it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from docctl.rules.documents import citations
from docctl.rules.documents.citations import Known, Library, Names, Procedure
from docctl.rules.documents.references import parse_reference
from docctl.rules.documents.remarks import KINDS, Fault, Remark
from tests.support.plain_site import SCHEMES

DAY = date(2026, 3, 2)
KNOWN = {
    "LX-CX-2019-001": Known(number="LX-CX-2019-001", in_force="B/1", issued=("A/0", "B/1")),
    "LX-CX-2019-002": Known(number="LX-CX-2019-002"),
    "LX-CX-2019-003": Known(number="LX-CX-2019-003", issued=("A/0",), withdrawn=DAY),
    "DF/ZY-GL006": Known(number="DF/ZY-GL 006", in_force="A/0", issued=("A/0",)),
}


def library(*cited: str) -> Library:
    editions = citations.newest(parse_reference(text, SCHEMES) for text in cited)
    return Library(schemes=SCHEMES, known=KNOWN, editions=editions)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("LX-CX-2019-001", None),
        ("lx-cx-2019-001 文件控制程序", None),
        ("DF / ZY-GL 006", None),
        ("LX-CX-2019-001 B/1", None),
        ("LX-CX-2019-001 A/0", Fault.NEWER),
        ("LX-CX-2019-001 C/0", Fault.NO_EDITION),
        ("LX-CX-2019-002", Fault.TO_COME),
        ("LX-CX-2019-002 A/0", Fault.NO_EDITION),
        ("LX-CX-2019-003", Fault.WITHDRAWN),
        ("LX-CX-2019-003 A/0", Fault.WITHDRAWN),
        ("LX-CX-2019-004", Fault.UNREGISTERED),
        ("GB/T 19001-2008", Fault.NEWER),
        ("GB/T19001—2008 质量管理体系", Fault.NEWER),
        ("GB/T 19001-2016", None),
        ("GB/T 19001", None),
        ("GB/T 24001-2016", None),
        ("质量手册", None),
    ],
)
def test_each_kind_of_reference_is_judged_by_what_there_is(text: str, fault: Fault | None) -> None:
    found = list(citations.of_reference(text, library("GB/T 19001-2008", "GB/T 19001-2016", "GB/T 24001")))
    assert [(remark.fault, remark.about) for remark in found] == ([(fault, text)] if fault else [])


def revision(label: str, *, in_force: bool = True, lists: bool = True) -> Procedure:
    records = frozenset({"LX-R-001"}) if lists else frozenset[str]()
    return Procedure(label=label, in_force=in_force, records=records, clauses=frozenset({"5.2"}))


NOW, NOW_WITHOUT = revision("A/0"), revision("A/0", lists=False)
NEXT, NEXT_WITHOUT = revision("A/1", in_force=False), revision("A/1", in_force=False, lists=False)


@pytest.mark.parametrize(
    ("revisions", "submitting", "issuing"),
    [
        ([NOW], [], []),
        ([NOW, NEXT_WITHOUT], [], []),
        ([NOW_WITHOUT], [Fault.NOT_LISTED], [Fault.NOT_LISTED]),
        ([NOW_WITHOUT, NEXT], [Fault.LISTED_LATER], [Fault.NOT_LISTED]),
        ([NEXT], [Fault.LISTED_LATER], [Fault.NO_PROCEDURE_IN_FORCE]),
        ([NEXT_WITHOUT], [Fault.NOT_LISTED], [Fault.NO_PROCEDURE_IN_FORCE]),
        ([], [Fault.NO_PROCEDURE_IN_FORCE], [Fault.NO_PROCEDURE_IN_FORCE]),
    ],
)
def test_a_form_needs_a_procedure_that_lists_it_now_or_when_it_is_issued(
    revisions: list[Procedure], submitting: list[Fault], issuing: list[Fault]
) -> None:
    names = Names(governed_by="LX-CX-2019-001", clauses=("5.2",))
    for wanted, at_once in ((submitting, False), (issuing, True)):
        known = KNOWN["LX-CX-2019-001"]
        found = citations.of_governing("lx-r-001", names, known, revisions, DAY, issuing=at_once)
        assert [remark.fault for remark in found] == wanted


def test_all_clauses_that_a_form_cites_are_looked_for() -> None:
    names = Names(governed_by="LX-CX-2019-001", clauses=("5.2", "8.8", "9.9"))
    found = list(citations.of_governing("LX-R-001", names, KNOWN["LX-CX-2019-001"], [NOW], DAY, issuing=True))
    assert [(r.fault, r.clause) for r in found] == [(Fault.NO_CLAUSE, "8.8"), (Fault.NO_CLAUSE, "9.9")]


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_its_rule_and_a_whole_sentence_in_both_languages(fault: Fault) -> None:
    remark = Remark(fault=fault, number="N-1", edition="E/2", newer="N-3", clause="4.5", day=DAY)
    assert re.fullmatch(r"DC-\d+", KINDS[fault].rule)
    zh, en = (remark.words[language] for language in ("zh", "en"))
    for sentence in (zh, en):
        assert "N-1" in sentence
        assert not re.search(r"[{}]|None", sentence)
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en)
