"""Reports: one page for all of them, made of what each declares (queries/report.py)."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries import all_reports
from docctl.queries.report import Report, read_report
from docctl.rules.surfaces import SURFACES
from docctl.web.kit import export, forms, here, navigation

bp = Blueprint("reports", __name__)

LINES: Final = 50


@bp.get("/reports/<name>")
def show(name: str) -> ResponseReturnValue:
    """A report by what was asked, in parts; `?as=xlsx` is all of it as a workbook."""
    report = next((one for one in all_reports.REPORTS if one.name == name), None)
    if report is None:
        abort(404)
    asked = {one.name: _answer(one.name, is_day=one.is_day) for one in report.filters}
    if export.is_wanted():
        return export.export(report.listed, read_report(here.reading(), report, asked).lines)
    part = read_report(here.reading(), report, asked, after=request.args.get("after", ""), most=LINES)
    g.place = navigation.place(_beside(report))
    return render_template("desk/report.html", report=report, part=part, place=g.place)


@bp.app_template_global()
def reports_here() -> list[Report]:
    """Those that belong to the page that is shown, as far as its reader may read them."""
    found = [one for one in all_reports.REPORTS if _beside(one) == request.blueprint]
    return [one for one in found if here.reading().may(one.action, one.subject)]


def _beside(report: Report) -> str:
    """The blueprint of the page on which it stands: that of its right."""
    return str(SURFACES[report.action].web).partition(".")[0]


def _answer(name: str, *, is_day: bool) -> str | date | None:
    return forms.day(request.args, name) if is_day else forms.text(request.args, name)
