"""The life of a revision: what people did to it is stored, what that means on a day is worked out here.

So "in force now" and "in force on 12 March" are one question with another day. Knows no table and no clock.
A day alone means its end; with the number of an event, the moment of that event on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors.message import Message
from docctl.rules.actions import Action
from docctl.rules.not_now import not_now
from docctl.rules.words import Own


class State(StrEnum):
    """What is stored."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    APPROVED = "approved"
    ISSUED = "issued"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"

    @property
    def words(self) -> Own:
        return _STATE_WORDS[self]


class Status(StrEnum):
    """Where a revision stands on a day, in the words that are printed. `issued`: not yet effective."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    ISSUED = "issued"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"

    @property
    def words(self) -> Own:
        return _WORDS[self]


_ITSELF: Final = Message("This revision")

# Nothing is issued but what is approved (DC-20), and the last signature alone leads to approved.
TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = MappingProxyType(
    {
        (State.DRAFT, Action.DRAFT_SAVE): State.DRAFT,
        (State.DRAFT, Action.DRAFT_DISCARD): State.DISCARDED,
        (State.DISCARDED, Action.DRAFT_SAVE): State.DRAFT,
        (State.DRAFT, Action.REVISION_SUBMIT): State.IN_REVIEW,
        (State.DRAFT, Action.DOCUMENT_TAKE_OVER): State.IN_REVIEW,
        (State.DISCARDED, Action.DOCUMENT_TAKE_OVER): State.IN_REVIEW,
        (State.IN_REVIEW, Action.REVISION_SIGN): State.APPROVED,
        (State.IN_REVIEW, Action.REVISION_REJECT): State.DRAFT,
        (State.IN_REVIEW, Action.REVISION_RETRACT): State.DRAFT,
        (State.APPROVED, Action.REVISION_RETRACT): State.DRAFT,
        (State.APPROVED, Action.REVISION_ISSUE): State.ISSUED,
        (State.ISSUED, Action.REVISION_CANCEL): State.CANCELLED,
    }
)

OPEN: Final = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED})
"""The states of a revision that is being made. A document has at most one such revision."""


@dataclass(frozen=True)
class RevisionFacts:
    """`steps`: since which day it was in which state, oldest first; without them `state` holds for all days.

    `issued_seq` is the number of the event that issued it. Both dates of an unissued revision are None.
    """

    id: int
    label: str
    state: State
    effective: date | None = None
    issued_seq: int | None = None
    steps: tuple[tuple[State, date], ...] = ()

    @property
    def called(self) -> Message:
        """What people call it in a sentence."""
        return Message("revision {label}", label=self.label)


@dataclass(frozen=True)
class DocumentFacts:
    """A document, and when it was withdrawn if it was."""

    number: str
    withdrawn_on: date | None = None
    withdrawn_seq: int | None = None

    def is_withdrawn(self, day: date, seq: int | None = None) -> bool:
        return _reached(self.withdrawn_on, self.withdrawn_seq, day, seq)


def after(state: State, action: Action, what: str | Message = _ITSELF, *, last: bool = True) -> State:
    """The state that `action` leads to. `last`: whether a signature is the last one that the chain needs.

    `what` names the revision in the sentence. Raises WrongState.
    """
    to = TRANSITIONS.get((state, action))
    if to is None:
        needed = (before for before, act in TRANSITIONS if act is action)
        raise not_now(what, state, action, needed, _NEXT[state])
    return State.IN_REVIEW if action is Action.REVISION_SIGN and not last else to


def in_force(
    revisions: Iterable[RevisionFacts],
    day: date,
    seq: int | None = None,
    *,
    document: DocumentFacts | None = None,
) -> RevisionFacts | None:
    """What governs work then: of the issued revisions the greatest (effective day, issue event) reached."""
    if document is not None and document.is_withdrawn(day, seq):
        return None
    reached = [r for r in _issued(revisions) if _reached(r.effective, r.issued_seq, day, seq)]
    return max(reached, key=_order, default=None)


def successor(revision: RevisionFacts, revisions: Iterable[RevisionFacts]) -> RevisionFacts | None:
    """The issued revision that takes or took this one's place. Copies are recalled from its effective day."""
    later = [r for r in _issued(revisions) if _order(r) > _order(revision)]
    return min(later, key=_order, default=None)


