"""What the scan of a copy says: every case of copy, revision and document, and the same copy day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from docctl.rules.copies import CopyFacts, RecallFacts, State, Status
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts
from docctl.rules.verdicts import Standing, Verdict, judge
from tests.support.verdicts import verdict


def on(day: int) -> date:
    """Day 1 is 1 March 2026."""
    return date(2026, 3, 1) + timedelta(days=day - 1)


DOCUMENT = DocumentFacts("LX-CX-2019-001")
OLD = RevisionFacts(1, "A/0", revisions.State.ISSUED, on(1), 10)
NEW = RevisionFacts(2, "A/1", revisions.State.ISSUED, on(10), 20)
BOTH = [OLD, NEW]
COPY = CopyFacts(
    "LX-CX-2019-001#001", State.ACKNOWLEDGED, 1, ((State.ISSUED, on(2)), (State.ACKNOWLEDGED, on(3)))
)

HELD = [Status.ISSUED, Status.ACKNOWLEDGED]
ISSUED = [
    revisions.Status.ISSUED,
    revisions.Status.EFFECTIVE,
    revisions.Status.SUPERSEDED,
    revisions.Status.WITHDRAWN,
    revisions.Status.CANCELLED,
]


def expected_verdict(copy: Status | None, revised: revisions.Status | None, withdrawn: bool) -> str:
    """Case by case, in another order than the table has."""
    if copy is None or revised not in ISSUED:
        return "unknown"
    if copy is Status.LOST:
        return "void"
    if withdrawn:
        return "withdrawn"
    in_hand: dict[revisions.Status, str] = {
        revisions.Status.EFFECTIVE: "current",
        revisions.Status.ISSUED: "not-yet-effective",
        revisions.Status.SUPERSEDED: "superseded",
        revisions.Status.CANCELLED: "recalled",
        revisions.Status.WITHDRAWN: "unknown",
    }
    if copy in HELD:
        return in_hand[revised]
    return "superseded" if revised is revisions.Status.SUPERSEDED else "recalled"


@pytest.mark.parametrize("copy", [None, *Status])
def test_a_verdict_is_the_gravest_that_holds(copy: Status | None) -> None:
    for revised, withdrawn in product([None, *revisions.Status], [True, False]):
        found = judge(Standing(copy, revised, withdrawn))
        assert found == expected_verdict(copy, revised, withdrawn), (revised, withdrawn)


@pytest.mark.parametrize(
    ("day", "old", "new"), [(9, "current", "not-yet-effective"), (10, "superseded", "current")]
)
def test_at_the_effective_date_the_old_copy_is_superseded_and_the_new_one_current(
    day: int, old: str, new: str
) -> None:
    called_back = replace(COPY, recalls=(RecallFacts(on(10)),))
    handed_out_early = CopyFacts("LX-CX-2019-001#002", State.ISSUED, 2, ((State.ISSUED, on(6)),))
    assert verdict(called_back, BOTH, DOCUMENT, on(day)) == old
    assert verdict(handed_out_early, BOTH, DOCUMENT, on(day)) == new


def test_a_copy_called_back_by_hand_is_recalled_though_its_revision_is_in_force() -> None:
    called_back = replace(COPY, recalls=(RecallFacts(on(5)),))
    assert verdict(called_back, BOTH, DOCUMENT, on(4)) is Verdict.CURRENT
    assert verdict(called_back, BOTH, DOCUMENT, on(5)) is Verdict.RECALLED


def test_a_lost_number_is_void_and_was_current_before() -> None:
    lost = replace(
        COPY, state=State.LOST, steps=(*COPY.steps, (State.LOST, on(6))), replaced_by="LX-CX-2019-001#002"
    )
    assert verdict(lost, BOTH, DOCUMENT, on(5)) is Verdict.CURRENT
    assert verdict(lost, BOTH, DOCUMENT, on(6)) is Verdict.VOID
    assert verdict(lost, BOTH, DOCUMENT, on(12)) is Verdict.VOID


def test_copies_of_a_withdrawn_document_say_so() -> None:
    withdrawn = DocumentFacts("LX-CX-2019-001", on(5), 70)
    assert verdict(COPY, [OLD], withdrawn, on(4)) is Verdict.CURRENT
    assert verdict(COPY, [OLD], withdrawn, on(5)) is Verdict.WITHDRAWN


def test_what_nobody_issued_is_unknown() -> None:
    assert verdict(None, BOTH, DOCUMENT, on(5)) is Verdict.UNKNOWN
    assert verdict(COPY, [NEW], DOCUMENT, on(5)) is Verdict.UNKNOWN
    assert verdict(COPY, BOTH, DOCUMENT, on(1)) is Verdict.UNKNOWN


def test_a_verdict_is_told_by_word_and_icon_and_never_by_colour_alone() -> None:
    faces = [v.face for v in Verdict]
    assert len({f.icon for f in faces}) == len({f.words["en"] for f in faces}) == len(Verdict)
    assert {v.value: v.face.words["zh"] for v in Verdict} == {
        "current": "有效",
        "not-yet-effective": "尚未生效",
        "superseded": "已作废",
        "recalled": "已回收 / 请交回",
        "withdrawn": "已作废",
        "void": "已作废",
        "unknown": "查无此件",
    }
    assert [v for v in Verdict if v.face.colour == "green"] == [Verdict.CURRENT]
