"""A shelf walk: choose a holder, scan what is there, enter it; afterwards each difference leads to its act.

What was scanned is in the address, as at the scanning station; a list from a hand scanner's memory, or one
that was typed without the network, is pasted.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.copies import shelves
from docctl.rules.actions import Action
from docctl.rules.surfaces import SURFACES
from docctl.usecases.copies import shelving
from docctl.web.copies.register import bp as bp
from docctl.web.copies.words import FORMS
from docctl.web.kit import again, forms, here, words


@bp.get("/copies/shelf/check")
def check_shelf_form() -> ResponseReturnValue:
    """The field, what the last scan is, and how much of what should be there was scanned."""
    holder, place = forms.text(request.values, "holder"), forms.text(request.values, "place")
    seen = shelves.walk(here.reading(), holder, place, _scans())
    named = {key: words.held_by(key, name) for key, name in seen.holders}
    return render_template(
        "copies/shelf.html",
        seen=seen,
        holder_key=holder,
        named=named.get(holder, holder),
        pairs=named,
        place=place,
    )


@bp.post("/copies/shelf/check")
@again.shown_again
def check_shelf() -> ResponseReturnValue:
    """It is entered and signed. Nothing becomes of a copy by it."""
    made = shelving.check_shelf(
        here.writing(Action.SHELF_CHECK),
        forms.text(request.form, "holder"),
        scans=_scans(),
        place=forms.text(request.form, "place"),
        remark=forms.text(request.form, "remark") or None,
    )
    flash(gettext("Shelf walk %(number)s is entered.", number=made.number))
    return redirect(url_for("copies.shelf_walked", number=made.number))


@bp.get("/copies/walks/<number>")
def shelf_walked(number: str) -> ResponseReturnValue:
    """What it found, and where each difference leads."""
    seen = shelves.walked(here.reading(), number)
    leads_to = {
        found: (SURFACES[action].web, FORMS[action].button)
        for found, action in shelves.LEADS_TO.items()
        if here.may(action)
    }
    named = words.held_by(seen.check.holder, seen.check.holder_name)
    return render_template("copies/shelf_walked.html", seen=seen, leads_to=leads_to, named=named)


def _scans() -> list[str]:
    """Those of before, then what was scanned or pasted now, a line each."""
    values = request.form if request.method == "POST" else request.args
    return [
        *values.getlist("seen"),
        *values.get("scan", "").splitlines(),
        *values.get("scans", "").splitlines(),
    ]
