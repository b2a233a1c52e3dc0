"""Controlled copies: what may happen to one, and whether all are accounted for.

What people did is stored; "recalled" is worked out for a day. Knows no table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.actions import Action
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts, in_force, status_on
from docctl.rules.documents.revisions import Status as RevisionStatus
from docctl.rules.not_now import not_now
from docctl.rules.words import Own


class State(StrEnum):
    """What is stored."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    KEPT = "kept"
    DESTROYED = "destroyed"
    LOST = "lost"


class Status(StrEnum):
    """Where a copy stands on a day: its state, or `recalled` while it is out and a recall has begun."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    RECALLED = "recalled"
    RETURNED = "returned"
    KEPT = "kept"
    DESTROYED = "destroyed"
    LOST = "lost"

    @property
    def words(self) -> Own:
        return _STATUS_WORDS[self]


class Cause(StrEnum):
    """Why a copy is asked back. What somebody typed is the reason beside it."""

    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    BY_HAND = "by-hand"


_ITSELF: Final = Message("This copy")

OUT: Final = frozenset({State.ISSUED, State.ACKNOWLEDGED})
"""The states of a copy that is in somebody's hands."""

# A recall adds a row and leaves the state. A copy is kept from the holder's hands only once it is recalled:
# a copy of what is in force is in use, not kept for reference. A kept copy may be destroyed one day, a
# recalled one on the spot.
# An exchanged copy (DC-55) is signed for again. Recalled paper is not exchanged: it would be handed out anew.
TRANSITIONS: Final[Mapping[tuple[Status, Action], State]] = MappingProxyType(
    {
        (Status.ISSUED, Action.COPY_ACKNOWLEDGE): State.ACKNOWLEDGED,
        (Status.ISSUED, Action.COPY_RECALL): State.ISSUED,
        (Status.ISSUED, Action.COPY_RETURN): State.RETURNED,
        (Status.ISSUED, Action.COPY_REPLACE): State.ISSUED,
        (Status.ISSUED, Action.COPY_LOSE): State.LOST,
        (Status.ACKNOWLEDGED, Action.COPY_RECALL): State.ACKNOWLEDGED,
        (Status.ACKNOWLEDGED, Action.COPY_RETURN): State.RETURNED,
        (Status.ACKNOWLEDGED, Action.COPY_REPLACE): State.ISSUED,
        (Status.ACKNOWLEDGED, Action.COPY_LOSE): State.LOST,
        (Status.RECALLED, Action.COPY_RETURN): State.RETURNED,
        (Status.RECALLED, Action.COPY_KEEP): State.KEPT,
        (Status.RECALLED, Action.COPY_DESTROY): State.DESTROYED,
        (Status.RECALLED, Action.COPY_LOSE): State.LOST,
        (Status.RETURNED, Action.COPY_KEEP): State.KEPT,
        (Status.RETURNED, Action.COPY_DESTROY): State.DESTROYED,
        (Status.KEPT, Action.COPY_DESTROY): State.DESTROYED,
    }
)


@dataclass(frozen=True)
class RecallFacts:
    """A copy asked back from `from_day` on; void when the issue that caused it was cancelled."""

    from_day: date
    voided: bool = False


@dataclass(frozen=True)
class CopyFacts:
    """`state` is the stored state now, `steps` since which day it was which, oldest first, from its issue on.

    Without steps `state` holds for all days. `replaced_by` is the number of a lost copy's replacement.
    """

    number: str
    state: State
    revision_id: int
    steps: tuple[tuple[State, date], ...] = ()
    recalls: tuple[RecallFacts, ...] = ()
    replaced_by: str | None = None


def state_on(copy: CopyFacts, day: date) -> Status | None:
    """Where the copy stands at the end of `day`; None before it was issued."""
    state: State | None = copy.state
    if copy.steps:
        state = next((was for was, since in reversed(copy.steps) if since <= day), None)
    if state in OUT and any(r.from_day <= day and not r.voided for r in copy.recalls):
        return Status.RECALLED
    return None if state is None else Status(state.value)


def after(status: Status | None, action: Action, what: str | Message = _ITSELF) -> State:
    """The state to be stored after `action`. `what` names the copy in the sentence. Raises WrongState."""
    if status is None:
        raise WrongState("{what} was not issued yet on that day.", what=what)
    to = TRANSITIONS.get((status, action))
    if to is None:
        needed = (before for before, act in TRANSITIONS if act is action)
        raise not_now(what, status, action, needed, _NEXT[status])
    return to


def check_reason(reason: str) -> None:
    """Recalling, keeping, exchanging and losing a copy need one (DC-55, DC-56, DC-76). Raises Invalid."""
    if not reason.strip():
        raise Invalid({"reason": Message("Say why; the reason is kept with the copy.")})


