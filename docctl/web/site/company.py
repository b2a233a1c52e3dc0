"""The company in the browser: how far it is set up, and a page for each part of what it has decided.

All parts are changed by the one act `site.configure`; a page says its part, the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.site import company as queries
from docctl.rules.actions import Action
from docctl.rules.records.calendars import WEEKDAYS
from docctl.rules.roles import SIGNERS
from docctl.usecases.site import configuring
from docctl.web.kit import again, here
from docctl.web.kit.language import marked
from docctl.web.site.parts import PARTS

bp = Blueprint("company", __name__)

DAYS: Final = dict(
    zip(
        WEEKDAYS,
        (
            marked("Monday"),
            marked("Tuesday"),
            marked("Wednesday"),
            marked("Thursday"),
            marked("Friday"),
            marked("Saturday"),
            marked("Sunday"),
        ),
        strict=True,
    )
)


@bp.get("/company")
def show() -> ResponseReturnValue:
    """What is decided, what is still to be done, and where each of it is done."""
    return render_template("site/company.html", seen=queries.company(here.reading()))


@bp.get("/company/site.yaml")
def export() -> ResponseReturnValue:
    """All of it as the file that `site configure` reads."""
    text = queries.exported(here.reading())
    return send_file(
        BytesIO(text.encode()), "application/yaml", as_attachment=True, download_name="site.yaml"
    )


@bp.get("/company/<part>/configure")
def configure_form(part: str) -> ResponseReturnValue:
    """One part as it stands."""
    if part not in PARTS:
        abort(404)
    return _form(part, {})


def _form(part: str, tried: Mapping[str, Sequence[str]]) -> str:
    said = queries.configured(here.reading())
    return render_template(
        f"site/company_{part}.html",
        said=said,
        tried=tried,
        seen=queries.company(here.reading()),
        usual=PARTS[part].offers(said),
        days=DAYS,
        signers=[role.value for role in SIGNERS],
    )


@bp.post("/company/<part>/configure")
@again.shown_again
def configure(part: str) -> ResponseReturnValue:
    """Change it; what touches who signs needs the password. `try`: numbers are shown, nothing is changed."""
    if part not in PARTS:
        abort(404)
    if "try" in request.form and part == "numbers":
        wanted = PARTS[part].read(queries.configured(here.reading()))["schemes"]
        return _form(part, queries.next_numbers(here.reading(), wanted))
    ctx = here.writing(Action.SITE_CONFIGURE, confirmed=PARTS[part].confirmed)
    configuring.configure_site(ctx, PARTS[part].read(queries.configured(here.reading())))
    flash(gettext("Saved. It counts from now on; it can be changed again."))
    return redirect(url_for("company.show"))
