"""A list as a workbook, with a sheet that says what it is: of which site, when, by whom, by which filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO

from flask import Response, request, send_file
from flask_babel import gettext

from docctl.render import excel
from docctl.web.kit import here

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(title: str, columns: Mapping[str, Sequence[str | int | date | None]]) -> Response:
    """`columns`: for each heading the cells below it, all of one length. Text never becomes a formula."""
    now, person = here.now(), here.person()
    notes = {
        gettext("List"): title,
        gettext("Site"): here.site().settings.origin,
        gettext("Exported at"): f"{now:%Y-%m-%d %H:%M} ({here.site().zone})",
        gettext("Exported by"): f"{person.name} ({person.actor.login})" if person is not None else "",
        gettext("Lines"): str(max(map(len, columns.values()), default=0)),
        gettext("Filter"): ", ".join(
            f"{name}={value}" for name, value in request.args.items(multi=True) if value and name != "as"
        ),
    }
    data = excel.workbook(title, columns, gettext("Notes"), notes, made_at=now)
    return send_file(
        BytesIO(data), mimetype=TYPE, as_attachment=True, download_name=f"{title} {now:%Y-%m-%d}.xlsx"
    )
