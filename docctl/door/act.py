"""One event in the making: what `ctx.act()` gives to a use case.

Knows which rows are the event's own and what it will say; nothing of locks, COMMIT or what comes after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from docctl.door import derived, event, outbox, seconding
from docctl.door.event import Said, Who
from docctl.door.turn import Turn
from docctl.errors import Defect, Unchecked, Unproved, Unrecorded, Unseconded
from docctl.ledger import journal
from docctl.models.base import Controlled
from docctl.models.ledger import IdempotencyKey, OutboxMove
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.confirming import needs_password
from docctl.rules.permissions import refusal
from docctl.rules.roles import Actor
from docctl.rules.text import plain
from docctl.store.library import Prepared, RefMove

MOST_KEYS = 1 << 16
"""Rows that one event may make: the low half of a key."""


class Act:
    """One event in the making. `seq` is its number, `at` its instant, `today` the day at the site."""

    def __init__(self, turn: Turn, action: Action, session: Session, head: journal.Head) -> None:
        self.turn, self.action, self.session, self.head = turn, action, session, head
        self.seq = head.seq + 1
        self.at = event.time_of(turn.site, head, turn.now(), believed=action is Action.SITE_SET_CLOCK)
        self.today: date = self.at.astimezone(turn.site.zone).date()
        self.actor: Actor = turn.actor
        self.before: journal.Before = {}
        self.asked = False
        self.said: Said | None = None
        self.transaction = session.get_transaction()
        self.moved = False
        self._keys = 0

    def require(self, subject: Subject) -> None:
        """Ask whether the actor may do this to `subject`. Raises Forbidden; the refusal is recorded."""
        no = refusal(self.action, self.actor, subject)
        self.asked = no is None  # a use case that swallows the refusal must not commit
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
        key: str | None = None,
        reason: str | None = None,
        rows: Sequence[Controlled] | None = None,
        **details: Any,
    ) -> None:
        """Say what happened to `row`, the object of the event, called `key` where its own is not for people.

        `rows`: what the use case answers with, if it is a list and not `row` itself.
        """
        if self.said is not None:
            raise Defect("{action} was recorded twice", action=self.action)
        # What has no written form is refused here, and not at the end of the act.
        self.said = Said(
            act=self.action.value,
            who=Who.of(self.turn),
            object=_named(row, key),
            why=plain(reason),
            details=plain(details),
        )
        if self.turn.op is not None and self.turn.request is not None:
            answer = [row] if rows is None else rows
            self.session.add(
                IdempotencyKey(
                    key=self.turn.op,
                    person_id=self.actor.person_id,
                    action=self.action.value,
                    seq=self.seq,
                    answer={
                        "table": (answer or [row])[0].__tablename__,
                        "ids": [r.id for r in answer],
                        "many": int(rows is not None),
                        "asked": self.turn.request.digest,
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
            for row in self.turn.site.images.of(self.session.connection(), table.name, wanted):
                if row["last_seq"] != self.seq:  # a row made or changed in this very act has no before image
                    self.before[table.name, row["id"]] = row

    def _new_id(self) -> int:
        self._keys += 1
        if self._keys >= MOST_KEYS:
            raise Defect("one act made more than {most} rows; split it", most=MOST_KEYS)
        return self.seq << 16 | self._keys

    def _finish(self) -> None:
        """Images of what changed, then the event. COMMIT comes next: nothing in between may change a row."""
        if not self.asked:
            raise Unchecked("{action}: no permission was asked", action=self.action)
        if self.said is None:
            raise Unrecorded("{action}: nothing was recorded", action=self.action)
        if self.session.get_transaction() is not self.transaction:
            raise Defect("{action}: the transaction of the act was ended inside it", action=self.action)
        self.session.flush()
        connection = self.session.connection()
        changed = self.turn.site.images.stamped(connection, self.seq)
        derived.follow(self.turn.site, self.session, changed)
        rows = self.turn.site.images.collect(connection, self.seq, changed, self.before)
        if not self.turn.proved and needs_password(rows):
            raise Unproved(
                "{action}: it signs, ends something or says who signs, and nobody gave a password",
                action=self.action,
            )
        if seconding.is_lone(self.session, self.turn.actor, self.action, self.seq, self.at, rows):
            raise Unseconded("{action}: it gives roles that sign, and no second person", action=self.action)
        event.append(connection, self.turn.site, self.head, self.at, self.said, rows=rows)


def _named(row: Controlled, key: str | None) -> dict[str, str]:
    return {"type": row.__tablename__, "key": key or row.human_key}
