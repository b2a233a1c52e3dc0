"""What would be left without anybody if a person could sign no more: asked before an account is locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from docctl.door.context import Context
from docctl.models.records import Record
from docctl.queries.documents.under_way import every_one
from docctl.queries.records.hands import next_lacking
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.signers import Gap
from docctl.rules.people import Bearer
from docctl.rules.records.life import State
from docctl.rules.roles import SIGNERS, Role
from docctl.standing.bearers import bearers
from docctl.standing.loading import load_all

_NEEDED: Final = (*SIGNERS, Role.DOCUMENT_CONTROLLER, Role.VERIFIER, Role.AUTHOR, Role.ADMIN)


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A revision or a record that would wait for nobody. Of a revision `gaps`, of a record its `step`."""

    number: str
    label: str = ""
    gaps: tuple[Gap, ...] = ()
    step: str | None = None
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Left:
    """`roles`: those that no other account has that can sign (of a head: none of the same department)."""

    roles: tuple[Role, ...]
    revisions: tuple[Stopped, ...]
    records: tuple[Stopped, ...]


def left_without(ctx: Context, login: str) -> Left:
    """As things stand. What waits in vain already is not told again. Raises Forbidden."""
    ctx.require(Action.USER_READ, Subject())
    people = bearers(ctx.session, ctx.now(), ctx.today())
    me = next((p for p in people if p.actor.login == login), None)
    if me is None or not me.able:
        return Left(roles=(), revisions=(), records=())
    without = [replace(p, able=False) if p is me else p for p in people]
    return Left(
        roles=tuple(role for role in _NEEDED if _only(me, role, without)),
        revisions=tuple(_revisions(ctx, people, without)),
        records=tuple(_records(ctx, people, without)),
    )


def _only(me: Bearer, role: Role, others: Sequence[Bearer]) -> bool:
    def has(person: Bearer) -> bool:
        same = role is not Role.DEPARTMENT_HEAD or person.actor.department == me.actor.department
        return role in person.actor.roles and same

    return has(me) and not any(has(p) for p in others if p.able)


def _revisions(ctx: Context, people: Sequence[Bearer], without: Sequence[Bearer]) -> list[Stopped]:
    known = {(one.number, gap.step, gap.post) for one in every_one(ctx, people=people) for gap in one.gaps}
    found = []
    for one in every_one(ctx, people=without):
        gaps = tuple(gap for gap in one.gaps if (one.number, gap.step, gap.post) not in known)
        if gaps:
            found.append(Stopped(number=one.number, label=one.label, gaps=gaps))
    return found


def _records(ctx: Context, people: Sequence[Bearer], without: Sequence[Bearer]) -> list[Stopped]:
    found = []
    for executed in load_all(ctx.site, ctx.session, Record.state.in_([State.OPEN, State.COMPLETED])):
        lack = next_lacking(executed, without)
        if lack is not None and next_lacking(executed, people) is None:
            found.append(Stopped(number=executed.record.number, step=lack.step, posts=lack.posts))
    return found
