"""Review comments: their states, and which signatures wait for their answers."""

from __future__ import annotations

from itertools import product

import pytest

from docctl.errors import WrongState
from docctl.rules.actions import Action
from docctl.rules.documents import comments
from docctl.rules.documents.approval import Meaning, Part
from docctl.rules.documents.comments import State

ADOPT, REFUSE = Action.COMMENT_ADOPT, Action.COMMENT_REFUSE
EXPECTED = {(State.OPEN, ADOPT): State.ADOPTED, (State.OPEN, REFUSE): State.REFUSED}


@pytest.mark.parametrize(("state", "action"), [*product(State, (ADOPT, REFUSE))])
def test_only_an_open_comment_is_answered(state: State, action: Action) -> None:
    expected = EXPECTED.get((state, action))
    if expected is not None:
        assert comments.after(state, action, "X A/0 #1") is expected
        return
    with pytest.raises(WrongState):
        comments.after(state, action, "X A/0 #1")


@pytest.mark.parametrize("unanswered", [frozenset(), frozenset({2})])
@pytest.mark.parametrize(("meaning", "last"), [*product(Meaning, (True, False))])
def test_only_approval_and_the_last_signature_wait(
    unanswered: frozenset[int], meaning: Meaning, last: bool
) -> None:
    part = Part(1, "general-manager", meaning, last)
    if unanswered and (last or meaning is Meaning.APPROVE):
        with pytest.raises(WrongState, match="#2"):
            comments.check_answered(part, unanswered, "X A/0")
    else:
        comments.check_answered(part, unanswered, "X A/0")
