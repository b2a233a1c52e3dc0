"""What an approval of a change depends on: the text that governs, what it changed, and who approved it."""

from __future__ import annotations

from dataclasses import dataclass

from docctl.door.context import Context
from docctl.queries.documents import history
from docctl.queries.documents.history import RevisionLine
from docctl.queries.documents.redline import (
    ON_A_PAGE,
    FigureAddress,
    department_titles,
    parts_read,
    revision_diff,
)
from docctl.standing import find
from docctl.standing.document import labelled


@dataclass(frozen=True, kw_only=True)
class Background:
    """`parts`: the text by language; `redline`: what it changed of the one before, if there was one."""

    revision: RevisionLine
    parts: tuple[tuple[str, str], ...]
    redline: str


def background(ctx: Context, number: str, label: str, address: FigureAddress) -> Background:
    """Of the revision that is to be changed. Raises NotFound, Forbidden."""
    line = next(one for one in history.revisions(ctx, number).lines if one.label == label)
    read = labelled(ctx, find.document(ctx.session, number), label)
    redline = revision_diff(ctx, number, line.before, label, address)["html"] if line.before else ""
    return Background(
        revision=line,
        parts=tuple(parts_read(read, address, department_titles(ctx), ON_A_PAGE)),
        redline=redline,
    )
