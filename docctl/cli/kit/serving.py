"""Answers requests for one site until it is told to stop, then signs what has happened since.

Knows signals and the server; nothing of what a page shows.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

import click

from docctl.door import transaction
from docctl.errors import Busy, Diverged, Usage
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.usecases.site.beginning import Makers

if TYPE_CHECKING:
    from docctl.door.site import Site

THREADS: Final = 4
"""Requests that one process works on at once."""
_TERMINATED: Final = 128 + signal.SIGTERM


@contextmanager
def stopped_by_sigterm() -> Iterator[threading.Event]:
    """SIGTERM ends what runs inside the way Ctrl-C does: everything is closed in order.

    What is given is set by either of them: a child that they ended too is no fault then.
    """
    stopped = threading.Event()

    def stop(number: int, _frame: Any) -> None:
        stopped.set()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(_TERMINATED)

    # Who lets Ctrl-C be ignored, as a shell does for its background, is left alone.
    numbers = [n for n in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def settle(site: Site) -> None:
    """Finish what a crash has left. A library that cannot be written can still be read: that only warns."""
    try:
        transaction.settle(site)
    except (Busy, Diverged) as error:
        click.echo(f"Warning: {error}", err=True)


def require_one(site: Site, processes: int) -> None:
    """Raises Usage for several processes of a site whose sign-ins each would keep for itself."""
    if site.read_only and processes > 1:
        raise Usage("{folder} cannot be written: serve it with --processes 1", folder=site.path)


def serve(
    site: Site | Makers,
    listener: socket.socket,
    ready: Callable[[], None],
    *,
    threads: int = THREADS,
    proxy: str | None = None,
    leave: Callable[[Callable[[], None]], object] | None = None,
) -> None:
    """Answer requests until SIGTERM or Ctrl-C, then sign the events that no checkpoint covers yet.

    `site` is one, or how one is made: that begins as soon as requests are answered.
    `proxy`: the address of one before it, whose word is taken for where a request comes from. `ready` is
    called as soon as requests are answered, to tell the address. `leave` is given what lets this
    end by itself: no connection more, and those that are there to their end.
    """
    from docctl.web.app import create_app, create_door, number_in

    _begin_log(number_in)

    set_to = settings(proxy, 0 if isinstance(site, Makers) else site.settings.attachment_mb)
    known: dict[str, Any] = {"set_to": {**set_to, "threads": threads}, "leave": leave}
    if not isinstance(site, Makers):
        _answer(create_app(site), lambda: nullcontext(site), listener, ready, **known)
        return
    with closing(create_door(site)) as door:

        def begin() -> None:
            ready()
            door.demonstrate()

        _answer(door, door.inside, listener, begin, **known)


def _begin_log(number_in: Callable[[logging.Handler], None]) -> None:
    # A fault behind a page has to leave its traceback here: the page tells a number only.
    logging.basicConfig(format="%(asctime)s %(levelname)s [%(request)s] %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        number_in(handler)
    # That a request waits for a thread is no fault: a line for each would bury those that tell of one.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _answer(
    app: Any,
    there: Callable[[], AbstractContextManager[Site | None]],
    listener: socket.socket,
    ready: Callable[[], None],
    *,
    set_to: dict[str, Any],
    leave: Callable[[Callable[[], None]], object] | None,
) -> None:
    from waitress import wasyncore

    from docctl.cli.kit.draining import server_on

    sockets: dict[int, Any] = {}
    over = threading.Event()
    try:
        server = server_on(listener, app, sockets, **set_to)
        if leave is not None:
            leave(server.drain)
        ready()
        threading.Thread(target=_sign_in_time, args=(there, over), name="signing", daemon=True).start()
        server.run()  # comes back after one of the two signals, or when all connections are at their end
    except (KeyboardInterrupt, SystemExit):
        pass  # the signal came before the server was at work: that is no other end
    finally:
        over.set()
        wasyncore.close_all(sockets, ignore_all=True)
    with there() as site:
        if site is not None and not site.read_only and events_since_checkpoint(site):
            transaction.make_checkpoint(site, site.clock())


def settings(proxy: str | None = None, attachment_mb: int = 0) -> dict[str, Any]:
    """What the server is set to. Where a request came from, nobody but the `proxy` may say.

    `attachment_mb`: a file of a record may be so large, and is let through to the page that asks for it.
    """
    body = (
        max(16 * 1024 * 1024, attachment_mb * 1_000_000 + 1_000_000) + 65_536
    )  # a little more than web/guard
    said = {**_SETTINGS, "max_request_body_size": body}
    if proxy is None:
        return said
    named = {"trusted_proxy": proxy, "trusted_proxy_count": 1}
    return {**said, **named, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}


def _sign_in_time(there: Callable[[], AbstractContextManager[Site | None]], over: threading.Event) -> None:
    """While nobody acts, the events of before are signed all the same."""
    while not over.wait(_LOOKS_EVERY):
        try:
            with there() as site:
                if site is not None and not site.read_only:
                    transaction.sign_what_is_late(site)
        except Exception:
            logging.getLogger(__name__).exception("the ledger could not be signed; it is tried again")


_LOOKS_EVERY: Final = 60.0
"""Seconds between two looks at whether events wait for their checkpoint."""
_SETTINGS: Final = {
    "ident": "",  # no Server header: what is behind the pages is nobody's business
    "max_request_header_size": 16_384,
    "clear_untrusted_proxy_headers": True,
}
