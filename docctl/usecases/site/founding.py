"""Makes a site: folder, key, library, tables, first event, first checkpoint; whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from docctl.door import accounts, outbox
from docctl.door.site import (
    DATABASE,
    DATABASE_VARIABLE,
    SETTINGS,
    Settings,
    Site,
    database_url,
    sqlite_url,
    system_clock,
)
from docctl.door.transaction import Act
from docctl.errors import WrongState
from docctl.ledger import checkpoint, keys
from docctl.models import guards
from docctl.models.base import LEDGER, Base
from docctl.models.configuration import Organisation
from docctl.models.engine import open_engine
from docctl.models.people import AccountPassword, Person, PersonRole
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.people import check_account
from docctl.rules.public_address import public_address
from docctl.rules.roles import Role
from docctl.rules.secrets import commitment
from docctl.store import search, search_index
from docctl.store.durable import write_atomically
from docctl.store.library import Author, RefMove
from docctl.store.making import whole_or_not_at_all
from docctl.usecases.site import configuring

ADMIN = "admin"
ATTRIBUTES = b"* -text\n"
"""The library's .gitattributes: no git client may change a line end of what was signed."""


@dataclass(frozen=True)
class First:
    """Whoever has the first account of a site, and what they may do. No department: the first one."""

    login: str = ADMIN
    name: str = "管理员"
    roles: tuple[Role, ...] = (Role.ADMIN,)
    department: str = ""


@dataclass(frozen=True)
class Founded:
    """A new site, and the password of its first account if it had to be made up."""

    site: Site
    generated_password: str | None


def init_site(
    path: Path,
    *,
    organisation: str | None = None,
    password: str | None = None,
    system_user: str = "",
    first: First = First(),
    configuration: bytes | Mapping[str, Any] | None = None,
    departments: Mapping[str, Mapping[str, str]] | None = None,
    public_url: str = "",
    pdf: bool = False,
    public_list: bool = False,
    clock: Callable[[], datetime] = system_clock,
    environ: Mapping[str, str] = os.environ,
    making: Callable[[Path], AbstractContextManager[Path]] = whole_or_not_at_all,
) -> Founded:
    """Make a site in `path`, which must be empty or not there, with the account of `first`.

    `configuration` is a site.yaml; docctl's own is taken if none is given. `departments` gives some of its
    departments other titles. With `pdf` revisions are issued with their PDF; with `public_list` strangers see
    what is issued. `making` gives the folder to build in; one that a caller already makes whole is taken as
    it is (nullcontext).

    Raises WrongState for a folder or a database that is in use, Invalid for a configuration that cannot be,
    Usage for a public address that no phone could open.
    """
    decided = _decided(configuration, departments or {}, organisation, public_address(public_url))
    database = environ.get(DATABASE_VARIABLE, "")
    settings, key = new_settings(database, decided["public_address"], pdf, public_list)
    first = _checked(first, [each["key"] for each in decided["departments"]])
    generated = None if password is not None else secrets.token_urlsafe(12)
    hashed = accounts.hash_password(password or str(generated))
    target = path.resolve()
    with making(target) as part:
        site = lay_out(part, settings, key, clock=clock, environ=environ)
        _first_event(site, decided, first, hashed, system_user)
        site.close()
    return Founded(Site.open(target, clock=clock, environ=environ), generated)


def _decided(
    said: bytes | Mapping[str, Any] | None,
    titles: Mapping[str, Mapping[str, str]],
    organisation: str | None,
    public: str,
) -> dict[str, Any]:
    """A site.yaml, or docctl's own, with what was said beside it in the place of its words."""
    decided = configuring.decide(said or (files("docctl") / "site.yaml").read_bytes())
    for department in decided["departments"]:
        department["title"] = titles.get(department["key"], department["title"])
    decided["organisation"] = organisation or decided["organisation"]
    decided["public_address"] = public or decided["public_address"]
    return decided


