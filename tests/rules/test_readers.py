"""The table of who may read a revision, cell by cell."""

from __future__ import annotations

import pytest

from docctl.rules.actions import Action
from docctl.rules.documents.readers import READERS
from docctl.rules.documents.revisions import State

ISSUED_ONCE = {State.ISSUED, State.CANCELLED}


@pytest.mark.parametrize("state", State)
def test_what_was_issued_is_for_everybody_and_what_is_being_made_for_its_makers(state: State) -> None:
    needed = Action.DOCUMENT_READ if state in ISSUED_ONCE else Action.DRAFT_READ
    assert READERS[state] is needed


def test_the_table_has_an_answer_for_every_state() -> None:
    assert set(READERS) == set(State)
