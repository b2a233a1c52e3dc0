"""A list to be taken away, as a workbook or on paper: all of it, by the filter of the page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from flask import Response, request, send_file

from docctl.errors.message import Message
from docctl.queries.columns import Listed
from docctl.queries.printed_list import printed_list
from docctl.queries.workbook import Workbook, workbook
from docctl.web.kit import here, printer, telling

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"


def is_wanted() -> bool:
    """Whether the page was asked for as a workbook or on paper: `?as=xlsx`, `?as=pdf`."""
    return request.args.get("as") in ("xlsx", "pdf")


def export(listed: Listed, lines: Sequence[Any], left_out: Message | None = None) -> Response:
    """The file of these lines. `left_out`: what is not in it, though it was asked for."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if value and name != "as"]
    told = (here.reading(), listed, lines, telling.reader(), asked, left_out)
    if request.args["as"] == "pdf":
        with printer.turn():
            return saved(printed_list(*told), PDF)
    return saved(workbook(*told), TYPE)


def saved(made: Workbook, kind: str) -> Response:
    """A file that is kept by whoever asked for it."""
    return send_file(BytesIO(made.data), mimetype=kind, as_attachment=True, download_name=made.name)
