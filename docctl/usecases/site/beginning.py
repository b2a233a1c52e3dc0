"""A company of one's own: a site as docctl proposes it, with the account of whoever sets it up."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from docctl.door.site import Site
from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules import company
from docctl.rules.roles import Role
from docctl.usecases.site import configuring, founding
from docctl.usecases.site.founding import First, Founded

ROLES: Final = (Role.ADMIN, Role.DOCUMENT_CONTROLLER, Role.AUTHOR)
"""Of whoever sets a company up: accounts, the office's desk, and the first text. None that approves."""
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Those that nobody mixes up when they read them off a terminal."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What is asked on the first page. `code`: what numbers begin with, if anything."""

    organisation: str
    time_zone: str
    code: str
    login: str
    name: str
    password: str = field(repr=False)


Progress = Callable[[int, int, str], None]
"""Called with (steps done, steps in all, what is being done)."""


@dataclass(frozen=True, kw_only=True)
class Makers:
    """What is served on this machine: a demonstration, until somebody who has the code founds a company.

    `site` is the demonstration of an earlier time, if one is there; else `demonstration` makes it. `company`
    calls what it is given before it puts the demonstration aside. `opened` is told of what was made before
    that is served, and what it gives is called as soon as that answers.
    """

    code: str
    demonstration: Callable[[Progress], Site]
    company: Callable[[Beginning, Callable[[], None]], Site]
    opened: Callable[[Site], Callable[[], None]]
    site: Site | None = None


def one_time_code() -> str:
    """What proves that somebody sees the terminal: forty bits, in two groups of four."""
    made = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{made[:4]}-{made[4:]}"


def init_company(path: Path, asked: Beginning, **machine: Any) -> Founded:
    """Make the site in `path`; `machine` is what `init_site` asks of a machine. Raises Invalid by field."""
    if not asked.organisation.strip():
        raise Invalid({"organisation": Message("write the name of the organisation")})
    plain = configuring.decide((files("docctl") / "site.yaml").read_bytes())
    own = company.of_ones_own(plain, asked.code)
    zone = {**own["calendars"]["default"], "zone": asked.time_zone}
    own |= {"organisation": asked.organisation, "time_zone": asked.time_zone, "calendars": {"default": zone}}
    first = First(asked.login, asked.name, ROLES, company.HOME)
    return founding.init_site(path, configuration=own, first=first, password=asked.password, **machine)
