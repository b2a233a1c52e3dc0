"""How things are written in addresses: a revision label as in file names, a page with another question."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from flask import Flask, current_app, request
from werkzeug.routing import BaseConverter, Map

_PLACE: Final = re.compile("~([a-z_]+)~")


class Label(BaseConverter):
    """`A/0` is `A-0` in an address; a label may not contain `-`, so it comes back as it was."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The label that the address means."""
        return value.replace("-", "/")

    def to_url(self, value: str) -> str:
        """Its form in an address."""
        return super().to_url(value.replace("/", "-"))


def install(app: Flask) -> None:
    """Make `<label:…>` known, and give templates `here_with`."""
    app.url_map.converters["label"] = Label
    app.jinja_env.globals["here_with"] = here_with


def address(endpoint: str, **values: str) -> str:
    """`url_for` of a page whose address is made of these words alone. It is worked out once for each page."""
    pieces, written = _pattern(current_app.url_map, endpoint, tuple(values))
    return "".join([written[piece](values[piece]) if piece in written else piece for piece in pieces])


@lru_cache(maxsize=256)
def _pattern(
    rules: Map, endpoint: str, names: tuple[str, ...]
) -> tuple[list[str], dict[str, Callable[[str], str]]]:
    """The pieces of the address, some of which are names, and how the word of each name is written."""
    rule = next(rule for rule in rules.iter_rules(endpoint) if rule.arguments == set(names))
    places = rules.bind("").build(endpoint, {name: f"~{name}~" for name in names})
    return _PLACE.split(places), {name: rule._converters[name].to_url for name in names}


def here_with(**changed: str | None) -> str:
    """This page with other questions: `?` and the query; None takes one away."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changed]
    return "?" + urlencode([*kept, *((k, v) for k, v in changed.items() if v is not None)])
