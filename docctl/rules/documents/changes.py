"""Applying for a change of a document: what is said, who decides, what may become of it (DC-63 to DC-70).

Knows no table. The revision that is made under an application is judged by revisions, its chain by approval.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Typed
from docctl.rules.actions import Action
from docctl.rules.documents import approval
from docctl.rules.documents.approval import BY_AUTHOR, Chain, Meaning, SignatureFacts, Step, named_posts
from docctl.rules.not_now import not_now
from docctl.rules.roles import SIGNERS, Actor, Role, holds_post
from docctl.rules.words import Own, Words

MANUAL: Final = "manual"


class Kind(StrEnum):
    """The class of a change: an important one is reviewed again by everybody (DC-70)."""

    MINOR = "minor"
    MAJOR = "major"

    @property
    def words(self) -> Own:
        return _KINDS[self]


class State(StrEnum):
    """Where an application stands. `done`: the revision that was made under it is issued."""

    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"

    @property
    def words(self) -> Own:
        return _STATES[self]


OPEN: Final = frozenset({State.APPLIED, State.APPROVED})
"""Of which somebody still has to do something."""


class Told(StrEnum):
    """Of what the departments concerned are told."""

    APPROVED = "approved"
    ISSUED = "issued"

    @property
    def words(self) -> Own:
        return _TOLD[self]


TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = MappingProxyType(
    {
        (State.APPLIED, Action.CHANGE_ASSIGN): State.APPLIED,
        (State.APPLIED, Action.CHANGE_STUDY): State.APPLIED,
        (State.APPLIED, Action.CHANGE_SIGN): State.APPROVED,
        (State.APPLIED, Action.CHANGE_REFUSE): State.REFUSED,
        (State.APPLIED, Action.CHANGE_WITHDRAW): State.WITHDRAWN,
        (State.APPROVED, Action.CHANGE_ASSIGN): State.APPROVED,
        (State.APPROVED, Action.CHANGE_WITHDRAW): State.WITHDRAWN,
        (State.APPROVED, Action.REVISION_SUBMIT): State.APPROVED,
        (State.APPROVED, Action.REVISION_ISSUE): State.DONE,
        (State.DONE, Action.REVISION_CANCEL): State.APPROVED,
    }
)


def after(state: State, action: Action, number: str, *, last: bool = True) -> State:
    """The state to be stored after `action`; `last`: the signature completes the chain. Raises WrongState."""
    to = TRANSITIONS.get((state, action))
    if to is None:
        needed = dict.fromkeys(before for before, act in TRANSITIONS if act is action)
        raise not_now(Message("Application {number}", number=number), state, action, needed, _NEXT)
    return to if last else state


_NEXT: Final = Message("Apply again, if the change is still wanted.")


def chain_for(level: str, original: str) -> Chain:
    """Who decides on an application; `original`: the post that approved what is to be changed (DC-64)."""
    if level == MANUAL:
        review = Step(Meaning.REVIEW, (Role.MANAGEMENT_REPRESENTATIVE.value,))
        return (BY_AUTHOR, review, Step(Meaning.APPROVE, (Role.GENERAL_MANAGER.value,)))
    return (BY_AUTHOR, Step(Meaning.APPROVE, (original,)))


def approver(chain: Chain) -> str:
    """The post that approves."""
    return chain[-1].who[0]


def with_substitute(chain: Chain, post: str, level: str, departments: Collection[str]) -> Chain:
    """The same with another post that approves (DC-65). Raises Invalid."""
    if level == MANUAL:
        raise _bad(
            "approver", Message("the manual is approved by the general manager, by nobody else (DC-63)")
        )
    if post not in SIGNERS and post not in departments:
        raise _bad(
            "approver",
            Message(
                "{who} cannot approve. Name one of {roles}, or a department: {departments}.",
                who=Typed(post),
                roles=named_posts(SIGNERS),
                departments=named_posts(departments),
            ),
        )
    if post == approver(chain):
        raise _bad("approver", Message("this post approves it already"))
    return (*chain[:-1], Step(Meaning.APPROVE, (post,)))


def for_kind(chain: Chain, kind: Kind | None, *, short: bool) -> Chain:
    """The chain of a revision; `short`: of a minor change author and approver sign alone (DC-70)."""
    return (chain[0], chain[-1]) if kind is Kind.MINOR and short else chain


@dataclass(frozen=True, kw_only=True)
class Case:
    """An application before those who decide. `department` owns the document; `studied`: people by id."""

    number: str
    chain: Chain
    department: str
    applicant: int
    signatures: tuple[SignatureFacts, ...]
    substituted: bool
    studied: frozenset[int]

    @property
    def progress(self) -> approval.Progress:
        applied = SignatureFacts(0, "", self.applicant)
        return approval.progress(self.chain, (applied, *self.signatures))


def check_decides(case: Case, actor: Actor) -> approval.Part:
    """The part that `actor` signs now, or for which they refuse. Raises WrongState out of turn, and twice."""
    if actor.person_id in {s.person_id for s in case.signatures}:
        raise WrongState(
            "{login} has signed application {number} already; nobody signs it twice.",
            login=actor.login,
            number=case.number,
        )
    at = case.progress
    post = next((p for p in at.open if holds_post(actor, p, case.department)), None)
    if at.current is None or post is None:
        raise WrongState(
            "It is not {login}'s turn: application {number} waits for {posts}.",
            login=actor.login,
            number=case.number,
            posts=named_posts(at.open),
        )
    last = at.current == len(case.chain) - 1
    return approval.Part(at.current, post, case.chain[at.current].meaning, last)


def check_studied(case: Case, part: approval.Part, actor: Actor) -> None:
    """Who approves in the place of another has opened what it rests on. Raises WrongState (DC-65)."""
    if part.last and case.substituted and actor.person_id not in case.studied:
        raise WrongState(
            "You approve in the place of who approved the original: open the background of application "
            "{number} first (the text in force, how it was approved), then sign (DC-65).",
            number=case.number,
        )


def check_hand_in(number: str, *, required: bool, first: bool, given: bool, open_ones: Sequence[str]) -> None:
    """Whether a revision may be handed in so. `first`: nothing was issued yet. Raises WrongState (DC-66).

    `given`: it is handed in under an application; `open_ones`: the approved ones of the document.
    """
    if given and first:
        raise WrongState("Of {number} nothing is issued yet; there is nothing to be changed.", number=number)
    if not required or first or given:
        return
    if open_ones:
        raise WrongState(
            "Say under which change application {number} is handed in: {numbers}.",
            number=number,
            numbers=list(open_ones),
        )
    raise WrongState(
        "A change of {number} needs an approved change application. Apply for it on the page of the document "
        "(“Apply for a change”); whom it names hands the revision in.",
        number=number,
    )


def check_not_handed_in(number: str, revision: str | None) -> None:
    """Nobody withdraws, or gives to somebody else, what is being approved already. Raises WrongState."""
    if revision is not None:
        raise WrongState(
            "Under application {number} the revision {revision} is handed in; take that back first.",
            number=number,
            revision=revision,
        )


def printed(number: str, kind: Kind) -> Words:
    """An application as a change record names it."""
    return _PRINTED.filled(number=number, kind=kind.words)


def check_ended(reason: str) -> None:
    """Raises Invalid without a reason."""
    if not reason.strip():
        raise _bad("reason", Message("say why; whoever applied reads it and it is kept"))


def _bad(field: str, sentence: Message) -> Invalid:
    return Invalid({field: sentence})


_PRINTED: Final = Own(zh="文件更改申请 {number}（{kind}）", en="change application {number} ({kind})")
_KINDS: Final = MappingProxyType(
    {
        Kind.MINOR: Own(zh="一般更改", en="minor"),
        Kind.MAJOR: Own(zh="重要更改", en="major"),
    }
)
_STATES: Final = MappingProxyType(
    {
        State.APPLIED: Own(zh="待审批", en="waits for approval"),
        State.APPROVED: Own(zh="已批准待实施", en="to be carried out"),
        State.REFUSED: Own(zh="未批准", en="refused"),
        State.WITHDRAWN: Own(zh="已撤回", en="taken back"),
        State.DONE: Own(zh="已实施", en="carried out"),
    }
)
_TOLD: Final = MappingProxyType(
    {
        Told.APPROVED: Own(zh="更改已批准", en="change approved"),
        Told.ISSUED: Own(zh="更改已发布", en="change issued"),
    }
)
