"""Loads the starter library into a new site: people, documents, signatures and first copies, in one go.

Each step is an ordinary use case in the name of the person who would do it; the events say that they came
by the channel `starter`, and under which user of the machine. So nothing in the library is special.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import docctl
from docctl.door import accounts
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import Invalid, NotFound
from docctl.rules.seconding import SECONDS
from docctl.standing import find, proposals, signers
from docctl.standing.sheet import Prepared
from docctl.store import tree
from docctl.store.material import gather
from docctl.store.names import number_of
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts as people
from docctl.usecases.people import granting

FILE = "procedures/starter.yaml"
INSTALLED = "starter"
"""The folder of a package that it is put into (pyproject.toml)."""
CHANNEL = "starter"

Progress = Callable[[int, int, str], None]
"""Called with (steps done, steps in all, what is being done)."""


@dataclass(frozen=True)
class Starter:
    """`procedures/starter.yaml`; its head explains the format. `folder` is what its paths begin at."""

    folder: Path
    departments: Mapping[str, Mapping[str, str]]
    people: Sequence[Mapping[str, Any]]
    documents: Sequence[Mapping[str, Any]]
    more: Sequence[Mapping[str, Any]]

    @property
    def whole(self) -> Starter:
        """With every document of the library, those too that are only taken one by one."""
        return replace(self, documents=(*self.documents, *self.more), more=())


def library_folder() -> Path:
    """Where the starter library lies: in an installed docctl, or beside it in a checkout. Raises NotFound."""
    package = Path(docctl.__path__[0])
    for folder in (package / INSTALLED, package.parent):
        if (folder / FILE).is_file():
            return folder
    raise NotFound("this installation came without the starter library; use a clone of the project")


def read_starter(folder: Path) -> Starter:
    """Raises Invalid when starter.yaml lacks a part."""
    data = tree.load_yaml((folder / FILE).read_bytes())
    try:
        departments, more = data.get("departments", {}), data.get("more", ())
        return Starter(folder, departments, data["people"], data["documents"], more)
    except (KeyError, AttributeError) as error:
        raise Invalid("{file} lacks {why}; see the comment at its head", file=FILE, why=str(error)) from None


def load_starter(
    site: Site,
    starter: Starter,
    *,
    system_user: str,
    password: str | None = None,
    progress: Progress = lambda done, total, what: None,
) -> None:
    """Load it all. With `password` every account gets it (a demonstration); else they are locked at the end.

    Until then they have one that nobody is told: what a locked account would have to sign is not begun.
    """
    with _prints(partial(_as, site, system_user)) as prints:
        steps = list(_steps(prints, starter, password or secrets.token_urlsafe(16)))
        if password is None:
            steps += [(f"lock {p['login']}", partial(_lock, prints.acting, p)) for p in starter.people]
        for done, (what, step) in enumerate(steps):
            progress(done, len(steps), what)
            step()
    progress(len(steps), len(steps), "done")


Acting = Callable[[str], Context]


class _Prints:
    """Lays out what has been signed while the next document is signed: half the time of loading is that."""

    def __init__(self, acting: Acting, pool: ThreadPoolExecutor) -> None:
        self.acting, self.pool = acting, pool
        self.coming: dict[str, Future[Prepared]] = {}

    def begin(self, number: str, controller: str, effective: date | None) -> None:
        def make() -> Prepared:
            with closing(self.acting(controller)) as ctx:
                return issuing.make_print(ctx, number, effective=effective)

        self.coming[number] = self.pool.submit(make)


@contextmanager
def _prints(acting: Acting) -> Iterator[_Prints]:
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        yield _Prints(acting, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _steps(prints: _Prints, starter: Starter, password: str) -> Iterator[tuple[str, Callable[[], object]]]:
    acting = prints.acting
    controller = next(p["login"] for p in starter.people if "document-controller" in p["roles"])
    # Who could be the second person comes last: until then one admin gives roles that sign.
    for person in sorted(starter.people, key=lambda p: not SECONDS.isdisjoint(p["roles"])):
        yield f"account {person['login']}", partial(_add, acting, person, password, controller)
    for document in starter.documents:
        yield f"register {_number(document)}", partial(_register, acting, starter.folder, document)
    for document in starter.documents:
        yield f"sign {_number(document)}", partial(_approve, prints, starter, document, controller)
    for document in starter.documents:
        yield f"issue {_number(document)}", partial(_issue, prints, document, controller)


def _add(acting: Acting, person: Mapping[str, Any], password: str, controller: str) -> None:
    login, roles = person["login"], person["roles"]
    details = {"name": person["name"], "department": person["department"]}
    with closing(acting("admin")) as admin:
        added = people.add_user(admin, login, roles=roles, password=password, lasting=True, **details)
        waiting = proposals.waiting(admin.session, added.id) is not None
    if waiting:
        with closing(acting(controller)) as second:
            granting.confirm_user_roles(second, login)


def _lock(acting: Acting, person: Mapping[str, Any]) -> None:
    with closing(acting("admin")) as admin:
        reason = "of the starter library: a password opens it"
        people.lock_user(admin, person["login"], reason=reason, unused=True)


def _register(acting: Acting, folder: Path, document: Mapping[str, Any]) -> None:
    load = partial(gather, folder / document["files"][0])
    # A name is that of the default chain of the level, which the registration takes by itself.
    own_chain = document["chain"] if "," in document["chain"] else None
    with closing(acting(document["author"])) as author:
        drafting.register_document(author, load, label=document["label"], chain=own_chain)


def _approve(prints: _Prints, starter: Starter, document: Mapping[str, Any], controller: str) -> None:
    number = _number(document)
    order = [p["login"] for p in starter.people]
    with closing(prints.acting(document["author"])) as author:
        # Its print is made as soon as it is signed, beside the next: nobody would wait to sign it again.
        drafting.submit_revision(author, number, reason=document["reason"], print_checked=True)
    while waiting := _waiting(prints.acting, document):
        with closing(prints.acting(min(waiting, key=order.index))) as signer:
            approving.sign_revision(signer, number)
    prints.begin(number, controller, _effective(document))


def _waiting(acting: Acting, document: Mapping[str, Any]) -> list[str]:
    with closing(acting(document["author"])) as author:
        found = find.document(author.session, _number(document))
        newest = find.newest_revision(author.session, found)
        return signers.waiting_for(author.session, found, newest, author.now(), author.today())


def _issue(prints: _Prints, document: Mapping[str, Any], controller: str) -> None:
    number = _number(document)
    with closing(prints.acting(controller)) as ctx:
        made = prints.coming.pop(number).result()
        issuing.issue_revision(ctx, number, effective=_effective(document), made=made)
        if document.get("holders"):
            handing.issue_copies(ctx, number, holders=document["holders"])


def _effective(document: Mapping[str, Any]) -> date | None:
    day = document.get("effective", "today")
    return None if day == "today" else date.fromisoformat(day)


def _number(document: Mapping[str, Any]) -> str:
    """The number is the name of the first file: the texts of the library are named so."""
    return number_of(Path(document["files"][0]).stem)


def _as(site: Site, system_user: str, login: str) -> Context:
    return accounts.reader(site, login, channel=CHANNEL, system_user=system_user, proved=True)
