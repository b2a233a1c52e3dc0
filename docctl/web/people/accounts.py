"""Accounts: who is there, what they may do, their passwords. And the table of rights, for everybody.

A password that is made here is for one time: its owner sets another one before anything else (design 9.1).
What is done to somebody else's account needs the password of the admin who does it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.errors import Invalid
from docctl.errors.message import Joined, Message
from docctl.queries.people.accounts import may_add, person_view, user_list
from docctl.queries.people.departments import department_list
from docctl.queries.people.leaving import left_without
from docctl.rules.actions import Action
from docctl.rules.matrix import YES, matrix
from docctl.rules.people import ONE_TIME_FOR
from docctl.rules.permissions import Role
from docctl.usecases.people import accounts, signing_in
from docctl.web.kit import act_pages, again, forms, here, language, rights, secret, sessions
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("people", __name__)


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {
        "roles": [(role.value, role) for role in Role],
        "words_of_roles": lambda: [(role.value, language.word(role)) for role in Role],
        "right": rights.right,
    }


@bp.get("/people")
def index() -> ResponseReturnValue:
    """The accounts, by name or login, role and department."""
    lines = user_list(here.reading())
    if part := request.args.get("q", "").strip().casefold():
        lines = [line for line in lines if part in line["login"] or part in line["name"].casefold()]
    if role := request.args.get("role"):
        lines = [line for line in lines if role in line["roles"]]
    if department := request.args.get("department"):
        lines = [line for line in lines if line["department"] == department]
    return render_template("people/people.html", lines=lines)


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
    ctx = _grave(Action.USER_ADD)
    login = forms.text(request.form, "login")
    made = _one_time(ctx, login)
    accounts.add_user(
        ctx,
        login,
        name=forms.text(request.form, "name"),
        department=request.form.get("department", ""),
        roles=request.form.getlist("role"),
        password=made,
        one_time=True,
    )
    return render_template("people/person_secret.html", login=login, made=made, days=ONE_TIME_FOR.days)


@bp.get("/people/<login>")
def show(login: str) -> ResponseReturnValue:
    """One account: its roles, those it had, and whether it can sign in."""
    seen = person_view(here.reading(), login)
    return render_template("people/person.html", seen=seen, left=left_without(here.reading(), login))


@bp.get("/people/<login>/change-roles")
def change_roles_form(login: str) -> ResponseReturnValue:
    """The roles as they are."""
    seen = person_view(here.reading(), login, Action.USER_CHANGE_ROLES)
    return render_template("people/person_roles.html", seen=seen, left=left_without(here.reading(), login))


@bp.post("/people/<login>/change-roles")
@again.shown_again
def change_roles(login: str) -> ResponseReturnValue:
    """Grant what was ticked, revoke what was not: compared with what the page showed."""
    ctx = _grave(Action.USER_CHANGE_ROLES)
    shown, ticked = set(request.form.getlist("held")), set(request.form.getlist("role"))
    if shown == ticked:
        raise Invalid({"role": Message("choose a role to grant or to take away")})
    accounts.change_user_roles(ctx, login, grant=sorted(ticked - shown), revoke=sorted(shown - ticked))
    flash(gettext("The roles of %(login)s are changed. They hold from the next act on.", login=login))
    return redirect(url_for("people.show", login=login))


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
    ctx = _grave(Action.USER_PASSWORD)
    made = _one_time(ctx, login)
    accounts.set_user_password(ctx, login, made, one_time=True)
    return render_template("people/person_secret.html", login=login, made=made, days=ONE_TIME_FOR.days)


@bp.get("/password")
def own_password() -> ResponseReturnValue:
    """One's own password."""
    there = here.person()
    return render_template("people/own_password.html", one_time=there is not None and there.one_time)


@bp.post("/password")
def change_own_password() -> ResponseReturnValue:
    """Set it, and go on in a session that begins with it: all others end."""
    ctx = _grave(Action.USER_PASSWORD)
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


@bp.get("/permissions")
def permissions() -> ResponseReturnValue:
    """Who may do what: the table that the rules go by."""
    return render_template("people/permissions.html", rows=matrix(), notes=_notes(), yes=YES)


def _notes() -> dict[Joined, int]:
    """A number for each condition that occurs, in their order."""
    cells = dict.fromkeys(cell for row in matrix() for cell in row.cells.values() if cell not in (None, YES))
    return {cell: n for n, cell in enumerate(filter(None, cells), 1)}


def _grave(action: Action) -> Context:
    return here.confirmed(here.writing(action), action)


def _one_time(ctx: Context, login: str) -> str:
    """A secret of 100 random bits to be told to somebody: letters and figures that are not mixed up.

    It is made from the key of this form, so that a form that was sent twice shows what was set once.
    """
    made_of = f"one-time {login} {ctx.op or secrets.token_urlsafe(32)}"
    digest = hmac.new(secret.of(here.site()).encode(), made_of.encode("utf-8", "replace"), hashlib.sha256)
    letters = base64.b32encode(digest.digest()).decode().lower()
    return "-".join(letters[n : n + 5] for n in range(0, 20, 5))


def _lock_page(login: str) -> str:
    return render_template(
        "people/person_lock.html",
        seen=person_view(here.reading(), login, Action.USER_LOCK),
        left=left_without(here.reading(), login),
    )


LOCK: Final = ActPage(
    action=Action.USER_LOCK,
    form=_lock_page,
    does=lambda ctx, login: accounts.lock_user(ctx, login, reason=forms.reason()),
    said=lambda person: [
        gettext("The account %(login)s is locked. A new password opens it again.", login=person.login)
    ],
    then=lambda login: url_for("people.show", login=login),
    confirmed=True,
)
act_pages.add(bp, "/people/<login>", [LOCK])
