"""Traces: from a record to what governed it, from a document to its records; worked out again each time."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docctl.errors import Forbidden
from docctl.ledger.finding import What
from docctl.queries.desk.jump import copy_named
from docctl.queries.ledger.trace import trace
from docctl.rules.actions import Action
from docctl.rules.copies import Status as CopyStatus
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.revisions import Status
from docctl.rules.records.disposal import MEANINGS
from docctl.rules.records.life import State as RecordState
from docctl.web.kit import here
from docctl.web.ledger import tracing

bp = Blueprint("trace", __name__)


@bp.get("/trace")
def index() -> ResponseReturnValue:
    """Ask for a number; `?number=` leads to its trace, that of a copy to its history."""
    if number := request.args.get("number", "").strip():
        copy = copy_named(here.reading(), number)
        if copy is not None:
            return redirect(url_for("copies.show", number=copy.number))
        return redirect(url_for("trace.show", number=number))
    if not here.may(Action.TRACE_READ):
        raise Forbidden("you may not trace records; ask document control")
    return render_template("ledger/trace.html")


@bp.get("/trace/<path:number>")
def show(number: str) -> ResponseReturnValue:
    """The chain as a picture and as tables, and whether it is verified. `?after=`: more of its records."""
    traced = trace(here.reading(), number, request.args.get("after") or None)
    of_record = "record" in traced
    return render_template(
        "ledger/trace_record.html" if of_record else "ledger/trace_document.html",
        traced=traced,
        picture=tracing.of_record(traced) if of_record else tracing.of_document(traced),
        statuses={status.value: status for status in Status},
        copy_states={status.value: status for status in CopyStatus},
        record_states={state.value: state for state in RecordState},
        kinds={what.value: what for what in What},
        meanings={meaning.value: meaning for meaning in Meaning},
        disposal_meanings=MEANINGS,
    )
