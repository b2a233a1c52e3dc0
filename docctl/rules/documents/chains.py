"""Approval chains as they are typed: read, and refused with the word that is wrong. Who signs is approval."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Typed
from docctl.rules.documents.approval import BY_AUTHOR, OF_CHAINS, Chain, Meaning, Step, named_posts
from docctl.rules.roles import SIGNERS


def parse_chain(text: str, departments: Collection[str]) -> Chain:
    """Read `author,management-representative` or `prepare:author,countersign:quality+production,approve:…`.

    Bare words: the first prepares, the last approves, the others review; joined by + they countersign.
    The printed Chinese words (会签:quality) and full-width punctuation are read too.
    Raises Invalid.
    """
    words = [word.strip() for word in unicodedata.normalize("NFKC", text).split(",")]
    steps = [_read_step(word, index, len(words)) for index, word in enumerate(words)]
    return checked_chain(steps, departments)


def parse_step(text: str, departments: Collection[str]) -> Step:
    """One step as it stands in a chain: `countersign:quality+sales`, or a post alone, that reviews.

    Raises Invalid.
    """
    step = _read_step(unicodedata.normalize("NFKC", text).strip(), 1, 3)
    _check_posts(step, departments)
    return step


def checked_chain(steps: Iterable[Step], departments: Collection[str]) -> Chain:
    """The chain, if its order and every word in it are allowed. Raises Invalid naming the word."""
    chain = tuple(steps)
    meanings = [step.meaning for step in chain]
    if len(chain) < 2 or chain[0] != BY_AUTHOR or meanings.count(Meaning.PREPARE) != 1:
        raise _bad(Message("a chain begins with prepare:author, once, and at least one other step follows."))
    if meanings[-1] is not Meaning.APPROVE or meanings.count(Meaning.APPROVE) != 1:
        raise _bad(Message("a chain ends with its one approve step."))
    for step in chain[1:]:
        _check_posts(step, departments)
    return chain


def require_floor(chain: Chain, floor: Chain) -> None:
    """Raises Invalid where a step of the site's own chain is left out: longer may be, shorter may not."""
    waiting = list(floor[1:])
    for step in chain[1:]:
        if waiting and _covers(step, waiting[0]):
            waiting.pop(0)
    if waiting:
        raise _bad(
            Message(
                "the chain of this level has {meaning} by {posts}, in its place; more steps may be given, "
                "and none left out.",
                meaning=waiting[0].meaning.called,
                posts=named_posts(waiting[0].who),
            )
        )


def check_change(before: Chain | None, own: Chain | None, reason: str, number: str) -> None:
    """None: that of the level. Raises WrongState where it is the same, Invalid without a reason."""
    if before == own:
        raise WrongState("{number} has this approval chain already; nothing changes", number=number)
    if not reason.strip():
        raise Invalid({"reason": Message("say why the chain changes; it is kept")})


def _covers(step: Step, asked: Step) -> bool:
    """Whoever approves by the site's chain may review where somebody else approves after them."""
    same = step.meaning is asked.meaning or asked.meaning is Meaning.APPROVE
    return same and set(asked.who) <= set(step.who)


def _read_step(word: str, index: int, count: int) -> Step:
    meaning, colon, who = word.rpartition(":")
    named = tuple(part.strip() for part in who.split("+"))
    if colon:
        if meaning.strip() not in _MEANING_BY_WORD:
            raise _bad(
                Message(
                    "{word} is not a kind of step. The kinds are {kinds}.",
                    word=Typed(meaning.strip()),
                    kinds=[m.called for m in OF_CHAINS],
                )
            )
        return Step(_MEANING_BY_WORD[meaning.strip()], named)
    if index == 0:
        return Step(Meaning.PREPARE, named)
    if index == count - 1:
        return Step(Meaning.APPROVE, named)
    return Step(Meaning.COUNTERSIGN if len(named) > 1 else Meaning.REVIEW, named)


def _check_posts(step: Step, departments: Collection[str]) -> None:
    for who in step.who:
        if who not in SIGNERS and who not in departments:
            raise _bad(
                Message(
                    "{who} cannot sign. Name one of {roles}, or a department: {departments}.",
                    who=Typed(who),
                    roles=named_posts(SIGNERS),
                    departments=named_posts(departments),
                )
            )
    if len(set(step.who)) != len(step.who):
        raise _bad(
            Message(
                "{meaning} names {posts}, one of them twice.",
                meaning=step.meaning.called,
                posts=named_posts(step.who),
            )
        )
    if len(step.who) > 1 and (
        step.meaning is not Meaning.COUNTERSIGN or not set(step.who) <= set(departments)
    ):
        raise _bad(
            Message(
                "{posts} sign together: only departments can, in a countersign step.",
                posts=named_posts(step.who),
            )
        )


def _bad(sentence: Message) -> Invalid:
    return Invalid({"chain": sentence})


_MEANING_BY_WORD: Final = {word: m for m in OF_CHAINS for word in (m.value, m.words.primary)}
