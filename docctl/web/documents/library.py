"""The starter library to choose from: a procedure is taken under one's own number, as a first draft."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.errors import NotFound
from docctl.queries.documents import editing
from docctl.queries.documents.master_list import revision_outcome
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.words import Words
from docctl.store.starter import Source, sources
from docctl.usecases.demonstration.starter import library_folder
from docctl.usecases.documents import taking
from docctl.web.kit import again, forms, here

bp = Blueprint("library", __name__)


@bp.get("/library")
def index() -> ResponseReturnValue:
    """The procedures that there are, and the empty form."""
    offers = editing.offers(here.reading())
    return render_template("documents/library.html", sources=sources(_folder()), offers=offers)


@bp.get("/library/<path:number>/take")
def take_form(number: str) -> ResponseReturnValue:
    """Under which number, title and department it is to be taken, and which of its forms."""
    source = _found(number)
    offers = editing.offers(here.reading())
    free = next((offer.number or "" for offer in offers if offer.level == source.level), "")
    return render_template("documents/library_take.html", source=source, free=free, languages=languages.LIST)


@bp.post("/library/<path:number>/take")
@again.shown_again
def take(number: str) -> ResponseReturnValue:
    """Register it with its forms; on to its text."""
    source = _found(number)
    title = {each: forms.text(request.form, f"title_{each}") for each in languages.ALL}
    wanted = taking.Wanted(
        number=forms.text(request.form, "number"),
        title=Words({each: said for each, said in title.items() if said}),
        department=request.form.get("department", ""),
        forms=tuple(request.form.getlist("form")),
    )
    draft = taking.take_document(here.writing(Action.DOCUMENT_REGISTER), _folder(), source.number, wanted)
    here.read_afresh()
    own = revision_outcome(here.reading(), draft.id)["number"]
    flash(gettext("%(number)s is registered.", number=own))
    return redirect(url_for("drafts.edit", number=own))


def _folder() -> Path:
    return library_folder()


def _found(number: str) -> Source:
    try:
        found = next((each for each in sources(_folder()) if each.number == number), None)
    except NotFound:
        found = None
    return found or abort(404)
