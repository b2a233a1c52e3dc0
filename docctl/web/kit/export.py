"""A list as a workbook to be saved: all of it, by the filter of the page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from flask import Response, request, send_file

from docctl.errors.message import Message
from docctl.queries.columns import Listed
from docctl.queries.workbook import workbook
from docctl.web.kit import here, telling

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def is_wanted() -> bool:
    """Whether the page was asked for as a workbook: `?as=xlsx`."""
    return request.args.get("as") == "xlsx"


def export(listed: Listed, lines: Sequence[Any], left_out: Message | None = None) -> Response:
    """The workbook of these lines. `left_out`: what is not in it, though it was asked for."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if value and name != "as"]
    made = workbook(here.reading(), listed, lines, telling.reader(), asked, left_out)
    return send_file(BytesIO(made.data), mimetype=TYPE, as_attachment=True, download_name=made.name)
