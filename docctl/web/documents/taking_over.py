"""Documents taken over from paper: one of them, or a whole master list with its files."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.queries.documents.master_list import revision_outcome
from docctl.queries.documents.taking_over import may_take_over
from docctl.queries.incoming import empty_table, levels
from docctl.queries.incoming_papers import Papers, editions_typed, papers_in, placed
from docctl.rules import incoming, languages
from docctl.rules.actions import Action
from docctl.rules.words import Words
from docctl.store.paper import Paper
from docctl.store.sheets import files_of
from docctl.store.sniffing import Upload
from docctl.usecases.documents import taking_over
from docctl.web.kit import again, export, forms, here, language, telling

bp = Blueprint("takeovers", __name__)

_SHOWN: Final = 200
"""Rows of a preview; the rest is told as a number."""


@bp.get("/documents/take-over")
def take_over_form() -> ResponseReturnValue:
    """What the paper says, and its files."""
    began = may_take_over(here.reading())
    return render_template(
        "documents/take_over.html",
        began=began,
        levels=[*levels(here.reading())],
        tongues=languages.LIST,
    )


@bp.post("/documents/take-over")
@again.shown_again
def take_over() -> ResponseReturnValue:
    """Enter one. The head of its department is asked next."""
    made = taking_over.take_over_document(
        here.writing(Action.DOCUMENT_TAKE_OVER), _paper, reason=forms.reason()
    )
    flash(gettext("It is entered. The head of its department compares it with the paper next."))
    return redirect(url_for("documents.show", number=revision_outcome(here.reading(), made.id)["number"]))


@bp.get("/documents/import")
def import_form() -> ResponseReturnValue:
    """A whole master list: the empty table, and where it goes filled in."""
    began = may_take_over(here.reading())
    return render_template("documents/take_over_list.html", began=began, seen=None)


@bp.post("/documents/import")
@again.shown_again
def import_list() -> ResponseReturnValue:
    """Look at it (`look`), or enter all of it."""
    began = may_take_over(here.reading())
    if "look" in request.form:
        papers = _papers()
        wrong = {
            **papers.unknown,
            **taking_over.problems_of(here.reading(), papers.rows, forms.reason() or "-"),
        }
        g.problems = {place: telling.told(_told(place, why)) for place, why in wrong.items()}
        return render_template("documents/take_over_list.html", began=began, seen=papers, most=_SHOWN)
    ctx = here.writing(Action.DOCUMENT_TAKE_OVER)
    papers = _papers()
    try:
        made = taking_over.take_over_documents(ctx, papers.rows, papers.unknown, reason=forms.reason())
    except Invalid as error:
        raise Invalid({place: _told(place, why) for place, why in error.problems.items()}) from None
    many = len(made)
    flash(ngettext("%(num)d document is entered.", "%(num)d documents are entered.", many))
    return redirect(url_for("documents.index", status="under-way"))


@bp.get("/documents/import/table")
def table() -> Response:
    """The empty table, to be filled in."""
    may_take_over(here.reading())
    return export.saved(empty_table(here.reading(), incoming.MASTER_LIST, language.of_request()), export.TYPE)


def _told(place: str, why: Message) -> Message:
    """A problem by `FIELD-ROW`, with its row and column said, where it is not said yet."""
    name, _, row = place.rpartition("-")
    if not row.isdigit() or why.template.startswith("Row {row}"):
        return why
    return placed(name, int(row), why)


def _papers() -> Papers:
    table_of = request.files.get("file")
    if table_of is None or not table_of.filename:
        raise Invalid({"file": Message("choose the table that you filled in")})
    packed = request.files.get("files")
    files = files_of(packed.read()) if packed is not None and packed.filename else {}
    return papers_in(here.reading(), table_of.read(), files)


def _paper() -> Paper:
    said = {each: forms.text(request.form, f"title_{each}") for each in languages.ALL}
    effective = forms.day(request.form, "effective")
    text = _upload("text")
    problems = {}
    if effective is None:
        problems["effective"] = Message("write the day like 2026-03-12")
    if text is None:
        problems["text"] = Message("choose the text (Markdown), or a PDF of the paper")
    if not said[languages.PRIMARY]:
        problems[f"title_{languages.PRIMARY}"] = Message("give the title")
    if effective is None or text is None or problems:
        raise Invalid(problems)
    return Paper(
        number=forms.text(request.form, "number"),
        title=Words({each: title for each, title in said.items() if title}),
        level=forms.text(request.form, "level"),
        department=forms.text(request.form, "department"),
        label=forms.text(request.form, "revision"),
        effective=effective,
        approver=forms.text(request.form, "approver"),
        editions=editions_typed(forms.text(request.form, "earlier")),
        text=text,
        scan=_upload("scan"),
    )


def _upload(name: str) -> Upload | None:
    file = request.files.get(name)
    return None if file is None or not file.filename else Upload(file.filename, file.read())
