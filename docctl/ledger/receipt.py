"""What somebody who signed takes home: their event, its path to the root, and the note that signs that root.

The text format is C2SP tlog-proof; `extra` is the entry as it was hashed. Whoever has one can show, without
the site, that the event was in the ledger, and a history that was written anew contradicts it. Knows bytes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from docctl.errors import Invalid, Tampered
from docctl.ledger import checkpoint
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.merkle import HASH_SIZE, leaf_hash, verify_inclusion

HEAD: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """`entry`: the hash before and the body of event `seq`; `path`: 32 bytes each; `note`: a checkpoint."""

    seq: int
    entry: bytes
    path: tuple[bytes, ...]
    note: bytes

    @property
    def body(self) -> bytes:
        """The event itself."""
        return self.entry[HASH_SIZE:]

    def encode(self) -> bytes:
        """The text, as it is kept in a file."""
        lines = [HEAD, f"extra {_text(self.entry)}", f"index {self.seq - 1}", *map(_text, self.path), "", ""]
        return "\n".join(lines).encode() + self.note


def is_one(data: bytes) -> bool:
    """Whether these bytes begin as a receipt does."""
    return data.startswith(HEAD.encode() + b"\n")


def parse(data: bytes) -> Receipt:
    """What a file says, nothing of it verified. Raises Invalid."""
    head, blank, note = data.partition(b"\n\n")
    try:
        first, extra, index, *path = head.decode("ascii").split("\n")
        if first != HEAD or not blank or not extra.startswith("extra ") or not index.startswith("index "):
            raise ValueError(first)
        seq = int(index.removeprefix("index ")) + 1
        found = Receipt(seq, _bytes(extra.removeprefix("extra ")), tuple(map(_bytes, path)), note)
    except (ValueError, binascii.Error) as error:
        raise Invalid("This file is no receipt of docctl, or a part of it is missing.") from error
    if seq < 1 or len(found.entry) <= HASH_SIZE or found.encode() != data:
        raise Invalid("This file is no receipt of docctl, or a part of it is missing.")
    return found


def verify(data: bytes, vkeys: Iterable[str]) -> tuple[Receipt, Checkpoint]:
    """A receipt that holds, and the checkpoint in it. Raises Invalid, Tampered."""
    receipt = parse(data)
    signed = checkpoint.verify(receipt.note, vkeys)
    leaf = leaf_hash(receipt.entry)
    if not verify_inclusion(receipt.seq - 1, signed.size, leaf, receipt.path, signed.root):
        raise Tampered("The event of this receipt is not among those that its checkpoint signs.")
    return receipt, signed


def make(seq: int, prev_hash: bytes, body: bytes, path: Sequence[bytes], note: bytes) -> Receipt:
    """The receipt of an event."""
    return Receipt(seq, prev_hash + body, tuple(path), note)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
