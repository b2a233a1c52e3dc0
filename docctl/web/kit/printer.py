"""One print is laid out at a time for a page: whoever asks for many leaves the other threads to others.

What is issued, and copies, have a layout already and only get their stamp; those do not come here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from docctl.errors import WrongState

PATIENCE: Final = 2.0
"""Seconds that a request waits for its turn; it holds a thread meanwhile."""

_turn: Final = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Raises WrongState while another print is laid out for somebody."""
    if not _turn.acquire(timeout=PATIENCE):
        raise WrongState("another print is being laid out; ask again in a moment")
    try:
        yield
    finally:
        _turn.release()
