"""Approval chains: who signs a revision, in which order, whose turn it is. Knows no table and no password.

A chain is ordered. One step is signed by one post, or in parallel by the heads of several departments
(countersign). Author, reviewer and approver are different people: nobody signs twice, and whoever wrote the
revision signs as its author only. Whoever signs for somebody who is away counts as both: neither of them
wrote it, neither of them signs it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Forbidden, WrongState
from docctl.errors.message import Message, Named, Post
from docctl.rules.roles import Absent, Actor, Handed, Role, absent_for, handed_for, holds_post
from docctl.rules.words import Own


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50)."""

    PREPARE = "prepare"
    REVIEW = "review"
    COUNTERSIGN = "countersign"
    EXAMINE = "examine"
    STANDARDS_CHECK = "standards-check"
    APPROVE = "approve"
    TAKE_OVER = "take-over"
    COMPARE = "compare"

    @property
    def words(self) -> Own:
        return _MEANING_WORDS[self]

    @property
    def called(self) -> Named:
        """What a step of this meaning is called in a sentence; its key is what one types."""
        return Named(self.value, self.words)


@dataclass(frozen=True)
class Step:
    """`who`: a role, or a department and means its head; several departments for a countersign only."""

    meaning: Meaning
    who: tuple[str, ...]


Chain = tuple[Step, ...]


@dataclass(frozen=True)
class SignatureFacts:
    """`step` counts from 0, the author's own. `who` may be empty where the step has one post only.

    `for_id`: who was away, where it was signed for somebody.
    """

    step: int
    who: str
    person_id: int
    voided: bool = False
    for_id: int | None = None


@dataclass(frozen=True)
class Progress:
    """`current` is the running step, None once all have signed; `open` its posts not yet signed for."""

    current: int | None
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What one signature signs. `last`: it completes the chain. `absent`: for whom, if not by own right."""

    step: int
    who: str
    meaning: Meaning
    last: bool
    absent: Absent | None = None


@dataclass(frozen=True)
class Decision:
    """Either a part to sign, or why not. Forbidden is a refused attempt, WrongState (turn, twice) is none."""

    part: Part | None = None
    refusal: Forbidden | WrongState | None = None

    def part_or_raise(self) -> Part:
        if self.refusal is not None:
            raise self.refusal
        assert self.part is not None
        return self.part


def chain_to_data(chain: Chain) -> list[dict[str, Any]]:
    """For JSON: [{"meaning": "prepare", "who": ["author"]}, …]."""
    return [{"meaning": step.meaning.value, "who": list(step.who)} for step in chain]


def chain_from_data(data: Iterable[Mapping[str, Any]]) -> Chain:
    """The reverse. It does not judge: a chain copied onto a revision stays what it was when rules change."""
    return tuple(Step(Meaning(step["meaning"]), tuple(step["who"])) for step in data)


def posts(chain: Chain) -> frozenset[str]:
    """Who signs in it besides the author: the `posts` of a permission's Subject."""
    return frozenset(who for step in chain[1:] for who in step.who)


def progress(chain: Chain, signatures: Iterable[SignatureFacts]) -> Progress:
    """How far the chain has come: step by step, and a countersign step waits for all its departments (DC-26).

    Void signatures are history and do not count.
    """
    standing = [s for s in signatures if not s.voided]
    for index, step in enumerate(chain):
        given = {s.who if len(step.who) > 1 else step.who[0] for s in standing if s.step == index}
        missing = tuple(who for who in step.who if who not in given)
        if missing:
            return Progress(index, missing)
    return Progress(None)


def signed_by(signatures: Iterable[SignatureFacts]) -> frozenset[int]:
    """All who have signed, or for whom somebody else did."""
    standing = [s for s in signatures if not s.voided]
    return frozenset(p for s in standing for p in (s.person_id, s.for_id) if p is not None)


def may_sign(
    chain: Chain,
    signatures: Collection[SignatureFacts],
    actor: Actor,
    *,
    department: str,
    authors: Collection[int],
    handed: Collection[Handed] = (),
) -> Decision:
    """Whether `actor` may sign now, and what that signature means.

    `department` owns the document; `authors` are the ids of all who had a hand in the content. Own document
    and missing post are told before turn and twice.
    """
    forbidden = _forbidden(chain, actor, department, authors, handed)
    if forbidden is not None:
        return Decision(refusal=forbidden)
    signed = signed_by(signatures)
    if actor.person_id in signed:
        return Decision(
            refusal=WrongState(
                "{login} has signed this revision already; nobody signs it twice.", login=actor.login
            )
        )
    at = progress(chain, signatures)
    if at.current is None:
        return Decision(refusal=WrongState("All signatures of this revision are given. It can be issued."))
    who, absent = _open_post(at, actor, department, {*authors, *signed}, handed)
    if who is None:
        return Decision(refusal=_not_the_turn(chain, at, actor, Message("sign")))
    last = at.current == len(chain) - 1 and len(at.open) == 1
    return Decision(Part(at.current, who, chain[at.current].meaning, last, absent))


