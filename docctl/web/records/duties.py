"""What falls due by itself: the list, a month of it as a calendar, and the page on which one is excused."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.records.calendar import month_of
from docctl.queries.records.duties import BACK, Asked, DutyLine, duty_list, lacking, moved
from docctl.queries.records.duty_columns import DUTIES
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records.recurring import Standing
from docctl.usecases.records import filling
from docctl.web.kit import again, export, forms, here, navigation

bp = Blueprint("duties", __name__)

LINES: Final = 50


@bp.before_request
def _place() -> None:
    g.place = navigation.place("records")


@bp.get("/duties")
def index() -> ResponseReturnValue:
    """What is due, the earliest first; `?as=xlsx` is all of it as a workbook."""
    lines = duty_list(here.reading(), _asked())
    if export.is_wanted():
        return export.export(DUTIES, lines)
    after = request.args.get("after", "")
    rest = [line for line in lines if line.key > after]
    return render_template(
        "records/duties.html",
        listed=DUTIES,
        lines=rest[:LINES],
        total=len(lines),
        following=rest[LINES - 1].key if len(rest) > LINES else None,
        standings={one.value: one for one in Standing},
        lacking=lacking(here.reading()),
    )


@bp.get("/duties/calendar")
def calendar() -> ResponseReturnValue:
    """A month, week by week: on each day what is to be made by then."""
    return render_template("records/duty_calendar.html", month=month_of(here.reading(), _month()))


@bp.get("/duties/<path:number>/excuse")
def excuse_form(number: str) -> ResponseReturnValue:
    """What is excused, and the reason."""
    return render_template("records/duty_excuse.html", line=_line(number))


@bp.post("/duties/<path:number>/excuse")
@again.shown_again
def excuse(number: str) -> ResponseReturnValue:
    """Sign that it is not made."""
    line = _line(number)
    filling.excuse_duty(
        here.writing(Action.DUTY_EXCUSE),
        number,
        day=line.of.slot.span.last,
        subject=line.subject or None,
        reason=forms.reason(),
    )
    flash(gettext("Excused. It stays in the list, with the reason."))
    return redirect(url_for("duties.index"))


def _line(number: str) -> DutyLine:
    """The one that is meant by `period`, a day of it, and `subject`."""
    day = forms.day(request.values, "period")
    if day is None:
        abort(404)
    subject = request.values.get("subject", "")
    lines = duty_list(here.reading(), Asked(form=number, since=moved(day, -BACK), until=moved(day, BACK)))
    spans = ((line, line.of.slot.span) for line in lines if line.subject == subject)
    found = [line for line, span in spans if span.first <= day <= span.last]
    if not found:
        abort(404)
    department = found[0].of.duty.department
    here.reading().require(Action.DUTY_EXCUSE, Subject(name=number, department=department))
    return next((line for line in found if line.of.is_free), found[0])


def _asked() -> Asked:
    said = {name: forms.text(request.args, name) for name in ("form", "department", "standing")}
    since, until = (forms.day(request.args, name) for name in ("since", "until"))
    return Asked(since=since, until=until, **said)


def _month() -> date:
    """The first day of the month that is asked for, as in 2026-03; of this one, where that is none."""
    try:
        return date.fromisoformat(request.args.get("month", "") + "-01")
    except ValueError:
        return here.reading().today().replace(day=1)
