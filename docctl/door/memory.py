"""What a process remembers of a site, to spare a look-up: never a fact that counts, never without a bound."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class Memory:
    """Answers by what they are about and by key; of each kind those that were asked for last."""

    def __init__(self) -> None:
        self._turn = Lock()  # even a look moves an answer to the front
        self._kept: dict[str, LRUCache[Hashable, Any]] = {}

    def recall(self, what: str, key: Hashable, make: Callable[[], T], *, most: int = 1) -> T:
        """The answer for `key`; made if it is not known, outside of the lock: two may make the same at once.

        `most` answers of this kind are kept. None is an answer that is not kept.
        """
        found: T | None = self.known(what, key)
        return found if found is not None else self.keep(what, key, make(), most=most)

    def known(self, what: str, key: Hashable) -> Any:
        """The answer for `key`; None if it is not known."""
        with self._turn:
            kept = self._kept.get(what)
            return None if kept is None else kept.get(key)

    def keep(self, what: str, key: Hashable, answer: T, *, most: int = 1) -> T:
        """Remember `answer` in place of what was known for `key`. Gives it back."""
        with self._turn:
            self._of(what, most)[key] = answer
        return answer

    def count(self, what: str) -> int:
        """How many answers of this kind are kept."""
        with self._turn:
            return len(self._kept.get(what, ()))

    def _of(self, what: str, most: int) -> LRUCache[Hashable, Any]:
        if what not in self._kept:
            self._kept[what] = LRUCache(most)
        return self._kept[what]