def _checked(first: First, departments: Sequence[str]) -> First:
    home = first.department or departments[0]
    check_account(first.login, first.name, home, first.roles, departments)
    return replace(first, department=home)


def new_settings(database: str, public_url: str, pdf: bool, public_list: bool) -> tuple[Settings, Any]:
    """Settings of a site that does not exist yet, and its new private key."""
    key = keys.generate()
    settings = Settings(
        secrets.token_hex(8),
        "",
        database=database,
        public_url=public_url,
        pdf=pdf,
        public_list=public_list,
    )
    public = checkpoint.vkey(settings.origin, keys.public_bytes(key))
    return replace(settings, public_key=public), key


def lay_out(
    folder: Path,
    settings: Settings,
    key: Any,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    empty: bool = True,
) -> Site:
    """Folders, key, settings, tables; for an `empty` site also guards and repository.

    A site that is rebuilt gets those with what it is filled with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("records", "vault"):
        (folder / name).mkdir()
    keys.save(key, folder / "keys" / "site.pem")
    write_atomically(folder / SETTINGS, settings.to_toml().encode())
    url = database_url(folder, settings, environ)
    if url == sqlite_url(folder):
        (folder / DATABASE).touch(mode=0o600)  # it holds password hashes; its journals get the same mode
    site = Site(folder, settings, open_engine(url, read_only=False), open_engine(url, read_only=True), clock)
    try:
        make_tables(site, guarded=empty)
        if empty:
            site.library.create()
    except BaseException:
        site.close()
        raise
    return site


@contextmanager
def database_empty_again(site: Site) -> Iterator[None]:
    """Take the tables away when something goes wrong: a database of a server does not go with the folder."""
    try:
        yield
    except BaseException:
        if site.engine.dialect.name == "postgresql":
            with site.engine.begin() as connection:
                for name in (*Base.metadata.tables, *search_index.TABLES["postgresql"]):
                    connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
                for function in connection.scalars(_OUR_FUNCTIONS).all():
                    connection.exec_driver_sql(f"DROP FUNCTION {function}")
        raise


_OUR_FUNCTIONS = text(
    "SELECT oid::regprocedure::text FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'docctl\\_%'"
)


def make_tables(site: Site, *, guarded: bool = True) -> None:
    """All tables, and their guards unless rows with old stamps are to be put in first."""
    with site.engine.begin() as connection:
        if inspect(connection).has_table(LEDGER):
            raise WrongState(
                "the database holds a site already; give {variable} an empty one", variable=DATABASE_VARIABLE
            )
        Base.metadata.create_all(connection)
        search.create(connection)
        if guarded:
            guards.install(connection)


def _first_event(site: Site, decided: Mapping[str, Any], first: First, hashed: str, system_user: str) -> None:
    prepared = site.library.prepare(
        {".gitattributes": ATTRIBUTES},
        parent=None,
        author=Author("docctl", "docctl"),
        when=site.clock(),
        message="The library of controlled documents",
    )
    ctx = accounts.operator(site, system_user)
    with ctx.act(Action.SITE_INIT) as act:
        act.require(Subject())
        organisation = Organisation(
            site_id=site.settings.site_id,
            name=decided["organisation"],
            time_zone=decided["time_zone"],
            public_key=site.settings.public_key,
        )
        act.add(organisation)
        configuring.apply(act, decided)
        _add_first(act, first, hashed)
        move = RefMove(outbox.MAIN, None, prepared.commit)
        act.move([move], prepared, main=prepared.commit)
        act.record(organisation, public_key=site.settings.public_key)
    ctx.close()


def _add_first(act: Act, first: First, hashed: str) -> None:
    person = Person(login=first.login, name=first.name, department=first.department, active=True)
    person.secret, person.came = commitment(hashed, None), True
    act.add(person)
    act.add(*(PersonRole(person_id=person.id, role=role, granted_at=act.at) for role in first.roles))
    act.session.add(AccountPassword(person_id=person.id, hash=hashed, changed_at=act.at))
