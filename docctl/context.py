"""Who acts, when, and with what: passed first to every use case and every query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from docctl import transaction
from docctl.rules.actions import Action
from docctl.rules.permissions import Actor
from docctl.site import Site


@dataclass(frozen=True)
class Context:
    """One person's (or the operator's) turn at a site.

    `channel` is how they came ("cli", "http"), `system_user` the user of the machine for the command line,
    `op` the idempotency key of this request.
    """

    site: Site
    actor: Actor
    name: str
    channel: str
    system_user: str | None = None
    op: str | None = None
    session: Session = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "session", self.site.reading())

    def now(self) -> datetime:
        return self.site.clock()

    def today(self) -> date:
        """The day it is at the site."""
        return self.now().astimezone(self.site.zone).date()

    @contextmanager
    def act(self, action: Action) -> Iterator[transaction.Act]:
        """The one door for controlled data: see `transaction.act`."""
        self.session.rollback()  # a read snapshot kept open would hide what the act is about to find
        try:
            with transaction.act(self, action) as act:
                yield act
        finally:
            self.session.rollback()
            self.session.expunge_all()

    @contextmanager
    def note(self) -> Iterator[Session]:
        """The door for tables outside the ledger: see `transaction.note`."""
        self.session.rollback()
        try:
            with transaction.note(self.site) as session:
                yield session
        finally:
            self.session.rollback()

    def close(self) -> None:
        self.session.close()
