"""Pages of which everybody is shown the same frame: that is laid out once, and what is in it each time.

A frame may say nothing of who asks and what for, but for what it is kept by: the language, whether the
address says it, the page of a list, and whether the site can be written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from flask import render_template, request
from markupsafe import Markup, escape

from docctl.web.kit import here, language

_PLACE: Final = re.compile("\0([a-z]+)\0")


def framed(template: str, **parts: str) -> str:
    """The page of `template` with these parts in the places that it names; what is no markup is escaped."""
    said = language.of_request(), language.chosen(), request.args.get("page", ""), here.site().read_only
    pieces = [*_pieces(template, tuple(parts), said)]
    pieces[1::2] = [escape(parts[name]) for name in pieces[1::2]]
    return "".join(pieces)


@lru_cache(maxsize=64)
def _pieces(template: str, names: tuple[str, ...], _said: tuple[str | bool | None, ...]) -> tuple[str, ...]:
    """The texts between the places, and in turns with them the name of each place."""
    places = {name: Markup(f"\0{name}\0") for name in names}  # noqa: S704 - a mark of ours
    return tuple(_PLACE.split(render_template(template, **places)))
