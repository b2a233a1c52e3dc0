"""Loads the starter library into a new site: people, documents, signatures and first copies, in one go.

Each step is an ordinary use case in the name of the person who would do it; the events say that they came
by the channel `starter`, and under which user of the machine. So nothing in the library is special.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import docctl
from docctl import accounts
from docctl.context import Context
from docctl.errors import Invalid, NotFound
from docctl.models import facts, find
from docctl.site import Site
from docctl.store import source
from docctl.store.material import gather
from docctl.usecases import approving, copying, drafting, issuing, people

FILE = "procedures/starter.yaml"
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


def library_folder() -> Path:
    """The project's own folder, where the starter library lies. Raises NotFound if it is not there."""
    folder = Path(docctl.__path__[0]).parent
    if not (folder / FILE).is_file():
        raise NotFound("this installation came without the starter library; use a clone of the project")
    return folder


def read_starter(folder: Path) -> Starter:
    """Raises Invalid when starter.yaml lacks a part."""
    data = source.load_yaml((folder / FILE).read_bytes())
    try:
        return Starter(folder, data.get("departments", {}), data["people"], data["documents"])
    except (KeyError, AttributeError) as error:
        raise Invalid(f"{FILE} lacks {error}; see the comment at its head") from None


def load_starter(
    site: Site,
    starter: Starter,
    *,
    system_user: str,
    password: str | None = None,
    progress: Progress = lambda done, total, what: None,
) -> None:
    """Load it all. With `password` every account gets it (a demonstration); else they are locked."""
    steps = list(_steps(site, starter, system_user, password))
    for done, (what, step) in enumerate(steps):
        progress(done, len(steps), what)
        step()
    progress(len(steps), len(steps), "done")


def _steps(
    site: Site, starter: Starter, system_user: str, password: str | None
) -> Iterator[tuple[str, Callable[[], object]]]:
    acting = partial(_as, site, system_user)
    for person in starter.people:
        yield f"account {person['login']}", partial(_add, acting, person, password)
    for document in starter.documents:
        yield f"register {_number(document)}", partial(_register, acting, starter.folder, document)
    for document in starter.documents:
        yield f"sign {_number(document)}", partial(_approve, acting, starter, document)
        yield f"issue {_number(document)}", partial(_issue, acting, starter, document)


def _add(acting: Callable[[str], Context], person: Mapping[str, Any], password: str | None) -> None:
    login, roles = person["login"], person["roles"]
    details = {"name": person["name"], "department": person["department"]}
    with closing(acting("admin")) as admin:
        people.add_user(admin, login, roles=roles, password=password, **details)


def _register(acting: Callable[[str], Context], folder: Path, document: Mapping[str, Any]) -> None:
    load = partial(gather, folder / document["files"][0])
    with closing(acting(document["author"])) as author:
        drafting.register_document(author, load, label=document["label"])


def _approve(acting: Callable[[str], Context], starter: Starter, document: Mapping[str, Any]) -> None:
    number = _number(document)
    order = [p["login"] for p in starter.people]
    with closing(acting(document["author"])) as author:
        drafting.submit_revision(author, number, reason=document["reason"])
    while waiting := _waiting(acting, document):
        with closing(acting(min(waiting, key=order.index))) as signer:
            approving.sign_revision(signer, number)


def _waiting(acting: Callable[[str], Context], document: Mapping[str, Any]) -> list[str]:
    with closing(acting(document["author"])) as author:
        found = find.document(author.session, _number(document))
        newest = find.newest_revision(author.session, found)
        return facts.waiting_for(author.session, found, newest)


def _issue(acting: Callable[[str], Context], starter: Starter, document: Mapping[str, Any]) -> None:
    login = next(p["login"] for p in starter.people if "document-controller" in p["roles"])
    day = document.get("effective", "today")
    effective = None if day == "today" else date.fromisoformat(day)
    with closing(acting(login)) as controller:
        issuing.issue_revision(controller, _number(document), effective=effective)
        if document.get("holders"):
            copying.issue_copies(controller, _number(document), holders=document["holders"])


def _number(document: Mapping[str, Any]) -> str:
    """The number is the name of the first file: the texts of the library are named so."""
    return Path(document["files"][0]).stem


def _as(site: Site, system_user: str, login: str) -> Context:
    return accounts.reader(site, login, channel=CHANNEL, system_user=system_user)
