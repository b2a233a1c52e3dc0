"""Evidence to take away: what of, and the file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from docctl.errors import Busy, Invalid
from docctl.errors.message import Message
from docctl.language import catalogues
from docctl.queries.evidence.export import Evidence, evidence_file
from docctl.queries.evidence.subjects import Asked
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.evidence import Kind
from docctl.web.kit import forms, here

bp = Blueprint("evidence", __name__)

PIECE: Final = 1 << 18
_one_at_a_time: Final = threading.Lock()


@bp.get("/evidence")
def index() -> ResponseReturnValue:
    """What the evidence is to be about; `?kind=` and `?name=` fill the form in."""
    here.reading().require(Action.EVIDENCE_EXPORT, Subject())
    return render_template("ledger/evidence.html", kinds=list(Kind))


@bp.post("/evidence")
def export() -> ResponseReturnValue:
    """The file. Not by GET: it takes a while, and nobody should come upon it by a link."""
    if request.form.get("kind") not in list(Kind):
        raise Invalid({"kind": Message("choose what the evidence is about")})
    asked = Asked(
        kind=Kind(request.form["kind"]),
        name=forms.text(request.form, "name"),
        first=forms.day(request.form, "from"),
        last=forms.day(request.form, "to"),
    )
    if not _one_at_a_time.acquire(blocking=False):
        raise Busy("another evidence file is being made; try again in a minute")
    with ExitStack() as until_made:
        until_made.callback(_one_at_a_time.release)
        readers = {language: catalogues.reader(language) for language in languages.ALL}
        kept = ExitStack()
        made = kept.enter_context(evidence_file(here.reading(), asked, readers))
    answer = Response(_pieces(made), mimetype="application/zip")
    answer.call_on_close(kept.close)
    answer.headers["Content-Length"] = str(made.path.stat().st_size)
    answer.headers.set("Content-Disposition", "attachment", filename=made.name)
    return answer


def _pieces(made: Evidence) -> Iterator[bytes]:
    with made.path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
