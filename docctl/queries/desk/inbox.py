"""What waits for a person today: each thing that they, and only somebody like them, can do next.

A fixed number of queries, however much waits. Knows no page: an item says what it is and what could be done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.base import Day
from docctl.models.copies import Copy
from docctl.models.documents import Document, Revision
from docctl.models.records import Record
from docctl.queries.copies.deadlines import CALLED, due_of, with_deadlines
from docctl.queries.desk.items import Item
from docctl.queries.desk.remembered import newest_event
from docctl.queries.desk.revisions import of_revisions, unblocks
from docctl.queries.ledger.recorded import STUMBLES
from docctl.queries.records.hands import next_lacking
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import stepwise
from docctl.rules.records.life import State, Verification
from docctl.rules.roles import posts_held
from docctl.rules.words import Words
from docctl.standing import control
from docctl.standing.bearers import bearers
from docctl.standing.control import Control
from docctl.standing.loading import load_all
from docctl.standing.record import Executed

UNSEALED: Final = (State.OPEN, State.COMPLETED, State.VERIFIED)
_MINUTES: Final = 5
_MOST_REMEMBERED: Final = 500
"""How often a page that only shows the number asks for it anew, although nothing has happened: for clocks."""


@dataclass(frozen=True)
class Inbox:
    """What waits, by what is to be done with it.

    Told beside that, and not counted: overdue clocks, own drafts, and where it stands what one handed in.
    """

    to_unblock: tuple[Item, ...] = ()
    to_staff: tuple[Item, ...] = ()
    to_sign: tuple[Item, ...] = ()
    returned: tuple[Item, ...] = ()
    to_issue: tuple[Item, ...] = ()
    to_acknowledge: tuple[Item, ...] = ()
    to_hand_back: tuple[Item, ...] = ()
    to_collect: tuple[Item, ...] = ()
    to_remind: tuple[Item, ...] = ()
    to_fill: tuple[Item, ...] = ()
    to_verify: tuple[Item, ...] = ()
    to_close: tuple[Item, ...] = ()
    overdue: tuple[Item, ...] = ()
    drafts: tuple[Item, ...] = ()
    handed_in: tuple[Item, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(part) for name, part in vars(self).items() if name not in _BESIDE)


_BESIDE: Final = frozenset({"overdue", "drafts", "handed_in"})


def inbox(ctx: Context) -> Inbox:
    """What waits for the person of `ctx`."""
    return Inbox(**of_revisions(ctx), **_of_copies(ctx), **_of_records(ctx))


def waiting(ctx: Context, newest: str | None = None) -> int:
    """How much waits: the number beside the menu. Asked of the tables only when something has happened.

    `newest`: the newest event, where the page knows it already.
    """
    now = ctx.now()
    head = newest if newest is not None else newest_event(ctx)
    key = (head, ctx.today(), now.minute // _MINUTES, ctx.actor)
    return ctx.site.memory.recall("inbox", key, lambda: _total(ctx), most=_MOST_REMEMBERED)


def _total(ctx: Context) -> int:
    try:
        return inbox(ctx).total
    except STUMBLES:
        # A number beside the menu must not take every page with it; the inbox itself says what is wrong.
        ctx.session.rollback()
        return 0


_COPIES: Final = with_deadlines(
    select(
        Copy.number,
        Document.number.label("document"),
        Copy.state,
        Copy.holder,
        Copy.holder_name,
        Copy.issued_day,
        Revision.title,
        Revision.label,
    )
    .join(Revision, Revision.id == Copy.revision_id)
    .join(Document, Document.id == Copy.document_id)
    .where(Copy.state.in_(copies.OUT))
    .order_by(Copy.id),
    bindparam("day", type_=Day),
)


def _of_copies(ctx: Context) -> dict[str, tuple[Item, ...]]:
    places = ("to_acknowledge", "to_hand_back", "to_collect", "to_remind")
    found: dict[str, list[Item]] = {name: [] for name in places}
    acknowledges = ctx.may(Action.COPY_ACKNOWLEDGE, Subject(holder=ctx.actor.login))
    collects, mine = ctx.may(Action.COPY_RETURN, Subject()), (ctx.actor.login, ctx.actor.department)
    asked = _COPIES if collects else _COPIES.where(Copy.holder.in_(mine))
    asked = asked.where(or_(Copy.state.in_([copies.State.ISSUED]), CALLED.is_not(None)))
    rows, limits = ctx.session.execute(asked, {"day": ctx.today()}), control.load(ctx.site, ctx.session)
    for row in rows:
        item = _copy(ctx, row, limits)
        held = row.holder in mine
        if _recalled(ctx, row):
            found["to_hand_back" if held else "to_collect"].append(item)
        elif row.state is copies.State.ISSUED and held and acknowledges:
            found["to_acknowledge"].append(item)
        elif collects and item.late:
            found["to_remind"].append(item)
    return {name: tuple(items) for name, items in found.items()}


def _recalled(ctx: Context, row: Any) -> bool:
    return row.called_day is not None and row.called_day <= ctx.today()


def _copy(ctx: Context, row: Any, limits: Control) -> Item:
    recalled = _recalled(ctx, row)
    status = copies.Status.RECALLED if recalled else copies.Status(row.state.value)
    due = due_of(limits, row, status)
    return Item(
        number=row.number,
        title=row.title,
        document=row.document,
        revision=row.label,
        since=(row.called_day if recalled else row.issued_day).isoformat(),
        note=row.holder_name,
        holder=row.holder,
        due=due.day.isoformat() if due else None,
        late=due.late(ctx.today()) if due else 0,
    )


def _of_records(ctx: Context) -> dict[str, tuple[Item, ...]]:
    found: dict[str, list[Item]] = {name: [] for name in _OF_RECORDS}
    # Who keeps the records sees that one waits in vain, who keeps the accounts can mend it.
    people = bearers(ctx.session, ctx.now()) if unblocks(ctx) else None
    titles = {
        row.id: row
        for row in ctx.session.execute(
            select(Revision.id, Revision.title).where(Revision.id.in_(select(Record.template_revision_id)))
        )
    }
    # What is damaged is told by the list of records; here nothing could be done about it.
    for executed in load_all(ctx.site, ctx.session, Record.state.in_(UNSEALED), damaged={}):
        if not _is_whole(executed) or not ctx.may(Action.RECORD_READ, executed.readers()):
            continue
        title = titles[executed.record.template_revision_id]
        item = Item(
            number=executed.record.number,
            title=title.title,
            since=executed.record.opened_at.isoformat(),
            **_note(executed, _step(executed)),
        )
        place = _next(ctx, executed)
        if place is not None:
            found[place].append(item)
        if people is not None and (lack := next_lacking(executed, people)):
            found["to_staff"].append(replace(item, posts=lack.posts))
        if late := _overdue(ctx, executed):
            found["overdue"].append(replace(item, **_note(executed, *late)))
    return {name: tuple(items) for name, items in found.items()}


_OF_RECORDS: Final = ("to_fill", "to_verify", "to_close", "to_staff", "overdue")


def _next(ctx: Context, executed: Executed) -> str | None:
    """What this person could do with the record now."""
    state, subject = executed.record.state, executed.subject()
    if state is State.OPEN:
        step = stepwise.current_step(executed.steps)
        posts = stepwise.posts(executed.steps, step) if step is not None else subject.step_posts
        if step is not None and executed.waits_for_another(step, ctx.actor.person_id):
            return None
        return None if posts_held(ctx.actor).isdisjoint(posts) else "to_fill"
    if state is State.COMPLETED and executed.template.verify is not Verification.NONE:
        return "to_verify" if ctx.may(Action.RECORD_VERIFY, subject) else None
    return "to_close" if ctx.may(Action.RECORD_CLOSE, subject) else None


def _step(executed: Executed) -> str | None:
    step = stepwise.current_step(executed.steps)
    return None if step is None else step.name


def _overdue(ctx: Context, executed: Executed) -> list[str]:
    return [reading.name for reading in executed.readings(ctx.now()) if reading.overdue]


def _is_whole(executed: Executed) -> bool:
    try:
        executed.proved  # noqa: B018 - working it out is the comparison
    except Tampered:
        return False
    return True


def _note(executed: Executed, *names: str | None) -> dict[str, Any]:
    called = [executed.called(name) for name in names if name is not None]
    return {"note": Words.listed(called) or None}
