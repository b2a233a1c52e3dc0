"""Who could fill the steps of a record, and verify it: people as values. Knows no table and no password."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from docctl.errors import WrongState
from docctl.errors.message import Post
from docctl.rules.people import ACCOUNT, PASSWORD, ROLES, Bearer
from docctl.rules.records import another
from docctl.rules.records.life import Verification
from docctl.rules.records.stepwise import StepFacts, posts
from docctl.rules.roles import Role, posts_held


def without_hands(steps: Sequence[StepFacts], people: Collection[Bearer]) -> list[StepFacts]:
    """The unsigned steps that nobody could fill: no account of their roles or departments can sign.

    Or one account alone could, which has to do the step from which this one is kept apart.
    """
    working = {
        p.actor.person_id: posts_held(p.actor) for p in people if p.able and p.actor.roles - {Role.AUDITOR}
    }
    able = {
        step.name: {who for who, held in working.items() if not posts(steps, step).isdisjoint(held)}
        for step in steps
    }
    return [s for s in steps if not s.signed and (not able[s.name] or another.is_alone(steps, s, able))]


def has_verifier(
    verification: Verification,
    people: Iterable[Bearer],
    performed: Collection[int] = (),
    departments: Collection[str] = (),
) -> bool:
    """Whether somebody is left to verify it: another person, if asked of another department (PR-76)."""
    if verification is Verification.NONE:
        return True
    return any(
        p.able
        and Role.VERIFIER in p.actor.roles
        and p.actor.person_id not in performed
        and (verification is not Verification.OTHER_DEPARTMENT or p.actor.department not in departments)
        for p in people
    )


def check_begin(what: str, steps: Sequence[StepFacts], people: Collection[Bearer]) -> None:
    """Raises WrongState for a record whose first step nobody could fill: its number would be used in vain.

    Of a later step it is a warning: what has to be recorded now does not wait for an account.
    """
    first = steps[0]
    if first in without_hands(steps, people):
        raise WrongState(
            "No record of {what} can be opened: nobody could fill its first step, {step} ({posts}). An admin "
            "adds an account there ({account}), gives somebody the role ({roles}), or opens a locked account "
            "({password}).",
            what=what,
            step=first.called,
            posts=tuple(Post(post) for post in sorted(posts(steps, first))),
            account=ACCOUNT,
            roles=ROLES,
            password=PASSWORD,
        )
