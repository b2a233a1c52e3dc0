"""Answers requests for one site until it is told to stop, then signs what has happened since.

Knows ports, signals and the server; nothing of what a page shows.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import click

from docctl.door import transaction
from docctl.errors import Busy, Diverged, Usage
from docctl.errors.message import Foreign
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.rules.public_address import is_loopback

if TYPE_CHECKING:
    from docctl.door.site import Site

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8080
PORTS_TRIED: Final = 20
THREADS: Final = 4
"""Requests that one process works on at once."""
_TERMINATED: Final = 128 + signal.SIGTERM
_EVERYWHERE: Final = {"", "0.0.0.0", "::"}  # noqa: S104 - to know them again


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """A socket that listens on the first free one of `tries` ports from `port` on (0: any). Raises Usage.

    One try where codes on paper or a proxy name the port: on another one nobody would find the pages.
    """
    last = min(port + tries, 65_536)
    for candidate in range(port, last):
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, candidate), family=family)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Usage(
                    "cannot listen on {host} port {port}: {why}",
                    host=host,
                    port=candidate,
                    why=Foreign(str(error)),
                ) from None
    if tries == 1:
        raise Usage(
            "port {port} of {host} is taken, perhaps by a docctl that is still being stopped; end what uses "
            "it, or choose another with --port",
            port=port,
            host=host,
        )
    raise Usage(
        "the ports {port} to {last} of {host} are all taken; choose another with --port",
        port=port,
        last=last - 1,
        host=host,
    )


def port_of(listener: socket.socket) -> int:
    """The port that it was given."""
    port: int = listener.getsockname()[1]
    return port


def address(listener: socket.socket) -> str:
    """The URL at which this machine itself reaches it."""
    host = listener.getsockname()[0]
    if host in _EVERYWHERE:
        host = "::1" if ":" in host else LOOPBACK
    return _url(host, listener)


def addresses(listener: socket.socket) -> list[str]:
    """The URLs at which other machines may reach it; where only this one does, that one."""
    host = listener.getsockname()[0]
    if host not in _EVERYWHERE:
        return [_url(host, listener)]
    found = sorted(_own_hosts(with_ipv6=":" in host))
    return [_url(each, listener) for each in found] or [address(listener)]


def _url(host: str, listener: socket.socket) -> str:
    return f"http://[{host}]:{port_of(listener)}" if ":" in host else f"http://{host}:{port_of(listener)}"


def _own_hosts(*, with_ipv6: bool) -> set[str]:
    """What this machine is called in its networks, by the way out of it and by its name."""
    families = [socket.AF_INET, *([socket.AF_INET6] if with_ipv6 else [])]
    found: set[str] = set()
    for family in families:
        # Addresses that are kept for books: a datagram socket chooses its way, and nothing is sent.
        outside = "192.0.2.1" if family == socket.AF_INET else "2001:db8::1"
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((outside, 9))
            found.add(probe.getsockname()[0])
        with suppress(OSError):
            found.update(str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, family))
    return {host for host in found if not is_loopback(host) and "%" not in host}


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM ends what runs inside the way Ctrl-C does: everything is closed in order."""

    def stop(_number: int, _frame: Any) -> None:
        raise SystemExit(_TERMINATED)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def settle(site: Site) -> None:
    """Finish what a crash has left. A library that cannot be written can still be read: that only warns."""
    try:
        transaction.settle(site)
    except (Busy, Diverged) as error:
        click.echo(f"Warning: {error}", err=True)


def serve(
    site: Site,
    listener: socket.socket,
    ready: Callable[[], None],
    *,
    threads: int = THREADS,
    proxy: str | None = None,
    leave: Callable[[Callable[[], None]], object] | None = None,
) -> None:
    """Answer requests until SIGTERM or Ctrl-C, then sign the events that no checkpoint covers yet.

    `proxy`: the address of one before it, whose word is taken for where a request comes from. `ready` is
    called as soon as requests are answered, to tell the address. `leave` is given what lets this
    end by itself: no connection more, and those that are there to their end.
    """
    from waitress import wasyncore

    from docctl.cli.kit.draining import server_on
    from docctl.web.app import create_app

    # A fault behind a page has to leave its traceback here: the page tells a number only.
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # That a request waits for a thread is no fault: a line for each would bury those that tell of one.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sockets: dict[int, Any] = {}
    over = threading.Event()
    try:
        server = server_on(listener, create_app(site), sockets, threads=threads, **settings(proxy))
        if leave is not None:
            leave(server.drain)
        ready()
        threading.Thread(target=_sign_in_time, args=(site, over), name="signing", daemon=True).start()
        server.run()  # comes back after one of the two signals, or when all connections are at their end
    except (KeyboardInterrupt, SystemExit):
        pass  # the signal came before the server was at work: that is no other end
    finally:
        over.set()
        wasyncore.close_all(sockets, ignore_all=True)
    if events_since_checkpoint(site):
        transaction.make_checkpoint(site, site.clock())


def settings(proxy: str | None = None) -> dict[str, Any]:
    """What the server is set to. Where a request came from, nobody but the `proxy` may say."""
    if proxy is None:
        return dict(_SETTINGS)
    named = {"trusted_proxy": proxy, "trusted_proxy_count": 1}
    return {**_SETTINGS, **named, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}


def _sign_in_time(site: Site, over: threading.Event) -> None:
    """While nobody acts, the events of before are signed all the same."""
    while not over.wait(_LOOKS_EVERY):
        try:
            transaction.sign_what_is_late(site)
        except Exception:
            logging.getLogger(__name__).exception("the ledger could not be signed; it is tried again")


_LOOKS_EVERY: Final = 60.0
"""Seconds between two looks at whether events wait for their checkpoint."""
_SETTINGS: Final = {
    "ident": "",  # no Server header: what is behind the pages is nobody's business
    "max_request_header_size": 16_384,
    "max_request_body_size": 16 * 1024 * 1024 + 65_536,  # a little more than the pages take (web/guard.py)
    "clear_untrusted_proxy_headers": True,
}
