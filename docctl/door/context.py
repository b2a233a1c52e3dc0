"""A turn with what it takes to read and to act: passed first to every use case and every query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import InitVar, dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from docctl.door import transaction
from docctl.door.turn import Turn
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.permissions import refusal


@dataclass(frozen=True)
class Context(Turn):
    """A turn with a session that cannot write, and the two doors."""

    given: InitVar[Callable[[], Session] | None] = None
    """Whence the session to read with, where somebody else opens and closes it: the web, for each request."""

    def __post_init__(self, given: Callable[[], Session] | None) -> None:
        object.__setattr__(self, "_opened", given or self.site.reading)

    @cached_property
    def session(self) -> Session:
        """The session to read with. A page that is known already needs none."""
        opened: Callable[[], Session] = self.__dict__["_opened"]
        return opened()

    @property
    def has_begun(self) -> bool:
        """Whether something was read with the session, so that it sees the rows as they were then."""
        return "session" in self.__dict__ and self.session.in_transaction()

    def may(self, action: Action, subject: Subject) -> bool:
        """Whether this person may do that to `subject`: for what is shown and what is offered."""
        return refusal(action, self.actor, subject) is None

    def require(self, action: Action, subject: Subject) -> None:
        """The same question where a no ends it: raises Forbidden, and leaves no trace.

        Who reads, or opens the form of an act, has tried nothing yet, whatever the action is called. An act
        asks with `permit`, which records, and again under the lock: `act.require`.
        """
        no = refusal(action, self.actor, subject)
        if no is not None:
            raise no.error()

    def permit(self, action: Action, subject: Subject) -> None:
        """Ask before the slow work of an act; a no is a refused attempt: see `transaction.permit`."""
        transaction.permit(self, action, subject)

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
        """Give back its connection."""
        if "session" in self.__dict__:
            self.session.close()
