"""What of an open record nobody could do: its steps without an account that fills them, its verification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from docctl.door.context import Context
from docctl.models.documents import Document, Revision
from docctl.rules.people import Bearer
from docctl.rules.records import performers, stepwise
from docctl.rules.records.life import State, Verification
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.roles import Role
from docctl.standing import find, pinned
from docctl.standing.bearers import bearers
from docctl.standing.loading import load
from docctl.standing.record import Executed

FORM: Final = "form"
"""The level of record templates."""


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """`step`: the one that nobody can fill; None: nobody can verify. `posts`: one of these is needed."""

    step: str | None
    posts: tuple[str, ...]


def lacking(executed: Executed, people: Sequence[Bearer]) -> tuple[Lacking, ...]:
    """As people and their roles are now; nothing of a record that is verified, closed or void."""
    state = executed.record.state
    if state not in (State.OPEN, State.COMPLETED):
        return ()
    steps = _without_hands(executed, people) if state is State.OPEN else []
    found = [Lacking(step=s.name, posts=tuple(sorted(stepwise.posts(executed.steps, s)))) for s in steps]
    if not _can_be_verified(executed, people):
        found.append(Lacking(step=None, posts=(Role.VERIFIER.value,)))
    return tuple(found)


def record_lacks(ctx: Context, number: str) -> list[dict[str, Any]]:
    """The same of one record, for the person who has just acted on it."""
    executed = load(ctx.site, ctx.session, find.record(ctx.session, number))
    found = lacking(executed, bearers(ctx.session, ctx.now()))
    return [{"step": lack.step, "posts": list(lack.posts)} for lack in found]


def next_lacking(executed: Executed, people: Sequence[Bearer]) -> Lacking | None:
    """The one of those whose turn it is: for that the record waits in vain."""
    current = stepwise.current_step(executed.steps) if executed.record.state is State.OPEN else None
    wanted = current.name if current is not None else None
    return next((one for one in lacking(executed, people) if one.step == wanted), None)


def of_template(ctx: Context, of: Document, revision: Revision) -> tuple[Lacking, ...]:
    """The same of a record that would be opened under this revision; nothing for other documents."""
    if of.level != FORM:
        return ()
    template = pinned.template_of(ctx.site, revision, revision.blob)
    people = bearers(ctx.session, ctx.now())
    found = [
        Lacking(step=step.name, posts=tuple(sorted(stepwise.posts(template.steps, step))))
        for step in performers.without_hands(template.steps, people)
    ]
    if not performers.has_verifier(template.verify, people):
        found.append(Lacking(step=None, posts=(Role.VERIFIER.value,)))
    return tuple(found)


def _without_hands(executed: Executed, people: Sequence[Bearer]) -> list[StepFacts]:
    """The steps that nobody could fill, or whose words of somebody outside nobody else could sign."""
    found = performers.without_hands(executed.steps, people)
    current = stepwise.current_step(executed.steps)
    if current is not None and current not in found:
        others = [p for p in people if not executed.waits_for_another(current, p.actor.person_id)]
        if current in performers.without_hands(executed.steps, others):
            found.append(current)
    return found


def _can_be_verified(executed: Executed, people: Sequence[Bearer]) -> bool:
    performed = executed.performers
    departments = {p.actor.department for p in people if p.actor.person_id in performed}
    asked: Verification = executed.template.verify
    return performers.has_verifier(asked, people, performed, departments)
