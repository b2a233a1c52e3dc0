"""A document as somebody typed or uploaded it: its texts, and figures by the names of their files.

Nothing that was uploaded decides a path: a figure gets the path by which the text names it, or it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.languages import Language
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import figure_paths, read_procedure
from docctl.store.template import read_template


def material_of(
    text: bytes, others: Mapping[Language, bytes], uploaded: Mapping[str, bytes], kept: Mapping[str, bytes]
) -> Material:
    """The document. `others`: its texts in other languages than the primary one; an empty one is none.

    `kept`: the figures that it has already, by their paths; `uploaded` ones go before them.

    Raises Invalid for what cannot be read, and for an uploaded figure that the texts do not show.
    """
    written = {language: data for language, data in others.items() if data.strip()}
    if is_template(text):
        if uploaded or written:
            raise Invalid(
                {"figures": Message("a record template is one file: it has no figures and no second text")}
            )
        return of_template(read_template(text))
    named = tuple(figure_paths(text, *written.values()).values())
    figures = {path: data for path, data in kept.items() if path in named}
    idle = []
    for name, data in uploaded.items():
        paths = [path for path in named if PurePosixPath(path).name == name]
        figures |= dict.fromkeys(paths, data)
        idle += [] if paths else [name]
    if idle:
        raise Invalid(
            {
                "figures": Message(
                    "the text does not show {names}; name each as ![…](NUMBER/name.png)", names=idle
                )
            }
        )
    return of_procedure(read_procedure(text, written, figures))


def is_template(text: bytes) -> bool:
    """Whether it is a record template: a procedure begins with its front matter between two lines of ---."""
    return not text.startswith(b"---")
