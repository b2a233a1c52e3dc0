"""What changed in the departments' lists, and that the administration department has seen it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docctl.queries.copies.changes import unseen
from docctl.rules.actions import Action
from docctl.standing import keeping
from docctl.usecases.copies import noticing
from docctl.web.copies.register import bp as bp
from docctl.web.kit import acts, again, here


@bp.get("/copies/notices/take")
def take_notice_form() -> ResponseReturnValue:
    """By department, how much and since when."""
    ctx = here.reading()
    ctx.require(Action.NOTICE_TAKE, keeping.of_lists(ctx.session))
    return render_template("copies/notices.html", lines=unseen(ctx))


@bp.post("/copies/notices/take")
@again.shown_again
def take_notice() -> ResponseReturnValue:
    """All that stood on the page."""
    upto = request.form.get("upto", "")
    number = int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 19 else None
    noticing.take_notice(here.writing(Action.NOTICE_TAKE), upto=number)
    flash(acts.act(Action.NOTICE_TAKE.value))
    return redirect(url_for("inbox.show"))
