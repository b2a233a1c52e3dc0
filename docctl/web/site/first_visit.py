"""The pages before there is a site: look at the demonstration, or set up one's own company.

Nobody has an account yet: every form carries the code that stands in the terminal.
"""

from __future__ import annotations

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
from docctl.web.site.doorway import WELCOME, Doorway

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
_LOOKS_EVERY: Final = "2"
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
    app.register_error_handler(404, lambda _: redirect(url_for("show")))
    app.add_url_rule("/", "show", lambda: _show(door))
    app.add_url_rule("/", "demonstrate", lambda: _demonstrate(door), methods=["POST"])
    app.add_url_rule("/set-up", "set_up_form", _set_up_form)
    app.add_url_rule("/set-up", "set_up", lambda: _set_up(door), methods=["POST"])
    app.add_url_rule(WELCOME, "welcome", lambda: _welcome(door))
    return app


def _without_scripts(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", headers.POLICY_BEFORE_A_SITE)
    return answer


def _show(door: Doorway) -> ResponseReturnValue:
    """The two ways; while the demonstration is being made, how far it is."""
    if door.is_busy:
        answer = make_response(render_template("site/first_making.html", done=door.done))
        answer.headers["Refresh"] = f"{_LOOKS_EVERY}; url={WELCOME}"
        return answer
    return render_template("site/first_visit.html", failed=door.failed)


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
    if door.site is None or not making.is_demonstration(door.site.path):
        return redirect("/")
    ctx = accounts.reader(door.site, ADMIN)
    try:
        return render_template(
            "site/first_welcome.html", people=user_list(ctx), password=making.PASSWORD, roles=_ROLES
        )
    finally:
        ctx.close()


def _refused(error: DocctlError) -> ResponseReturnValue:
    """The form again, with what is wrong."""
    answer = forms.again(error) or forms.page_with({"": telling.told(error)}, error.status)
    return answer or redirect(url_for("show"))
