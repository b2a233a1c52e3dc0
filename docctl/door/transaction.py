"""The two doors to the database: `act` for controlled tables, `note` for the rest.

An act reserves event N, lets the use case work, stamps every row it touches with N, reads those rows back,
writes event N last and commits. Nothing commits without a permission asked and an event recorded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import Session

from docctl.door import checkpoints, delegates, outbox, refusals, upkeep
from docctl.door import event as written
from docctl.door.act import Act
from docctl.door.event import Said, Who, not_before
from docctl.door.site import Site
from docctl.door.turn import Turn
from docctl.door.writing import ActSession, NoteSession, conclude, writing
from docctl.errors import Defect, Forbidden, Invalid, Tampered, see
from docctl.errors.message import Message
from docctl.ledger import journal
from docctl.models.engine import lock_out_other_writers
from docctl.models.ledger import IdempotencyKey
from docctl.models.people import Person, PersonRole
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.permissions import refusal
from docctl.rules.roles import Actor

__all__ = [
    "Act",
    "Replayed",
    "act",
    "locked",
    "make_checkpoint",
    "migrate",
    "note",
    "permit",
    "refused",
    "settle",
    "stop_if_answered",
]

log = logging.getLogger(__name__)


_p, _r = Person.__table__, PersonRole.__table__
_STANDING = (
    select(_p.c.active, _p.c.department, _r.c.role, delegates.HOW_MANY)
    .select_from(_p.outerjoin(_r, and_(_r.c.person_id == _p.c.id, _r.c.revoked_at.is_(None))))
    .where(_p.c.id == bindparam("person"))
)


class Replayed(Exception):
    """This request was answered before, with the rows of these keys: a list of them if `many`."""

    def __init__(self, table: str, ids: Sequence[int], many: bool) -> None:
        super().__init__(table)
        self.table, self.ids, self.many = table, tuple(ids), many


@contextmanager
def act(turn: Turn, action: Action) -> Iterator[Act]:
    """The door to controlled tables. Any exception rolls all back; a Forbidden leaves its own event."""
    turn.site.require_writable()
    try:
        with turn.site.lock:
            settle(turn.site)
            with writing(turn.site, ActSession) as session:
                current = _begin(turn, action, session)
                yield current
                current._finish()
                conclude(session)
            _follow_up(turn.site, current)
        upkeep.begin_if_due(turn.site)
    except Forbidden as error:
        _record_refusal(turn, action, error.said)
        raise


@contextmanager
def note(site: Site) -> Iterator[Session]:
    """The door to tables outside the ledger. Raises Uncovered when a controlled row was changed."""
    with site.lock, writing(site, NoteSession) as session:
        yield session
        conclude(session)


def migrate(turn: Turn, schema: int, work: Callable[[Connection, journal.Head], dict[str, Any]]) -> int:
    """The door of a schema migration: `work` changes tables and rows, and answers with the event's details.

    All in one transaction, so that a kill leaves the old schema with its guards. The number of the event.
    """
    no = refusal(Action.SCHEMA_MIGRATE, turn.actor, Subject())
    if no is not None:
        raise no.error()
    with turn.site.lock:
        settle(turn.site)
        with writing(turn.site, NoteSession) as session:
            connection = session.connection()
            lock_out_other_writers(connection)
            head = journal.head(connection)
            at = not_before(head, turn.now())
            details = work(connection, head)
            told = Said(act=Action.SCHEMA_MIGRATE.value, who=Who.of(turn), details=details)
            written.append(connection, turn.site, head, at, told, schema=schema)
            conclude(session)
        try:
            make_checkpoint(turn.site, at)  # a library that ends before it could not be rebuilt from
        except Exception:
            log.exception("the site is migrated; its checkpoint waits for the next write")
        return head.seq + 1


def settle(site: Site) -> None:
    """Finish what is pending towards git, and make sure that the library has not diverged (else Diverged)."""
    if site.read_only:
        return
    with site.lock:
        while not outbox.is_settled(site):
            ids = outbox.carry_out(site)
            with note(site) as session:
                outbox.mark_done(session, ids)


def make_checkpoint(site: Site, at: datetime, *, commit: bool = True) -> checkpoints.Checkpoint:
    """Sign the ledger as it stands, and (with `commit`) put note and events into the library."""
    site.require_writable()
    with site.lock:
        if commit:
            _tell_sums(site, at)
        made = checkpoints.prepare(site, at, commit=commit)
        with note(site) as session:
            checkpoints.keep(session, made)
        checkpoints.show(site, made)
        if commit:
            settle(site)
        return made


def sign_what_is_late(site: Site) -> bool:
    """Make a checkpoint where events have waited too long for one, and no act comes; whether it did.

    For whoever looks now and then: the last acts of a day do not stay open all night.
    """
    with site.reading() as session:
        head = journal.head(session.connection()).seq
    now = site.clock()
    if head <= checkpoints.covered(site) or not checkpoints.is_due(site, head, now):
        return False
    with site.lock:
        settle(site)
        make_checkpoint(site, now)
    return True


def permit(turn: Turn, action: Action, subject: Subject) -> None:
    """Ask before slow work whether the actor may. Raises Forbidden; the act asks again, inside the lock."""
    no = refusal(action, turn.actor, subject)
    if no is not None:
        if no.attempt:
            _record_refusal(turn, action, no.said)
        raise no.error()


def stop_if_answered(session: Session, turn: Turn) -> None:
    """Raises Replayed for a request that was answered before, Invalid where its key was another one's.

    A key answered by a docctl that did not write down what it was for counts as another one's.
    """
    answered = session.get(IdempotencyKey, turn.op) if turn.op is not None else None
    if answered is None or turn.request is None:
        return
    known = answered.person_id, answered.action, answered.answer.get("asked")
    if known != (turn.actor.person_id, turn.request.action.value, turn.request.digest):
        said = Message("the key {op} was used for another request; take a new one", op=answered.key)
        raise Invalid({"op": said})
    raise Replayed(answered.answer["table"], answered.answer["ids"], bool(answered.answer["many"]))


def refused(turn: Turn, action: Action, why: Message) -> None:
    """Record a refused attempt that no act saw: a wrong password at a signature."""
    _record_refusal(turn, action, why)


def locked(site: Site, person: Person | None, failures: int) -> None:
    """Record that wrong passwords have closed an account for a while: one event, without a row.

    Also for a login that nobody has: else the time that it takes would tell which logins there are.
    """
    who = Who.nobody("web") if person is None else Who.named(person, "web")
    told = Said(act="account.locked", who=who, details={"failures": failures})
    with _events(site, site.clock()) as (_, append):
        append([told])


def _follow_up(site: Site, done: Act) -> None:
    """The act has committed and must not look as if it had failed: whoever tried again would do it twice.

    What goes wrong here is in the log; the next write finishes it first, or says what is in the way.
    """
    try:
        if done.action in checkpoints.COMMITTED_AFTER or checkpoints.is_due(site, done.seq, done.at):
            make_checkpoint(site, done.at)
        elif done.action in checkpoints.SIGNED_AFTER:
            settle(site)
            make_checkpoint(site, done.at, commit=False)
        elif done.moved:
            settle(site)
    except Exception:
        log.exception("event %s is in the ledger; what follows it waits for the next write", done.seq)


def _begin(turn: Turn, action: Action, session: Session) -> Act:
    connection = session.connection()
    if turn.op is not None:
        if turn.request is None or turn.request.action is not action:
            raise Defect("{action}: what is asked for under a key goes through @retried", action=action.value)
        stop_if_answered(session, turn)
    current = session.info["act"] = Act(turn, action, session, journal.head(connection))
    _refuse_foreign_stamps(turn.site.images.stamped(connection, current.seq), current.seq)
    if not turn.actor.operator:
        current.actor = _standing(session, turn.actor, current.today)
    return current


def _refuse_foreign_stamps(found: dict[str, list[int]], seq: int) -> None:
    """A row that carries the stamp of an event to come would enter the ledger as that event's own."""
    if found:
        named = ", ".join(f"{table} {ids[0]}" for table, ids in sorted(found.items()))
        raise Tampered(
            "{named}: changed outside docctl, with the number of event {seq}, which was not made "
            "yet; nothing is written until an administrator has looked ({check})",
            named=named,
            seq=seq,
            check=see.CHECK,
        )


