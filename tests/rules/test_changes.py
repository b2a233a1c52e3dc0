"""Change applications as tables and pure functions: what may become of one, what it says, what a text changed."""

from __future__ import annotations

from itertools import product

import pytest

from docctl.errors import Invalid, WrongState
from docctl.rules.actions import Action
from docctl.rules.documents import approval, change_rows, changes, clauses
from docctl.rules.documents.change_rows import Row
from docctl.rules.documents.changes import Kind, State

# By act: from which states it leads where, written by hand.
LEADS = {
    Action.CHANGE_ASSIGN: {State.APPLIED: State.APPLIED, State.APPROVED: State.APPROVED},
    Action.CHANGE_STUDY: {State.APPLIED: State.APPLIED},
    Action.CHANGE_SIGN: {State.APPLIED: State.APPROVED},
    Action.CHANGE_REFUSE: {State.APPLIED: State.REFUSED},
    Action.CHANGE_WITHDRAW: {State.APPLIED: State.WITHDRAWN, State.APPROVED: State.WITHDRAWN},
    Action.REVISION_SUBMIT: {State.APPROVED: State.APPROVED},
    Action.REVISION_ISSUE: {State.APPROVED: State.DONE},
    Action.REVISION_CANCEL: {State.DONE: State.APPROVED},
    Action.CHANGE_NOTE: {},
}


def test_every_act_leads_from_every_state_where_it_is_said_to() -> None:
    for action, state in product(LEADS, State):
        to = LEADS[action].get(state)
        if to is not None:
            assert changes.after(state, action, "1") is to
            assert changes.after(state, action, "1", last=False) is state
            continue
        with pytest.raises(WrongState, match="Application 1 is"):
            changes.after(state, action, "1")


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("5.2.1: 24 小时 => 12 小时", Row("5.2.1", "24 小时", "12 小时")),
        ("5.2.1：24 => 12", Row("5.2.1", "24", "12")),
        ("9: → 新增一条", Row("9", "", "新增一条")),
        ("5.2: a: b => c: d", Row("5.2", "a: b", "c: d")),
        ("5.2.1 24 12", None),
        ("5.2.1: 24", None),
        ("", None),
    ],
)
def test_a_row_is_read_as_it_is_typed(typed: str, row: Row | None) -> None:
    if row is None:
        with pytest.raises(Invalid):
            change_rows.parse_row(typed)
    else:
        assert change_rows.parse_row(typed) == row
        assert change_rows.rows_from_data(change_rows.rows_to_data([row])) == (row,)


@pytest.mark.parametrize(
    ("rows", "accepted"),
    [
        ([Row("5.2", "旧", "新")], True),
        ([Row("9.9", "", "新增")], True),
        ([Row("5.2", "旧", "")], True),
        ([Row("9.9", "旧", "新")], False),
        ([Row("5.2", "", "")], False),
        ([Row("", "旧", "新")], False),
        ([Row("5.2", "旧", "x" * 2001)], False),
        ([Row("5.2", "旧", "新")] * 51, False),
        ([], False),
    ],
)
def test_an_application_says_at_which_clause_what_is_to_be_changed(rows: list[Row], accepted: bool) -> None:
    if accepted:
        change_rows.check_applied("太慢", rows, ("5.2",), True, True)
        return
    with pytest.raises(Invalid) as refused:
        change_rows.check_applied("太慢", rows, ("5.2",), True, True)
    assert set(refused.value.problems) == {"what"}


def test_all_that_is_wrong_is_told_at_once() -> None:
    for reason in (" ", "x" * 2001):
        with pytest.raises(Invalid) as refused:
            change_rows.check_applied(reason, (), (), False, False)
        assert set(refused.value.problems) == {"reason", "what", "kind", "executor"}


# Needed by the level, first of its document, under an application, approved ones; whether it is accepted.
@pytest.mark.parametrize(
    ("required", "first", "given", "open_ones", "accepted"),
    [
        (False, False, False, (), True),
        (False, False, True, (), True),
        (True, True, False, (), True),
        (False, True, True, (), False),
        (True, False, False, (), False),
        (True, False, False, ("1", "2"), False),
        (True, False, True, ("1",), True),
    ],
)
def test_a_revision_is_handed_in_under_an_application_where_one_is_needed(
    required: bool, first: bool, given: bool, open_ones: tuple[str, ...], accepted: bool
) -> None:
    asked = {"required": required, "first": first, "given": given, "open_ones": open_ones}
    if accepted:
        changes.check_hand_in("X", **asked)  # type: ignore[arg-type]
        return
    with pytest.raises(WrongState) as refused:
        changes.check_hand_in("X", **asked)  # type: ignore[arg-type]
    assert all(number in str(refused.value.said) for number in open_ones)


def test_a_minor_change_has_the_short_chain_only_where_the_site_says_so() -> None:
    full = approval.chain_from_data(
        [
            {"meaning": "prepare", "who": ["author"]},
            {"meaning": "review", "who": ["manager-in-charge"]},
            {"meaning": "approve", "who": ["general-manager"]},
        ]
    )
    for kind, short in product((None, *Kind), (False, True)):
        expected = (full[0], full[-1]) if kind is Kind.MINOR and short else full
        assert changes.for_kind(full, kind, short=short) == expected


def test_the_clauses_that_differ_are_those_whose_own_lines_do() -> None:
    old = "# 1 目的\n\n甲。\n\n# 5 程序\n\n## 5.2 答复\n\n5.2.1 一天。\n\n5.2.10 乙。\n"
    assert clauses.changed(old, old) == set()
    assert clauses.changed(old, old.replace("一天", "两天")) == {"5.2.1"}
    assert clauses.changed(old, old.replace("\n\n甲", "\n\n\n  甲")) == set()
    assert clauses.changed(old, old.replace("5.2.10 乙。\n", "")) == {"5.2.10"}
    assert clauses.changed("前言。\n" + old, old) == {""}
    assert sorted({"5.2.10", "5.2.1", "5.10", "1"}, key=clauses.in_order) == ["1", "5.2.1", "5.2.10", "5.10"]
