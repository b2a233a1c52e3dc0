"""The life of a review comment: open, then adopted, or not adopted with approval (DC-32, PR-77)."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Typed
from docctl.rules.actions import Action
from docctl.rules.documents.approval import Meaning, Part
from docctl.rules.words import Own


class State(StrEnum):
    """What is stored."""

    OPEN = "open"
    ADOPTED = "adopted"
    REFUSED = "refused"

    @property
    def words(self) -> Own:
        return _WORDS[self]


AFTER: Final = MappingProxyType(
    {
        (State.OPEN, Action.COMMENT_ADOPT): State.ADOPTED,
        (State.OPEN, Action.COMMENT_REFUSE): State.REFUSED,
    }
)


def after(state: State, action: Action, name: str) -> State:
    """Raises WrongState for one that is answered: an answer stands."""
    found = AFTER.get((state, action))
    if found is None:
        raise WrongState("{name} is answered already: {state}. An answer stands.", name=name, state=state)
    return found


def check_changed(commented: str, now: str, name: str) -> None:
    """Raises WrongState: what says of itself that it was taken up has to be another text than before."""
    if commented == now:
        raise WrongState(
            "The text is still the one that {name} is about. Take the revision back or have it sent back, "
            "change it, then say that the comment was adopted.",
            name=name,
        )


def check_said(field: str, said: str, why: Message) -> str:
    """What was typed, without blanks around it. Raises Invalid where that is nothing."""
    if not said.strip():
        raise Invalid({field: why})
    return said.strip()


def check_clause(clause: str, known: Collection[str]) -> str:
    """A clause of the text, or empty for the whole. Raises Invalid for one that the text does not have."""
    clause = clause.strip()
    if clause and clause not in known:
        raise Invalid(
            {
                "clause": Message(
                    "the text has no clause {clause}; leave it empty for the whole", clause=Typed(clause)
                )
            }
        )
    return clause


def check_answered(part: Part, unanswered: Collection[int], name: str) -> None:
    """Raises WrongState: nobody approves a revision, or signs it last, while a comment has no answer."""
    if unanswered and (part.last or part.meaning is Meaning.APPROVE):
        raise WrongState(
            "{name} has review comments without an answer: {comments}. An author adopts them in a changed "
            "text, or the head of its department or the manager in charge approves that they are not "
            "adopted.",
            name=name,
            comments=tuple(f"#{running}" for running in sorted(unanswered)),
        )


_WORDS: Final = MappingProxyType(
    {
        State.OPEN: Own(zh="待答复", en="unanswered"),
        State.ADOPTED: Own(zh="采纳", en="adopted"),
        State.REFUSED: Own(zh="不采纳", en="not adopted"),
    }
)