def _standing(session: Session, actor: Actor, day: date) -> Actor:
    """What the person may do at this instant: rights taken away a moment ago are gone."""
    rows = session.execute(_STANDING, {"person": actor.person_id}).all()
    if not rows or not rows[0].active:
        raise Forbidden("the account {login} is not active; ask an administrator", login=actor.login)
    roles = frozenset(str(r.role) for r in rows if r.role is not None)
    away = delegates.acts_for(session, actor.person_id, day) if rows[0].delegations else ()
    return Actor(actor.person_id, actor.login, roles, rows[0].department, acts_for=away)


def _record_refusal(turn: Turn, action: Action, why: Message) -> None:
    """Its own small transaction, after the rollback. That it fails must not change the answer."""
    person, now, floods = turn.actor.person_id, turn.now(), refusals.floods(turn.site)
    if turn.site.read_only or turn.actor.operator or floods.put_off(person, now):
        return
    try:
        with _events(turn.site, now) as (session, append):
            events, over = refusals.single(session, Who.of(turn), action, why, now)
            append(events)
        if over:
            floods.over_the_limit(person, now)
    except Exception:
        log.exception("a refused attempt could not be recorded: %s by %s", action, turn.actor.login)


def _tell_sums(site: Site, at: datetime) -> None:
    """What was only counted enters the ledger before a checkpoint covers it."""
    with site.reading() as session:
        idle = not refusals.floods(site).waiting() and not refusals.sums(session, at)
    if not idle:
        with _events(site, at):
            pass


@contextmanager
def _events(site: Site, now: datetime) -> Iterator[tuple[Session, Callable[[list[Said]], None]]]:
    """A note that may append events without rows; the sums that are due go first."""
    with site.lock, writing(site, NoteSession) as session:
        connection = session.connection()
        head = journal.head(connection)

        def append(events: list[Said]) -> None:
            nonlocal head
            for said in events:
                head = written.append(connection, site, head, not_before(head, now), said)

        floods = refusals.floods(site)
        counted = floods.waiting()
        for (person, quarter), more in counted.items():
            refusals.count(session, person, quarter, more)
        append(refusals.sums(session, now))
        yield session, append
        conclude(session)
        floods.were_written(counted)
