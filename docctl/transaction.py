"""The two doors to the database: `act` for controlled tables, `note` for the rest. The only `commit(`.

An act reserves event N, lets the use case work, stamps every row it touches with N, reads those rows back,
writes event N last and commits. Nothing commits without a permission asked and an event recorded.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, and_, bindparam, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from docctl import checkpoints, outbox
from docctl.errors import Busy, Defect, DocctlError, Forbidden, Unchecked, Uncovered, Unrecorded
from docctl.ledger import journal
from docctl.ledger.upcast import SCHEMA
from docctl.models.base import Controlled
from docctl.models.engine import lock_out_other_writers
from docctl.models.ledger import IdempotencyKey, OutboxMove, ThrottleRefusal
from docctl.models.people import Person, PersonRole
from docctl.rules.actions import Action
from docctl.rules.permissions import Actor, Subject, refusal
from docctl.rules.text import instant, plain
from docctl.store.library import Prepared, RefMove

if TYPE_CHECKING:
    from docctl.context import Context
    from docctl.site import Site

log = logging.getLogger(__name__)

MOST_KEYS = 1 << 16
"""Rows that one event may make: the low half of a key."""

SLACK = timedelta(seconds=2)
"""How far the clock may step back before writing stops: time in the ledger never runs backwards."""

SINGLE_REFUSALS = 5
"""Refused attempts of one account in a quarter-hour that are events of their own; the rest are counted."""

_p, _r = Person.__table__, PersonRole.__table__
_STANDING = (
    select(_p.c.active, _p.c.department, _r.c.role)
    .select_from(_p.outerjoin(_r, and_(_r.c.person_id == _p.c.id, _r.c.revoked_at.is_(None))))
    .where(_p.c.id == bindparam("person"))
)


class Replayed(Exception):
    """This request was answered before, with the rows of these keys: a list of them if `many`."""

    def __init__(self, table: str, ids: Sequence[int], many: bool) -> None:
        super().__init__(table)
        self.table, self.ids, self.many = table, tuple(ids), many


class Act:
    """One event in the making. `seq` is its number, `at` its instant, `today` the day at the site."""

    def __init__(self, ctx: Context, action: Action, session: Session, head: journal.Head) -> None:
        self.ctx, self.action, self.session, self.head = ctx, action, session, head
        self.seq = head.seq + 1
        self.at = _not_before(head, ctx.now())
        self.today: date = self.at.astimezone(ctx.site.zone).date()
        self.actor: Actor = ctx.actor
        self.before: journal.Before = {}
        self.asked = False
        self.event: dict[str, Any] | None = None
        self.moved = False
        self._keys = 0

    def require(self, subject: Subject) -> None:
        """Ask whether the actor may do this to `subject`. Raises Forbidden; the refusal is recorded."""
        self.asked = True
        no = refusal(self.action, self.actor, subject)
        if no is not None:
            raise no.error()

    def add(self, *rows: Controlled) -> None:
        """New rows of this event. They get their keys at once, so that others can point at them."""
        for row in rows:
            row.id = self._new_id()
        self.session.add_all(rows)

    def flush(self) -> None:
        """Write what was changed so far, for a query of the same act to find."""
        self.session.flush()

    def record(
        self,
        row: Controlled,
        *,
        reason: str | None = None,
        rows: Sequence[Controlled] | None = None,
        **details: Any,
    ) -> None:
        """Say what happened to `row`, the object of the event.

        `rows`: what the use case answers with, if it is a list and not `row` itself.
        """
        if self.event is not None:
            raise Defect(f"{self.action} was recorded twice")
        self.event = {"object": _named(row), "why": reason, "details": plain(details)}
        if self.ctx.op is not None:
            answer = [row] if rows is None else rows
            self.session.add(
                IdempotencyKey(
                    key=self.ctx.op,
                    person_id=self.actor.person_id,
                    action=self.action.value,
                    seq=self.seq,
                    answer={
                        "table": answer[0].__tablename__,
                        "ids": [r.id for r in answer],
                        "many": int(rows is not None),
                    },
                )
            )

    def move(
        self, moves: Sequence[RefMove], prepared: Prepared | None = None, *, main: str | None = None
    ) -> None:
        """References of the library to be moved once this act has committed."""
        self.moved = True
        self.session.add(
            OutboxMove(
                seq=self.seq,
                moves=[{"ref": m.ref, "old": m.old, "new": m.new} for m in moves],
                objects=list(prepared.objects) if prepared else [],
                main=main,
                stream=prepared.stream if prepared else None,
                state=outbox.PENDING,
            )
        )

    def touch(self, table: Table, ids: Iterable[int]) -> None:
        """Take before images of rows, once for each, from the database: attribute history has gaps."""
        wanted = [i for i in ids if (table.name, i) not in self.before]
        if wanted:
            for row in self.ctx.site.images.of(self.session.connection(), table.name, wanted):
                if row["last_seq"] != self.seq:  # a row made or changed in this very act has no before image
                    self.before[table.name, row["id"]] = row

    def _new_id(self) -> int:
        self._keys += 1
        if self._keys >= MOST_KEYS:
            raise Defect(f"one act made more than {MOST_KEYS} rows; split it")
        return self.seq << 16 | self._keys

    def _finish(self) -> None:
        """Images of what changed, then the event, then COMMIT: nothing in between may change a row."""
        if not self.asked:
            raise Unchecked(f"{self.action}: no permission was asked")
        if self.event is None:
            raise Unrecorded(f"{self.action}: nothing was recorded")
        self.session.flush()
        connection = self.session.connection()
        rows = self.ctx.site.images.collect(connection, self.seq, self.before)
        body = _event_body(self.ctx, self.action.value, self.seq, self.at) | self.event | {"rows": rows}
        journal.append(connection, self.seq, self.head.entry_hash, body)
        _commit(self.session)


@contextmanager
def act(ctx: Context, action: Action) -> Iterator[Act]:
    """The door to controlled tables. Any exception rolls all back; a Forbidden leaves its own event."""
    try:
        with ctx.site.lock:
            settle(ctx.site)
            with _writing(ctx.site, _ActSession) as session:
                current = _begin(ctx, action, session)
                yield current
                current._finish()
            _follow_up(ctx.site, current)
    except Forbidden as error:
        _record_refusal(ctx, action, str(error))
        raise


@contextmanager
def note(site: Site) -> Iterator[Session]:
    """The door to tables outside the ledger. Raises Uncovered when a controlled row was changed."""
    with _writing(site, _NoteSession) as session:
        yield session
        _commit(session)


def settle(site: Site) -> None:
    """Finish what is pending towards git, and make sure that the library has not diverged (else Diverged)."""
    with site.lock:
        while not outbox.is_settled(site):
            ids = outbox.carry_out(site)
            with note(site) as session:
                outbox.mark_done(session, ids)


def make_checkpoint(site: Site, at: datetime, *, commit: bool = True) -> checkpoints.Checkpoint:
    """Sign the ledger as it stands, and (with `commit`) put note and events into the library."""
    with site.lock:
        made = checkpoints.prepare(site, at, commit=commit)
        with note(site) as session:
            checkpoints.keep(session, made)
        checkpoints.show(site, made)
        if commit:
            settle(site)
        return made


def permit(ctx: Context, action: Action, subject: Subject) -> None:
    """Ask before slow work whether the actor may. Raises Forbidden; the act asks again, inside the lock."""
    no = refusal(action, ctx.actor, subject)
    if no is not None:
        if no.attempt:
            _record_refusal(ctx, action, no.sentence)
        raise no.error()


def refused(ctx: Context, action: Action, why: str) -> None:
    """Record a refused attempt that no act saw: a wrong password at a signature."""
    _record_refusal(ctx, action, why)


def _follow_up(site: Site, done: Act) -> None:
    """The act has committed; what is left can be finished by anybody who comes next."""
    if done.action in checkpoints.COMMITTED_AFTER or checkpoints.is_due(site, done.seq, done.at):
        make_checkpoint(site, done.at)
    elif done.moved:
        settle(site)
    if done.action in checkpoints.SIGNED_AFTER:
        make_checkpoint(site, done.at, commit=False)


class _ActSession(Session):
    """A session that stamps what it flushes, and that only `act` commits."""


class _NoteSession(Session):
    """A session for tables outside the ledger."""


@event.listens_for(_ActSession, "before_flush")
def _stamp(session: Session, *_: Any) -> None:
    current: Act = session.info["act"]
    changed: dict[Table, list[Controlled]] = {}
    for row in session.deleted:
        raise Uncovered(f"{type(row).__name__}: rows are never deleted")
    for row in [*session.new, *session.dirty]:
        if not isinstance(row, Controlled):
            continue
        if row in session.new:
            row.id = row.id or current._new_id()
            row.last_seq = current.seq
        elif row.last_seq != current.seq and session.is_modified(row, include_collections=False):
            changed.setdefault(row.__table__, []).append(row)  # type: ignore[arg-type]
    for table, rows in changed.items():
        current.touch(table, [row.id for row in rows])
        for row in rows:
            row.last_seq = current.seq


@event.listens_for(_NoteSession, "before_flush")
def _refuse_controlled(session: Session, *_: Any) -> None:
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Controlled):
            raise Uncovered(
                f"{type(row).__name__} is controlled: it changes through an act, not through a note"
            )


@event.listens_for(_ActSession, "before_commit")
@event.listens_for(_NoteSession, "before_commit")
def _only_here(session: Session) -> None:
    if not session.info.get("closing"):
        raise Defect("only docctl.transaction commits")


@contextmanager
def _writing(site: Site, kind: type[Session]) -> Iterator[Session]:
    try:
        with kind(site.engine, autoflush=False, expire_on_commit=False) as session:
            yield session
    except OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Busy(
                "another program holds the database; nothing was changed, try again in a moment"
            ) from error
        raise


def _begin(ctx: Context, action: Action, session: Session) -> Act:
    connection = session.connection()
    lock_out_other_writers(connection)
    if ctx.op is not None:
        _stop_if_answered(session, ctx, action)
    current = session.info["act"] = Act(ctx, action, session, journal.head(connection))
    if not ctx.actor.operator:
        current.actor = _standing(session, ctx.actor)
    return current


def _stop_if_answered(session: Session, ctx: Context, action: Action) -> None:
    answered = session.get(IdempotencyKey, ctx.op)
    if answered is None:
        return
    if answered.person_id != ctx.actor.person_id or answered.action != action.value:
        raise Defect(f"the key {ctx.op} was used for another request; take a new one")
    raise Replayed(answered.answer["table"], answered.answer["ids"], bool(answered.answer["many"]))


def _standing(session: Session, actor: Actor) -> Actor:
    """What the person may do at this instant: rights taken away a moment ago are gone."""
    rows = session.execute(_STANDING, {"person": actor.person_id}).all()
    if not rows or not rows[0].active:
        raise Forbidden(f"the account {actor.login} is not active; ask an administrator")
    roles = frozenset(str(r.role) for r in rows if r.role is not None)
    return Actor(actor.person_id, actor.login, roles, rows[0].department)


def _not_before(head: journal.Head, now: datetime) -> datetime:
    if not head.seq:
        return now
    last = datetime.fromisoformat(json.loads(head.body)["at"])
    if now > last:
        return now
    if last - now > SLACK:
        raise Busy(
            f"the clock of this machine ({instant(now)}) is behind the last event ({instant(last)});"
            " set the clock right, then try again"
        )
    return last + timedelta(microseconds=1)


def _event_body(ctx: Context, action: str, seq: int, at: datetime) -> dict[str, Any]:
    actor = {"id": ctx.actor.person_id, "login": ctx.actor.login, "name": ctx.name}
    return {
        "v": 1,
        "log": ctx.site.settings.origin,
        "seq": seq,
        "at": instant(at),
        "act": action,
        "actor": actor,
        "via": {"channel": ctx.channel, "system_user": ctx.system_user},
        "schema": SCHEMA,
        "op": ctx.op,
    }


def _named(row: Controlled) -> dict[str, str]:
    return {"type": row.__tablename__, "key": row.human_key}


def _commit(session: Session) -> None:
    session.info["closing"] = True
    session.commit()


def _record_refusal(ctx: Context, action: Action, why: str) -> None:
    """Its own small transaction, after the rollback. That it fails must not change the answer."""
    if ctx.actor.operator:
        return
    try:
        with ctx.site.lock, _writing(ctx.site, _NoteSession) as session:
            connection = session.connection()
            lock_out_other_writers(connection)
            head = journal.head(connection)
            for name, details in _refusals_to_tell(session, ctx, action):
                at = _not_before(head, ctx.now())
                body = _event_body(ctx, name, head.seq + 1, at)
                body |= {"object": None, "why": why, "details": details, "rows": []}
                hashed = journal.append(connection, head.seq + 1, head.entry_hash, body)
                head = journal.Head(head.seq + 1, json.dumps({"at": instant(at)}).encode(), hashed)
            _commit(session)
    except (DocctlError, OperationalError):
        log.exception("a refused attempt could not be recorded: %s by %s", action, ctx.actor.login)


def _refusals_to_tell(session: Session, ctx: Context, action: Action) -> list[tuple[str, dict[str, Any]]]:
    """Events that this refusal makes: itself, if it is among the first, and the sum of an earlier quarter."""
    now = ctx.now()
    quarter = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    mine = ThrottleRefusal.person_id == ctx.actor.person_id
    told: list[tuple[str, dict[str, Any]]] = []
    for old in session.scalars(
        select(ThrottleRefusal).where(
            mine, ThrottleRefusal.quarter < quarter, ThrottleRefusal.count > ThrottleRefusal.told
        )
    ):
        counted = {"count": old.count - old.told, "from": instant(old.quarter)}
        told.append(("attempts.counted", counted))
        old.told = old.count
    row = session.get(ThrottleRefusal, (ctx.actor.person_id, quarter))
    if row is None:
        row = ThrottleRefusal(person_id=ctx.actor.person_id, quarter=quarter, count=0, told=0)
        session.add(row)
    row.count += 1
    if row.count <= SINGLE_REFUSALS:
        row.told = row.count
        told.append((f"{action.value}.refused", {}))
    return told
