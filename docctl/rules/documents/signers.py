"""Who could give the signatures that a chain still needs. Knows people as values, no table and no password.

A step that nobody can sign would wait for ever and in nobody's inbox; so it is refused before it begins, and
told to the QA office when it comes about later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from docctl.errors import WrongState
from docctl.errors.message import Message, Post
from docctl.rules.documents import approval
from docctl.rules.documents.approval import Chain, Meaning, SignatureFacts
from docctl.rules.people import PASSWORD, ROLES, Bearer
from docctl.rules.roles import Handed, holds_post


class Cause(StrEnum):
    """Why nobody can sign a step. In this order: the first that holds is told."""

    NOBODY = "nobody"
    WROTE_IT = "wrote-it"
    LOCKED = "locked"
    OTHER_STEP = "other-step"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A part of a chain that nobody can sign. `names`: those who hold the post and cannot."""

    step: int
    meaning: Meaning
    post: str
    cause: Cause
    names: tuple[str, ...] = ()

    @property
    def why(self) -> Message:
        """The cause as a sentence."""
        match self.cause:
            case Cause.NOBODY:
                return Message("nobody holds it")
            case Cause.WROTE_IT:
                return Message("{names} wrote it", names=self.names)
            case Cause.LOCKED:
                return Message("the account of {names} is locked", names=self.names)
            case Cause.OTHER_STEP:
                return Message("{names} signs another step, and nobody signs twice", names=self.names)

    @property
    def said(self) -> Message:
        """The post with the cause in brackets."""
        return Message("{post} ({why})", post=Post(self.post), why=self.why)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A chain with what was signed of it. `department` owns the document, `authors` had a hand in it."""

    chain: Chain
    department: str
    authors: frozenset[int]
    signatures: tuple[SignatureFacts, ...] = ()
    handed: tuple[Handed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A part of a chain that is not signed. `now`: it is its turn; `people` are those who can sign it."""

    step: int
    meaning: Meaning
    post: str
    now: bool
    people: tuple[Bearer, ...] = ()


def awaited(case: Case, people: Sequence[Bearer]) -> tuple[Awaited, ...]:
    """What is still to be signed, in the order of the chain, without the author's own part.

    For each the people who can: not locked, no author, not signed yet, with the post (and its department).
    """
    at = approval.progress(case.chain, case.signatures)
    if at.current is None:
        return ()
    barred = case.authors | approval.signed_by(case.signatures)
    free = [p for p in people if p.able and p.actor.person_id not in barred]
    return tuple(
        Awaited(
            step=n,
            meaning=step.meaning,
            post=post,
            now=n == at.current,
            people=_asked_of(free, n, post, case, barred),
        )
        for n, step in enumerate(case.chain)
        for post in step.who
        if n > 0 and (n > at.current or (n == at.current and post in at.open))
    )


def gaps(case: Case, people: Sequence[Bearer]) -> tuple[Gap, ...]:
    """The parts for which nobody is left, whoever of the others signs what. Nobody signs twice (DC-26)."""
    return tuple(_gap(part, case, people) for part in _unmatched(awaited(case, people)))


def check_signable(what: str, found: Sequence[Gap]) -> None:
    """Raises WrongState for a chain that could not be signed to its end."""
    if found:
        raise WrongState(
            "Nobody could sign {what} as {gaps}. An admin gives the post to somebody else, by its role or as "
            "head of the department ({roles}), or opens a locked account ({password}).",
            what=what,
            gaps=[gap.said for gap in found],
            roles=ROLES,
            password=PASSWORD,
        )


def _asked_of(
    free: Sequence[Bearer], step: int, post: str, case: Case, barred: frozenset[int]
) -> tuple[Bearer, ...]:
    """Those who can sign a part. Who handed it over is not asked, while whoever took it can sign it."""
    handed = [one for one in approval.of_step(case.handed, step) if one.post == post]
    ids = {p.actor.person_id for p in free}
    passed = {one.by.person_id for one in handed if one.to_id in ids}
    asked = (p for p in free if p.actor.person_id not in passed)
    return tuple(found for p in asked for found in _asked(p, post, case, barred, handed))


def _asked(
    person: Bearer, post: str, case: Case, barred: frozenset[int], handed: Sequence[Handed]
) -> list[Bearer]:
    """The person, if the post is theirs; with both names, if they sign for somebody else."""
    ways = approval.bearings(person.actor, post, case.department, barred, handed)
    return [replace(person, acts_for=away.name if away else "") for _, away in ways][:1]


def _unmatched(missing: Sequence[Awaited]) -> list[Awaited]:
    """The parts that stay empty when the people are spread over them as well as can be.

    Each part looks for somebody who is free, or who can leave another part to somebody else.
    """
    taken: dict[int, Awaited] = {}

    def seat(part: Awaited, asked: set[int]) -> bool:
        for person in (p.actor.person_id for p in part.people):
            if person not in asked:
                asked.add(person)
                if person not in taken or seat(taken[person], asked):
                    taken[person] = part
                    return True
        return False

    return [part for part in missing if not seat(part, set())]


def _gap(part: Awaited, case: Case, people: Sequence[Bearer]) -> Gap:
    holders = [p for p in people if holds_post(p.actor, part.post, case.department)]
    others = [p for p in holders if p.actor.person_id not in case.authors]
    able = [p for p in others if p.able]
    cause, who = next(
        (cause, who)
        for cause, who, none_left in (
            (Cause.NOBODY, holders, not holders),
            (Cause.WROTE_IT, holders, not others),
            (Cause.LOCKED, others, not able),
            (Cause.OTHER_STEP, able, True),
        )
        if none_left
    )
    return Gap(
        step=part.step,
        meaning=part.meaning,
        post=part.post,
        cause=cause,
        names=tuple(p.name for p in who),
    )
