"""Programs that answer on a port, and the least client that can ask them: one kept connection, no parsing.

What the client itself does between two requests is the same for whoever is asked.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import bare_pages
from docctl.door.site import DATABASE

DOCCTL = "import sys; from docctl.cli import main; sys.exit(main())"


@contextmanager
def docctl_serve(site: Path) -> Iterator[int]:
    """The port of `docctl serve`, as an operator starts it, until the end."""
    words = [sys.executable, "-c", DOCCTL, "--json", "--site", str(site), "serve", "--port", "0"]
    with _served(words, r'"url": "[^"]+:(\d+)/?"') as port:
        yield port


@contextmanager
def bare_views(site: Path, page: Path, token: str) -> Iterator[int]:
    """The port of the bare views on the same database."""
    with _served(
        [sys.executable, bare_pages.__file__, str(site / DATABASE), str(page), token], r"(\d+)"
    ) as port:
        yield port


@contextmanager
def _served(words: Sequence[str], told: str) -> Iterator[int]:
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(told, said)
            assert found is not None, said
            yield int(found[1])
        finally:
            process.terminate()


class Client:
    """One connection, kept. Every request is asked with the same headers and answered with its length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, headers: str = "") -> tuple[int, bytes, bytes]:
        """Status, head and body. `headers`: lines, each with its end."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode("ascii"))
        data = self._socket.recv(262_144)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        if status != 304:
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            assert length is not None, head
            while len(body) < int(length[1]):
                body += self._more()
        return status, head, body

    def _more(self) -> bytes:
        data = self._socket.recv(262_144)
        assert data, "the server has closed the connection"
        return data

    def close(self) -> None:
        self._socket.close()
