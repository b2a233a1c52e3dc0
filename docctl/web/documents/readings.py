"""Who has read a revision: its roster, the call that makes it known, and the confirmation in two taps."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.people.departments import department_list
from docctl.queries.readings import roster as queries
from docctl.queries.readings.roster import READERS
from docctl.rules.actions import Action
from docctl.rules.readings import EVERYBODY
from docctl.usecases.readings import reading
from docctl.web.documents.master_list import bp as bp
from docctl.web.kit import again, export, forms, here, words


@bp.app_template_global()
def is_asked_to_read(number: str, label: str) -> bool:
    """Whether the reader of the page is asked to confirm this revision."""
    return queries.is_asked(here.reading(), number, label)


@bp.app_template_global()
def called_concerned(key: str, name: str) -> str:
    """Whom a call concerns: everybody, a department, or a person."""
    return gettext("all staff") if key == EVERYBODY else words.held_by(key, name)


@bp.app_template_filter("pair_of_label")
def pair_of_label(label: str) -> tuple[str, str]:
    """A pair for a choice."""
    return label, label


@bp.get("/documents/<path:number>/readers")
def readers(number: str) -> ResponseReturnValue:
    """Who has read the revision issued last (or `label`), and who has not; `?as=xlsx` as a workbook."""
    seen = queries.roster(here.reading(), number, request.args.get("label"))
    if export.is_wanted():
        return export.export(READERS, seen.lines)
    return render_template("documents/readers.html", seen=seen)


@bp.get("/documents/<path:number>/readers/call")
def call_form(number: str) -> ResponseReturnValue:
    """Whom it concerns, and until when it is to be read."""
    ctx = here.reading()
    seen = queries.roster(ctx, number, action=Action.READING_CALL)
    return render_template(
        "documents/readers_call.html",
        seen=seen,
        departments=department_list(ctx),
        today=ctx.today(),
        everybody=EVERYBODY,
    )


@bp.post("/documents/<path:number>/readers/call")
@again.shown_again
def call(number: str) -> ResponseReturnValue:
    """It waits in the inbox of everybody concerned."""
    reading.call_reading(
        here.writing(Action.READING_CALL),
        number,
        concerned=[*request.form.getlist("concerned"), *forms.text(request.form, "people").split()],
        due=forms.day(request.form, "due"),
        label=request.form.get("label") or None,
    )
    flash(gettext("It waits in the inbox of everybody concerned."))
    return redirect(url_for(".readers", number=number))


@bp.get("/documents/<path:number>/readers/confirm")
def confirm_form(number: str) -> ResponseReturnValue:
    """What is confirmed, and the button."""
    seen = queries.roster(here.reading(), number, request.args.get("label"), Action.READING_CONFIRM)
    return render_template("documents/readers_confirm.html", seen=seen)


@bp.post("/documents/<path:number>/readers/confirm")
@again.shown_again
def confirm(number: str) -> ResponseReturnValue:
    """The person who is signed in has read and understood it."""
    reading.confirm_reading(
        here.writing(Action.READING_CONFIRM), number, label=request.form.get("label") or None
    )
    flash(gettext("Confirmed: you have read and understood it."))
    return redirect(url_for("inbox.show"))
