"""What governs now, for templates that show a revision to which something is pinned; asked once a request."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g

from docctl.queries.documents.governing import in_force_now
from docctl.web.kit import here


def install(app: Flask) -> None:
    """Give templates `governs(number)`, and `governs_all(numbers)` for a list: one query for all of it."""
    app.jinja_env.globals.update(governs=governs, governs_all=governs_all)


def governs(number: str) -> str | None:
    """The label that is in force today of this document; None where nothing is."""
    governs_all([number])
    return _known().get(number)


def governs_all(numbers: Iterable[str]) -> str:
    """Ask for all these documents at once, before the lines of a list ask one by one. Writes nothing."""
    known = _known()
    wanted = set(numbers) - known.keys()
    if wanted:
        known |= dict.fromkeys(wanted) | in_force_now(here.reading(), wanted)
    return ""


def _known() -> dict[str, str | None]:
    known: dict[str, str | None] = g.setdefault("in_force_now", {})
    return known
