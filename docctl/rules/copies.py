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
        return _STANDING[self].words

    @property
    def in_hands(self) -> bool:
        """Whether it is out: somebody has it, to work by or to give back."""
        return _STANDING[self].in_hands

    @property
    def in_use(self) -> bool:
        """Whether work is done by it, as far as its revision governs work."""
        return _STANDING[self].in_use

    @property
    def is_kept(self) -> bool:
        """Whether the paper is there for good reason, so that its print can be had again."""
        return _STANDING[self].is_kept


_ITSELF: Final = Message("This copy")


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """All that is known of a status. A status more is a row here, and its transitions."""

    words: Own
    next: Message
    in_hands: bool = False
    in_use: bool = False
    is_kept: bool = False


_STANDING: Final[Mapping[Status, _Standing]] = MappingProxyType(
    {
        Status.ISSUED: _Standing(
            words=Own(zh="已发放", en="issued"),
            next=Message("Its holder acknowledges receipt next, or it comes back."),
            in_hands=True,
            in_use=True,
            is_kept=True,
        ),
        Status.ACKNOWLEDGED: _Standing(
            words=Own(zh="已签收", en="acknowledged"),
            next=Message("It stays with its holder until it is recalled or comes back."),
            in_hands=True,
            in_use=True,
            is_kept=True,
        ),
        Status.RECALLED: _Standing(
            words=Own(zh="待回收", en="recalled"),
            next=Message("Its holder must give it back; record the return, or its destruction on the spot."),
            in_hands=True,
        ),
        Status.RETURNED: _Standing(
            words=Own(zh="已收回", en="returned"),
            next=Message("It is kept for reference or destroyed next."),
        ),
        Status.KEPT: _Standing(
            words=Own(zh="留用", en="kept for reference"),
            next=Message("It stays marked 作废留存 until it is destroyed."),
            is_kept=True,
        ),
        Status.DESTROYED: _Standing(
            words=Own(zh="已销毁", en="destroyed"),
            next=Message("Nothing more can happen to it."),
        ),
        Status.LOST: _Standing(
            words=Own(zh="丢失失效", en="lost"),
            next=Message("Its number is void for ever. If the paper turns up, take it away."),
        ),
    }
)

OUT: Final = frozenset(State(status.value) for status in Status if status.in_use)
"""The states, as stored, of a copy that is in somebody's hands."""

PARTS: Final = ("out", *(status.value for status in Status if not status.in_hands))
"""Where a copy that was issued can be, in the words of a reconciliation."""

# A recall adds a row and leaves the state. A copy is kept from the holder's hands only once it is recalled:
# a copy of what is in force is in use, not kept for reference. A kept copy may be destroyed one day, a
# recalled one on the spot.
# An exchanged copy (DC-55) is signed for again. Recalled paper is not exchanged: it would be handed out anew.
TRANSITIONS: Final[Mapping[tuple[Status, Action], State]] = MappingProxyType(
    {
        (Status.ISSUED, Action.COPY_ACKNOWLEDGE): State.ACKNOWLEDGED,
        (Status.ISSUED, Action.COPY_RETURN): State.RETURNED,
        (Status.ISSUED, Action.COPY_RECALL): State.ISSUED,
        (Status.ISSUED, Action.COPY_REPLACE): State.ISSUED,
        (Status.ISSUED, Action.COPY_LOSE): State.LOST,
        (Status.ACKNOWLEDGED, Action.COPY_RETURN): State.RETURNED,
        (Status.ACKNOWLEDGED, Action.COPY_RECALL): State.ACKNOWLEDGED,
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

ACTS: Final = tuple(dict.fromkeys(action for _, action in TRANSITIONS))
"""All that can be done with a copy, in the order in which it is offered."""

BACK: Final = frozenset(
    action
    for (status, action), state in TRANSITIONS.items()
    if status is Status.RECALLED and not Status(state.value).in_hands and state is not State.LOST
)
"""What answers a recall: the paper is no longer with its holder, and somebody saw it."""


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
        raise not_now(what, status, action, needed, _STANDING[status].next)
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


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """`parts` has a number for each of PARTS. Their sum is `issued`, or some copy is not accounted for."""

    issued: int
    parts: Mapping[str, int]

    @property
    def balanced(self) -> bool:
        return self.issued == sum(self.parts.values())


def reconcile(
    copies: Iterable[CopyFacts], day: date | None = None, *, issued: int | None = None
) -> Reconciliation:
    """Account for every copy, now or at the end of `day`; copies not yet issued then do not count.

    Give as `issued` the last running number that was handed out, where it is known: numbers have no gaps, so
    a copy whose row is missing shows.
    """
    states = [Status(c.state.value) if day is None else state_on(c, day) for c in copies]
    known = [state for state in states if state is not None]
    count = Counter("out" if state.in_hands else state.value for state in known)
    parts = {part: count[part] for part in PARTS}
    return Reconciliation(issued=len(known) if issued is None else issued, parts=parts)
