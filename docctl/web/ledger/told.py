"""Events in the words of people: what was done, by which channel, and the details of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from flask_babel import gettext
from markupsafe import Markup

from docctl.queries.ledger.events import (
    Event,
)
from docctl.rules.actions import Action
from docctl.rules.documents.approval import Meaning
from docctl.web.kit import here, language, words
from docctl.web.kit.language import marked

_PAGES: Final = {
    "document": "documents.show",
    "copy": "copies.show",
    "record": "records.show",
    "person": "people.show",
}
"""The page of what an event is about, by the table of its object."""

_CHANNELS: Final = {
    "web": marked("pages"),
    "cli": marked("command line"),
    "api": marked("interface"),
    "starter": marked("starter library"),
}
_DETAILS: Final = {
    "label": marked("revision"),
    "copies": marked("copies"),
    "holder": marked("holder"),
    "roles": marked("roles"),
    "granted": marked("granted"),
    "revoked": marked("revoked"),
    "effective": marked("effective"),
    "approved_by": marked("approved by"),
    "witnesses": marked("witnesses"),
    "replacement": marked("replacement"),
    "comment": marked("comment"),
    "count": marked("count"),
    "from": marked("from"),
    "failures": marked("failures"),
    "field": marked("field"),
    "step": marked("step"),
    "recalled": marked("recalled"),
    "meaning": marked("meaning"),
}


def channel(event: Event) -> str:
    """How it came in; on the machine itself, with whom the machine says was at work."""
    said = str(gettext(_CHANNELS[event.channel])) if event.channel in _CHANNELS else event.channel
    return f"{said} ({event.system_user})" if event.system_user else said


def details(event: Event) -> list[tuple[str, str]]:
    """What an act says beside its object, with a word for each; what has none is shown by its name."""
    return [
        (gettext(_DETAILS[name]) if name in _DETAILS else _as_stored(name), _detail(event, name, value))
        for name, value in event.details.items()
        if value not in (None, "", [], {})
    ]


def _detail(event: Event, name: str, value: object) -> str:
    """What one detail says; the label of a revision leads to that revision."""
    if name == "label" and event.type in {"document", "revision"} and isinstance(value, str):
        number = event.key.rpartition(" ")[0] if event.type == "revision" else event.key
        there = words.way("documents.show_revision", number=number, label=value)
        return Markup('<a href="{}">{}</a>').format(there, value)
    return _SAID.get(name, _plain)(value)


def _as_stored(name: str) -> Markup:
    """A name of the ledger, which is nobody's language."""
    return Markup("<code>{}</code>").format(name)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(said)}" for name, said in value.items())
    return str(value)


def _roles(value: object) -> str:
    return ", ".join(words.role(str(key)) for key in value) if isinstance(value, list) else _plain(value)


def _meaning(value: object) -> str:
    with suppress(ValueError):
        return language.word(Meaning(str(value)))
    return words.meaning(_plain(value))


def cell_said(name: str, value: str | None) -> str:
    """What a cell holds; a key of a role or department with its word before it, for the row has the key."""
    if value is None:
        return "–"
    word = {"role": words.role, "department": words.department, "holder": words.department}.get(name)
    said = word(value) if word else value
    return value if said == value else f"{said} ({value})"


_SAID: Final = {
    "meaning": _meaning,
    "holder": lambda key: words.department(str(key)),
    "roles": _roles,
    "granted": _roles,
    "revoked": _roles,
}
"""Details that are keys, and have words of their own."""


def page_of(event: Event) -> str | None:
    """The page of what an event is about, where it has one that the reader may see."""
    if event.type == "revision":
        number, _, label = event.key.rpartition(" ")
        return words.way("documents.show_revision", number=number, label=label) if number else None
    endpoint = _PAGES.get(event.type)
    if endpoint is None or not event.key:
        return None
    named = "login" if endpoint == "people.show" else "number"
    if endpoint == "people.show" and not here.may(Action.USER_READ):
        return None
    return words.way(endpoint, **{named: event.key})