def status_on(
    revision: RevisionFacts,
    revisions: Iterable[RevisionFacts],
    day: date,
    seq: int | None = None,
    *,
    document: DocumentFacts | None = None,
) -> Status | None:
    """None: the revision did not exist yet. What was superseded before a withdrawal stays superseded."""
    state = state_on(revision, day)
    if state is not State.ISSUED:
        return None if state is None else Status[state.name]
    ended = document is not None and document.is_withdrawn(day, seq)
    if document is not None and document.withdrawn_on is not None and ended:
        # What was still to come at the withdrawal never came, and took nothing's place.
        day, seq = document.withdrawn_on, document.withdrawn_seq
    governing = in_force(revisions, day, seq)
    if governing is not None and _order(governing) > _order(revision):
        return Status.SUPERSEDED
    if ended:
        return Status.WITHDRAWN
    return Status.EFFECTIVE if governing is not None and governing.id == revision.id else Status.ISSUED


def state_on(revision: RevisionFacts, day: date) -> State | None:
    """The stored state at the end of `day`; None before its first step."""
    if not revision.steps:
        return revision.state
    return next((state for state, since in reversed(revision.steps) if since <= day), None)


def open_revision(revisions: Iterable[RevisionFacts]) -> RevisionFacts | None:
    """The one that is being made, if any."""
    return next((r for r in revisions if r.state in OPEN), None)


def _issued(revisions: Iterable[RevisionFacts]) -> list[RevisionFacts]:
    return [r for r in revisions if r.state is State.ISSUED and r.effective is not None]


def _order(revision: RevisionFacts) -> tuple[date, int]:
    return (revision.effective or date.max, revision.issued_seq or 0)


def _reached(since: date | None, since_seq: int | None, day: date, seq: int | None) -> bool:
    if since is None or since > day:
        return False
    return since < day or seq is None or (since_seq or 0) <= seq


_NEXT: Final[Mapping[State, Message]] = MappingProxyType(
    {
        State.DRAFT: Message("Submit it, so that its chain can sign."),
        State.IN_REVIEW: Message(
            "Its chain signs it next, or it is rejected or retracted and becomes a draft again."
        ),
        State.APPROVED: Message(
            "The document controller issues it next, or it is retracted and is a draft again."
        ),
        State.ISSUED: Message("Its content stays as it was approved. Save a draft of the next revision."),
        State.CANCELLED: Message("Its label stays used. Save a draft under the next label."),
        State.DISCARDED: Message("Saving its draft again opens it."),
    }
)

_STATE_WORDS: Final[Mapping[State, Own]] = MappingProxyType(
    {
        State.DRAFT: Own(zh="草稿", en="draft"),
        State.IN_REVIEW: Own(zh="审核中", en="in review"),
        State.APPROVED: Own(zh="已批准", en="approved"),
        State.ISSUED: Own(zh="已发布", en="issued"),
        State.CANCELLED: Own(zh="已取消发布", en="cancelled"),
        State.DISCARDED: Own(zh="已丢弃", en="discarded"),
    }
)

_WORDS: Final[Mapping[Status, Own]] = MappingProxyType(
    {
        Status.DRAFT: Own(zh="草稿", en="draft"),
        Status.IN_REVIEW: Own(zh="审核中", en="in review"),
        Status.APPROVED: Own(zh="已批准", en="approved"),
        Status.ISSUED: Own(zh="已批准待生效", en="issued, not yet effective"),
        Status.EFFECTIVE: Own(zh="现行有效", en="effective"),
        Status.SUPERSEDED: Own(zh="被替代", en="superseded"),
        Status.WITHDRAWN: Own(zh="撤销", en="withdrawn"),
        Status.CANCELLED: Own(zh="取消发布", en="cancelled"),
        Status.DISCARDED: Own(zh="草稿已丢弃", en="discarded"),
    }
)
