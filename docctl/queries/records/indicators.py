"""Indicators: what the records of a period add up to, month by month, against their targets (PR-64 to 72).

Two queries for each page, however many records: what a record adds is kept with it (standing/drawn.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, Text, and_, func, or_, select, type_coerce

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.models.documents import Document, Revision
from docctl.models.records import Record
from docctl.models.recurring import FormRule, RecordFigure
from docctl.queries.documents.standing_today import IN_FORCE
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import indicators
from docctl.rules.records.clock_verdicts import Verdict
from docctl.rules.records.indicators import UNIT, Indicator, Sums
from docctl.rules.records.spans import Span, called, span_of
from docctl.rules.text import printable
from docctl.rules.words import Words

SHOWN: Final = 12
"""Periods of an indicator that are shown, the last of them the one that runs."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class FigureLine:
    """An indicator of a form in a period. `figure` None: no record of the period says anything.

    `part`: of which group, empty where there are none. `records`: how many were counted. `is_met` None: there
    is no target, or no figure.
    """

    number: str
    title: Words
    department: str
    of: Indicator
    part: str
    span: Span
    figure: Decimal | None
    records: int

    @property
    def period(self) -> Words:
        return called(self.of.per, self.span)

    @property
    def written(self) -> str:
        """The figure as it is read; empty where there is none."""
        return "" if self.figure is None else indicators.figure_written(self.of.value, self.figure)

    @property
    def is_met(self) -> bool | None:
        if self.figure is None or self.of.target is None:
            return None
        return self.of.target.is_met(self.figure)

    @property
    def verdict(self) -> Verdict | None:
        """The same in a word."""
        return None if self.is_met is None else Verdict.MET if self.is_met else Verdict.NOT_MET


@dataclass(frozen=True, kw_only=True)
class Known:
    """An indicator of a form in force, and who sees it."""

    document_id: int
    number: str
    title: Words
    department: str
    of: Indicator


def known(ctx: Context) -> list[Known]:
    """The indicators of the forms in force that the reader may see, by form. One query."""
    asked = (
        select(Document, Revision.title, FormRule)
        .join(FormRule, FormRule.document_id == Document.id)
        .join(Revision, Revision.id == FormRule.revision_id)
        .where(FormRule.revision_id == IN_FORCE)
        .order_by(Document.number_key)
    )
    return [
        Known(
            document_id=document.id,
            number=document.number,
            title=title,
            department=document.department,
            of=Indicator.parse(source),
        )
        for document, title, rule in ctx.session.execute(asked, {"day": ctx.today()})
        if _sees(ctx, document, rule)
        for source in rule.indicators
    ]


def figures(ctx: Context, until: date | None = None, *, form: str = "", name: str = "") -> list[FigureLine]:
    """The period in which `until` (today) lies, of each indicator and each of its groups."""
    found = [one for one in known(ctx) if form in ("", one.number) and name in ("", one.of.name)]
    day = until or ctx.today()
    return [line for one in found for line in _lines(ctx, one, [span_of(one.of.per, day)])]


def course(ctx: Context, form: str, name: str) -> list[FigureLine]:
    """The last twelve periods of one indicator, the oldest first, group by group. Raises NotFound."""
    one = find_known(ctx, form, name)
    spans = [span_of(one.of.per, ctx.today())]
    while len(spans) < SHOWN:
        spans.insert(0, span_of(one.of.per, spans[0].first - _DAY))
    return sorted(_lines(ctx, one, spans), key=lambda line: (line.part, line.span))


