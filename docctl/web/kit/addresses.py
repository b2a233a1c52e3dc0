"""How things are written in addresses: a revision label as in file names, a page with another question."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, request
from werkzeug.routing import BaseConverter


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


def here_with(**changed: str | None) -> str:
    """This page with other questions: `?` and the query; None takes one away."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changed]
    return "?" + urlencode([*kept, *((k, v) for k, v in changed.items() if v is not None)])
