"""Who may read a revision: its text, figures, comparison, print, trace and search hits have this one answer.

What was issued belongs to everybody who works here, and goes on doing so when it is replaced, withdrawn or
taken back: a paper of it may be in somebody's hands, and an obsolete text says what it is instead of being
hidden (DC-75, DC-76). What is being made belongs to those who make it, sign it, issue it and watch over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from docctl.rules.actions import Action
from docctl.rules.documents.revisions import State

# Issued: whether its day is still to come, has come, or is over because a later revision or a withdrawal
# took its place. Cancelled: it was issued for a while, and copies of it may have gone out in advance.
# Discarded: nobody outside ever saw it.
READERS: Final[Mapping[State, Action]] = MappingProxyType(
    {
        State.DRAFT: Action.DRAFT_READ,
        State.IN_REVIEW: Action.DRAFT_READ,
        State.APPROVED: Action.DRAFT_READ,
        State.DISCARDED: Action.DRAFT_READ,
        State.ISSUED: Action.DOCUMENT_READ,
        State.CANCELLED: Action.DOCUMENT_READ,
    }
)
"""The right that reading a revision needs, by where the revision stands now, whatever day is asked about."""
