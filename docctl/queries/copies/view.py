"""One copy as somebody looks at it, with its history, its verdict and what can be done with it next.

Whoever may not see a copy is answered as if there were none (SE-31).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select

from docctl.door.context import Context
from docctl.errors import NotFound, see
from docctl.errors.message import Typed
from docctl.models.base import Day
from docctl.models.copies import Copy
from docctl.models.documents import Revision
from docctl.queries.copies.deadlines import due_of, with_deadlines
from docctl.queries.copies.history import Call, Step, recalls, steps
from docctl.queries.copies.loans import LoanLine, loans_of
from docctl.queries.copies.register import CopyLine, copies_named
from docctl.queries.copies.scan import copy_check
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.rules import copies, languages, lending, verdicts
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.control import Duty
from docctl.rules.records import limits as phrases
from docctl.rules.words import Words
from docctl.standing import control, find, keeping
from docctl.standing.control import Control


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """By when something is due, and the figure that says so; without a procedure it is docctl's default."""

    day: date
    late: int
    duty: Duty
    phrase: Mapping[str, str]
    procedure: str
    label: str
    clause: str


@dataclass(frozen=True)
class CopyView:
    """A copy. `offered`: what its state allows and the reader may do now; the act asks again.

    `prints` counts the prints under this number; `has_print`: its PDF can be made again, for the reader.
    `due` is by when its holder signs for it, or hands it back, and `late` how many days that is past.
    """

    line: CopyLine
    title: Words
    verdict: verdicts.Verdict
    status: copies.Status
    current_revision: str | None
    prints: int
    steps: tuple[Step, ...]
    recalls: tuple[Call, ...]
    offered: tuple[Action, ...]
    has_print: bool
    due: DueLine | None
    loans: tuple[LoanLine, ...]


@dataclass(frozen=True)
class HandedOut:
    """Copies that were handed out together, and whether their print can be made."""

    lines: tuple[CopyLine, ...]
    has_print: bool


@as_recorded(About.COPY)
def copy_view(ctx: Context, number: str) -> CopyView:
    """The copy of this number. Raises NotFound, also for whoever may not see it."""
    copy = find.copy(ctx.session, number)
    if not ctx.may(Action.COPY_READ, Subject(holder=copy.holder)):
        raise NotFound("there is no copy {number}; see: {where}", number=Typed(number), where=see.COPIES)
    (line,) = copies_named(ctx, [copy.number])["copies"]
    limits = control.load(ctx.site, ctx.session)
    titles = ctx.session.get_one(Revision, copy.revision_id)
    scan = copy_check(ctx, copy.number)
    status = copies.Status(line["state"])
    loans = tuple(loans_of(ctx, copy))
    on_loan = any(loan.ended_day is None for loan in loans)
    offered = tuple(a for a in _ACTS if _offers(ctx, copy, status, a, on_loan=on_loan))
    return CopyView(
        line=line,
        title=titles.title,
        verdict=verdicts.Verdict(scan["verdict"]),
        status=status,
        current_revision=scan["current_revision"],
        prints=copy.print_no,
        steps=tuple(steps(ctx, copy, limits)),
        recalls=tuple(recalls(ctx, copy)),
        offered=offered,
        has_print=copy.pdf_sha256 is not None and status.is_kept and ctx.may(Action.COPY_ISSUE, Subject()),
        due=_due(ctx, limits, copy, status),
        loans=loans,
    )


def copy_for(ctx: Context, number: str, action: Action) -> CopyView:
    """The same for who is about to act on it. Raises NotFound, Forbidden; WrongState where it is too late."""
    seen = copy_view(ctx, number)
    # Who approves and witnesses is not known before the form is filled in.
    copy = find.copy(ctx.session, number)
    ctx.require(action, keeping.of_copy(ctx.session, copy, witnesses=frozenset()))
    borrower = next((loan.borrower_name for loan in seen.loans if loan.ended_day is None), None)
    lending.check(seen.status, action, seen.line["copy"], borrower=borrower)
    if action not in lending.WHEN:
        copies.after(seen.status, action, seen.line["copy"])
    return seen


def handed_out(ctx: Context, numbers: Sequence[str]) -> HandedOut:
    """These copies, as far as the reader may see them."""
    lines = tuple(copies_named(ctx, numbers)["copies"])
    printed = select(Copy.number).where(Copy.number.in_([line["copy"] for line in lines]))
    ready = set(ctx.session.scalars(printed.where(Copy.pdf_sha256.is_not(None))))
    has_print = bool(lines) and len(ready) == len(lines) and ctx.may(Action.COPY_ISSUE, Subject())
    return HandedOut(lines, has_print)


_ACTS: Final = (Action.COPY_TAKE_BACK, *copies.ACTS, Action.COPY_PLACE, Action.COPY_LEND)
"""All that can be done with a copy, in the order in which it is offered."""


def _offers(ctx: Context, copy: Copy, status: copies.Status, action: Action, *, on_loan: bool) -> bool:
    subject = keeping.of_copy(ctx.session, copy, witnesses=frozenset())
    timely = action in lending.WHEN or (status, action) in copies.TRANSITIONS
    return timely and lending.offers(status, action, on_loan=on_loan) and ctx.may(action, subject)


_DUE: Final = with_deadlines(
    select(Copy.number).select_from(Copy).where(Copy.id == bindparam("copy")), bindparam("day", type_=Day)
)


def _due(ctx: Context, limits: Control, copy: Copy, status: copies.Status) -> DueLine | None:
    day = ctx.today()
    due = due_of(limits, ctx.session.execute(_DUE, {"copy": copy.id, "day": day}).one(), status)
    if due is None:
        return None
    bound = due.bound
    return DueLine(
        day=due.day,
        late=due.late(day),
        duty=bound.duty,
        phrase={language: phrases.phrase(bound.limit, language) for language in languages.ALL},
        procedure=bound.procedure,
        label=bound.label,
        clause=bound.limit.clause,
    )
