"""Whether somebody may do something, and if not, who may: asked of the table of rights.

Knows values only: no table of the database, no session.
"""

from __future__ import annotations

from dataclasses import dataclass

from docctl.errors import Forbidden
from docctl.errors.message import Message
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject, alternatives, in_words
from docctl.rules.rights import PERMISSIONS
from docctl.rules.roles import Actor


@dataclass(frozen=True)
class Refusal:
    """`attempt`: whether it goes into the ledger as a refused attempt."""

    said: Message
    attempt: bool

    def error(self) -> Forbidden:
        return Forbidden(self.said)


def refusal(action: Action, actor: Actor, subject: Subject) -> Refusal | None:
    """None if `actor` may do `action` to `subject`, else why not and who may.

    Refused reads are no attempts: they need no password, so nobody can be held to have tried.
    """
    duty: Message | None = None
    for conditions in PERMISSIONS.get(action, ()):
        failed = [c for c in conditions if not c.holds(actor, subject)]
        if not failed:
            return None
        if all(c.duty for c in failed):
            duty = duty or failed[0].duty
    why = duty or _who_may(action, actor, subject)
    if subject.name:
        why = Message("{name}: {why}", name=subject.name, why=why)
    return Refusal(why, attempt=action.changes)


def _who_may(action: Action, actor: Actor, subject: Subject) -> Message:
    who = [
        Message(
            "someone {conditions}", conditions=in_words([c for c in conditions if c.asks(subject)], subject)
        )
        for conditions in PERMISSIONS.get(action, ())
    ]
    return Message(
        "{login} may not {action}. Needed is {who}.",
        login=actor.login,
        action=action,
        who=alternatives(who),
    )
