"""What somebody writes on a page: the texts of a document, typed or from files, one for each language.

What somebody has written is never lost to a refusal: it comes back in its form, or at least on a page.
Knows no act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from flask import flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from docctl.errors import DocctlError, Invalid, Throttled, Unauthenticated
from docctl.errors.message import Message
from docctl.rules import languages
from docctl.rules.languages import Language
from docctl.store.material import Material
from docctl.store.tree import without_unseen
from docctl.store.written import is_template, material_of
from docctl.web.kit import again, forms, telling

FIELDS: Final[Mapping[Language, str]] = {
    each: "text" if each == languages.PRIMARY else f"text_{each}" for each in languages.ALL
}
"""The field of each language; `FIELD_file` beside it takes a file in its place."""


@dataclass(frozen=True, kw_only=True)
class TextField:
    """A text in its field."""

    language: Language
    name: str
    value: str

    @property
    def is_main(self) -> bool:
        return self.language == languages.PRIMARY


def fields(begun: Mapping[Language, str]) -> list[TextField]:
    """What was written or uploaded, if the form comes back; else `begun`, what it holds at first."""
    came_back = request.method == "POST"
    return [
        TextField(
            language=each,
            name=name,
            value=_bytes(name).decode("utf-8", errors="replace") if came_back else begun.get(each, ""),
        )
        for each, name in FIELDS.items()
    ]


def of_place(place: str) -> str:
    """The field of the text in which a problem stands."""
    found = (name for each, name in FIELDS.items() if place.partition(":")[0] == each)
    return next(found, FIELDS[languages.PRIMARY])


def texts() -> tuple[bytes, dict[Language, bytes]]:
    """The text in the primary language, and what was written in the others."""
    written = {each: _bytes(name) for each, name in FIELDS.items()}
    main = written.pop(languages.PRIMARY)
    return main, {each: data for each, data in written.items() if data.strip()}


def material(kept: Mapping[str, bytes]) -> Material:
    """The document as it was written, with the figures that it has already. Raises Invalid."""
    text, others = texts()
    uploaded = {_name(file): file.read() for file in request.files.getlist("figures") if file.filename}
    if not text.strip():
        raise Invalid({FIELDS[languages.PRIMARY]: Message("write the text, or choose its file")})
    return material_of(text, {} if is_template(text) else others, uploaded, kept)


def tell_taken_out() -> None:
    """Say which lines had characters that cannot be seen, when they are out of what was kept."""
    if lines := g.get("taken_out"):
        flash(
            gettext(
                "%(many)s characters that cannot be seen were taken out, in lines %(lines)s.",
                many=len(lines),
                lines=", ".join(map(str, sorted(set(lines))[:20])),
            )
        )


def keeps_text(view: again.View) -> again.View:
    """Whatever `view` is refused for, what was written is on the page that says so."""

    @wraps(view)
    def run(**values: Any) -> ResponseReturnValue:
        try:
            return view(**values)
        except (Invalid, Unauthenticated, Throttled):
            raise  # forms.py shows the form itself again
        except DocctlError as error:
            return kept(telling.told(error), error.status)

    return run


def kept(said: str, status: int) -> ResponseReturnValue:
    """The form with what was written; a page that just shows it where there can be no form."""
    found = forms.page_with({"": said}, status)
    if found is not None:
        return found
    return render_template("documents/draft_kept.html", said=said, texts=fields({})), status


def _bytes(name: str) -> bytes:
    """A text: that of the chosen file, else what was typed, with the line ends of Unix."""
    known: dict[str, bytes] = g.setdefault("written", {})
    if name not in known:
        file = request.files.get(f"{name}_file")
        typed = request.form.get(name, "").replace("\r\n", "\n")
        given = file.read() if file is not None and file.filename else typed.encode("utf-8", "replace")
        known[name], lines = without_unseen(given)
        g.setdefault("taken_out", []).extend(lines)
    return known[name]


def _name(file: FileStorage) -> str:
    """The name of an uploaded file, without the folders that some browsers send before it."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]
