"""Copies: what may happen to one, what a scan of it says on every day, and that all are accounted for."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Defect, Invalid, WrongState
from docctl.rules.actions import Action
from docctl.rules.copies import (
    ACTS,
    BACK,
    OUT,
    PARTS,
    CopyFacts,
    RecallFacts,
    State,
    Status,
    after,
    check_destruction,
    check_hand_out,
    check_reason,
    may_hand_out,
    reconcile,
    state_on,
)
from docctl.rules.copy_numbers import copy_number, normal_token, parse_copy_number, token_text
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts
from docctl.rules.verdicts import Verdict
from tests.support.verdicts import verdict

# By hand, from design 7 and document-control 14.
EXPECTED = {
    ("issued", "copy.acknowledge"): "acknowledged",
    ("issued", "copy.recall"): "issued",
    ("issued", "copy.return"): "returned",
    ("issued", "copy.replace"): "issued",
    ("issued", "copy.lose"): "lost",
    ("acknowledged", "copy.recall"): "acknowledged",
    ("acknowledged", "copy.return"): "returned",
    ("acknowledged", "copy.replace"): "issued",
    ("acknowledged", "copy.lose"): "lost",
    ("recalled", "copy.return"): "returned",
    ("recalled", "copy.keep"): "kept",
    ("recalled", "copy.destroy"): "destroyed",
    ("recalled", "copy.lose"): "lost",
    ("returned", "copy.keep"): "kept",
    ("returned", "copy.destroy"): "destroyed",
    ("kept", "copy.destroy"): "destroyed",
}

FIRST = date(2026, 3, 1)


def on(day: int) -> date:
    """Day 1 is 1 March 2026."""
    return FIRST + timedelta(days=day - 1)


DOCUMENT = DocumentFacts("LX-CX-2019-001")
OLD = RevisionFacts(1, "A/0", revisions.State.ISSUED, on(1), 10)
NEW = RevisionFacts(2, "A/1", revisions.State.ISSUED, on(10), 20)
BOTH = [OLD, NEW]
COPY = CopyFacts(
    "LX-CX-2019-001#001", State.ACKNOWLEDGED, 1, ((State.ISSUED, on(2)), (State.ACKNOWLEDGED, on(3)))
)


@pytest.mark.parametrize("action", Action)
def test_an_action_leads_where_the_table_says_or_is_refused(action: Action) -> None:
    found = {}
    for status in Status:
        with suppress(WrongState):
            found[status.value, action.value] = after(status, action).value
    assert found == {cell: to for cell, to in EXPECTED.items() if cell[1] == action.value}


def test_a_refusal_says_what_is_needed_and_what_comes_next() -> None:
    with pytest.raises(WrongState) as refused:
        after(Status.ACKNOWLEDGED, Action.COPY_DESTROY, "LX-CX-2019-001#007")
    assert refused.value.message == (
        "LX-CX-2019-001#007 is acknowledged: nobody can destroy this copy now. "
        "It has to be recalled or returned or kept for reference. "
        "It stays with its holder until it is recalled or comes back."
    )
    with pytest.raises(WrongState, match=r"sign this revision now\. Nothing more can happen"):
        after(Status.DESTROYED, Action.REVISION_SIGN)
    with pytest.raises(WrongState, match="was not issued yet"):
        after(state_on(COPY, on(1)), Action.COPY_RETURN)


def test_an_exchanged_copy_is_signed_for_again() -> None:
    exchanged = after(Status.ACKNOWLEDGED, Action.COPY_REPLACE)
    assert after(Status(exchanged.value), Action.COPY_ACKNOWLEDGE) is State.ACKNOWLEDGED


def test_recalled_paper_is_not_exchanged_but_given_back() -> None:
    recalled = state_on(replace(COPY, recalls=(RecallFacts(on(5)),)), on(5))
    with pytest.raises(WrongState, match="must give it back"):
        after(recalled, Action.COPY_REPLACE)


def test_a_copy_in_use_is_not_kept_for_reference() -> None:
    with pytest.raises(WrongState, match="recalled or returned"):
        after(Status.ACKNOWLEDGED, Action.COPY_KEEP)


def test_only_a_recalled_copy_is_destroyed_in_its_holder_s_hands() -> None:
    assert after(Status.RECALLED, Action.COPY_DESTROY) is State.DESTROYED
    with pytest.raises(WrongState, match="recalled or returned or kept"):
        after(Status.ISSUED, Action.COPY_DESTROY)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (1, None),
        (2, Status.ISSUED),
        (3, Status.ACKNOWLEDGED),
        (9, Status.ACKNOWLEDGED),
        (10, Status.RECALLED),
    ],
)
def test_recalled_is_worked_out_for_the_day(day: int, status: Status | None) -> None:
    assert state_on(replace(COPY, recalls=(RecallFacts(on(10)),)), on(day)) is status


def test_a_void_recall_recalls_nothing() -> None:
    assert state_on(replace(COPY, recalls=(RecallFacts(on(4), voided=True),)), on(20)) is Status.ACKNOWLEDGED
    both = replace(COPY, recalls=(RecallFacts(on(4), voided=True), RecallFacts(on(6))))
    assert state_on(both, on(5)) is Status.ACKNOWLEDGED
    assert state_on(both, on(6)) is Status.RECALLED


@pytest.mark.parametrize("state", State)
def test_only_what_is_out_is_recalled(state: State) -> None:
    copy = CopyFacts("X#001", state, 1, recalls=(RecallFacts(on(1)),))
    assert state_on(copy, on(1)) is (Status.RECALLED if state in OUT else Status(state.value))


def test_what_came_back_after_its_recall_was_recalled_until_then() -> None:
    copy = replace(
        COPY,
        state=State.RETURNED,
        steps=(*COPY.steps, (State.RETURNED, on(8))),
        recalls=(RecallFacts(on(5)),),
    )
    assert [state_on(copy, on(d)) for d in (4, 7, 8)] == [
        Status.ACKNOWLEDGED,
        Status.RECALLED,
        Status.RETURNED,
    ]


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_blank_reason_is_none(reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_reason(reason)
    assert list(refused.value.problems) == ["reason"]
    check_reason("torn")


@pytest.mark.parametrize(
    ("approved_by", "witnesses", "problems"),
    [
        (1, [2, 3], []),
        (2, [2, 3], []),
        (1, [2, 3, 4], []),
        (1, [2], ["witnesses"]),
        (1, [2, 2], ["witnesses"]),
        (1, [], ["witnesses"]),
        (None, [2, 3], ["approved_by"]),
        (None, [2], ["approved_by", "witnesses"]),
    ],
)
def test_destruction_needs_an_approval_and_two_different_witnesses(
    approved_by: int | None, witnesses: list[int], problems: list[str]
) -> None:
    if not problems:
        check_destruction(approved_by, witnesses)
        return
    with pytest.raises(Invalid) as refused:
        check_destruction(approved_by, witnesses)
    assert list(refused.value.problems) == problems


@pytest.mark.parametrize(
    ("revised", "day", "may"), [(OLD, 9, True), (OLD, 10, False), (NEW, 9, True), (NEW, 10, True)]
)
def test_a_superseded_copy_is_never_handed_out(revised: RevisionFacts, day: int, may: bool) -> None:
    assert may_hand_out(revised, BOTH, on(day), DOCUMENT) is may
    if may:
        check_hand_out(revised, BOTH, on(day), DOCUMENT)
    else:
        with pytest.raises(WrongState, match=r"A/0 is superseded: .* Hand out revision A/1 instead"):
            check_hand_out(revised, BOTH, on(day), DOCUMENT)


@pytest.mark.parametrize("state", [s for s in revisions.State if s is not revisions.State.ISSUED])
def test_what_is_not_issued_is_not_handed_out(state: revisions.State) -> None:
    revised = RevisionFacts(3, "B/0", state, on(20), 30)
    with pytest.raises(WrongState, match=state.words["en"]):
        check_hand_out(revised, [revised], on(10), DOCUMENT)


def test_of_a_withdrawn_document_and_before_the_first_step_nothing_is_handed_out() -> None:
    with pytest.raises(WrongState, match=r"withdrawn: no copy of it can be handed out\.$"):
        check_hand_out(OLD, [OLD], on(5), DocumentFacts("X", on(5), 70))
    later = replace(OLD, steps=((revisions.State.DRAFT, on(4)),))
    with pytest.raises(WrongState, match="unknown"):
        check_hand_out(later, [later], on(3), DOCUMENT)


def test_every_status_of_a_copy_has_its_words() -> None:
    assert len({s.words["zh"] for s in Status}) == len({s.words["en"] for s in Status}) == len(Status)
    assert Status.KEPT.words["zh"] == "留用"
    assert {s.value for s in State} == {s.value for s in Status} - {"recalled"}


def parts(**numbers: int) -> dict[str, int]:
    """With nought of all else."""
    return dict.fromkeys(("out", "returned", "kept", "destroyed", "lost"), 0) | numbers


def test_a_status_says_once_whether_the_copy_is_out_is_worked_by_and_is_kept() -> None:
    said = {s.value: (s.in_hands, s.in_use, s.is_kept) for s in Status}
    assert said == {
        "issued": (True, True, True),
        "acknowledged": (True, True, True),
        "recalled": (True, False, False),
        "returned": (False, False, False),
        "kept": (False, False, True),
        "destroyed": (False, False, False),
        "lost": (False, False, False),
    }
    assert {state.value for state in OUT} == {"issued", "acknowledged"}


def test_all_that_can_be_done_with_a_copy_is_offered_and_what_answers_a_recall_is_known() -> None:
    assert [action.verb for action in ACTS] == [
        "acknowledge",
        "return",
        "recall",
        "replace",
        "lose",
        "keep",
        "destroy",
    ]
    assert {action.verb for action in BACK} == {"return", "keep", "destroy"}


def test_reconciling_accounts_for_every_copy_on_a_day() -> None:
    back = replace(COPY, number="X#002", state=State.RETURNED, steps=(*COPY.steps, (State.RETURNED, on(5))))
    lost = replace(COPY, number="X#003", state=State.LOST, steps=(*COPY.steps, (State.LOST, on(6))))
    late = CopyFacts("X#004", State.ISSUED, 1, ((State.ISSUED, on(6)),))
    now, before = reconcile([COPY, back, lost, late]), reconcile([COPY, back, lost, late], on(5))
    assert (now.issued, now.parts) == (4, parts(out=2, returned=1, lost=1))
    assert (before.issued, before.parts) == (3, parts(out=2, returned=1))
    assert now.balanced
    assert before.balanced


def test_a_copy_whose_row_is_missing_shows() -> None:
    assert reconcile([COPY], issued=1).balanced
    assert not reconcile([COPY], issued=2).balanced


BEGIN = (Action.COPY_ISSUE, Action.COPY_TAKE_OVER)
COPY_ACTS = [a for a in Action if a.noun == "copy" and a.changes and a not in BEGIN]


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[CopyFacts], date]:
    """Copies as acts make them: whatever is tried, only what the table allows happens."""
    register: list[CopyFacts] = []
    today = 1
    acts = st.one_of(st.just(Action.COPY_ISSUE), st.sampled_from(COPY_ACTS))
    for act in draw(st.lists(acts, max_size=30)):
        today += draw(st.integers(0, 1))
        if act is Action.COPY_ISSUE or not register:
            register.append(_fresh(len(register) + 1, today))
            continue
        index = draw(st.integers(0, len(register) - 1))
        copy = register[index]
        try:
            state = after(state_on(copy, on(today)), act)
        except WrongState:
            continue
        recalls = copy.recalls + ((RecallFacts(on(today)),) if act is Action.COPY_RECALL else ())
        successor = copy_number("X", len(register) + 1) if state is State.LOST else None
        register[index] = replace(
            copy, state=state, steps=(*copy.steps, (state, on(today))), recalls=recalls, replaced_by=successor
        )
        if successor:
            register.append(_fresh(len(register) + 1, today))
    return register, on(today)


def _fresh(running: int, day: int) -> CopyFacts:
    return CopyFacts(copy_number("X", running), State.ISSUED, 1, ((State.ISSUED, on(day)),))


@given(made=registers(), back=st.integers(0, 40))
def test_every_copy_is_accounted_for_whatever_was_done(made: tuple[list[CopyFacts], date], back: int) -> None:
    register, today = made
    now = reconcile(register, issued=len(register))
    stored = Counter(copy.state.value for copy in register)
    assert now.balanced
    assert now.parts == {
        "out": stored["issued"] + stored["acknowledged"],
        **{word: stored[word] for word in PARTS if word != "out"},
    }
    assert reconcile(register, today) == now
    then = reconcile(register, today - timedelta(days=back))
    assert then.balanced
    assert then.issued <= now.issued


@given(made=registers())
def test_numbers_are_never_used_again_and_a_void_one_stays_void(made: tuple[list[CopyFacts], date]) -> None:
    register, today = made
    assert [parse_copy_number(copy.number) for copy in register] == [
        ("X", n + 1) for n in range(len(register))
    ]
    for copy in register:
        if copy.state is State.LOST:
            assert verdict(copy, [OLD], DOCUMENT, today) is Verdict.VOID
            assert copy.replaced_by in {other.number for other in register}


@pytest.mark.parametrize(
    ("running", "number"),
    [(7, "LX-CX-2019-001#007"), (123, "LX-CX-2019-001#123"), (1234, "LX-CX-2019-001#1234")],
)
def test_a_copy_number_is_the_document_s_with_the_distribution_number(running: int, number: str) -> None:
    assert copy_number("LX-CX-2019-001", running) == number
    assert parse_copy_number(number) == ("LX-CX-2019-001", running)


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("LX-CX-2019-001＃７", ("LX-CX-2019-001", 7)),
        (" DF / ZY-GL 006 # 012 ", ("DF / ZY-GL 006", 12)),
        ("A#B#003", ("A#B", 3)),
    ],
)
def test_a_copy_number_is_read_as_people_type_it(typed: str, parsed: tuple[str, int]) -> None:
    assert parse_copy_number(typed) == parsed


@pytest.mark.parametrize(
    "typed", ["", "#001", "LX-CX-2019-001", "X#", "X#000", "X#1a", "X#-1", "X#1234567890"]
)
def test_what_is_no_copy_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_copy_number(typed)
    assert list(refused.value.problems) == ["copy"]


@given(st.binary(min_size=16, max_size=16))
def test_a_token_is_128_bits_in_26_characters_of_any_case(random: bytes) -> None:
    token = token_text(random)
    assert len(token) == 26
    assert normal_token(token) == token
    assert normal_token(f" {token[:13].lower()}-{token[13:]} ") == token
    assert normal_token(token.replace("O", "0").replace("I", "1")) == token


@pytest.mark.parametrize(
    "typed", ["", "A" * 25, "A" * 27, "A" * 25 + "8", "A" * 25 + "é", "LX-CX-2019-001#007"]
)
def test_what_cannot_be_a_token_is_none(typed: str) -> None:
    assert normal_token(typed) is None


@pytest.mark.parametrize("size", [0, 15, 17])
def test_a_token_of_other_than_128_bits_is_a_defect(size: int) -> None:
    with pytest.raises(Defect):
        token_text(bytes(size))
