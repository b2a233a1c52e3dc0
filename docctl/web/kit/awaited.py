"""Whom something waits for, in words: people by name, and why nobody could sign a step."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask

from docctl.rules import languages
from docctl.rules.documents.signers import Gap
from docctl.rules.people import Bearer
from docctl.web.kit import language, telling


def install(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(people=people, gap=gap, listed=listed)


def people(of: Iterable[Bearer]) -> str:
    """By name, each with the login."""
    return listed(f"{person.name} ({person.actor.login})" for person in of)


def gap(of: Gap) -> str:
    """Why nobody can sign this part of a chain."""
    return telling.told(of.why)


def listed(of: Iterable[str]) -> str:
    """Several, as the language joins them."""
    return languages.LIST[language.of_request()].comma.join(of)
