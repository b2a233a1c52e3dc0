"""What the ledger knows of a password: a commitment to what is stored, from which nobody can work it out.

The rows of passwords stand outside the ledger, so whoever writes to the database could put others there. They
count only where the person's own row, which is in the ledger, was made for exactly them. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from enum import Enum, auto
from typing import Final

from docctl.rules.text import instant

LOCKED: Final = ""
"""There is none, and none that somebody puts there counts."""


class Bond(Enum):
    """How a stored password and its person's row belong together."""

    BOUND = auto()
    UNBOUND = auto()
    """Set by a docctl that did not bind it: good for setting another one."""
    FALSE = auto()
    """Somebody put it there beside docctl."""


def session_digest(key: bytes, token: str) -> str:
    """What the table of sessions knows a token by: nobody can make one up who has the database alone.

    `key` is the site's. A token begins with its person's key, so that no row can be turned over to another.
    """
    return hmac.new(key, token.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def commitment(hashed: str, until: datetime | None) -> str:
    """SHA-256 over the stored hash, which is salted, and the instant until which it is for one time."""
    told = f"docctl password\n{hashed}\n{'' if until is None else instant(until)}"
    return hashlib.sha256(told.encode()).hexdigest()


def bond(secret: str | None, hashed: str, until: datetime | None) -> Bond:
    """`secret` is what the person's row says, the others are what is stored outside the ledger."""
    if secret is None:
        return Bond.UNBOUND
    return Bond.BOUND if secret == commitment(hashed, until) else Bond.FALSE
