"""Whom something waits for, in words: people by name, and why nobody could sign a step."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_babel import gettext

from docctl.rules import languages
from docctl.rules.documents.signers import Gap
from docctl.rules.people import Bearer
from docctl.web.kit import language, telling


def install(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(people=people, gap=gap, listed=listed)


def people(of: Iterable[Bearer]) -> str:
    """By name, each with the login, and with who is away where they are asked in that place."""
    return listed(_one(person) for person in of)


def _one(person: Bearer) -> str:
    name = f"{person.name} ({person.actor.login})"
    if not person.acts_for:
        return name
    return str(gettext("%(name)s for %(absent)s", name=name, absent=person.acts_for))


def gap(of: Gap) -> str:
    """Why nobody can sign this part of a chain."""
    return telling.told(of.why)


def listed(of: Iterable[str]) -> str:
    """Several, as the language joins them."""
    return languages.LIST[language.of_request()].comma.join(of)
