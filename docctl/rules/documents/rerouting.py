"""What may change on the way of a revision in review: a signer more, back to a step, a part handed over.

Knows values only. Whose turn it is and who may sign is asked by approval; the chain of a level stays whole,
for steps are added and none is taken away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.delegating import Named
from docctl.rules.documents.approval import Chain, Meaning, Part, SignatureFacts, Step, progress
from docctl.rules.roles import SIGNERS, Role
from docctl.rules.words import Own


class Kind(StrEnum):
    """What was changed."""

    ADDED = "added"
    SENT_BACK = "sent-back"
    HANDED_OVER = "handed-over"

    @property
    def words(self) -> Own:
        return _WORDS[self]


def check_reason(reason: str) -> None:
    """Raises Invalid for a blank one."""
    if not reason.strip():
        raise Invalid({"reason": Message("say why; all who sign it read it and it is kept")})


def places(chain: Chain, signatures: Iterable[SignatureFacts]) -> range:
    """The indexes at which a step can be put: not before what is signed, nor after who approves."""
    at = progress(chain, signatures)
    if at.current is None:
        return range(0)
    begun = len(at.open) < len(chain[at.current].who)
    return range(at.current + begun, len(chain))


def place_of(step: Step, before: int | None, open_to: range) -> int:
    """The index at which `step` is put: before the step of this number (from 1), else as soon as can be.

    Raises Invalid; WrongState where nobody can be asked any more.
    """
    if step.meaning in (Meaning.PREPARE, Meaning.APPROVE):
        raise Invalid(
            {"chain": Message("its author prepares it, one post approves it; others review or countersign")}
        )
    if not open_to:
        raise WrongState("its last step is being signed: nobody can be asked before that any more")
    index = open_to[0] if before is None else before - 1
    if index not in open_to:
        why = Message(
            "a step can be put before step {first} to {last}", first=open_to[0] + 1, last=open_to[-1] + 1
        )
        raise Invalid({"before": why})
    return index


def check_no_worse(name: str, before: int, after: int) -> None:
    """Raises WrongState where so more parts are left that nobody can sign."""
    if after > before:
        raise WrongState(
            "{name}: so nobody could sign it to its end, for nobody signs twice, and no author does. "
            "Choose somebody else.",
            name=name,
        )


def steps_back(chain: Chain, signatures: Iterable[SignatureFacts]) -> range:
    """The indexes of the steps to which it can be sent back: signed, and not the author's own."""
    at = progress(chain, signatures)
    return range(1, len(chain) if at.current is None else at.current)


def back_to(step: int, open_to: range) -> int:
    """The index of the step of this number (from 1). Raises Invalid, WrongState where there is none."""
    if not open_to:
        raise WrongState("nobody but its author has signed it: reject it, and it goes back to its author")
    if step - 1 not in open_to:
        why = Message(
            "give a step that is signed, from {first} to {last}; to its author it goes by rejecting it",
            first=open_to[0] + 1,
            last=open_to[-1] + 1,
        )
        raise Invalid({"step": why})
    return step - 1


def check_handing(part: Part, name: str) -> None:
    """Raises WrongState: who approves does it themselves, and nobody hands on what is somebody else's."""
    if part.absent is not None:
        raise WrongState(
            "You sign {name} for {absent}; nobody hands on what is not their own.",
            name=name,
            absent=part.absent.name,
        )
    if part.meaning is Meaning.APPROVE:
        raise WrongState(
            "Who approves {name} answers for it and hands it to nobody. Who is away names a delegate.",
            name=name,
        )


def check_taker(
    taker: Named, holder: Named, post: str, authors: Collection[int], signed: Collection[int]
) -> None:
    """Raises Invalid for somebody who could not sign it in the place of its holder."""
    said = _unfit(taker, holder, post, authors, signed)
    if said is not None:
        raise Invalid({"to": said})


def _unfit(
    taker: Named, holder: Named, post: str, authors: Collection[int], signed: Collection[int]
) -> Message | None:
    """In the order in which one would ask."""
    of_a_head = post == Role.DEPARTMENT_HEAD or post not in SIGNERS
    known = {"login": taker.login}
    if taker.person_id == holder.person_id:
        return Message("somebody else has to take it over")
    if not taker.active or not taker.able:
        return Message("the account {login} is locked", **known)
    if taker.person_id in authors:
        return Message("{login} wrote it, and signs it as its author only", **known)
    if taker.person_id in signed:
        return Message("{login} has signed it already; nobody signs twice", **known)
    # So nobody signs who was not given a role that signs, by two people where the site asks for two.
    if taker.roles.isdisjoint(SIGNERS):
        return Message("{login} holds no role that signs; a delegate is named for that", **known)
    if of_a_head and taker.department != holder.department:
        return Message("{login} is of another department, and cannot sign for the head of this one", **known)
    return None


_WORDS: Final = MappingProxyType(
    {
        Kind.ADDED: Own(zh="加签", en="signature added"),
        Kind.SENT_BACK: Own(zh="退回到某步", en="sent back to a step"),
        Kind.HANDED_OVER: Own(zh="转办", en="handed over"),
    }
)
