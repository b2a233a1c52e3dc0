"""Whose turn records are, as conditions on what is kept of that: nobody's values are read for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, exists, false, or_, select, true, type_coerce
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.models.documents import Document
from docctl.models.people import Person
from docctl.models.records import Record
from docctl.models.turns import RecordDue, RecordPerformer, RecordTurn
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.people import Bearer
from docctl.rules.records.life import State, Verification
from docctl.rules.records.turn import Turn
from docctl.rules.roles import Role, posts_held
from docctl.standing.bearers import bearers

Condition = ColumnElement[bool]
"""What holds of a RecordTurn."""

_POSTS: Final = type_coerce(RecordTurn.posts, Text)
_PARTS: Final = type_coerce(RecordTurn.parts, Text)
_OTHERS: Final = RecordTurn.verification == Verification.OTHER_DEPARTMENT

# Of their own names: the query round a condition may be about records and people too.
_record = aliased(Record)
_performer, _colleague, _verifier = aliased(RecordPerformer), aliased(Person), aliased(Person)


def to_fill(ctx: Context) -> Condition:
    """What this person can fill in, or complete, now."""
    mine = posts_held(ctx.actor)
    if not ctx.may(Action.RECORD_FILL, Subject(step_posts=mine)):
        return false()
    theirs = _of_sets(ctx, _POSTS, lambda posts: not mine.isdisjoint(posts))
    return and_(RecordTurn.turn.in_([Turn.FILL, Turn.COMPLETE]), theirs, ~_performed(ctx, waits=True))


def to_verify(ctx: Context) -> Condition:
    """What they can verify: no work of their own, where asked none of their department (PR-76)."""
    if not ctx.may(Action.RECORD_VERIFY, Subject(performers=frozenset())):
        return false()
    ours = _by_department(ctx.actor.department)
    return and_(RecordTurn.turn == Turn.VERIFY, ~_performed(ctx), or_(~_OTHERS, ~ours))


def to_close(ctx: Context) -> Condition:
    """What they can close: where nobody verified it, no work of their own."""
    if not ctx.may(Action.RECORD_CLOSE, Subject()):
        return false()
    unseen = exists().where(_record.id == RecordTurn.record_id, _record.state.in_([State.COMPLETED]))
    return and_(RecordTurn.turn == Turn.CLOSE, or_(~unseen, ~_performed(ctx)))


def stuck(ctx: Context) -> Condition:
    """What nobody could go on with, whoever asks: as people and their roles are now."""
    people = [person for person in bearers(ctx.session, ctx.now()) if person.able]
    hands = {p.actor.person_id: posts_held(p.actor) for p in people if p.actor.roles - {Role.AUDITOR}}
    held = frozenset[str]().union(*hands.values())
    nobody = and_(RecordTurn.turn == Turn.FILL, _of_sets(ctx, _POSTS, held.isdisjoint))
    return or_(nobody, RecordTurn.record_id.in_(_waiting_in_vain(ctx, hands)), _not_to_be_verified(people))


def overdue(ctx: Context) -> Condition:
    """A clock of it is past due, and nothing was done."""
    return RecordTurn.record_id.in_(late(ctx))


def over_head(ctx: Context) -> Condition:
    """What is overdue with people of whom this person is the head, or in a form of their department."""
    if Role.DEPARTMENT_HEAD not in ctx.actor.roles:
        return false()
    own = ctx.actor.department
    theirs = _of_sets(ctx, _POSTS, lambda posts: own in posts)
    forms = select(Document.id).where(Document.department == own)
    of_form = exists().where(_record.id == RecordTurn.record_id, _record.document_id.in_(forms))
    return and_(overdue(ctx), readable(ctx), or_(theirs, of_form))


def late(ctx: Context) -> Select[int]:
    """The keys of the records of which that is so."""
    return select(RecordDue.record_id).where(RecordDue.due < ctx.now())


def readable(ctx: Context) -> Condition:
    """What the reader may see: as somebody who takes part in it, or who sees all."""
    if ctx.may(Action.RECORD_READ, Subject(performers=frozenset())):
        return true()
    me, mine, ways = ctx.actor.person_id, posts_held(ctx.actor), list[Condition]()
    if ctx.may(Action.RECORD_READ, Subject(performers=frozenset({me}))):
        opened = exists().where(_record.id == RecordTurn.record_id, _record.opened_by_id == me)
        ways += [_performed(ctx), opened]
    if ctx.may(Action.RECORD_READ, Subject(performers=frozenset(), step_posts=mine)):
        ways.append(_of_sets(ctx, _PARTS, lambda parts: not mine.isdisjoint(parts)))
    return or_(false(), *ways)


def _of_sets(ctx: Context, column: ColumnElement[str], mine: Callable[[Iterable[str]], bool]) -> Condition:
    """Of those sets of posts that are `mine`: there are few sets, however many records."""
    return column.in_([of for of in ctx.session.scalars(select(column).distinct()) if mine(json.loads(of))])


def _performed(ctx: Context, *, waits: bool = False) -> Condition:
    of = [RecordPerformer.record_id == RecordTurn.record_id, RecordPerformer.person_id == ctx.actor.person_id]
    return exists().where(*of, *([RecordPerformer.waits.in_([True])] if waits else ()))


def _by_department(department: Any, *more: Condition) -> Condition:
    """Somebody of this department performed a step of it: as people are now, who may have moved."""
    found = select(_performer.record_id).join(_colleague, _colleague.id == _performer.person_id)
    theirs = found.where(_performer.record_id == RecordTurn.record_id, _colleague.department == department)
    return theirs.where(*more).exists()


def _not_to_be_verified(people: Sequence[Bearer]) -> Condition:
    able = [p.actor.person_id for p in people if Role.VERIFIER in p.actor.roles]
    performed = exists().where(
        RecordPerformer.record_id == RecordTurn.record_id, RecordPerformer.person_id == _verifier.id
    )
    theirs = _by_department(_verifier.department, _colleague.active.in_([True]))
    free = select(_verifier.id).where(_verifier.id.in_(able), ~performed, or_(~_OTHERS, ~theirs))
    turn = or_(
        RecordTurn.turn == Turn.VERIFY,
        and_(RecordTurn.turn == Turn.COMPLETE, RecordTurn.verification != Verification.NONE),
    )
    return and_(turn, ~free.correlate(RecordTurn).exists())


_WAITING: Final = (
    select(RecordPerformer.record_id, RecordPerformer.person_id, RecordTurn.posts)
    .join(RecordTurn, RecordTurn.record_id == RecordPerformer.record_id)
    .where(RecordPerformer.waits.in_([True]))
)


def _waiting_in_vain(ctx: Context, hands: Mapping[int, frozenset[str]]) -> Collection[int]:
    """Those that wait for somebody else than who wrote down a customer's words, where nobody else is."""
    waiting: dict[int, set[int]] = {}
    posts: dict[int, Any] = {}
    for key, person, of in ctx.session.execute(_WAITING):
        waiting.setdefault(key, set()).add(person)
        posts[key] = of
    others = {key: [held for p, held in hands.items() if p not in them] for key, them in waiting.items()}
    return [key for key, held in others.items() if all(of.isdisjoint(posts[key]) for of in held)]
