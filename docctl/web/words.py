"""The words of people for what has a key: levels, roles, departments. And the ways on from the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final

from flask import Flask, current_app, g, url_for
from flask_babel import gettext

from docctl.queries.departments import department_list
from docctl.rules.permissions import Role
from docctl.web import here, language
from docctl.web.language import marked

LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "manual": marked("manual"),
        "procedure": marked("procedure"),
        "regulation": marked("regulation"),
        "work-instruction": marked("work instruction"),
        "technical": marked("technical document"),
        "departmental": marked("departmental document"),
        "form": marked("record template"),
    }
)


def install(app: Flask) -> None:
    """Give templates the filters `level`, `department` and `role`, and the pairs for a choice."""
    app.jinja_env.filters.update(level=level, department=department, role=role)
    app.jinja_env.globals.update(
        words=words, level_words=level_words, department_words=department_words, way=way
    )


def level(key: str) -> str:
    """A level of documents; one that a site has added is shown by its key."""
    return gettext(LEVELS[key]) if key in LEVELS else key


def department(key: str) -> str:
    """The name of a department; a key that is none (a login, an outsider) as it is."""
    return _departments().get(key, key)


def role(key: str) -> str:
    """A role as it is printed."""
    with suppress(ValueError):
        return language.word(Role(key))
    return key


def words(of: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs for a choice, from keys and things that have a word in both languages."""
    return [(key, language.word(thing)) for key, thing in of.items()]


def level_words(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs for a choice."""
    return [(key, level(key)) for key in keys]


def department_words(keys: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Pairs for a choice: these departments, or all."""
    return [(key, department(key)) for key in (_departments() if keys is None else keys)]


def way(endpoint: str, **values: Any) -> str | None:
    """The address of a page, if there is one; for a link that is left away otherwise."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _departments() -> Mapping[str, str]:
    found: Mapping[str, str] | None = g.get("departments")
    if found is None:
        lines = department_list(here.reading())
        found = g.departments = {line["key"]: language.title(line) for line in lines}
    return found
