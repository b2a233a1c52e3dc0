"""A server that can leave without breaking a connection: it takes no new one, and ends those that are there.

A connection that is at work gets its answer, and is told with it to close; one that is idle is closed when
nothing has come over it for a while, as a server does with idle connections at any time.
"""

from __future__ import annotations

import socket
import time
from typing import Any, Final

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

IDLE: Final = 10.0
"""Seconds after which a connection that is kept open for the next request is taken to be idle."""

LONGEST: Final = 60.0
"""Seconds after which one that still sends or receives is closed as well."""

_LOOK: Final = 1.0
"""Seconds between two looks at what is idle; whatever comes over a connection is seen at once."""


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    def build_response_header(self) -> bytes:
        if self.channel.server.draining:
            super().set_close_on_finish()
        header: bytes = super().build_response_header()
        return header

    def set_close_on_finish(self) -> None:
        """Not for want of a length where there is no body (304): waitress would close the connection."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.has_body or self.version != "1.1" or asked == "close":
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


class Server:
    """One process that answers on a listening socket, which others may share."""

    def __init__(self, inner: Any, sockets: dict[int, Any]) -> None:
        self._inner, self._sockets = inner, sockets
        self._until = 0.0
        self._idle: dict[Any, tuple[float, float]] = {}
        inner.draining = False
        inner.channel_class = _Channel

    def drain(self) -> None:
        """Begin to leave. May be called by a signal handler, and more than once."""
        self._until = self._until or time.monotonic() + LONGEST
        self._inner.draining = True
        self._inner.pull_trigger()

    def run(self) -> None:
        """Answer until SystemExit or KeyboardInterrupt, or until everything is drained."""
        inner = self._inner
        try:
            while not (inner.draining and not inner.active_channels):
                wasyncore.loop(timeout=_LOOK, map=self._sockets, count=1)
                if inner.draining:
                    self._leave()
        except (KeyboardInterrupt, SystemExit):
            pass
        inner.task_dispatcher.shutdown()

    def _leave(self) -> None:
        inner = self._inner
        # Whoever waits to be taken is taken by another process: the socket stays open as long as one has it.
        inner.accepting = False
        now = time.monotonic()
        for channel in list(inner.active_channels.values()):
            busy = channel.requests or channel.request
            # Seen idle since when, and is that still the same idleness?
            activity, since = self._idle.get(channel, (None, now))
            self._idle[channel] = (channel.last_activity, now if activity != channel.last_activity else since)
            idle = not busy and now - self._idle[channel][1] >= IDLE
            channel.will_close = channel.will_close or idle or now > self._until


def server_on(listener: socket.socket, app: Any, sockets: dict[int, Any], **settings: Any) -> Server:
    """A server for `app`; `sockets` is where it keeps what it has open."""
    return Server(create_server(app, map=sockets, sockets=[listener], **settings), sockets)
