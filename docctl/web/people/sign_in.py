"""Signing in and out. After it one goes on where one wanted to go, with what one had typed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from docctl.usecases.people import signing_in
from docctl.web.kit import devices, here, links, sessions

bp = Blueprint("sign_in", __name__)

_KEPT: Final = "kept."
"""Begins the names of fields that belong to the form behind this one."""
_NEVER_KEPT: Final = ("csrf_token", "password", "new_password")


@bp.get("/sign-in")
def show() -> ResponseReturnValue:
    """The form. `next`: where to go afterwards, if that is a page of ours."""
    return render_template("people/sign_in.html", next=_next(), kept=_kept(), over=False)


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Begin a session. A refusal shows the form again (forms.py)."""
    login = request.form.get("login", "").strip()
    device = devices.mark_of(login)
    begun = signing_in.prove(
        here.site(), login, request.form.get("password", ""), source=here.source(), device=device
    )
    if isinstance(begun, signing_in.Halfway):
        return _code_page(login, begun.half)
    return _begun(login, begun)


@bp.get("/sign-in/code")
def code_form() -> ResponseReturnValue:
    """Asks for a code of the second factor; whoever has not given their password is asked for that first."""
    if "half" not in request.form:
        return redirect(url_for("sign_in.show"))
    return _code_page(request.form.get("login", ""), request.form["half"])


@bp.post("/sign-in/code")
def code() -> ResponseReturnValue:
    """Begin the session of whoever gave their password before. A refusal shows the form again."""
    login = request.form.get("login", "").strip()
    token = signing_in.go_on(
        here.site(),
        login,
        request.form.get("half", ""),
        request.form.get("code", ""),
        source=here.source(),
        device=devices.mark_of(login),
    )
    return _begun(login, token)


def _code_page(login: str, half: str) -> str:
    return render_template("people/sign_in_code.html", login=login, half=half, next=_next(), kept=_kept())


def _begun(login: str, token: str) -> Response:
    sessions.begin(token)
    _tell_of_failures()
    answer = _go_on()
    devices.remember(answer, login)
    return answer


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, and have the browser forget what it kept of our pages."""
    sessions.end()
    answer = redirect(url_for("start.show"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return make_response(answer)


def ask_again(address: str) -> Response:
    """A form came after its session had ended: 401 and the sign-in form, which keeps the other one."""
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NEVER_KEPT and len(value) < 1_000_000
    ]
    return make_response(render_template("people/sign_in.html", next=address, kept=kept, over=True), 401)


def _tell_of_failures() -> None:
    """Somebody tried the account before its owner came: it is said, once, and stands on their page."""
    there = sessions.who()
    if there is not None and there.failures:
        tried = ngettext(
            "%(num)d wrong password was tried for your account since you last signed in.",
            "%(num)d wrong passwords were tried for your account since you last signed in.",
            there.failures,
        )
        flash(tried, "warning")


def _go_on() -> Response:
    kept, address = _kept(), _next()
    if kept and address is not None:
        return make_response(render_template("kit/resume.html", address=address, kept=kept))
    return make_response(redirect(address or url_for("inbox.show")))


def _next() -> str | None:
    asked = request.form.get("next") or request.args.get("next", "")
    return links.ours(asked, method="POST" if _kept() else "GET")


def _kept() -> list[tuple[str, str]]:
    return [
        (name.removeprefix(_KEPT), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(_KEPT)
    ]
