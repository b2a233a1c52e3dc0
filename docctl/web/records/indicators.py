"""Indicators: all of a period, the course of one, and the records that a figure counts."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.records.indicator_columns import COUNTED, COURSE, INDICATORS
from docctl.queries.records.indicators import counted, course, figures, find_known
from docctl.rules.records.spans import called, span_of
from docctl.web.kit import export, forms, here, navigation
from docctl.web.records.chart import chart_of

bp = Blueprint("indicators", __name__)

LINES: Final = 50


@bp.before_request
def _place() -> None:
    g.place = navigation.place("records")


@bp.get("/indicators")
def index() -> ResponseReturnValue:
    """Each indicator in the period of the day `on`; `?as=xlsx` is the list as a workbook."""
    lines = figures(here.reading(), forms.day(request.args, "on"))
    if export.is_wanted():
        return export.export(INDICATORS, lines)
    return render_template("records/indicators.html", listed=INDICATORS, lines=lines)


@bp.get("/indicators/course")
def show() -> ResponseReturnValue:
    """The last periods of one, as a table and as a picture of it."""
    form, name = request.args.get("form", ""), request.args.get("name", "")
    lines = course(here.reading(), form, name)
    if export.is_wanted():
        return export.export(COURSE, lines)
    parts = [(part, list(of)) for part, of in groupby(lines, key=lambda line: line.part)]
    return render_template(
        "records/indicator.html",
        one=find_known(here.reading(), form, name),
        listed=COURSE,
        parts=[(part, of, chart_of(of)) for part, of in parts],
    )


@bp.get("/indicators/records")
def records() -> ResponseReturnValue:
    """The records that the figure of the period of a day counts."""
    form, name, part = (request.args.get(key, "") for key in ("form", "name", "part"))
    one, day = find_known(here.reading(), form, name), forms.day(request.args, "on")
    if day is None:
        abort(404)
    span, after = span_of(one.of.per, day), request.args.get("after", "")
    if export.is_wanted():
        return export.export(COUNTED, counted(here.reading(), form, name, span, part))
    lines = counted(here.reading(), form, name, span, part, after=after, most=LINES + 1)
    return render_template(
        "records/indicator_records.html",
        one=one,
        part=part,
        period=called(one.of.per, span),
        listed=COUNTED,
        lines=lines[:LINES],
        following=lines[LINES - 1].number if len(lines) > LINES else None,
    )
