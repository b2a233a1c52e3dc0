"""Several people who press a button in the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 120


def at_once(presses: Sequence[Callable[[], T]]) -> list[T]:
    """What each was answered, in the order given. All start together, each in a thread of its own."""
    start = threading.Barrier(len(presses))
    answers: dict[int, T] = {}

    def press(n: int) -> None:
        start.wait(PATIENCE)
        answers[n] = presses[n]()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return [answers[n] for n in range(len(presses))]
