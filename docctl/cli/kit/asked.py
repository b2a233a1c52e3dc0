"""What is asked of whoever sits before the terminal: passwords, and who they are to the machine."""

from __future__ import annotations

import getpass
import os
import re
import sys
from typing import TYPE_CHECKING, Final

import click

from docctl.errors import Unauthenticated

if TYPE_CHECKING:
    pass


PASSWORD: Final = "DOCCTL_PASSWORD"  # noqa: S105 - the name of a variable
CODE: Final = "DOCCTL_CODE"
NEW_PASSWORD: Final = "DOCCTL_NEW_PASSWORD"  # noqa: S105


def given_password(login: str) -> str:
    """DOCCTL_PASSWORD, or a prompt where somebody sits before a terminal."""
    return _password(login, PASSWORD)


def given_code(login: str) -> str | None:
    """DOCCTL_CODE, or a prompt; None where there is neither."""
    given = os.environ.get(CODE)
    if given is not None or not sits_there():
        return given
    return str(click.prompt(f"Code of the second factor of {login}", err=True))


def password_of(login: str) -> str:
    """The password of somebody beside whoever types: DOCCTL_PASSWORD_LOGIN, or a prompt."""
    return _password(login, f"{PASSWORD}_{re.sub('[^A-Z0-9]', '_', login.upper())}")


def given_new_password(login: str) -> str | None:
    """DOCCTL_NEW_PASSWORD, or a prompt; None where there is neither."""
    given = os.environ.get(NEW_PASSWORD)
    if given is not None or not sits_there():
        return given
    return str(click.prompt(f"New password of {login}", hide_input=True, confirmation_prompt=True, err=True))


def _password(login: str, variable: str) -> str:
    given = os.environ.get(variable)
    if given is not None:
        return given
    if not sits_there():
        raise Unauthenticated(
            "the password of {login} is needed: set {variable}", login=login, variable=variable
        )
    return str(click.prompt(f"Password of {login}", hide_input=True, err=True))


def sits_there() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def system_user() -> str:
    """Who the machine says is at work; it stands in each event that came by the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return f"uid {os.getuid()}"