def may_reject(
    chain: Chain,
    signatures: Collection[SignatureFacts],
    actor: Actor,
    *,
    department: str,
    authors: Collection[int],
    handed: Collection[Handed] = (),
) -> Decision:
    """Whoever holds an open post of the running step may reject instead of signing.

    Having signed an earlier step does not hinder: to reject is the safe direction.
    """
    forbidden = _forbidden(chain, actor, department, authors, handed)
    if forbidden is not None:
        return Decision(refusal=forbidden)
    at = progress(chain, signatures)
    who, absent = _open_post(at, actor, department, authors, handed)
    if at.current is None or who is None:
        return Decision(refusal=_not_the_turn(chain, at, actor, Message("reject")))
    return Decision(Part(at.current, who, chain[at.current].meaning, last=False, absent=absent))


def bearings(
    actor: Actor, post: str, department: str, barred: Collection[int], handed: Collection[Handed] = ()
) -> Iterator[tuple[str, Absent | None]]:
    """The ways in which `actor` may sign for a post: by own right, then for who is away or handed it over.

    `barred`: who wrote it, or has signed; nobody signs for them either. `handed`: the parts of this step.
    """
    if holds_post(actor, post, department):
        yield post, None
    others = (*absent_for(actor, post, department), *handed_for(actor, post, department, handed))
    yield from ((post, away) for away in others if away.person_id not in barred)


def _open_post(
    at: Progress, actor: Actor, department: str, barred: Collection[int], handed: Collection[Handed]
) -> tuple[str | None, Absent | None]:
    """The open post of the running step for which `actor` signs; an own one before those of others."""
    now = of_step(handed, at.current)
    ways = [way for post in at.open for way in bearings(actor, post, department, barred, now)]
    return min(ways, key=lambda way: way[1] is not None, default=(None, None))


def of_step(handed: Iterable[Handed], step: int | None) -> list[Handed]:
    """The parts of one step that were handed over."""
    return [one for one in handed if one.step == step]


def _forbidden(
    chain: Chain, actor: Actor, department: str, authors: Collection[int], handed: Collection[Handed]
) -> Forbidden | None:
    """Own document first, then the right to any step at all."""
    if actor.person_id in authors:
        return Forbidden(
            "{login} wrote this revision. Its authors neither sign nor reject it; somebody else must.",
            login=actor.login,
        )
    ways = (way for post in posts(chain) for way in bearings(actor, post, department, authors, handed))
    if next(ways, None) is None:
        return Forbidden(
            "{login} holds no step of this chain ({posts}).",
            login=actor.login,
            posts=named_posts(sorted(posts(chain))),
        )
    return None


def _not_the_turn(chain: Chain, at: Progress, actor: Actor, act: Message) -> WrongState:
    if at.current is None:
        return WrongState(
            "All signatures of this revision are given; {login} cannot {act} it any more.",
            login=actor.login,
            act=act,
        )
    step = chain[at.current]
    return WrongState(
        "It is not {login}'s turn to {act}: step {step} of {many} ({meaning}) waits for {posts}.",
        login=actor.login,
        act=act,
        step=at.current + 1,
        many=len(chain),
        meaning=step.meaning.called,
        posts=named_posts(at.open),
    )


def named_posts(keys: Iterable[str]) -> tuple[Post, ...]:
    """Posts as values of a sentence."""
    return tuple(Post(str(key)) for key in keys)


OF_CHAINS: Final = tuple(m for m in Meaning if m not in (Meaning.TAKE_OVER, Meaning.COMPARE))
"""What a step of a chain may mean that somebody gives a document; the others are of what is taken over."""

BY_AUTHOR: Final = Step(Meaning.PREPARE, (Role.AUTHOR.value,))


_MEANING_WORDS: Final[Mapping[Meaning, Own]] = MappingProxyType(
    {
        Meaning.PREPARE: Own(zh="编制", en="prepared by"),
        Meaning.REVIEW: Own(zh="审核", en="reviewed by"),
        Meaning.COUNTERSIGN: Own(zh="会签", en="countersigned by"),
        Meaning.EXAMINE: Own(zh="审定", en="examined by"),
        Meaning.STANDARDS_CHECK: Own(zh="标审", en="standards check by"),
        Meaning.APPROVE: Own(zh="批准", en="approved by"),
        Meaning.TAKE_OVER: Own(zh="接收自纸质", en="taken over from paper by"),
        Meaning.COMPARE: Own(zh="与纸质核对", en="compared with the paper by"),
    }
)
