"""Accounts: who is there, and what they may do. And the table of rights, for everybody.

What is done to somebody else's account needs the password of the admin who does it.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.errors import Invalid
from docctl.errors.message import Joined, Message
from docctl.queries.people.accounts import Asked, person_view, same_name, user_list
from docctl.queries.people.columns import ACCOUNTS
from docctl.queries.people.leaving import left_without
from docctl.queries.people.proposals import waiting_for
from docctl.rules.actions import Action
from docctl.rules.matrix import YES, matrix
from docctl.rules.roles import Role
from docctl.usecases.people import accounts
from docctl.web.kit import act_pages, again, export, forms, here, language, rights
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("people", __name__)


def said_of_proposals() -> str:
    """That a second person is asked for."""
    said = gettext(
        "Roles that sign were proposed: another admin or a document controller has to confirm them."
    )
    return str(said)


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {
        "roles": [(role.value, role) for role in Role],
        "words_of_roles": lambda: [(role.value, language.word(role)) for role in Role],
        "right": rights.right,
    }


@bp.get("/people")
def index() -> ResponseReturnValue:
    """The accounts, by name or login, role and department; `?as=xlsx` is the same as a workbook."""
    asked = Asked(**{name: request.args.get(name, "") for name in ("q", "role", "department")})
    lines = user_list(here.reading(), asked)
    if export.is_wanted():
        return export.export(ACCOUNTS, lines)
    return render_template("people/people.html", listed=ACCOUNTS, lines=lines)


@bp.get("/people/<login>")
def show(login: str) -> ResponseReturnValue:
    """One account: its roles, those it had, and whether it can sign in."""
    seen = person_view(here.reading(), login)
    return render_template(
        "people/person.html",
        seen=seen,
        left=left_without(here.reading(), login),
        proposed=waiting_for(here.reading(), login),
        same_name=same_name(here.reading(), login),
    )


@bp.get("/people/<login>/change-roles")
def change_roles_form(login: str) -> ResponseReturnValue:
    """The roles as they are."""
    seen = person_view(here.reading(), login, Action.USER_CHANGE_ROLES)
    return render_template("people/person_roles.html", seen=seen, left=left_without(here.reading(), login))


@bp.post("/people/<login>/change-roles")
@again.shown_again
def change_roles(login: str) -> ResponseReturnValue:
    """Grant what was ticked, revoke what was not: compared with what the page showed."""
    ctx = here.writing(Action.USER_CHANGE_ROLES)
    shown, ticked = set(request.form.getlist("held")), set(request.form.getlist("role"))
    if shown == ticked:
        raise Invalid({"role": Message("choose a role to grant or to take away")})
    accounts.change_user_roles(ctx, login, grant=sorted(ticked - shown), revoke=sorted(shown - ticked))
    if waiting_for(ctx, login) is None:
        flash(gettext("The roles of %(login)s are changed. They hold from the next act on.", login=login))
    else:
        flash(said_of_proposals())
    return redirect(url_for("people.show", login=login))


@bp.get("/permissions")
def permissions() -> ResponseReturnValue:
    """Who may do what: the table that the rules go by."""
    return render_template("people/permissions.html", rows=matrix(), notes=_notes(), yes=YES)


def _notes() -> dict[Joined, int]:
    """A number for each condition that occurs, in their order."""
    cells = dict.fromkeys(cell for row in matrix() for cell in row.cells.values() if cell not in (None, YES))
    return {cell: n for n, cell in enumerate(filter(None, cells), 1)}


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
)
act_pages.add(bp, "/people/<login>", [LOCK])
