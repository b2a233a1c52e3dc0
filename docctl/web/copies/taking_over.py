"""Copies on paper from before the site began, entered from a table."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.queries.documents.taking_over import may_take_over
from docctl.queries.incoming import empty_table, rows_in
from docctl.rules import copies_on_paper, incoming
from docctl.rules.actions import Action
from docctl.usecases.copies import taking_over
from docctl.web.copies.register import bp as bp
from docctl.web.kit import again, export, forms, here, language


@bp.get("/copies/take-over")
def take_over_form() -> ResponseReturnValue:
    """The empty table, and where it goes filled in."""
    began = may_take_over(here.reading(), Action.COPY_TAKE_OVER)
    return render_template("copies/copies_take_over.html", began=began)


@bp.post("/copies/take-over")
@again.shown_again
def take_over() -> ResponseReturnValue:
    """Enter all of them, or none where one is wrong."""
    ctx = here.writing(Action.COPY_TAKE_OVER)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": Message("choose the table that you filled in")})
    held, unknown = copies_on_paper.read(rows_in(incoming.COPIES, file.read()))
    try:
        made = taking_over.take_over_register(ctx, held, unknown, reason=forms.reason())
    except Invalid as error:
        raise Invalid(copies_on_paper.placed(error.problems)) from None
    flash(ngettext("%(num)d copy is entered.", "%(num)d copies are entered.", len(made)))
    return redirect(url_for("copies.index"))


@bp.get("/copies/take-over/table")
def take_over_table() -> Response:
    """The empty table, to be filled in."""
    may_take_over(here.reading(), Action.COPY_TAKE_OVER)
    return export.saved(empty_table(here.reading(), incoming.COPIES, language.of_request()), export.TYPE)
