"""The distribution list of a document: who is on it, and the form by which it is kept."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.copies.distribution import DISTRIBUTION, distribution
from docctl.rules.actions import Action
from docctl.usecases.copies import distributing
from docctl.web.copies.register import bp as bp
from docctl.web.kit import again, export, here


@bp.get("/documents/<path:number>/distribution")
def distribution_of(number: str) -> ResponseReturnValue:
    """Who is on the list, with what they hold, and who was; `?as=xlsx` is both as a workbook."""
    seen = distribution(here.reading(), number)
    if export.is_wanted():
        return export.export(DISTRIBUTION, [*seen.lines, *seen.former])
    return render_template("copies/distribution.html", seen=seen, listed=DISTRIBUTION, changing=False)


@bp.get("/documents/<path:number>/distribution/change")
def change_distribution_form(number: str) -> ResponseReturnValue:
    """The same with a box beside everybody who is on it, or could be."""
    seen = distribution(here.reading(), number, changing=True)
    return render_template("copies/distribution.html", seen=seen, listed=DISTRIBUTION, changing=True)


@bp.post("/documents/<path:number>/distribution/change")
@again.shown_again
def change_distribution(number: str) -> ResponseReturnValue:
    """Put on the list who was chosen, and strike off who was marked."""
    document = distributing.change_distribution(
        here.writing(Action.DISTRIBUTION_CHANGE),
        number,
        add=[each for of in ("departments", "people", "outsiders") for each in request.form.getlist(of)],
        file=request.form.getlist("file"),
        strike=request.form.getlist("strike"),
    )
    flash(gettext("The distribution list is changed."))
    return redirect(url_for("copies.distribution_of", number=document.number))
