"""What `run` serves until a company was founded: the demonstration, and beside it the pages that found one.

The door is a program of its own (first_visit.py): alone until the demonstration is made, in front of it
afterwards, shut when the company has taken its place. Knows no folder and no machine.
"""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, redirect

from docctl.door.site import Site
from docctl.errors import DocctlError, Invalid, Throttled, WrongState
from docctl.errors.message import Message
from docctl.usecases.demonstration import making
from docctl.usecases.people import signing_in
from docctl.usecases.people.attempts import LIMITS
from docctl.usecases.site.beginning import Beginning, Makers
from docctl.web.kit import sessions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

WELCOME: Final = "/welcome"
"""Where a demonstration says how to go in."""
SET_UP: Final = "/set-up"
PATIENCE: Final = 20.0
"""Seconds for those who are being answered, before a company takes the place of what answers them."""


class Stopped(Exception):
    """The demonstration that is being made is no longer wanted."""


@dataclass
class Doorway:
    """What answers on the port from the first second on. Its code is good until a company was founded.

    `pages` makes the app of a site; `first` is that of the door.
    """

    makers: Makers
    pages: Callable[[Site], Flask]
    first: Flask | None = None
    site: Site | None = None
    is_open: bool = True
    """Whether a company may still be founded."""
    done: tuple[int, int] = (0, 1)
    """Steps of the demonstration that are done, of how many."""
    failed: Message | None = None
    _app: Flask | None = None
    _inside: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _founding: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _unwanted: threading.Event = field(default_factory=threading.Event)
    _wrong: int = 0
    _closed_until: float = 0.0

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request, by whichever program is there."""
        assert self.first is not None  # it is put in before anything is answered
        if self.is_open and environ.get("PATH_INFO") in {WELCOME, SET_UP}:
            return self.first(environ, start)
        with self.inside():
            return (self._app or self.first)(environ, start)

    @contextmanager
    def inside(self) -> Iterator[Site | None]:
        """The site that is served, if there is one; it stays so while this lasts."""
        with self._changed:
            self._inside += 1
        try:
            yield self.site
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

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
        """Begin to make the demonstration, if nothing is there or on its way."""
        if self._founding.acquire(blocking=False):
            try:
                self._begin()
            finally:
                self._founding.release()

    def found(self, asked: Beginning, environ: WSGIEnvironment) -> Response:
        """Make the company in place of the demonstration, and let its first person in.

        Raises Invalid for what was typed. A try that failed leaves nothing: the demonstration goes on.
        """
        if not (self.is_open and self._founding.acquire(blocking=False)):
            raise Invalid(Message("a site is being made at this moment; look at the start page"))
        try:
            self._serve(self.makers.company(asked, self._give_way))
        except BaseException:
            self._begin()
            raise
        finally:
            self._founding.release()
        return self._signed_in(asked, environ)

    def let_in(self, site: Site) -> None:
        """Serve `site` from now on. The door stays open beside a demonstration only."""
        app = self.pages(site)
        self.is_open = making.is_demonstration(site.path)
        app.config["SET_UP"] = SET_UP if self.is_open else ""
        with self._changed:
            self.site, self._app = site, app

    def close(self) -> None:
        """Give up what is being made, and close what was."""
        self._stop()
        if self.site is not None:
            self.site.close()

    def _begin(self) -> None:
        if self.site is None and (self._thread is None or not self._thread.is_alive()):
            self.failed, self.done = None, (0, 1)
            self._unwanted.clear()
            self._thread = threading.Thread(target=self._demonstrate, name="demonstration", daemon=True)
            self._thread.start()

    def _demonstrate(self) -> None:
        try:
            self._serve(self.makers.demonstration(self._progress))
        except Stopped:
            pass
        except DocctlError as error:
            self.failed = error.said
        except Exception:
            log.exception("the demonstration could not be made")
            self.failed = Message("the demonstration could not be made; the terminal says why")

    def _serve(self, site: Site) -> None:
        tell = self.makers.opened(site)
        self.let_in(site)
        tell()

    def _progress(self, done: int, total: int, _: str) -> None:
        if self._unwanted.is_set():
            raise Stopped
        self.done = (done, total)

    def _stop(self) -> None:
        self._unwanted.set()
        if self._thread is not None:
            self._thread.join()

    def _give_way(self) -> None:
        """Stop the making of the demonstration, or close it when nobody is being answered by it any more."""
        self._stop()
        with self._changed:
            site, app = self.site, self._app
            self.site = self._app = None
            if not self._changed.wait_for(lambda: self._inside == 0, PATIENCE):
                self.site, self._app = site, app
                raise WrongState("somebody is still being answered; try again in a moment")
        if site is not None:
            site.close()

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


def _plain(code: str) -> bytes:
    return "".join(filter(str.isalnum, code.upper())).encode("utf-8", "replace")
