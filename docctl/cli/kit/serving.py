"""Answers requests for one site until it is told to stop, then signs what has happened since.

Knows ports, signals and the server; nothing of what a page shows.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from docctl.door import transaction
from docctl.errors import Busy, Diverged, Usage
from docctl.queries.desk.overview import events_since_checkpoint

if TYPE_CHECKING:
    from docctl.door.site import Site

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8080
PORTS_TRIED: Final = 20
_TERMINATED: Final = 128 + signal.SIGTERM
_EVERYWHERE: Final = {"", "0.0.0.0", "::"}  # noqa: S104 - to know them again


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the first free port from `port` on (0: any). Raises Usage if there is none."""
    last = min(port + PORTS_TRIED, 65_536)
    for candidate in range(port, last):
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, candidate), family=family)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Usage(f"cannot listen on {host} port {candidate}: {error}") from None
    raise Usage(f"the ports {port} to {last - 1} of {host} are all taken; choose another with --port")


def port_of(listener: socket.socket) -> int:
    """The port that it was given."""
    port: int = listener.getsockname()[1]
    return port


def address(listener: socket.socket) -> str:
    """The URL at which this machine itself reaches it."""
    host = listener.getsockname()[0]
    if host in _EVERYWHERE:
        host = "::1" if ":" in host else LOOPBACK
    return f"http://[{host}]:{port_of(listener)}" if ":" in host else f"http://{host}:{port_of(listener)}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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


def serve(site: Site, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until SIGTERM or Ctrl-C, then sign the events that no checkpoint covers yet.

    `ready` is called as soon as requests are answered, to tell the address.
    """
    from waitress import create_server, wasyncore

    from docctl.web.app import create_app

    # A fault behind a page has to leave its traceback here: the page tells a number only.
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sockets: dict[int, Any] = {}
    try:
        server = create_server(create_app(site), map=sockets, sockets=[listener], **_SETTINGS)
        ready()
        server.run()  # comes back after one of the two signals
    except (KeyboardInterrupt, SystemExit):
        pass  # the signal came before the server was at work: that is no other end
    finally:
        wasyncore.close_all(sockets, ignore_all=True)
    if events_since_checkpoint(site):
        transaction.make_checkpoint(site, site.clock())


_SETTINGS: Final = {
    "threads": 4,
    "ident": "",  # no Server header: what is behind the pages is nobody's business
    "max_request_header_size": 16_384,
    "max_request_body_size": 16 * 1024 * 1024 + 65_536,  # a little more than the pages take (web/guard.py)
    "clear_untrusted_proxy_headers": True,
}
