"""What takes long is made one after the other for one person: nobody has the threads of all others (SE-39).

Whoever asks for another before the last is ready is refused at once, and holds no thread by waiting.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final

from flask import Flask, g, request

from docctl.errors import Throttled
from docctl.web.kit import export, here

LONG: Final = frozenset(
    {
        *("drafts.preview", "drafts.submit", "documents.redline", "documents.print_revision"),
        *("copies.print_run", "copies.print_copy", "records.print_", "trace.show"),
        *("evidence.export", "ledger.check"),
    }
)
"""Endpoints that read, compare or lay out whole texts and files; to them comes every list as a file."""
MOST: Final = 2
"""At once for one person, of the threads of a process: a second tab is not punished."""
SECONDS: Final = 2


class Shares:
    """How many long pages are being made for whom, in this process."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, login: str) -> bool:
        """Whether one more may be made for them now; it is counted then."""
        with self._turn:
            if self._taken[login] >= MOST:
                return False
            self._taken[login] += 1
            return True

    def give_back(self, login: str) -> None:
        """One is ready, or failed."""
        with self._turn:
            self._taken[login] -= 1
            if not self._taken[login]:
                del self._taken[login]


def install(app: Flask) -> None:
    """Ask for each long page of `app`, after the guard has said who is there."""
    shares = Shares()

    def ask() -> None:
        person = here.person()
        if person is None or not (request.endpoint in LONG or export.is_wanted()):
            return
        if not shares.take(person.actor.login):
            raise Throttled(
                "What you asked for before is still being made. Ask again in {seconds} seconds.",
                seconds=SECONDS,
            )
        g.share = person.actor.login

    def give_back(_error: BaseException | None) -> None:
        if (login := g.pop("share", None)) is not None:
            shares.give_back(login)

    app.before_request(ask)
    app.teardown_request(give_back)
