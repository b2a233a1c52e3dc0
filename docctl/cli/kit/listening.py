"""Where docctl listens: a free port, and the addresses at which others reach it. Knows sockets only."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from typing import Final

from docctl.errors import Usage
from docctl.errors.message import Foreign
from docctl.rules.public_address import is_loopback

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8080
PORTS_TRIED: Final = 20
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
