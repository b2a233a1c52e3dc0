"""A turn at a site: who acts, how they came, which request it is. A value; it neither reads nor writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from docctl.door.requests import Request
from docctl.door.site import Site
from docctl.rules.roles import Actor


@dataclass(frozen=True)
class Turn:
    """One person's (or the operator's) turn.

    `channel` is how they came ("cli", "http"), `system_user` the user of the machine for the command line,
    `op` the idempotency key of this request, `request` what is asked for under it. `proved`: they gave their
    password with this very request.
    """

    site: Site
    actor: Actor
    name: str
    channel: str
    system_user: str | None = None
    op: str | None = None
    request: Request | None = None
    proved: bool = False

    def now(self) -> datetime:
        """The instant that the clock of the site shows."""
        return self.site.clock()

    def today(self) -> date:
        """The day it is at the site."""
        return self.now().astimezone(self.site.zone).date()
