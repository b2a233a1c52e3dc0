"""The departments of the site, for whoever has to show or choose one."""

from __future__ import annotations

from typing import TypedDict

from docctl.context import Context
from docctl.models import find


class DepartmentLine(TypedDict):
    """A department by its key, with its name in both languages."""

    key: str
    title: str
    title_en: str


def department_list(ctx: Context) -> list[DepartmentLine]:
    """Those that are not retired, by key. Needs no right: their names stand on every document."""
    return [
        DepartmentLine(key=row.key, title=row.title_zh, title_en=row.title_en)
        for row in find.departments(ctx.session)
    ]
