"""The pages of the door: how far the demonstration is, how to go in, and setting up one's own company.

Nobody has an account yet: every form carries the code that stands in the terminal.
"""

from __future__ import annotations

from contextlib import closing
from typing import Final

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

from docctl.door import accounts
from docctl.errors import DocctlError, Invalid
from docctl.errors.message import Message
from docctl.queries.people.accounts import user_list
from docctl.rules.roles import Role
from docctl.usecases.demonstration import making
from docctl.usecases.site.beginning import Beginning
from docctl.usecases.site.founding import ADMIN
from docctl.web.kit import assets, forms, guard, headers, language, tables, telling
from docctl.web.site.doorway import SET_UP, WELCOME, Doorway

ZONES: Final = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "UTC",
)
"""Those that are offered; the first is proposed."""
LOOKS_EVERY: Final = "2"
"""Seconds, until a page looks again how far the demonstration is: there is no script before a site."""
_ROLES: Final = {role.value: role for role in Role}


def create_first_visit(door: Doorway) -> Flask:
    """The pages of `door`."""
    app = Flask(__name__, static_folder=None, template_folder="../pages")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MAX_CONTENT_LENGTH"] = guard.MOST_BYTES_OF_STRANGERS
    headers.install(app, https=False)
    language.install(app, secure=False)
    forms.install(app)
    telling.install(app)
    tables.install(app)
    assets.install(app)
    app.before_request(guard.same_site)
    app.after_request(_without_scripts)
    app.register_error_handler(DocctlError, _refused)
    app.register_error_handler(404, lambda _: _not_yet(door))
    app.add_url_rule("/", "show", lambda: _show(door))
    app.add_url_rule("/", "demonstrate", lambda: _demonstrate(door), methods=["POST"])
    app.add_url_rule(SET_UP, "set_up_form", _set_up_form)
    app.add_url_rule(SET_UP, "set_up", lambda: _set_up(door), methods=["POST"])
    app.add_url_rule(WELCOME, "welcome", lambda: _welcome(door))
    return app


def _without_scripts(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", headers.POLICY_BEFORE_A_SITE)
    return answer


def _show(door: Doorway) -> ResponseReturnValue:
    """How far the demonstration is, and the other way."""
    answer = make_response(render_template("site/first_visit.html", failed=door.failed, done=door.done))
    if door.failed is None:
        there = url_for("welcome", code=request.args.get("code"))
        answer.headers["Refresh"] = f"{LOOKS_EVERY}; url={there}"
    return answer


def _not_yet(door: Doorway) -> ResponseReturnValue:
    """Other addresses are there when the demonstration is."""
    if door.failed is not None:
        return redirect(url_for("show"))
    answer = make_response(_show(door), 503)
    answer.headers["Retry-After"] = answer.headers["Refresh"] = LOOKS_EVERY
    return answer


def _demonstrate(door: Doorway) -> ResponseReturnValue:
    door.prove(request.form.get("code", ""))
    door.demonstrate()
    return redirect(url_for("show"), 303)


def _set_up_form() -> ResponseReturnValue:
    return render_template("site/first_company.html", zones=[(zone, zone) for zone in ZONES])


def _set_up(door: Doorway) -> ResponseReturnValue:
    """Make the company. What is wrong comes back on the form."""
    door.prove(request.form.get("code", ""))
    if request.form.get("password") != request.form.get("repeated"):
        raise Invalid({"repeated": Message("type the same password again")})
    asked = Beginning(
        organisation=forms.text(request.form, "organisation"),
        time_zone=request.form.get("time_zone") or ZONES[0],
        code=forms.text(request.form, "numbers"),
        login=forms.text(request.form, "login"),
        name=forms.text(request.form, "name"),
        password=request.form.get("password", ""),
    )
    return door.found(asked, request.environ)


def _welcome(door: Doorway) -> ResponseReturnValue:
    """How to go into the demonstration: everybody may know its passwords."""
    with door.inside() as site:
        if site is None:
            return redirect(url_for("show", code=request.args.get("code")))
        with closing(accounts.reader(site, ADMIN)) as ctx:
            people = user_list(ctx)
    return render_template("site/first_welcome.html", people=people, password=making.PASSWORD, roles=_ROLES)


def _refused(error: DocctlError) -> ResponseReturnValue:
    """The form again, with what is wrong."""
    answer = forms.again(error) or forms.page_with({"": telling.told(error)}, error.status)
    return answer or redirect(url_for("show"))
