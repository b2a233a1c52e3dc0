"""The life of a revision, cell by cell, and what is in force on every day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid, WrongState
from docctl.rules.actions import Action
from docctl.rules.documents.issue import check_cancel, check_effective, check_not_withdrawn, check_withdraw
from docctl.rules.documents.revisions import (
    DocumentFacts,
    RevisionFacts,
    State,
    Status,
    after,
    in_force,
    open_revision,
    state_on,
    status_on,
    successor,
)

# Design 7, by hand.
EXPECTED = {
    ("draft", "draft.save"): "draft",
    ("draft", "draft.discard"): "discarded",
    ("draft", "revision.submit"): "in-review",
    ("in-review", "revision.sign"): "approved",
    ("in-review", "revision.reject"): "draft",
    ("in-review", "revision.retract"): "draft",
    ("approved", "revision.retract"): "draft",
    ("approved", "revision.issue"): "issued",
    ("issued", "revision.cancel"): "cancelled",
    ("discarded", "draft.save"): "draft",
    ("draft", "document.take_over"): "in-review",
    ("discarded", "document.take_over"): "in-review",
}

FIRST = date(2026, 3, 1)


def on(day: int) -> date:
    """Day 1 is 1 March 2026."""
    return FIRST + timedelta(days=day - 1)


def issued(
    number: int, effective: int, seq: int | None = None, issued_on: int | None = None
) -> RevisionFacts:
    steps = () if issued_on is None else ((State.DRAFT, on(1)), (State.ISSUED, on(issued_on)))
    return RevisionFacts(number, f"A/{number}", State.ISSUED, on(effective), seq or number, steps)


@pytest.mark.rule("SE-37")
@pytest.mark.parametrize("action", Action)
def test_an_action_leads_where_design_says_or_is_refused(action: Action) -> None:
    found = {}
    for state in State:
        with suppress(WrongState):
            found[state.value, action.value] = after(state, action).value
    assert found == {cell: to for cell, to in EXPECTED.items() if cell[1] == action.value}


def test_only_the_last_signature_approves() -> None:
    assert after(State.IN_REVIEW, Action.REVISION_SIGN, last=False) is State.IN_REVIEW
    assert after(State.APPROVED, Action.REVISION_ISSUE, last=False) is State.ISSUED


def test_a_refusal_says_where_it_stands_what_is_needed_and_what_comes_next() -> None:
    with pytest.raises(WrongState) as refused:
        after(State.IN_REVIEW, Action.REVISION_ISSUE, "LX-CX-2019-001 A/0")
    assert refused.value.message == (
        "LX-CX-2019-001 A/0 is in review: nobody can issue this revision now. It has to be approved. "
        "Its chain signs it next, or it is rejected or retracted and becomes a draft again."
    )
    with pytest.raises(WrongState, match="in review or approved"):
        after(State.DRAFT, Action.REVISION_RETRACT)
    with pytest.raises(WrongState, match=r"recall this copy now\. Submit it"):
        after(State.DRAFT, Action.COPY_RECALL)


def test_the_old_revision_stays_in_force_until_the_new_one_takes_effect() -> None:
    old, new = issued(0, 1), issued(1, 10)
    assert in_force([old, new], on(9)) == old
    assert in_force([old, new], on(10)) == new
    assert in_force([old, new], date(2026, 2, 28)) is None


def test_of_two_with_one_effective_day_the_one_issued_later_is_in_force() -> None:
    first, second = issued(1, 10, seq=40), issued(2, 10, seq=50)
    assert in_force([second, first], on(10)) == second
    assert in_force([first, second], on(10), 45) == first
    assert in_force([first, second], on(10), 50) == second
    assert in_force([first, second], on(10), 39) is None
    assert in_force([first, second], on(11), 39) == second


@pytest.mark.parametrize("state", [s for s in State if s is not State.ISSUED])
def test_only_what_is_issued_is_ever_in_force(state: State) -> None:
    assert in_force([RevisionFacts(1, "A/0", state, on(1), 5)], on(20)) is None


def test_a_withdrawn_document_has_nothing_in_force() -> None:
    document = DocumentFacts("LX-CX-2019-001", on(5), 70)
    assert in_force([issued(0, 1)], on(4), document=document) is not None
    assert in_force([issued(0, 1)], on(5), 69, document=document) is not None
    assert in_force([issued(0, 1)], on(5), 70, document=document) is None
    assert in_force([issued(0, 1)], on(5), document=document) is None
    assert in_force([issued(0, 1)], on(20), document=DocumentFacts("LX-CX-2019-001")) is not None


def test_the_successor_is_the_next_issued_revision_and_no_later_one() -> None:
    a, b, c = issued(0, 1), issued(1, 10), issued(2, 10)
    assert successor(a, [c, a, b]) == b
    assert successor(b, [c, a, b]) == c
    assert successor(c, [c, a, b]) is None


@pytest.mark.parametrize("state", [s for s in State if s is not State.ISSUED])
def test_what_was_never_issued_has_its_stored_state_as_status(state: State) -> None:
    revision = RevisionFacts(1, "A/0", state)
    status = status_on(revision, [revision], on(1))
    assert status is not None
    assert status.words["en"] == state.words["en"]


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [
        (1, Status.DRAFT, Status.DRAFT),
        (2, Status.EFFECTIVE, Status.DRAFT),
        (5, Status.EFFECTIVE, Status.ISSUED),
        (9, Status.EFFECTIVE, Status.ISSUED),
        (10, Status.SUPERSEDED, Status.EFFECTIVE),
    ],
)
def test_status_is_worked_out_for_the_day(day: int, old: Status, new: Status) -> None:
    a, b = issued(0, 2, issued_on=2), issued(1, 10, issued_on=5)
    assert status_on(a, [a, b], on(day)) is old
    assert status_on(b, [a, b], on(day)) is new


def test_before_its_first_step_a_revision_was_not_there() -> None:
    revision = issued(0, 2, issued_on=2)
    assert state_on(revision, date(2026, 2, 1)) is None
    assert status_on(revision, [revision], date(2026, 2, 1)) is None


def test_one_overtaken_before_its_day_is_superseded_on_it() -> None:
    overtaken, later = issued(1, 10), issued(2, 10)
    both = [overtaken, later]
    assert status_on(overtaken, both, on(9)) is Status.ISSUED
    assert status_on(overtaken, both, on(10)) is Status.SUPERSEDED


def test_a_cancelled_issue_was_issued_until_then_and_never_in_force() -> None:
    steps = ((State.ISSUED, on(2)), (State.CANCELLED, on(4)))
    cancelled = RevisionFacts(1, "A/1", State.CANCELLED, on(10), 7, steps)
    old = issued(0, 1)
    assert [status_on(cancelled, [old, cancelled], on(d)) for d in (3, 4, 10)] == [
        Status.ISSUED,
        Status.CANCELLED,
        Status.CANCELLED,
    ]
    assert status_on(old, [old, cancelled], on(10)) is Status.EFFECTIVE


def test_withdrawal_ends_what_is_in_force_and_what_was_to_come_and_rewrites_nothing() -> None:
    older, current, to_come = issued(0, 1), issued(1, 3), issued(2, 10)
    known = [older, current, to_come]
    document = DocumentFacts("LX-CX-2019-001", on(5), 70)
    for day in (5, 12):
        assert status_on(older, known, on(day), document=document) is Status.SUPERSEDED
        assert status_on(current, known, on(day), document=document) is Status.WITHDRAWN
        assert status_on(to_come, known, on(day), document=document) is Status.WITHDRAWN
    assert status_on(current, known, on(4), document=document) is Status.EFFECTIVE
    assert status_on(current, known, on(5), 69, document=document) is Status.EFFECTIVE
    assert status_on(current, known, on(4), document=DocumentFacts("X")) is Status.EFFECTIVE


def test_the_open_revision_is_the_one_being_made() -> None:
    draft = RevisionFacts(3, "A/1", State.DRAFT)
    assert open_revision([issued(0, 1), draft]) == draft
    assert open_revision([issued(0, 1), RevisionFacts(4, "A/2", State.DISCARDED)]) is None


def test_an_effective_date_in_the_past_is_refused() -> None:
    with pytest.raises(Invalid, match="is in the past") as refused:
        check_effective(on(4), on(5), [])
    assert list(refused.value.problems) == ["effective"]
    check_effective(on(5), on(5), [])


def test_an_effective_date_before_that_of_an_issued_revision_is_refused() -> None:
    cancelled = RevisionFacts(2, "A/2", State.CANCELLED, on(30), 9)
    with pytest.raises(Invalid, match="before 2026-03-10, the effective date of revision A/1"):
        check_effective(on(9), on(5), [issued(0, 1), issued(1, 10), cancelled])
    check_effective(on(10), on(5), [issued(0, 1), issued(1, 10), cancelled])


def test_an_issue_is_cancelled_only_while_its_day_is_ahead() -> None:
    check_cancel(issued(1, 10), on(9))
    with pytest.raises(WrongState, match="took effect on 2026-03-10"):
        check_cancel(issued(1, 10), on(10))
    with pytest.raises(WrongState, match="Revision A/0 is draft"):
        check_cancel(RevisionFacts(1, "A/0", State.DRAFT), on(1))


@pytest.mark.parametrize("state", State)
def test_a_document_is_withdrawn_unless_a_revision_is_in_review_or_approved(state: State) -> None:
    revisions = [issued(0, 1), RevisionFacts(1, "A/1", state, on(10), 2)]
    if state in {State.IN_REVIEW, State.APPROVED}:
        with pytest.raises(WrongState, match=f"while revision A/1 is {state.words['en']}"):
            check_withdraw(DocumentFacts("LX-CX-2019-001"), revisions)
    else:
        check_withdraw(DocumentFacts("LX-CX-2019-001"), revisions)


def test_what_was_never_issued_or_is_withdrawn_already_cannot_be_withdrawn() -> None:
    with pytest.raises(WrongState, match="never issued"):
        check_withdraw(DocumentFacts("LX-CX-2019-001"), [RevisionFacts(1, "A/0", State.DRAFT)])
    withdrawn = DocumentFacts("LX-CX-2019-001", on(5), 70)
    with pytest.raises(WrongState, match="was withdrawn on 2026-03-05"):
        check_withdraw(withdrawn, [issued(0, 1)])
    with pytest.raises(WrongState, match="under a new number"):
        check_not_withdrawn(withdrawn)


def test_every_status_has_its_words() -> None:
    assert (
        len({status.words["zh"] for status in Status})
        == len({status.words["en"] for status in Status})
        == len(Status)
    )
    assert (Status.EFFECTIVE.words["zh"], Status.EFFECTIVE.words["en"]) == ("现行有效", "effective")
    assert Status.ISSUED.words["en"] == "issued, not yet effective"
    assert str(Status.IN_REVIEW) == Status.IN_REVIEW.words["en"] == "in review"


DAYS = st.integers(1, 15)


@st.composite
def histories(draw: st.DrawFn) -> list[RevisionFacts]:
    """Revisions as the rules let them come about: issued one after the other, some cancelled before their day."""
    revisions: list[RevisionFacts] = []
    today = 1
    for number in range(draw(st.integers(0, 6))):
        today += draw(st.integers(0, 3))
        last = max((r.effective for r in revisions if r.effective and r.state is State.ISSUED), default=on(1))
        effective = max(on(today), last) + timedelta(days=draw(st.integers(0, 4)))
        ahead = effective > on(today)
        state = State.CANCELLED if ahead and draw(st.booleans()) else State.ISSUED
        check_effective(effective, on(today), revisions)
        revisions.append(RevisionFacts(number, f"A/{number}", state, effective, 100 + number))
    return revisions


@given(revisions=histories(), day=DAYS, withdrawn=st.none() | DAYS)
def test_never_are_two_revisions_in_force(
    revisions: list[RevisionFacts], day: int, withdrawn: int | None
) -> None:
    document = DocumentFacts("X", None if withdrawn is None else on(withdrawn), withdrawn and 500)
    statuses = {r.id: status_on(r, revisions, on(day), document=document) for r in revisions}
    effective = [key for key, status in statuses.items() if status is Status.EFFECTIVE]
    governing = in_force(revisions, on(day), document=document)
    assert effective == ([] if governing is None else [governing.id])


@given(
    revisions=histories(), day=DAYS, seq=st.integers(99, 106), later=st.integers(0, 9), more=st.integers(0, 9)
)
def test_what_is_in_force_never_goes_back(
    revisions: list[RevisionFacts], day: int, seq: int, later: int, more: int
) -> None:
    before = in_force(revisions, on(day), seq)
    then = in_force(revisions, on(day + later), seq + more)
    if before is not None and (later or more):
        assert then is not None
        assert before.effective is not None
        assert then.effective is not None
        assert (then.effective, then.issued_seq) >= (before.effective, before.issued_seq)


@given(revisions=histories(), day=DAYS)
def test_a_later_issue_changes_nothing_on_days_gone_by(revisions: list[RevisionFacts], day: int) -> None:
    # What takes effect after the day, whoever issued it and whenever, is not seen on the day.
    until = [r for r in revisions if r.effective is not None and r.effective <= on(day)]
    assert in_force(revisions, on(day)) == in_force(until, on(day))
