"""The conditions of rights that are about accounts: whose it is, who proposed what, who acts for whom.

Knows values only, as conditions.py does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from docctl.errors.message import Message
from docctl.rules.conditions import Condition, Subject, did_not_ask, known
from docctl.rules.roles import Actor


def _is_own_account(actor: Actor, subject: Subject) -> bool:
    return actor.person_id == subject.account


def _is_the_delegate(actor: Actor, subject: Subject) -> bool:
    return subject.delegate is not None and actor.person_id == subject.delegate


IS_OWN_ACCOUNT: Final = Condition("whose own account it is", _is_own_account)
IS_NOT_OWN_ACCOUNT: Final = Condition(
    "whose own account it is not",
    lambda actor, subject: not _is_own_account(actor, subject),
    duty=Message("Nobody grants rights to themselves. Another admin has to do it."),
)
IS_ANOTHERS_ACCOUNT: Final = replace(
    IS_NOT_OWN_ACCOUNT,
    duty=Message(
        "Nobody locks their own account, so that one admin is always left. Another admin has to do it."
    ),
)

DID_NOT_PROPOSE: Final = Condition(
    "who did not propose it",
    did_not_ask,
    duty=Message("Nobody confirms what they proposed themselves. Another admin or document controller does."),
)
# Whom the proposer has just made an admin, or whose password they have just set, is no second person.
COULD_BEFORE: Final = Condition(
    "who could confirm it before it was proposed",
    lambda actor, subject: actor.person_id in known(subject.seconds, "seconds"),
    duty=Message(
        "Only who was admin or document controller before the proposal confirms it, and nobody whose "
        "password was set by the proposer in the last 7 days."
    ),
)

IS_NOT_AWAY: Final = replace(
    IS_NOT_OWN_ACCOUNT,
    duty=Message(
        "Nobody confirms a delegate of their own. Another admin or document controller has to do it."
    ),
)
IS_THE_DELEGATE: Final = Condition("who is named as delegate", _is_the_delegate)
IS_NOT_THE_DELEGATE: Final = Condition(
    "who is not the delegate",
    lambda actor, subject: not _is_the_delegate(actor, subject),
    duty=Message(
        "Nobody confirms that they act for somebody. Another admin or document controller has to do it."
    ),
)
