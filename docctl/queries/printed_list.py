"""A list as a PDF to be signed and filed: of which company, when, by whom, by which filter (DC-75)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.errors.message import Message, Reader
from docctl.queries.columns import Listed, Surface
from docctl.queries.workbook import Workbook, notes_of
from docctl.render import renderer
from docctl.render.list_sheet import ListSheet, to_html
from docctl.render.pdf import Job
from docctl.standing import find

MOST_LINES: Final = 500
"""More take longer to lay out than somebody waits for."""


def printed_list(
    ctx: Context,
    listed: Listed,
    lines: Sequence[Any],
    reader: Reader,
    asked: Iterable[tuple[str, str]],
    left_out: Message | None = None,
) -> Workbook:
    """All `lines` below the headings of the list, as its workbook has them, with lines for signatures.

    Raises WrongState where the site makes no PDFs, and for more lines than are printed at once.
    """
    if not ctx.site.settings.pdf:
        raise WrongState("this site makes no PDFs; set pdf = true in docctl.toml, or take the list as Excel")
    if len(lines) > MOST_LINES:
        raise WrongState(
            "the list has {many} lines, and at most {most} are printed at once: choose by the filter, or "
            "take it as Excel",
            many=len(lines),
            most=MOST_LINES,
        )
    title, zone = listed.title.told(reader), ctx.site.zone
    table = listed.table(Surface.WORKBOOK, lines, reader, zone)
    headings = tuple(listed.headings(Surface.WORKBOOK, reader))
    sheet = ListSheet(
        language=reader.language,
        organisation=find.organisation(ctx.session).name,
        title=title,
        headings=headings,
        rows=tuple(tuple("" if cell is None else str(cell) for cell in row.values()) for row in table),
        notes=tuple(notes_of(ctx, len(lines), asked, reader, left_out).items()),
    )
    made = renderer.render(Job(to_html(sheet), ctx.today(), {}))
    return Workbook(name=f"{title} {ctx.now().astimezone(zone):%Y-%m-%d}.pdf", data=made)
