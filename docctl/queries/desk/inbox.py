"""What waits for a person today: each thing that they, and only somebody like them, can do next.

A fixed number of queries, however much waits. Knows no page: an item says what it is and what could be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType
from typing import Final

from docctl.door.context import Context
from docctl.queries.desk import records
from docctl.queries.desk.change_work import of_change_work
from docctl.queries.desk.changes import of_changes
from docctl.queries.desk.comments import of_comments
from docctl.queries.desk.copies import of_copies
from docctl.queries.desk.delegations import of_delegations
from docctl.queries.desk.disposals import of_disposals
from docctl.queries.desk.hand_outs import of_hand_outs
from docctl.queries.desk.items import Item
from docctl.queries.desk.loans import of_loans
from docctl.queries.desk.notices import of_notices
from docctl.queries.desk.proposals import of_proposals
from docctl.queries.desk.readings import of_readings
from docctl.queries.desk.remembered import newest_event
from docctl.queries.desk.revisions import of_revisions
from docctl.queries.documents.reviews import reviews_waiting
from docctl.queries.documents.trying import trials_over
from docctl.queries.ledger.recorded import STUMBLES
from docctl.queries.records.duties import duties_waiting

_MINUTES: Final = 5
"""How often a page that only shows the number asks for it anew, although nothing has happened: for clocks."""
_MOST_REMEMBERED: Final = 500


@dataclass(frozen=True)
class Inbox:
    """What waits, by what is to be done with it.

    Told beside that, and not counted: overdue clocks, own drafts, and where it stands what one handed in.
    """

    to_unblock: tuple[Item, ...] = ()
    to_staff: tuple[Item, ...] = ()
    account_told: tuple[Item, ...] = ()
    to_sign: tuple[Item, ...] = ()
    to_answer: tuple[Item, ...] = ()
    returned: tuple[Item, ...] = ()
    to_issue: tuple[Item, ...] = ()
    trials: tuple[Item, ...] = ()
    to_confirm: tuple[Item, ...] = ()
    to_second: tuple[Item, ...] = ()
    to_decide: tuple[Item, ...] = ()
    to_carry_out: tuple[Item, ...] = ()
    to_review: tuple[Item, ...] = ()
    to_approve: tuple[Item, ...] = ()
    to_hand_out: tuple[Item, ...] = ()
    to_read: tuple[Item, ...] = ()
    to_acknowledge: tuple[Item, ...] = ()
    to_hand_back: tuple[Item, ...] = ()
    to_collect: tuple[Item, ...] = ()
    to_tell: tuple[Item, ...] = ()
    on_loan: tuple[Item, ...] = ()
    to_remind: tuple[Item, ...] = ()
    to_begin: tuple[Item, ...] = ()
    to_fill: tuple[Item, ...] = ()
    to_verify: tuple[Item, ...] = ()
    to_close: tuple[Item, ...] = ()
    to_dispose: tuple[Item, ...] = ()
    overdue: tuple[Item, ...] = ()
    escalated: tuple[Item, ...] = ()
    changes_told: tuple[Item, ...] = ()
    list_changes: tuple[Item, ...] = ()
    drafts: tuple[Item, ...] = ()
    handed_in: tuple[Item, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many there are in each part, where it may not hold all of them."""

    @property
    def total(self) -> int:
        return sum(number for name, number in self.counts.items() if name not in BESIDE)


BESIDE: Final = frozenset({"overdue", "changes_told", "list_changes", "drafts", "handed_in"})


def inbox(ctx: Context, *, only: str | None = None, after: int = 0, most: int | None = None) -> Inbox:
    """What waits for the person of `ctx`: of each part, or of one alone, `most` behind the one of a key."""
    counts = records.count(ctx)
    found = _worked_out(ctx) | of_changes(ctx)
    parts = {name: _keyed(items, after, most) for name, items in found.items() if only in (None, name)}
    for name in [name for name, number in counts.items() if number and only in (None, name)]:
        parts[name] = tuple(records.items(ctx, name, after=after, most=most))
    counts |= {name: len(items) for name, items in found.items()}
    return Inbox(**parts, counts=MappingProxyType(counts))


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
        counted = records.count(ctx, [name for name in records.PARTS if name not in BESIDE])
        found = _worked_out(ctx)
    except STUMBLES:
        # A number beside the menu must not take every page with it; the inbox itself says what is wrong.
        ctx.session.rollback()
        return 0
    return sum(counted.values()) + sum(len(items) for name, items in found.items() if name not in BESIDE)


def _worked_out(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """The parts that are not counted by the database."""
    copies = of_copies(ctx) | of_hand_outs(ctx) | of_loans(ctx)
    days = {"trials": tuple(trials_over(ctx)), "to_review": tuple(reviews_waiting(ctx))}
    days["to_begin"] = tuple(duties_waiting(ctx))
    changed = of_change_work(ctx) | of_proposals(ctx) | of_delegations(ctx) | of_notices(ctx)
    changed |= of_disposals(ctx)
    return of_revisions(ctx) | of_comments(ctx) | of_readings(ctx) | copies | changed | days


def _keyed(items: tuple[Item, ...], after: int, most: int | None) -> tuple[Item, ...]:
    """`most` behind the place `after`, with their places as keys."""
    upto = None if most is None else after + most
    return tuple(replace(item, key=place) for place, item in islice(enumerate(items, 1), after, upto))
