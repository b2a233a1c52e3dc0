"""What was asked for, as the rows and events that an evidence file begins with."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import NotFound, WrongState, see
from docctl.ledger import journal
from docctl.models.copies import Copy
from docctl.models.ledger import LedgerEvent
from docctl.models.records import Record, RecordEntry
from docctl.queries.evidence.gathering import AT_ONCE, Gathering
from docctl.queries.evidence.values import values_of
from docctl.rules.evidence import CUSTOMER_FIELD, Kind
from docctl.rules.text import instant
from docctl.standing import find

Root = tuple[str, int]
_EARLIEST: Final = date(1970, 1, 1)
_LATEST: Final = date(9000, 1, 1)
"""Nothing is older or newer; calendars end soon beyond."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`name` is a number, a login or what a customer is called; of a period the days count instead."""

    kind: Kind
    name: str = ""
    first: date | None = None
    last: date | None = None


def begin(ctx: Context, gathered: Gathering, asked: Asked) -> dict[str, Any]:
    """Take in what was asked for; gives the subject as the manifest names it. Raises NotFound, WrongState."""
    about: dict[str, Any] = {"kind": asked.kind.value, "from": "", "to": "", "size": gathered.size}
    name, roots = _NAMED[asked.kind](ctx, asked)
    roots = [("organisation", find.organisation(ctx.session).id), *sorted(set(roots))]
    newer = [k for _, k in roots if k >> 16 > gathered.size]
    if newer:
        raise WrongState(
            "{name} is newer than the newest checkpoint, of {size} events; sign it first: {command}",
            name=name,
            size=gathered.size,
            command=see.CHECKPOINT,
        )
    for t, k in roots:
        gathered.rows.want(t, k, t != "organisation")
    about |= {"name": name, "roots": [list(root) for root in roots]}
    if asked.kind is Kind.PERIOD:
        about |= _take_period(ctx, gathered, asked)
        gathered.rows.want_touched(about["first"], about["last"])
    if asked.kind is Kind.PERSON:
        actor = next(k for t, k in roots if t == "person")
        _take_acts(gathered, actor)
        gathered.rows.want_touched(1, gathered.size, actor)
    return about


def _document(ctx: Context, asked: Asked) -> tuple[str, list[Root]]:
    found = find.document(ctx.session, asked.name)
    return found.number, [("document", found.id)]


def _record(ctx: Context, asked: Asked) -> tuple[str, list[Root]]:
    """With the copies of the procedure that governed it."""
    found = find.record(ctx.session, asked.name)
    copies = ctx.session.scalars(select(Copy.id).where(Copy.revision_id == found.procedure_revision_id))
    return found.number, [("record", found.id), *(("copy", k) for k in copies)]


def _copy(ctx: Context, asked: Asked) -> tuple[str, list[Root]]:
    found = find.copy(ctx.session, asked.name)
    return found.number, [("copy", found.id)]


def _person(ctx: Context, asked: Asked) -> tuple[str, list[Root]]:
    found = find.person(ctx.session, asked.name.strip())
    return found.login, [("person", found.id)]


def _period(_ctx: Context, _asked: Asked) -> tuple[str, list[Root]]:
    return "", []


def _customer(ctx: Context, asked: Asked) -> tuple[str, list[Root]]:
    """The records that name the customer, and the copies that they hold."""
    name = asked.name.strip()
    held = Copy.holder_name == name
    roots: list[Root] = [("copy", k) for k in ctx.session.scalars(select(Copy.id).where(held))]
    naming = select(RecordEntry.record_id).where(RecordEntry.field == CUSTOMER_FIELD).distinct()
    for k in ctx.session.scalars(naming.order_by(RecordEntry.record_id)).all():
        record = ctx.session.get_one(Record, k)
        fields = select(RecordEntry.id).where(RecordEntry.record_id == k, RecordEntry.field == CUSTOMER_FIELD)
        values = values_of(ctx.site, record.year, record.number, record.sealed_sha256)
        if any(values.get(entry, (b"", None))[1] == name for entry in ctx.session.scalars(fields)):
            roots.append(("record", k))
    if not roots:
        raise NotFound("no record names the customer {name}, and no copy is held there", name=name)
    return name, roots


_NAMED: Final[dict[Kind, Callable[[Context, Asked], tuple[str, list[Root]]]]] = {
    Kind.DOCUMENT: _document,
    Kind.RECORD: _record,
    Kind.COPY: _copy,
    Kind.PERSON: _person,
    Kind.PERIOD: _period,
    Kind.CUSTOMER: _customer,
}


def _take_period(ctx: Context, gathered: Gathering, asked: Asked) -> dict[str, Any]:
    """The events of these days of the site's zone, and one on each side that is outside."""
    assert asked.first is not None  # `check_asked` has asked
    assert asked.last is not None
    begin, end = (
        instant(datetime.combine(day, time(), ctx.site.zone).astimezone(UTC))
        for day in (max(asked.first, _EARLIEST), min(asked.last, _LATEST) + timedelta(days=1))
    )
    first, after = _first_from(gathered, begin), _first_from(gathered, end)
    if first == after:
        raise NotFound("nothing was done in this period that is signed yet; see: {where}", where=see.TRAIL)
    gathered.take_range(max(1, first - 1), min(gathered.size, after))
    days = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    return days | {"from_at": begin, "to_at": end, "first": first, "last": after - 1}


def _first_from(gathered: Gathering, at: str) -> int:
    """The first event from an instant on: time in the ledger never runs backwards."""
    low, high = 1, gathered.size + 1
    while low < high:
        middle = (low + high) // 2
        [entry] = gathered.entries([middle])
        if entry.event["at"] < at:
            low = middle + 1
        else:
            high = middle
    return low


def _take_acts(gathered: Gathering, actor: int) -> None:
    """Every event of one person: all events are looked through, as bytes."""
    wanted = b'"actor":{"id":%d,' % actor
    for begin in range(0, gathered.size, AT_ONCE):
        asked = select(LedgerEvent.seq, LedgerEvent.body).where(
            LedgerEvent.seq > begin, LedgerEvent.seq <= min(begin + AT_ONCE, gathered.size)
        )
        told = ((seq, bytes(body)) for seq, body in gathered.session().execute(asked).all())
        mine = [seq for seq, body in told if wanted in body and json.loads(body)["actor"]["id"] == actor]
        gathered.take(mine)


def waiting(ctx: Context, size: int) -> int:
    """How many events are newer than the checkpoint, and in no evidence file yet."""
    return journal.head(ctx.session.connection()).seq - size
