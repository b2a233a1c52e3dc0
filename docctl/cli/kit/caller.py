"""Who calls: the options before the noun, and with them the site and the context for one command.

A read needs a login; a write needs the password too. Opening a site loads its libraries, so those are
imported here on first use.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docctl.cli.kit import spoken
from docctl.cli.kit.answers import print_json, print_plain
from docctl.cli.kit.asked import given_code, given_password, password_of, system_user
from docctl.errors import Usage
from docctl.errors.message import ENGLISH, Message, told
from docctl.rules.actions import Action

if TYPE_CHECKING:
    from docctl.door.accounts import Proved
    from docctl.door.context import Context
    from docctl.door.site import Site


@dataclass
class Caller:
    """One run of the program. `clock` stands in for the machine's in tests; no option or variable sets it."""

    clock: Callable[[], datetime] | None = None
    json: bool = False
    folder: Path | None = None
    login: str | None = None
    op: str | None = None
    language: str = ENGLISH.language

    @contextmanager
    def reading(self) -> Iterator[Context]:
        """The context of a read."""
        from docctl.door import accounts

        login = self._login()
        ctx = accounts.reader(self.site(), login, system_user=system_user())
        try:
            yield ctx
        finally:
            ctx.close()

    @contextmanager
    def writing(self, action: Action) -> Iterator[Context]:
        """The context of one act. Raises Unauthenticated without the account's password, and its code."""
        from docctl.door import accounts, factors

        login, site = self._login(), self.site()
        site.require_writable()
        accounts.reader(
            site, login
        ).close()  # nobody is asked for the password of an account that is not there
        password = given_password(login)
        asked = action is not Action.FACTOR_DROP and factors.asked(site, login)
        code = given_code(login) if asked else None
        ctx = accounts.writer(site, login, password, action, system_user=system_user(), op=self.op, code=code)
        try:
            yield ctx
        finally:
            ctx.close()

    @contextmanager
    def operating(self) -> Iterator[Context]:
        """A context for whoever has the site's files, without an account."""
        from docctl.door import accounts

        ctx = accounts.operator(self.site(), system_user())
        try:
            yield ctx
        finally:
            ctx.close()

    def vouched(self, site: Site, login: str) -> Proved:
        """Somebody beside whoever types, by their password. Raises Unauthenticated."""
        from docctl.door import accounts

        return accounts.vouch(site, login, password_of(login))

    def show(
        self, answer: Mapping[str, Any], people: str | Message | Mapping[str, Any] | None = None
    ) -> None:
        """Print the answer of a command. `people`: what they are shown instead of all its values."""
        reader = spoken.reader(self.language)
        if self.json:
            print_json(answer, reader)
        elif isinstance(people, str | Message):
            click.echo(told(people, reader))
        else:
            print_plain(answer if people is None else people, reader)

    def note(self, said: Message) -> None:
        """Say something beside the answer, on standard error."""
        click.echo(said.told(spoken.reader(self.language)), err=True)

    @property
    def clocks(self) -> dict[str, Any]:
        """The argument `clock`, if it is not the machine's."""
        return {} if self.clock is None else {"clock": self.clock}

    def site(self) -> Site:
        """The site, open until the command is done."""
        from docctl.door.site import Site

        folder = self._folder()
        quieten_logs()
        site = Site.open(folder, **self.clocks)
        click.get_current_context().call_on_close(site.close)
        return site

    @contextmanager
    def old_site(self) -> Iterator[Site]:
        """The site, of whatever schema it is."""
        from docctl.door.site import Site

        quieten_logs()
        site = Site.open(self._folder(), any_schema=True, **self.clocks)
        try:
            yield site
        finally:
            site.close()

    def _folder(self) -> Path:
        if self.folder is None:
            raise Usage("say which site: --site DIR before the command, or DOCCTL_SITE")
        return self.folder

    def _login(self) -> str:
        self._folder()
        if not self.login:
            raise Usage("say who you are: --as LOGIN before the command, or DOCCTL_USER")
        return self.login


class Command(click.Command):
    """A command that takes --json after its name as well."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options, and the hidden --json; what it does is done by `tree.wants_json`."""
        return [
            *super().get_params(ctx),
            click.Option(["--json"], is_flag=True, expose_value=False, hidden=True),
            click.Option([spoken.OPTION], expose_value=False, hidden=True),
        ]


class Noun(click.Group):
    """A noun, whose commands are its verbs, in the order in which they are met in life."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of definition."""
        return list(self.commands)


class Day(click.ParamType[date]):
    """A day in ISO form: 2026-03-12."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Nothing but YYYY-MM-DD: Python reads 20260312 and 2026-W11-4 as days too."""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it like 2026-03-12", param, ctx)
        if day.isoformat() != value:
            self.fail(f"{value!r} is not a day; write it like 2026-03-12", param, ctx)
        return day


def quieten_logs() -> None:
    """Warnings of docctl on standard error without traceback, unless a program has its own way of logging."""
    handler = logging.lastResort or logging.NullHandler()
    handler.setFormatter(_WithoutTraceback("docctl: %(message)s"))


class _WithoutTraceback(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return f"({ei[0].__name__}: {ei[1]})"
