"""`docctl user …`: add, password, change-roles, confirm-roles, refuse-roles, lock, change, note, list."""

from __future__ import annotations

import os
from pathlib import Path

import click

from docctl.cli.kit.asked import NEW_PASSWORD, given_new_password
from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.door.context import Context
from docctl.errors import Usage
from docctl.errors.message import Message
from docctl.queries.incoming import people_in
from docctl.queries.people.accounts import same_name, user_line, user_list
from docctl.queries.people.columns import ACCOUNTS
from docctl.queries.people.proposals import proposed_roles
from docctl.rules.actions import Action
from docctl.usecases.people import accounts, granting, moving, noting, several


@click.group(cls=Noun)
def user() -> None:
    """Accounts and their passwords."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The name that is printed beside signatures.")
@click.option("--department", required=True, help="The key of the department: sales, quality, …")
@click.option("--role", "roles", multiple=True, required=True, help="A role; give it again for another.")
@click.pass_obj
def add(caller: Caller, login: str, name: str, department: str, roles: tuple[str, ...]) -> None:
    """Make an account. It is locked until it has a one-time password: from DOCCTL_NEW_PASSWORD, or later."""
    password = os.environ.get(NEW_PASSWORD)
    with caller.writing(Action.USER_ADD) as ctx:
        added = accounts.add_user(
            ctx, login, name=name, department=department, roles=roles, password=password
        )
        told = {"proposed": proposed_roles(ctx, login), "same_name": _called_so_too(caller, ctx, login)}
        caller.show(user_line(ctx, added) | told)


@user.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_users(caller: Caller, file: Path) -> None:
    """Make an account for each row of a workbook: all of them, or none where a row is wrong.

    They are locked until an admin sets a one-time password for each: docctl user password LOGIN.
    """
    with caller.writing(Action.USER_ADD) as ctx:
        rows, unknown = people_in(ctx, file.read_bytes())
        wanted = [several.of_row(row, said) for row, said in rows]
        made = several.add_users(ctx, wanted, unknown)
        caller.show({"added": [one.login for one in made]}, f"{len(made)} accounts are made.")


def _called_so_too(caller: Caller, ctx: Context, login: str) -> list[str]:
    """Says it, where somebody else has the name too."""
    called = same_name(ctx, login)
    if called:
        caller.note(Message("somebody else is called the same, or nearly so: {logins}", logins=called))
    return called


@user.command("password")
@click.argument("login")
@click.option("--operator", is_flag=True, help="For an admin who is locked out, by whoever has the files.")
@click.pass_obj
def password(caller: Caller, login: str, operator: bool) -> None:
    """Set your own password, or as admin a one-time one of anybody. From DOCCTL_NEW_PASSWORD or asked for.

    With --operator no account is asked for: it is an event in the name of whoever has the site's files.
    """
    new = given_new_password(login)
    if new is None:
        raise Usage(
            "the new password of {login} is needed: set {variable}", login=login, variable=NEW_PASSWORD
        )
    with caller.operating() if operator else caller.writing(Action.USER_PASSWORD) as ctx:
        changed = accounts.set_user_password(ctx, login, new)
        once = changed.id != ctx.actor.person_id
        said = f"The password of {changed.login} is set."
        if once:
            said += f" It is for one time; they choose their own: docctl user password {changed.login}"
        caller.show({"login": changed.login, "one_time": once}, said)


@user.command("change-roles")
@click.argument("login")
@click.option("--grant", multiple=True, metavar="ROLE", help="A role to grant; again for another.")
@click.option("--revoke", multiple=True, metavar="ROLE", help="A role to take away; again for another.")
@click.pass_obj
def change_roles(caller: Caller, login: str, grant: tuple[str, ...], revoke: tuple[str, ...]) -> None:
    """Grant roles and take them away; it takes effect at the person's next act.

    Where the site says so, roles that sign are proposed only: `user confirm-roles` by a second person.
    """
    if not grant and not revoke:
        raise Usage("name at least one role: --grant ROLE or --revoke ROLE")
    with caller.writing(Action.USER_CHANGE_ROLES) as ctx:
        changed = accounts.change_user_roles(ctx, login, grant=grant, revoke=revoke)
        caller.show(user_line(ctx, changed) | {"proposed": proposed_roles(ctx, login)})


@user.command("confirm-roles")
@click.argument("login")
@click.pass_obj
def confirm_roles(caller: Caller, login: str) -> None:
    """Give the roles that somebody else proposed, as the second person."""
    with caller.writing(Action.USER_CONFIRM_ROLES) as ctx:
        caller.show(user_line(ctx, granting.confirm_user_roles(ctx, login)))


@user.command("refuse-roles")
@click.argument("login")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def refuse_roles(caller: Caller, login: str, reason: str) -> None:
    """Refuse roles that are proposed, or take one's own proposal back."""
    with caller.writing(Action.USER_REFUSE_ROLES) as ctx:
        caller.show(user_line(ctx, granting.refuse_user_roles(ctx, login, reason=reason)))


@user.command("lock")
@click.argument("login")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def lock(caller: Caller, login: str, reason: str) -> None:
    """Take the password away, until another one is set."""
    with caller.writing(Action.USER_LOCK) as ctx:
        caller.show(user_line(ctx, accounts.lock_user(ctx, login, reason=reason)))


@user.command("change")
@click.argument("login")
@click.option("--name", help="Another name, as it will be printed beside signatures.")
@click.option("--department", help="The key of another department; roles for the old one end.")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def change(caller: Caller, login: str, name: str | None, department: str | None, reason: str) -> None:
    """Give an account another name, or move it to another department. Its login stays."""
    with caller.writing(Action.USER_CHANGE) as ctx:
        changed = moving.change_user(ctx, login, name=name, department=department, reason=reason)
        caller.show(user_line(ctx, changed) | {"same_name": _called_so_too(caller, ctx, login)})


@user.command("note")
@click.pass_obj
def note(caller: Caller) -> None:
    """Take note of what others did to your account; `docctl inbox` has it under `account_told`."""
    with caller.writing(Action.USER_NOTE) as ctx:
        caller.show(user_line(ctx, noting.note_user(ctx)))


@user.command("list")
@XLSX
@click.pass_obj
def list_(caller: Caller, xlsx: Path | None) -> None:
    """The accounts, their departments and roles."""
    with caller.reading() as ctx:
        lines = user_list(ctx)
        show_list(caller, ctx, ACCOUNTS, {"users": lines}, lines, xlsx)
