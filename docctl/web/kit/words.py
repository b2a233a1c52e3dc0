"""The words of people for what has a key: levels, roles, departments. And the ways on from the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from flask import Flask, current_app, g, url_for

from docctl.queries.people.departments import department_list
from docctl.rules import names
from docctl.rules.records.life import MEANINGS
from docctl.rules.roles import Role
from docctl.rules.words import Words
from docctl.web.kit import here, language


def install(app: Flask) -> None:
    """Give templates the filters for keys and for what the program said, and the pairs for a choice."""
    app.jinja_env.filters.update(
        level=level,
        department=department,
        role=role,
        meaning=meaning,
        poster=poster,
        post=signer,
    )
    app.jinja_env.globals.update(
        held_by=held_by,
        words=words,
        said_words=said_words,
        level_words=level_words,
        department_words=department_words,
        way=way,
    )


def level(key: str) -> str:
    """A level of documents; one that a site has added is shown by its key."""
    return names.level(key).told(language.of_request())


def department(key: str) -> str:
    """The name of a department; a key that is none (a login, an outsider) as it is."""
    known = departments().get(key)
    return key if known is None else known.told(language.of_request())


def held_by(key: str, name: str) -> str:
    """Who holds a copy: a department by its title, a person by name and login."""
    own = department(key)
    return own if own != key else (f"{name} ({key})" if name != key else key)


def role(key: str) -> str:
    """A role as it is printed."""
    with suppress(ValueError):
        return language.word(Role(key))
    return key


def words(of: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs for a choice, from keys and things that have a word."""
    return [(key, language.word(thing)) for key, thing in of.items()]


def said_words(of: Mapping[str, Words]) -> list[tuple[str, str]]:
    """Pairs for a choice, from keys and what the site calls them."""
    return [(key, said.told(language.of_request())) for key, said in of.items()]


def level_words(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs for a choice."""
    return [(key, level(key)) for key in keys]


def department_words(keys: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Pairs for a choice: these departments, or all."""
    return [(key, department(key)) for key in (departments() if keys is None else keys)]


def meaning(key: str) -> str:
    """What a signature of a record means."""
    return MEANINGS[key].told(language.of_request()) if key in MEANINGS else key


def poster(key: str) -> str:
    """Who fills a step: a role, a department, the head of one, or somebody outside."""
    return names.post(key, departments()).told(language.of_request())


def signer(key: str) -> str:
    """Who signs, as a chain says it: a role, or a department and means its head."""
    return names.signer(key, departments()).told(language.of_request())


def way(endpoint: str, **values: Any) -> str | None:
    """The address of a page, if there is one; for a link that is left away otherwise."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def departments() -> Mapping[str, Words]:
    """What departments are called, by key. A page asks again and again."""
    found: Mapping[str, Words] | None = g.get("departments")
    if found is None:
        found = g.departments = {line["key"]: line["title"] for line in department_list(here.reading())}
    return found
