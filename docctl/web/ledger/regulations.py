"""Standards and regulations, clause by clause: a table of docctl itself, for everybody who signs in."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.site.regulations import REGULATIONS, State, asked, clauses, counted, standards
from docctl.web.kit import export, navigation, telling

bp = Blueprint("regulations", __name__)


@bp.get("/regulations")
def index() -> ResponseReturnValue:
    """How far each standard is met; its clauses once one is chosen. `?as=xlsx` is the same as a workbook."""
    chosen = [request.args.get(name, "") for name in ("standard", "state")]
    lines = asked(*chosen)
    if export.is_wanted():
        return export.export(REGULATIONS, lines)
    g.place = navigation.place("ledger")
    return render_template(
        "ledger/regulations.html",
        listed=REGULATIONS,
        lines=lines if any(chosen) else [],
        chosen=any(chosen),
        standards=standards(),
        choices=[(key, telling.told(title)) for key, title in standards().items()],
        states={state.value: state for state in State},
        counts=counted(list(clauses())),
    )
