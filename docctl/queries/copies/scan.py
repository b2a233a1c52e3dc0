"""The verdict of a scanned copy: one SQL query, for whoever holds the paper. Never an error.

What cannot be a token or a copy number is simply unknown, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, tzinfo
from typing import Any, Final, TypedDict

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import Invalid
from docctl.models.base import Txt
from docctl.models.copies import Copy, ExchangedPrint
from docctl.models.documents import Document, Revision
from docctl.models.people import Person, PersonRole
from docctl.models.quick import NotQuickly, Question, Quick
from docctl.queries.copies.register import REPLACED_BY, STANDING, facts
from docctl.queries.ledger.recorded import STUMBLES, require_scanned
from docctl.queries.ledger.written import QuicklyKnown
from docctl.rules import copies, copy_numbers, languages, verdicts
from docctl.rules.copies import Status
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts
from docctl.rules.roles import Role
from docctl.rules.verdicts import Standing, Verdict
from docctl.standing import find

LONGEST = 200
"""More characters than any token or copy number has, blanks and hyphens included."""


class Scan(TypedDict):
    """What a scan says. `verdict` is a word of `rules.copies.Verdict`; all else is null where unknown.

    `title` (by language), `revision` and `effective` are those of the copy, `current_revision` what is in
    force. `replaced_by` is the number that took the place of a lost one. `holder` (as printed), `state` (of
    this print, a word of `rules.copies.Status`) and `control` (the names of those to whom paper is brought)
    are told for a token only: who has that has the paper in hand, while numbers can be counted through.
    """

    verdict: str
    document: str | None
    title: dict[str, str] | None
    revision: str | None
    effective: str | None
    current_revision: str | None
    replaced_by: str | None
    copy: str | None
    holder: str | None
    state: str | None
    control: list[str] | None


def copy_check(where: Context | Site, text: str, on: date | None = None) -> Scan:
    """The verdict of a token or of a copy number, today or at the end of a day. Needs no right at all."""
    site = where.site if isinstance(where, Context) else where
    if len(text) > LONGEST:
        return _UNKNOWN.copy()
    if copy_numbers.normal_token(text) is not None:
        return scan_token(site, text, on)
    try:
        key, running = find.copy_key(text)
    except Invalid:
        return _UNKNOWN.copy()
    return _answer(site, _BY_NUMBER, {"key": key, "running": running}, on)


def scan_token(site: Site, token: str, on: date | None = None) -> Scan:
    """The verdict of a token alone: what the page behind a QR code asks."""
    normal = copy_numbers.normal_token(token) if len(token) <= LONGEST else None
    if normal is None:
        return _UNKNOWN.copy()
    return _answer(site, _BY_TOKEN, {"token": normal}, on)


_UNKNOWN: Final = Scan(
    verdict=Verdict.UNKNOWN.value,
    document=None,
    title=None,
    revision=None,
    effective=None,
    current_revision=None,
    replaced_by=None,
    copy=None,
    holder=None,
    state=None,
    control=None,
)

_earlier = aliased(ExchangedPrint)

# One row for each issued revision of the document; the copy's own columns are the same in all of them.
_ASKED: Final = (
    select(
        *STANDING,
        REPLACED_BY,
        Copy.id.label("copy_id"),
        Copy.holder_name,
        Document.number.label("document"),
        Document.withdrawn_day,
        Document.withdrawn_seq,
        Revision.id.label("other_id"),
        Revision.label,
        Revision.state.label("other_state"),
        Revision.effective_day,
        Revision.issued_seq,
        Revision.issued_at,
        Revision.cancelled_at,
        Revision.title,
    )
    .join(Document, Document.id == Copy.document_id)
    .join(Revision, and_(Revision.document_id == Copy.document_id, Revision.issued_at.is_not(None)))
)

# A number means whatever print bears it.
_BY_NUMBER: Final = Question(
    _ASKED.where(Document.number_key == bindparam("key"), Copy.running == bindparam("running"))
)

_TOKEN: Final = bindparam("token", type_=Txt)

# Asked beside the rest, so that a scan stays one query.
_CONTROL: Final = (
    select(func.aggregate_strings(Person.name, "\n"))
    .where(
        Person.active.in_([True]),
        Person.id.in_(
            select(PersonRole.person_id).where(
                PersonRole.role == Role.DOCUMENT_CONTROLLER, PersonRole.revoked_at.is_(None)
            )
        ),
    )
    .scalar_subquery()
)

# A token means one print: from the day it was made until the day it was exchanged, if it was.
_BY_TOKEN: Final = Question(
    _ASKED.add_columns(
        ExchangedPrint.day.label("taken_back"),
        select(func.max(_earlier.day))
        .where(
            _earlier.copy_id == Copy.id,
            or_(ExchangedPrint.id.is_(None), _earlier.print_no < ExchangedPrint.print_no),
        )
        .correlate(Copy, ExchangedPrint)
        .scalar_subquery()
        .label("printed"),
        _CONTROL.label("control"),
    )
    .outerjoin(ExchangedPrint, and_(ExchangedPrint.copy_id == Copy.id, ExchangedPrint.token == _TOKEN))
    .where(
        Copy.id.in_(
            select(Copy.id)
            .where(Copy.token == _TOKEN)
            .union_all(select(ExchangedPrint.copy_id).where(ExchangedPrint.token == _TOKEN))
        )
    )
)


_COPY_OF: Final = {
    False: select(Copy.id)
    .join(Document, Document.id == Copy.document_id)
    .where(Document.number_key == bindparam("key"), Copy.running == bindparam("running")),
    True: select(Copy.id).where(Copy.token == _TOKEN),
}
"""Which copy a number or a token names, without a look at what might be damaged."""


def _answer(site: Site, question: Question, values: dict[str, Any], on: date | None) -> Scan:
    day = on or site.clock().astimezone(site.zone).date()
    with site.quickly.connection() as one:
        known = QuicklyKnown(one)
        found = _quickly(one, known, question, values | {"day": day}, site.zone)
        return found or _carefully(site, known, question, values, day)


def _quickly(
    one: Quick, known: QuicklyKnown, question: Question, values: Mapping[str, Any], zone: tzinfo
) -> Scan | None:
    """The answer where there is no such copy, or nobody has written since its rows were compared."""
    with suppress(NotQuickly, *STUMBLES):
        rows = question.on(one, values)
        if not rows:
            return _UNKNOWN.copy()
        if known.get(rows[0].copy_id):
            return _scan(rows, values["day"], zone, by_token=question is _BY_TOKEN)
    return None


def _carefully(
    site: Site, known: QuicklyKnown, question: Question, values: Mapping[str, Any], day: date
) -> Scan:
    """The answer, once all rows that it follows from are found to be as they were recorded."""
    by_token = question is _BY_TOKEN
    with site.reading() as session:
        try:
            rows = session.execute(question.statement, {**values, "day": day}).all()
            found = _scan(rows, day, site.zone, by_token=by_token) if rows else _UNKNOWN.copy()
        except STUMBLES:
            session.rollback()
            for copy_id in session.scalars(_COPY_OF[by_token], values):
                require_scanned(site, session, copy_id)
            raise
        for copy_id in {row.copy_id for row in rows}:
            require_scanned(site, session, copy_id)
            known[copy_id] = True
    return found


def _scan(rows: Sequence[Row[Any]], day: date, zone: tzinfo, *, by_token: bool) -> Scan:
    own = next(row for row in rows if row.other_id == row.revision_id)
    document = DocumentFacts(own.document, own.withdrawn_day, own.withdrawn_seq)
    known = [_revision(row, zone) for row in rows]
    stood = revisions.status_on(_revision(own, zone), known, day, document=document)
    state = _print(own, day, by_token=by_token)
    verdict = verdicts.judge(Standing(state, stood, document.is_withdrawn(day)))
    if verdict is Verdict.UNKNOWN:
        return _UNKNOWN.copy()
    governing = revisions.in_force(known, day, document=document)
    return Scan(
        verdict=verdict.value,
        document=own.document,
        title={each: own.title.get(each, "") for each in languages.ALL},
        revision=own.label,
        effective=own.effective_day.isoformat(),
        current_revision=None if governing is None else governing.label,
        replaced_by=own.replaced_by,
        copy=own.number,
        holder=own.holder_name if by_token else None,
        state=state.value if by_token and state is not None else None,
        control=sorted((own.control or "").splitlines()) if by_token else None,
    )


def _print(row: Row[Any], day: date, *, by_token: bool) -> Status | None:
    """Where this print stands: an exchanged one was returned, a new one did not exist before the exchange."""
    if by_token and row.printed is not None and row.printed > day:
        return None
    if by_token and row.taken_back is not None and row.taken_back <= day:
        return Status.RETURNED
    return copies.state_on(facts(row), day)


def _revision(row: Row[Any], zone: tzinfo) -> RevisionFacts:
    steps = [(revisions.State.ISSUED, row.issued_at.astimezone(zone).date())]
    if row.cancelled_at is not None:
        steps.append((revisions.State.CANCELLED, row.cancelled_at.astimezone(zone).date()))
    return RevisionFacts(
        row.other_id, row.label, row.other_state, row.effective_day, row.issued_seq, tuple(steps)
    )
