"""Roles that sign are given by two people: one proposes, another confirms (21 CFR 11.100, SE-35).

Whoever could make themselves anything with a second account needs a second person for it. Knows rows as the
ledger tells them; who is there is asked by the door.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import WrongState
from docctl.errors.message import Message, Post
from docctl.rules.actions import Action
from docctl.rules.not_now import not_now
from docctl.rules.roles import SIGNERS, Role
from docctl.rules.words import Own

GUARDED: Final = frozenset({*SIGNERS, Role.VERIFIER, Role.DOCUMENT_CONTROLLER, Role.ADMIN})
"""Whose bearers approve, verify, issue, or say who does."""

SECONDS: Final = frozenset({Role.ADMIN, Role.DOCUMENT_CONTROLLER})
"""Who confirms: where there is one admin only, the quality office does."""

ESTRANGED_FOR: Final = timedelta(days=7)
"""Whose password was set by the proposer does not confirm for so long: its owner notices it meanwhile."""


class State(StrEnum):
    """Where a proposal stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"

    @property
    def words(self) -> Own:
        return _WORDS[self]


_WORDS: Final[Mapping[State, Own]] = MappingProxyType(
    {
        State.WAITING: Own(zh="待确认", en="waits for confirmation"),
        State.CONFIRMED: Own(zh="已确认", en="confirmed"),
        State.REFUSED: Own(zh="未确认", en="refused"),
    }
)

TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = MappingProxyType(
    {
        (State.WAITING, Action.USER_CONFIRM_ROLES): State.CONFIRMED,
        (State.WAITING, Action.USER_REFUSE_ROLES): State.REFUSED,
    }
)


def after(state: State, action: Action, login: str) -> State:
    """The state to be stored after `action`. Raises WrongState."""
    to = TRANSITIONS.get((state, action))
    if to is None:
        needed = (before for before, act in TRANSITIONS if act is action)
        raise not_now(Message("The proposal for {login}", login=login), state, action, needed, _NEXT)
    return to


_NEXT: Final = Message("It stays as it was decided; an admin can propose the roles again.")


@dataclass(frozen=True)
class AccountRules:
    """What a site has decided about its accounts. A site of before has decided nothing."""

    two: bool = False
    """Whether roles that sign take two people."""
    second_factor: str = "nobody"
    """Who needs a code beside the password: a word of factors.Wanted."""


def from_data(data: Mapping[str, Any]) -> AccountRules:
    """`accounts` of a site.yaml, whose form was checked when it was read."""
    return AccountRules(
        two=data.get("signing_roles", "one") == "two", second_factor=data.get("second_factor", "nobody")
    )


def lone_delegations(images: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of these row images lets somebody sign for another."""
    return any(
        image["t"] == "delegation"
        and image["row"]["state"] == "standing"
        and not {"state", "roles", "delegate_id", "absent_id", "from_day", "until_day"}.isdisjoint(
            image.get("was", ("state",))
        )
        for image in images
    )


def check_not_loosened(before: AccountRules, after: AccountRules, roles: Collection[str]) -> None:
    """Who proposes roles does not do away with the second person. Raises WrongState."""
    if before.two and not after.two and Role.ADMIN in roles:
        raise WrongState(
            "signing_roles: an admin does not let go of the second person; a document controller who "
            "is no admin does"
        )


def lone_grants(images: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The guarded roles that these row images (docs/ledger.md) give to somebody."""
    return frozenset(
        image["row"]["role"]
        for image in images
        if image["t"] == "person_role"
        and image["row"]["revoked_at"] is None
        and image["row"]["role"] in GUARDED
        and ("was" not in image or not {"role", "person_id", "revoked_at"}.isdisjoint(image["was"]))
    )


def check_one_proposal(waiting: Collection[Role], login: str) -> None:
    """Raises WrongState while an earlier proposal for the same person waits."""
    if waiting:
        raise WrongState(
            "{roles} for {login} wait for a second person already; they are confirmed or refused first",
            roles=[Post(role) for role in waiting],
            login=login,
        )


def check_second_left(revoked: Collection[Role], others: int, login: str) -> None:
    """`others`: how many beside whoever acts could still confirm then. Raises WrongState for none."""
    if not SECONDS.isdisjoint(revoked) and not others:
        raise WrongState(
            "{login} is the only other person who could confirm roles that sign; "
            "give admin or document-controller to somebody else first",
            login=login,
        )
