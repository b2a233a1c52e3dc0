"""A list as a workbook, with a sheet that says what it is: of which site, when, by whom, by which filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docctl.door.context import Context
from docctl.errors.message import Message, Reader
from docctl.queries.columns import Listed, Surface
from docctl.render import excel


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """The bytes of a file, and what it may be called."""

    name: str
    data: bytes


def workbook(
    ctx: Context,
    listed: Listed,
    lines: Sequence[Any],
    reader: Reader,
    asked: Iterable[tuple[str, str]],
    left_out: Message | None = None,
) -> Workbook:
    """All `lines` below the headings of the list. `asked` is the filter: names and what was chosen.

    `left_out`: what the file would hold if it were not too much for one; the file says so.
    """
    now, zone = ctx.now().astimezone(ctx.site.zone), ctx.site.zone
    title = listed.title.told(reader)
    shown = zip(listed.headings(Surface.WORKBOOK, reader), listed.shown(Surface.WORKBOOK), strict=True)
    columns = {heading: [column.cell(line, reader, zone) for line in lines] for heading, column in shown}
    told = {Message("List").told(reader): title} | notes_of(ctx, len(lines), asked, reader, left_out)
    data = excel.workbook(title, columns, Message("Notes").told(reader), told, made_at=now)
    return Workbook(name=f"{title} {now:%Y-%m-%d}.xlsx", data=data)


def notes_of(
    ctx: Context, lines: int, asked: Iterable[tuple[str, str]], reader: Reader, left_out: Message | None
) -> dict[str, str]:
    """What a list that is taken away says of itself, beside its title."""
    now, zone = ctx.now().astimezone(ctx.site.zone), ctx.site.zone
    notes = {
        Message("Site"): ctx.site.settings.origin,
        Message("Exported at"): f"{now:%Y-%m-%d %H:%M} ({zone})",
        Message("Exported by"): f"{ctx.name} ({ctx.actor.login})",
        Message("Lines"): str(lines),
        Message("Filter"): ", ".join(f"{name}={value}" for name, value in asked),
    }
    if left_out is not None:
        notes[Message("Left out")] = left_out.told(reader)
    return {name.told(reader): value for name, value in notes.items()}
