"""Passwords: that of a new account, a new one for whoever lost it, and one's own.

One that is made here is for one time: its owner sets another one before anything else (design 9.1).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.queries.people.accounts import may_add, person_view, same_name
from docctl.queries.people.departments import department_list
from docctl.queries.people.proposals import waiting_for
from docctl.rules.actions import Action
from docctl.rules.people import ONE_TIME_FOR
from docctl.usecases.people import accounts, signing_in
from docctl.web.kit import again, forms, here, secret, sessions
from docctl.web.people.accounts import bp as bp
from docctl.web.people.accounts import said_of_proposals


@bp.get("/people/<login>/password")
def password_form(login: str) -> ResponseReturnValue:
    """What a new one-time password means."""
    seen = person_view(here.reading(), login, Action.USER_PASSWORD)
    if seen.is_own:
        return redirect(url_for("people.own_password"))
    return render_template("people/person_password.html", seen=seen, days=ONE_TIME_FOR.days)


@bp.post("/people/<login>/password")
@again.shown_again
def password(login: str) -> ResponseReturnValue:
    """Make a one-time password, and show it, once."""
    if login == here.actor().login:
        return redirect(url_for("people.own_password"))
    ctx = here.writing(Action.USER_PASSWORD)
    made = one_time(ctx, login)
    accounts.set_user_password(ctx, login, made)
    return render_template(
        "people/person_secret.html", login=login, made=made, days=ONE_TIME_FOR.days, same_name=()
    )


@bp.get("/password")
def own_password() -> ResponseReturnValue:
    """One's own password."""
    there = here.person()
    return render_template("people/own_password.html", one_time=there is not None and there.one_time)


@bp.post("/password")
def change_own_password() -> ResponseReturnValue:
    """Set it, and go on in a session that begins with it: all others end."""
    ctx = here.writing(Action.USER_PASSWORD)
    chosen = request.form.get("new_password", "")
    if chosen != request.form.get("repeated", ""):
        raise Invalid({"repeated": Message("type the same password again")})
    if chosen == request.form.get("password"):
        raise Invalid({"new_password": Message("take another password than the one you have")})
    try:
        person = accounts.set_user_password(ctx, ctx.actor.login, chosen)
    except Invalid as error:
        raise Invalid({"new_password": next(iter(error.problems.values()))}) from error
    sessions.begin(signing_in.begin(here.site(), person.id, source=here.source()))
    flash(gettext("Your password is set. You are signed in with it here, and signed out everywhere else."))
    return redirect(url_for("inbox.show"))


def one_time(ctx: Context, login: str) -> str:
    """A secret of 100 random bits to be told to somebody: letters and figures that are not mixed up.

    It is made from the key of this form, so that a form that was sent twice shows what was set once.
    """
    made_of = f"one-time {login} {ctx.op or secrets.token_urlsafe(32)}"
    digest = hmac.new(secret.of(here.site()).encode(), made_of.encode("utf-8", "replace"), hashlib.sha256)
    letters = base64.b32encode(digest.digest()).decode().lower()
    return "-".join(letters[n : n + 5] for n in range(0, 20, 5))


@bp.get("/people/add")
def add_form() -> ResponseReturnValue:
    """Who it is, and what they may do."""
    may_add(here.reading())
    return render_template(
        "people/person_add.html", departments=[d["key"] for d in department_list(here.reading())]
    )


@bp.post("/people/add")
@again.shown_again
def add() -> ResponseReturnValue:
    """Make the account, and show its one-time password, once."""
    ctx = here.writing(Action.USER_ADD)
    login = forms.text(request.form, "login")
    made = one_time(ctx, login)
    accounts.add_user(
        ctx,
        login,
        name=forms.text(request.form, "name"),
        department=request.form.get("department", ""),
        roles=request.form.getlist("role"),
        password=made,
    )
    if waiting_for(ctx, login) is not None:
        flash(said_of_proposals())
    called = same_name(ctx, login)
    return render_template(
        "people/person_secret.html", login=login, made=made, days=ONE_TIME_FOR.days, same_name=called
    )