def check_noticed(noticed: date, *, issued: date, today: date) -> None:
    """A loss was found out while the copy was out, and not after it is reported. Raises Invalid."""
    if not issued <= noticed <= today:
        why = Message(
            "The copy was handed out on {issued} and today is {today}: give a day between.",
            issued=issued,
            today=today,
        )
        raise Invalid({"noticed": why})


def check_destruction(approved_by: int | None, witnesses: Collection[int]) -> None:
    """An approval and two different witnesses, by person id (DC-76). Raises Invalid, all problems at once.

    That who destroys is none of them is a permission: see permissions.PERMISSIONS. The approver may witness.
    """
    problems = {}
    if approved_by is None:
        problems["approved_by"] = Message("Name who approved the destruction.")
    if len(set(witnesses)) < 2:
        problems["witnesses"] = Message("Name two different witnesses who are present.")
    if problems:
        raise Invalid(problems)


def check_hand_out(
    revision: RevisionFacts, revisions: Collection[RevisionFacts], day: date, document: DocumentFacts
) -> None:
    """A copy is handed out, or exchanged, of what is in force or will be. Raises WrongState."""
    status = status_on(revision, revisions, day, document=document)
    if not may_hand_out(revision, revisions, day, document):
        governing = in_force(revisions, day, document=document)
        what = Message("{number} {label}", number=document.number, label=revision.label)
        word = Message("unknown") if status is None else status
        if governing is None:
            raise WrongState("{what} is {status}: no copy of it can be handed out.", what=what, status=word)
        raise WrongState(
            "{what} is {status}: no copy of it can be handed out. Hand out revision {label} instead.",
            what=what,
            status=word,
            label=governing.label,
        )


def may_hand_out(
    revision: RevisionFacts, revisions: Collection[RevisionFacts], day: date, document: DocumentFacts
) -> bool:
    """Whether it is in force on `day`, or issued and still to come."""
    status = status_on(revision, revisions, day, document=document)
    return status in {RevisionStatus.EFFECTIVE, RevisionStatus.ISSUED}


@dataclass(frozen=True)
class Reconciliation:
    """issued = returned + destroyed + kept + lost + out, or some copy is not accounted for."""

    issued: int
    returned: int
    destroyed: int
    kept: int
    lost: int
    out: int

    @property
    def balanced(self) -> bool:
        return self.issued == self.returned + self.destroyed + self.kept + self.lost + self.out


def reconcile(
    copies: Iterable[CopyFacts], day: date | None = None, *, issued: int | None = None
) -> Reconciliation:
    """Account for every copy, now or at the end of `day`; copies not yet issued then do not count.

    Give as `issued` the last running number that was handed out, where it is known: numbers have no gaps, so
    a copy whose row is missing shows.
    """
    states = [Status(c.state.value) if day is None else state_on(c, day) for c in copies]
    count = Counter(state for state in states if state is not None)
    return Reconciliation(
        issued=count.total() if issued is None else issued,
        returned=count[Status.RETURNED],
        destroyed=count[Status.DESTROYED],
        kept=count[Status.KEPT],
        lost=count[Status.LOST],
        out=count[Status.ISSUED] + count[Status.ACKNOWLEDGED] + count[Status.RECALLED],
    )


_NEXT: Final[Mapping[Status, Message]] = MappingProxyType(
    {
        Status.ISSUED: Message("Its holder acknowledges receipt next, or it comes back."),
        Status.ACKNOWLEDGED: Message("It stays with its holder until it is recalled or comes back."),
        Status.RECALLED: Message(
            "Its holder must give it back; record the return, or its destruction on the spot."
        ),
        Status.RETURNED: Message("It is kept for reference or destroyed next."),
        Status.KEPT: Message("It stays marked 作废留存 until it is destroyed."),
        Status.DESTROYED: Message("Nothing more can happen to it."),
        Status.LOST: Message("Its number is void for ever. If the paper turns up, take it away."),
    }
)

_STATUS_WORDS: Final[Mapping[Status, Own]] = MappingProxyType(
    {
        Status.ISSUED: Own(zh="已发放", en="issued"),
        Status.ACKNOWLEDGED: Own(zh="已签收", en="acknowledged"),
        Status.RECALLED: Own(zh="待回收", en="recalled"),
        Status.RETURNED: Own(zh="已收回", en="returned"),
        Status.KEPT: Own(zh="留用", en="kept for reference"),
        Status.DESTROYED: Own(zh="已销毁", en="destroyed"),
        Status.LOST: Own(zh="丢失失效", en="lost"),
    }
)
