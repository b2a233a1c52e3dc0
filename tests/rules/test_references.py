from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.rules.documents.references import Reference, newer_editions, parse_reference
from tests.support.plain_site import SCHEMES


def parse(text: str) -> Reference:
    return parse_reference(text, SCHEMES)


@pytest.mark.parametrize(
    ("text", "number", "year"),
    [
        ("GB/T 19001-2016", "GB/T 19001", "2016"),
        ("GB/T19001—2016", "GB/T19001", "2016"),
        ("GB/T 19001－2016 质量管理体系 要求", "GB/T 19001", "2016"),
        ("GJB9001C:2017", "GJB9001C", "2017"),
        ("GJB 9001A-2001 (terms)", "GJB 9001A", "2001"),
        ("GB/T19001-2016 idt ISO9001:2015", "GB/T19001", "2016"),
        ("IATF16949-2016", "IATF16949", "2016"),
        ("ISO 9001:2015", "ISO 9001", "2015"),
        ("GB 5296.1-1997", "GB 5296.1", "1997"),
    ],
)
def test_a_reference_with_year_is_pinned_to_that_edition(text: str, number: str, year: str) -> None:
    reference = parse(text)
    assert (reference.number, reference.edition) == (number, year)
    assert reference.is_dated
    assert not reference.is_internal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("GB5296.1", "GB5296.1"),
        ("ISO/TS16949", "ISO/TS16949"),
        ("GB/T10001 (all parts)", "GB/T10001"),
        ("食品卫生法", ""),
        ("Quality manual", ""),
        ("附录A (informative)", ""),
        ("GB 12345-20190", "GB 12345-20190"),
    ],
)
def test_a_reference_without_year_means_the_latest(text: str, number: str) -> None:
    reference = parse(text)
    assert (reference.number, reference.is_dated, reference.is_internal) == (number, False, False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("LX-SH-2019", "LX-SH-2019"),
        ("lx-cx-2019-001 售后服务文件控制程序", "LX-CX-2019-001"),
        ("QG/LIFT 04-2008 不合格品控制程序", "QG/LIFT 04-2008"),
        ("QG/LIFT00-2008 质量手册", "QG/LIFT00-2008"),
        ("DF / ZY-GL 006", "DF/ZY-GL 006"),
        ("Q/XX 质量手册", "Q/XX"),
        ("XXXX/B-12-2018", "XXXX/B-12-2018"),
        ("LX-SH-2019 manual", "LX-SH-2019"),
    ],
)
def test_the_year_in_a_number_of_our_own_is_no_date(text: str, number: str) -> None:
    reference = parse(text)
    assert (reference.number, reference.is_dated, reference.is_internal) == (number, False, True)


def test_a_revision_label_pins_a_document_of_our_own() -> None:
    reference = parse("LX-SH-2019 A/1")
    assert (reference.number, reference.edition, reference.is_internal) == ("LX-SH-2019", "A/1", True)


@pytest.mark.parametrize("text", ["", "   ", "x" * 301])
def test_a_reference_says_something_and_not_too_much(text: str) -> None:
    with pytest.raises(Invalid, match="1 to 300"):
        parse(text)


def test_a_long_latin_reference_is_no_number_of_ours() -> None:
    assert not parse("A1" * 70).is_internal


def test_a_newer_edition_of_a_dated_reference_is_hinted_at() -> None:
    cited = [
        parse(t) for t in ("GB/T19001-2008", "GB/T 27922-2011", "GB5296.1", "LX-SH-2019", "GJB 9001C-2017")
    ]
    known = [
        parse(t)
        for t in (
            "GB/T 19001-2000",
            "GB/T 19001-2016",
            "GB/T 19001-2008",
            "GB/T 27922-2011",
            "GB5296.1-2012",
            "LX-SH-2019 A/1",
            "ISO 1",
        )
    ]
    hints = newer_editions(cited, known)
    assert [(h.reference.text, h.newer) for h in hints] == [("GB/T19001-2008", "GB/T 19001-2016")]


def test_what_is_cited_is_not_changed_by_a_hint() -> None:
    cited = parse("GB/T 19001-2008")
    [hint] = newer_editions([cited], [parse("GB/T 19001-2016")])
    assert hint.reference == cited
    assert hint.reference.edition == "2008"
