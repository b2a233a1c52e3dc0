"""By which day a document is reviewed again: from its last issue, or from the last review that kept it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid, WrongState
from docctl.rules.documents import reviews
from docctl.rules.documents.periods import Period
from docctl.rules.documents.reviews import Duty, ReviewFacts, Standing, Verdict

WHOLE, PRICES = Duty("", Period(24)), Duty("附录 A", Period(12))
ISSUED = date(2026, 3, 2)


def seen(day: str, verdict: Verdict = Verdict.KEEP, *, part: str = "", of_this: bool = True) -> ReviewFacts:
    return ReviewFacts(part, verdict, date.fromisoformat(day), of_this)


def test_what_is_reviewed_is_said_by_the_head_else_by_the_level_and_each_annex_for_itself() -> None:
    assert reviews.duties({}, "") == ()
    assert reviews.duties({}, "2 years") == (WHOLE,)
    head = {"review": ("2 years",), "annex_review": ("附录 A: 1 year", "附录: B: 6 months")}
    assert reviews.duties(head, "1 year") == (WHOLE, PRICES, Duty("附录: B", Period(6)))


@pytest.mark.parametrize(
    ("done", "due", "decided"),
    [
        ([], "2028-03-02", None),
        ([seen("2027-05-01")], "2029-05-01", None),
        ([seen("2025-05-01", of_this=False)], "2028-03-02", None),
        ([seen("2027-05-01", Verdict.REVISE)], "2028-03-02", Verdict.REVISE),
        ([seen("2027-05-01", Verdict.REVISE, of_this=False)], "2028-03-02", None),
        ([seen("2027-05-01", Verdict.WITHDRAW), seen("2027-06-01")], "2029-06-01", None),
        ([seen("2027-05-01", part="附录 A")], "2028-03-02", None),
    ],
)
def test_the_next_review_is_counted_from_what_left_the_text_as_it_is(
    done: list[ReviewFacts], due: str, decided: Verdict | None
) -> None:
    found = reviews.due(WHOLE, ISSUED, done)
    assert (found.day, found.decided) == (date.fromisoformat(due), decided)


@given(st.integers(-400, 800))
def test_a_review_waits_from_a_month_before_its_day_and_is_overdue_from_the_day_after(ahead: int) -> None:
    found = reviews.due(PRICES, ISSUED, [])
    day = found.day - timedelta(days=ahead)
    expected = Standing.OVERDUE if ahead < 0 else Standing.DUE if ahead <= 30 else Standing.LATER
    assert found.standing(day) is expected
    assert expected.waits is (ahead <= 30)


def test_a_review_names_its_part_and_its_evidence() -> None:
    reviews.check("", [WHOLE], "查阅了 2026 年的记录", "N")
    reviews.check("附录 A", [PRICES], "价格未变", "N")
    for part, of, evidence, wrong in (
        ("", [PRICES], "x", {"part"}),
        ("附录 B", [WHOLE, PRICES], " ", {"part", "evidence"}),
    ):
        with pytest.raises(Invalid) as refused:
            reviews.check(part, of, evidence, "N")
        assert set(refused.value.problems) == wrong
    with pytest.raises(WrongState, match="no periodic review"):
        reviews.check("", [], "x", "N")
