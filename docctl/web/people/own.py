"""One's own account: who signed in with it, what others did to it, and that one knows of that."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.people.own import own_account, own_factor
from docctl.rules.actions import Action
from docctl.usecases.people import noting
from docctl.web.kit import here
from docctl.web.people.accounts import bp as bp
from docctl.web.people.factors import forget_offered


@bp.get("/account")
def own() -> ResponseReturnValue:
    """One's own account."""
    forget_offered()
    ctx = here.reading()
    return render_template("people/own_account.html", seen=own_account(ctx), factor=own_factor(ctx))


@bp.post("/account/note")
def note() -> ResponseReturnValue:
    """Take note of all that others did to it."""
    noting.note_user(here.writing(Action.USER_NOTE))
    flash(gettext("It is in the audit trail that you know of it."))
    return redirect(url_for("people.own"))
