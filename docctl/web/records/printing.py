"""A record as a PDF to be saved: for a customer, a file on paper, an auditor who wants it so."""

from __future__ import annotations

from io import BytesIO

from flask import request, send_file
from flask.typing import ResponseReturnValue

from docctl.queries.records.printing import record_print
from docctl.rules import languages
from docctl.web.kit import here, printer
from docctl.web.kit.language import of_request
from docctl.web.records.listing import bp as bp


@bp.get("/records/<path:number>/print")
def print_(number: str) -> ResponseReturnValue:
    """In the reader's language; with `?in=all` in each of the list."""
    spoken = languages.ALL if request.args.get("in") == "all" else (of_request(),)
    with printer.turn():
        made = record_print(here.reading(), number, spoken)
    return send_file(
        BytesIO(made.data), mimetype="application/pdf", as_attachment=True, download_name=made.name
    )
