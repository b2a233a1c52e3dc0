"""Before there is a site: whoever has the code of the terminal says what is to be made; then it is served.

The door is a program of its own until then (first_visit.py); afterwards every request goes to the pages of
the site. Knows no folder and no machine: both ways of making a site are given.
"""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, redirect

from docctl.door.site import Site
from docctl.errors import DocctlError, Invalid, Throttled
from docctl.errors.message import Message
from docctl.usecases.people import signing_in
from docctl.usecases.people.attempts import LIMITS
from docctl.usecases.site.beginning import Beginning, Makers
from docctl.web.kit import sessions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The program ends while a site is being made."""


@dataclass
class Doorway:
    """What answers on the port from the first second on. Its code is good until a site was made.

    `pages` makes the app of a site; `first` is the one before.
    """

    makers: Makers
    pages: Callable[[Site], Flask]
    first: Flask | None = None
    site: Site | None = None
    done: tuple[int, int] = (0, 0)
    """Steps of the demonstration that are done, of how many; (0, 0) before it was begun."""
    failed: Message | None = None
    _app: Flask | None = None
    _making: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _over: bool = False
    _wrong: int = 0
    _closed_until: float = 0.0

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request, by whichever program is there."""
        path = environ.get("PATH_INFO", "")
        app = self._app if self._app is not None and path != WELCOME else self.first
        assert app is not None  # it is put in before anything is answered
        return app(environ, start)

    @property
    def is_busy(self) -> bool:
        """Whether the demonstration is being made."""
        return self._making.locked() and self._thread is not None

    def prove(self, typed: str) -> None:
        """Raises Invalid for another code than that of the terminal; Throttled after some wrong ones."""
        wait = self._closed_until - time.monotonic()
        if wait > 0:
            seconds = max(1, round(wait))
            raise Throttled("too many wrong codes; try again in {seconds} seconds", seconds=seconds)
        if hmac.compare_digest(_plain(typed), _plain(self.makers.code)):
            return
        self._wrong += 1
        self._closed_until = time.monotonic() + LIMITS["account"].wait(self._wrong).total_seconds()
        raise Invalid({"code": Message("this is not the code that stands in the terminal")})

    def demonstrate(self) -> None:
        """Begin to make the demonstration; another who asks meanwhile looks on."""
        if self.site is None and self._making.acquire(blocking=False):
            self.failed, self.done = None, (0, 1)
            self._thread = threading.Thread(target=self._demonstrate, name="demonstration", daemon=True)
            self._thread.start()

    def found(self, asked: Beginning, environ: WSGIEnvironment) -> Response:
        """Make the company, and let its first person in. Raises Invalid; a try that failed leaves nothing."""
        if not self._making.acquire(blocking=False):
            raise Invalid(Message("a site is being made at this moment; look at the start page"))
        try:
            self._let_in(self.makers.company(asked))
        finally:
            self._making.release()
        return self._signed_in(asked, environ)

    def close(self) -> None:
        """Give up what is being made, and close what was."""
        self._over = True
        if self._thread is not None:
            self._thread.join()
        if self.site is not None:
            self.site.close()

    def _demonstrate(self) -> None:
        try:
            self._let_in(self.makers.demonstration(self._progress))
        except Stopped:
            pass
        except DocctlError as error:
            self.failed = error.said
        except Exception:
            log.exception("the demonstration could not be made")
            self.failed = Message("the demonstration could not be made; the terminal says why")
        finally:
            self._making.release()

    def _progress(self, done: int, total: int, _: str) -> None:
        if self._over:
            raise Stopped
        self.done = (done, total)

    def _let_in(self, site: Site) -> None:
        self.makers.opened(site)
        self.site, self._app = site, self.pages(site)

    def _signed_in(self, asked: Beginning, environ: WSGIEnvironment) -> Response:
        """On to the steps, with the cookie of a session that has begun at the site."""
        assert self._app is not None
        assert self.site is not None
        source = environ.get("REMOTE_ADDR", "")
        token = signing_in.sign_in(self.site, asked.login, asked.password, source=source)
        with self._app.request_context(environ):
            sessions.begin(token)
            answer: Any = redirect("/company", 303)
            return self._app.process_response(self._app.make_response(answer))


WELCOME: Final = "/welcome"
"""Where a demonstration says how to go in: the only page of the door that is there beside the site."""


def _plain(code: str) -> bytes:
    return "".join(filter(str.isalnum, code.upper())).encode("utf-8", "replace")
