"""Case files: their names by kind, and one with its records and what is missing in it."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.records.columns import RECORDS
from docctl.queries.records.dossiers import DOSSIERS, case_file, dossier_list
from docctl.rules.records.dossiers import Dossier
from docctl.rules.records.life import State
from docctl.web.kit import export, here
from docctl.web.records.listing import LINES, bp

__all__ = ["bp"]


@bp.get("/records/dossiers")
def dossiers() -> ResponseReturnValue:
    """The case files of a kind by name; `?as=xlsx` is all of them as a workbook."""
    ctx, kind = here.reading(), _kind()
    q = request.args.get("q", "")
    if export.is_wanted():
        return export.export(DOSSIERS, dossier_list(ctx, kind, q=q))
    lines = dossier_list(ctx, kind, q=q, after=request.args.get("after", ""), most=LINES + 1)
    return render_template(
        "records/dossiers.html",
        listed=DOSSIERS,
        lines=lines[:LINES],
        following=lines[LINES - 1]["name"] if len(lines) > LINES else None,
        kind=kind,
        kinds={each.value: each for each in Dossier},
    )


@bp.get("/records/dossiers/file")
def dossier() -> ResponseReturnValue:
    """One case file, all of it."""
    found = case_file(here.reading(), _kind(), request.args.get("of", ""))
    if export.is_wanted():
        return export.export(RECORDS, found.lines)
    states = {state.value: state for state in State}
    return render_template("records/dossier.html", file=found, listed=RECORDS, states=states)


def _kind() -> Dossier:
    typed = request.args.get("kind", Dossier.CUSTOMER.value)
    if typed not in set(Dossier):
        abort(404)
    return Dossier(typed)
