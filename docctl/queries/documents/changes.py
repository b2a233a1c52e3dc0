"""Change applications: the list, one of them with what it would touch, and what the reader can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors import DocctlError, WrongState
from docctl.errors.message import Message
from docctl.models.changes import ChangeApplication, ChangeNotice, ChangeSignature
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.documents.impact import Impact, impact
from docctl.queries.ledger.recorded import About, require
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import changes
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.change_rows import Row, rows_from_data
from docctl.rules.documents.changes import Kind, State, Told
from docctl.rules.text import printable
from docctl.rules.words import Words
from docctl.standing import changes as standing
from docctl.standing import find


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """An application. `label` is what is to be changed, `result` the revision that was made under it."""

    number: str
    document: str
    title: Words
    label: str
    kind: Kind
    state: State
    reason: str
    applied_by: str
    applied_at: datetime
    executor: str
    result: str | None
    ended_reason: str | None


@dataclass(frozen=True)
class Signed:
    """A signature under an application."""

    meaning: Meaning
    post: str
    name: str
    at: datetime
    comment: str


@dataclass(frozen=True)
class Notice:
    """A department that is told of it. `noted_by`: who took note, empty where nobody has."""

    about: Told
    department: str
    at: datetime
    noted_at: datetime | None
    noted_by: str


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """One application. `waits_for` are the posts whose turn it is; `approver` is who approves, `original` the
    name of who approved the text that is to be changed; `offered` is what the reader can do now.
    `overtaken`: the revision that was issued since, while the application is still open. `is_mine`: the
    reader is who carries it out now.
    """

    line: ChangeLine
    rows: tuple[Row, ...]
    content: str
    original: str
    approver: str
    substitute_reason: str | None
    waits_for: tuple[str, ...]
    signed: tuple[Signed, ...]
    told: tuple[Notice, ...]
    impact: Impact
    overtaken: str | None
    is_mine: bool
    offered: tuple[Action, ...]


def change_list(
    ctx: Context, *, state: str = "", document: str = "", after: str = "", most: int | None = None
) -> Sequence[ChangeLine]:
    """The newest first, `most` of them behind the one of a number; of a state (or `open`), of a document."""
    ctx.require(Action.CHANGE_READ, Subject())
    wanted = _LINES.order_by(ChangeApplication.id.desc()).limit(most)
    if state:
        chosen = changes.OPEN if state == "open" else {one for one in State if one.value == state}
        wanted = wanted.where(ChangeApplication.state.in_(chosen))
    if document:
        wanted = wanted.where(Document.number.icontains(printable(document), autoescape=True))
    if after.isascii() and after.isdigit() and len(after) < 10:
        last = select(ChangeApplication.id).where(ChangeApplication.number == str(int(after)))
        wanted = wanted.where(ChangeApplication.id < last.scalar_subquery())
    return [ChangeLine(**row) for row in ctx.session.execute(wanted).mappings()]


def change_view(ctx: Context, number: str, action: Action | None = None) -> ChangeView:
    """Raises NotFound, Forbidden; with `action` also WrongState: whether it could be done now."""
    ctx.require(Action.CHANGE_READ, Subject())
    change = find.change(ctx.session, number)
    document = ctx.session.get_one(Document, change.document_id)
    revision = ctx.session.get_one(Revision, change.revision_id)
    require(ctx, About.DOCUMENT, document.number, [revision.label])
    case = standing.case(ctx.session, change, document)
    if action is not None:
        _check(ctx, change, document, case, action)
    row = ctx.session.execute(_LINES.where(ChangeApplication.id == change.id)).mappings().one()
    rows = rows_from_data(change.rows)
    open_ones = case.progress.open if change.state is State.APPLIED else ()
    return ChangeView(
        line=ChangeLine(**row),
        rows=rows,
        content=standing.content_of(change, document, revision),
        original=standing.original_approver(ctx.session, revision)[1],
        approver=changes.approver(case.chain),
        substitute_reason=change.substitute_reason,
        waits_for=open_ones,
        signed=_signed(ctx, change),
        told=_told(ctx, change),
        impact=impact(ctx, document, revision, rows),
        overtaken=_overtaken(ctx, change, document),
        is_mine=change.state is State.APPROVED and change.executor_id == ctx.actor.person_id,
        offered=tuple(a for a in _ORDER if _could(ctx, change, document, case, a)),
    )


def _overtaken(ctx: Context, change: ChangeApplication, document: Document) -> str | None:
    if change.state not in changes.OPEN or document.withdrawn_day is not None:
        return None
    newest = standing.to_change(ctx.session, document)
    return newest.label if newest.id != change.revision_id else None


_ORDER: Final = (
    Action.CHANGE_STUDY,
    Action.CHANGE_SIGN,
    Action.CHANGE_REFUSE,
    Action.CHANGE_ASSIGN,
    Action.CHANGE_NOTE,
    Action.CHANGE_WITHDRAW,
)


def _could(
    ctx: Context, change: ChangeApplication, document: Document, case: changes.Case, action: Action
) -> bool:
    try:
        _check(ctx, change, document, case, action)
    except DocctlError:
        return False
    return True


def _check(
    ctx: Context, change: ChangeApplication, document: Document, case: changes.Case, action: Action
) -> None:
    """What the act asks before it reads what was typed. Raises Forbidden, WrongState."""
    if action is Action.CHANGE_NOTE:
        waiting = frozenset(ctx.session.scalars(_WAITING.where(ChangeNotice.change_id == change.id)))
        ctx.require(action, Subject(name=f"{document.number} / {change.number}", concerned=waiting))
        return
    ctx.require(action, standing.subject(change, document))
    changes.after(change.state, action, change.number)
    if action in (Action.CHANGE_SIGN, Action.CHANGE_REFUSE):
        part = changes.check_decides(case, ctx.actor)
        if action is Action.CHANGE_SIGN:
            changes.check_studied(case, part, ctx.actor)
    if action is Action.CHANGE_STUDY and (not case.substituted or ctx.actor.person_id in case.studied):
        raise WrongState("Nobody has to open the background of application {number}.", number=change.number)


def _signed(ctx: Context, change: ChangeApplication) -> tuple[Signed, ...]:
    given = select(ChangeSignature).where(ChangeSignature.change_id == change.id)
    return tuple(
        Signed(s.meaning, s.part, s.person_name, s.signed_at, s.comment or "")
        for s in ctx.session.scalars(given.order_by(ChangeSignature.id))
    )


def _told(ctx: Context, change: ChangeApplication) -> tuple[Notice, ...]:
    found = (
        select(ChangeNotice, Person.name)
        .outerjoin(Person, Person.id == ChangeNotice.noted_by_id)
        .where(ChangeNotice.change_id == change.id)
        .order_by(ChangeNotice.id)
    )
    return tuple(
        Notice(row.about, row.department, row.told_at, row.noted_at, name or "")
        for row, name in ctx.session.execute(found)
    )


_WAITING: Final = select(ChangeNotice.department).where(ChangeNotice.noted_at.is_(None))
_applied, _executor, _result = aliased(Person), aliased(Person), aliased(Revision)
_LINES: Final[Select[*tuple[Any, ...]]] = (
    select(
        ChangeApplication.number,
        Document.number.label("document"),
        Revision.title,
        Revision.label,
        ChangeApplication.kind,
        ChangeApplication.state,
        ChangeApplication.reason,
        _applied.name.label("applied_by"),
        ChangeApplication.applied_at,
        _executor.name.label("executor"),
        _result.label.label("result"),
        ChangeApplication.ended_reason,
    )
    .select_from(ChangeApplication)
    .join(Document, Document.id == ChangeApplication.document_id)
    .join(Revision, Revision.id == ChangeApplication.revision_id)
    .join(_applied, _applied.id == ChangeApplication.applied_by_id)
    .join(_executor, _executor.id == ChangeApplication.executor_id)
    .outerjoin(_result, _result.id == ChangeApplication.result_id)
)


CHANGES: Final = Listed(
    title=Message("Change applications"),
    columns=(
        Column(key="number", heading=Message("Number"), value=lambda line: line.number, shape="number"),
        Column(key="state", heading=Message("State"), value=lambda line: line.state),
        Column(
            key="document", heading=Message("Document"), value=lambda line: line.document, leads_to="document"
        ),
        Column(key="label", heading=Message("Revision"), value=lambda line: line.label, on=NOT_ON_PAGE),
        Column(
            key="kind", heading=Message("Class of the change"), value=lambda line: line.kind, on=NOT_ON_PAGE
        ),
        Column(key="reason", heading=Message("Reason"), value=lambda line: line.reason, shape="words"),
        Column(key="applied_by", heading=Message("Applied for by"), value=lambda line: line.applied_by),
        Column(
            key="applied_at", heading=Message("Applied on"), value=lambda line: line.applied_at, shape="day"
        ),
        Column(key="executor", heading=Message("Carried out by"), value=lambda line: line.executor),
        Column(key="result", heading=Message("New revision"), value=lambda line: line.result),
        Column(
            key="ended_reason",
            heading=Message("Said to it"),
            value=lambda line: line.ended_reason,
            shape="words",
            on=NOT_ON_PAGE,
        ),
    ),
)
