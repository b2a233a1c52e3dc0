"""What the layers below refuse and find, told on a page: in its language, and things by their names."""

from __future__ import annotations

from enum import Enum

from flask import Flask

from docctl.errors import DocctlError, message
from docctl.errors.message import Keyed, Reader, Value
from docctl.language import catalogues
from docctl.rules import names
from docctl.web.kit import language, words


def install(app: Flask) -> None:
    """Give templates the filters for what comes from below as a message."""
    app.jinja_env.filters.update(told=told, place=place, pair=pair)


def told(said: DocctlError | Value) -> str:
    """The sentence of an error or of a message."""
    value = said.said if isinstance(said, DocctlError) else said
    return message.told(value, reader())


def pair(of: Enum) -> tuple[str, str]:
    """A pair for a choice."""
    return str(of.value), told(of)


def place(of: str) -> str:
    """Where a problem is."""
    return message.place_told(of, reader())


def reader() -> Reader:
    """Whoever reads the page."""
    return catalogues.reader(language.of_request(), named=_named, on_page=True)


def _named(of: Keyed) -> str | None:
    found = names.called(of, words.departments())
    return None if found is None else found.told(language.of_request())
