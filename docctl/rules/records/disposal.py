"""The end of records: proposed, approved by somebody else, carried out, witnessed; and what holds one back.

Knows values only. Asked in the order: person (permissions), moment (WrongState), content (Invalid).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Post
from docctl.rules.actions import Action
from docctl.rules.not_now import not_now
from docctl.rules.records import life
from docctl.rules.records.retention import Retention, keep_until
from docctl.rules.words import Own

MOST: Final = 500
"""Records in one proposal: its list is read by who approves it."""


class State(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    DESTROYED = "destroyed"
    WITNESSED = "witnessed"

    @property
    def words(self) -> Own:
        return _WORDS[self]


_WORDS: Final[Mapping[State, Own]] = MappingProxyType(
    {
        State.PROPOSED: Own(zh="已申请", en="proposed"),
        State.APPROVED: Own(zh="已批准", en="approved"),
        State.REFUSED: Own(zh="未批准", en="refused"),
        State.DESTROYED: Own(zh="已销毁，待监销", en="destroyed, not witnessed yet"),
        State.WITNESSED: Own(zh="已监销", en="destroyed and witnessed"),
    }
)

LIVE: Final = frozenset({State.PROPOSED, State.APPROVED})
"""States in which a record is spoken for by the proposal."""
DONE: Final = frozenset({State.DESTROYED, State.WITNESSED})
"""States in which its records are gone."""

TRANSITIONS: Final = MappingProxyType(
    {
        (State.PROPOSED, Action.DISPOSAL_APPROVE): State.APPROVED,
        (State.PROPOSED, Action.DISPOSAL_REFUSE): State.REFUSED,
        (State.APPROVED, Action.DISPOSAL_REFUSE): State.REFUSED,
        (State.APPROVED, Action.DISPOSAL_DESTROY): State.DESTROYED,
        (State.DESTROYED, Action.DISPOSAL_WITNESS): State.WITNESSED,
    }
)

MEANINGS: Final[Mapping[str, Own]] = MappingProxyType(
    {
        "propose": Own(zh="申请", en="proposed"),
        "approve": Own(zh="批准", en="approved"),
        "refuse": Own(zh="不批准", en="refused"),
        "destroy": Own(zh="销毁", en="carried out"),
        "witness": Own(zh="监销", en="witnessed"),
    }
)
"""What a signature of a proposal means, by the verb of its act."""


def after(state: State, action: Action, number: str) -> State:
    """The state to be stored after `action`. Raises WrongState."""
    to = TRANSITIONS.get((state, action))
    if to is None:
        needed = (before for before, act in TRANSITIONS if act is action)
        raise not_now(Message("Disposal {number}", number=number), state, action, needed, _NEXT[state])
    return to


_NEXT: Final[Mapping[State, Message]] = MappingProxyType(
    {
        State.PROPOSED: Message("Somebody else approves it next, or refuses it with a reason."),
        State.APPROVED: Message("Document control carries it out next."),
        State.REFUSED: Message("The records stay; they can be proposed again."),
        State.DESTROYED: Message("Somebody who took no other part in it signs as witness next."),
        State.WITNESSED: Message("Nothing is left to be done."),
    }
)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A record that is to be destroyed. `ended`: the day on which it was closed or made void.

    `hold` is the reason of the hold on it; `needed_by` the open record that points at it; `stands_for`: work
    still falls due for what it stands for; `proposed` the other proposal that names it.
    """

    number: str
    state: life.State
    keeper: str
    ended: date | None
    retention: Retention
    hold: str = ""
    needed_by: str = ""
    stands_for: bool = False
    proposed: str = ""


def why_not(record: Candidate, today: date) -> Message | None:
    """Why it cannot be destroyed today, and what to do; None where it can (DC-92, DC-93)."""
    number = record.number
    if record.state is life.State.DESTROYED or record.ended is None:
        return Message(
            "{number} is {status}: only a closed or void record can be destroyed.",
            number=number,
            status=record.state,
        )
    if record.retention.permanent:
        return Message("{number} is kept for good: its form says so.", number=number)
    until = keep_until(record.retention, record.ended)
    if until is not None and until >= today:
        return Message(
            "{number} is kept until {until}: propose it after that day.", number=number, until=until
        )
    if record.hold:
        return Message(
            "{number} is on hold ({reason}): it stays until somebody else lifts the hold.",
            number=number,
            reason=record.hold,
        )
    if record.needed_by:
        return Message(
            "{other} is open and rests on {number}: close or void that record first.",
            number=number,
            other=record.needed_by,
        )
    if record.stands_for:
        return Message(
            "Work still falls due for what {number} stands for: let that end first.", number=number
        )
    if record.proposed:
        return Message("{number} is in disposal {other} already.", number=number, other=record.proposed)
    return None


def check_all(records: Iterable[Candidate], today: date) -> None:
    """Raises WrongState with the first reason why one of them stays: then all of them do."""
    for record in records:
        if (why := why_not(record, today)) is not None:
            raise WrongState(why)


def check_listed(numbers: Collection[str], keepers: Collection[str]) -> None:
    """Raises Invalid for none, too many, or records that different departments keep."""
    if not numbers:
        raise Invalid({"records": Message("name at least one record")})
    if len(numbers) > MOST:
        raise Invalid({"records": Message("at most {most} records; make several proposals", most=MOST)})
    if len(keepers) > 1:
        who = tuple(Post(key) for key in sorted(keepers))
        raise Invalid(
            {"records": Message("are kept by {keepers}; make a proposal for each of them", keepers=who)}
        )


def check_reason(reason: str) -> None:
    """Raises Invalid without one."""
    if not reason.strip():
        raise Invalid({"reason": Message("say why; the reason is kept for good")})


def check_hold(number: str, state: life.State, hold: str) -> None:
    """Raises WrongState where there is nothing to hold back any more, or a hold already."""
    if state is life.State.DESTROYED:
        raise WrongState("{number} was destroyed: nothing is left to hold back.", number=number)
    if hold:
        raise WrongState("{number} is on hold already: {reason}", number=number, reason=hold)


def check_release(number: str, hold: str) -> None:
    """Raises WrongState where no hold stands."""
    if not hold:
        raise WrongState("{number} is not on hold.", number=number)


def check_gone(left: Collection[str]) -> None:
    """Raises WrongState while a file that was to be destroyed is still there."""
    if left:
        raise WrongState(
            "{files} could not be removed yet: nobody witnesses that they are gone. Look at the permissions "
            "of the site's folder, then try again.",
            files=tuple(left),
        )
