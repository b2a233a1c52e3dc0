"""The departments of the site, for whoever has to show or choose one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from docctl.door.context import Context
from docctl.rules.words import Words
from docctl.standing import find


class DepartmentLine(TypedDict):
    """A department by its key, with its name."""

    key: str
    title: Words


def department_list(ctx: Context) -> list[DepartmentLine]:
    """Those that are not retired, by key. Needs no right: their names stand on every document."""
    return [DepartmentLine(key=row.key, title=row.title) for row in find.departments(ctx.session)]


def department_words(ctx: Context) -> Mapping[str, Words]:
    """What departments are called, by key. Retired ones too: an old form names the department of its day."""
    return find.names_of_departments(ctx.session)
