"""RFC 6962 Merkle trees: roots, proofs and their verification. Knows hashes only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from docctl.errors import Invalid

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()


class Subtree(NamedTuple):
    """A complete subtree: the 2**level leaves up to leaf number `upto`, counted from 1."""

    upto: int
    level: int


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data), RFC 6962 2.1."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), RFC 6962 2.1."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first.

    `Frontier(size, peaks)` continues where another one stopped: there is one peak for each
    bit set in `size`, so a site keeps at most a few dozen hashes to make its next checkpoint.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self._size = size
        self._peaks = list(peaks)
        if size < 0 or len(self._peaks) != size.bit_count() or not _are_hashes(self._peaks):
            raise Invalid("These are not the peaks of a tree of {size} leaves.", size=size)

    @property
    def size(self) -> int:
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash. Gives the roots of the subtrees that it completes, of 2, 4, 8 … leaves."""
        below, completed = self._size, []
        while below & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            completed.append(leaf)
            below >>= 1
        self._peaks.append(leaf)
        self._size += 1
        return completed

    def root(self) -> bytes:
        return joined(self._peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes, in order."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def joined(peaks: Sequence[bytes]) -> bytes:
    """Root over complete subtrees that stand side by side, each smaller than the one before."""
    if not peaks:
        return EMPTY_ROOT
    *rest, found = peaks
    for peak in reversed(rest):
        found = node_hash(peak, found)
    return found


def inclusion_parts(index: int, size: int) -> list[list[Subtree]]:
    """What an inclusion proof (RFC 6962 2.1.1) consists of, from the leaf (counted from 0) up to the root.

    For each hash of it the subtrees that `joined` makes it from. All of them together are a few dozen,
    however large the tree is.
    """
    parts: list[list[Subtree]] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            parts.append(_complete(middle, high))
            high = middle
        else:
            parts.append(_complete(low, middle))
            low = middle
    return parts[::-1]


def consistency_parts(old: int, size: int) -> list[list[Subtree]]:
    """What a consistency proof (RFC 6962 2.1.2) of the trees of `old` and of `size` leaves consists of.

    For each hash of it the subtrees that `joined` makes it from.
    """
    parts: list[list[Subtree]] = []
    low, high = 0, size
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            parts.append(_complete(middle, high))
            high = middle
        else:
            parts.append(_complete(low, middle))
            low = middle
    if low > 0:  # else what is left is the old tree itself, whose root is known
        parts.append(_complete(low, high))
    return parts[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """RFC 9162 2.1.3.2. `leaf` is the leaf hash, `index` counts from 0, `expected` is the root."""
    if not 0 <= index < size or not _are_hashes([leaf, expected, *proof]):
        return False
    found, node, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _up_to_a_right_child(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == expected


def _complete(low: int, high: int) -> list[Subtree]:
    """The subtrees that make up the leaves low … high-1, the largest first."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        low += 1 << level
        found.append(Subtree(low, level))
    return found


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _up_to_a_right_child(node: int, last: int) -> tuple[int, int]:
    # A lonely last node is passed upwards unchanged until it has a left sibling.
    while node & 1 == 0 and node != 0:
        node, last = node >> 1, last >> 1
    return node, last


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