def find_known(ctx: Context, form: str, name: str) -> Known:
    """Raises NotFound."""
    found = next((one for one in known(ctx) if (one.number, one.of.name) == (form, name)), None)
    if found is None:
        raise NotFound("{form} has no indicator {name}", form=form, name=name)
    return found


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A record that was counted, and what it adds; None: its clock was missed, and still runs."""

    number: str
    day: date
    part: str
    amount: Decimal


def counted(
    ctx: Context, form: str, name: str, span: Span, part: str, *, after: str = "", most: int | None = None
) -> list[Counted]:
    """The records that the figure of a period counts, by number; `most` behind the one of a number."""
    one = find_known(ctx, form, name)
    asked = (
        select(Record.number, RecordFigure.day, RecordFigure.part, RecordFigure.amount, Record.id)
        .join(Record, Record.id == RecordFigure.record_id)
        .where(_of(one, [span]), RecordFigure.part == printable(part), _says_something(ctx))
        .order_by(Record.number)
        .limit(most)
    )
    if after:
        asked = asked.where(Record.number > printable(after))
    return [
        Counted(number=row.number, day=row.day, part=row.part, amount=Decimal(row.amount or 0) / UNIT)
        for row in ctx.session.execute(asked)
    ]


def told(line: FigureLine) -> dict[str, Any]:
    """A line as programs read it; the figure is a decimal as text."""
    return {
        "form": line.number,
        "name": line.of.name,
        **line.of.title.keys_of("title"),
        "group": line.part or None,
        **line.period.keys_of("period"),
        "from": line.span.first.isoformat(),
        "until": line.span.last.isoformat(),
        "records": line.records,
        "figure": None if line.figure is None else f"{line.figure:.6f}",
        "target": line.of.target.text if line.of.target else None,
        "met": line.is_met,
    }


def _sees(ctx: Context, document: Document, rule: FormRule) -> bool:
    """Who takes part in its records, who answers for the form, and who reads all."""
    subject = Subject(performers=frozenset(), step_posts=frozenset(rule.posts))
    answers = Subject(department=document.department)
    return ctx.may(Action.RECORD_READ, subject) or ctx.may(Action.DUTY_EXCUSE, answers)


def _of(one: Known, spans: Sequence[Span]) -> ColumnElement[bool]:
    of = RecordFigure
    return and_(
        of.document_id == one.document_id,
        of.name == one.of.name,
        of.day.between(spans[0].first, spans[-1].last),
    )


def _says_something(ctx: Context) -> ColumnElement[bool]:
    """Not a clock that still runs and is in time."""
    return or_(RecordFigure.amount.is_not(None), RecordFigure.due < ctx.now())


def _lines(ctx: Context, one: Known, spans: Sequence[Span]) -> Iterator[FigureLine]:
    sums: dict[tuple[str, Span], Sums] = {}
    for row in ctx.session.execute(_summed(ctx, one, spans)):
        key = row.part, span_of(one.of.per, row.month)
        sums[key] = _added(sums.get(key), row)
    parts = sorted({part for part, _ in sums}) or [""]
    for part in parts:
        for span in spans:
            own = sums.get((part, span), Sums(0, 0, 0, 0, 0))
            yield FigureLine(
                number=one.number,
                title=one.title,
                department=one.department,
                of=one.of,
                part=part,
                span=span,
                figure=indicators.figure(one.of.value, own),
                records=own.records,
            )


def _summed(ctx: Context, one: Known, spans: Sequence[Span]) -> Select[*tuple[Any, ...]]:
    """Month by month. Units and millionths apart: neither sum leaves what a database counts in."""
    of = RecordFigure
    amount = func.coalesce(of.amount, 0)
    month = func.substr(type_coerce(of.day, Text), 1, 7)
    return (
        select(
            of.part,
            month.label("of_month"),
            func.min(of.day).label("month"),
            func.count().label("records"),
            *_sum("amount", amount),
            *_sum("base", of.base),
            func.max(amount).label("greatest"),
            func.min(amount).label("smallest"),
        )
        .where(_of(one, spans), _says_something(ctx))
        .group_by(of.part, month)
    )


def _sum(name: str, of: Any) -> tuple[Any, Any]:
    return func.sum(of // UNIT).label(name), func.sum(of % UNIT).label(f"{name}_rest")


def _added(to: Sums | None, row: Row[Any]) -> Sums:
    """The months of a period together."""
    amount = int(row.amount) * UNIT + int(row.amount_rest)
    base = int(row.base) * UNIT + int(row.base_rest)
    if to is None:
        return Sums(row.records, amount, base, row.greatest, row.smallest)
    return Sums(
        to.records + row.records,
        to.amount + amount,
        to.base + base,
        max(to.greatest, row.greatest),
        min(to.smallest, row.smallest),
    )
