"""A second factor: the code of a phone beside the password (RFC 6238), and codes on paper for a lost phone.

Knows who needs one, what a code looks like, and what the ledger knows of the rows beside it. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

from docctl.errors import WrongState
from docctl.rules.seconding import GUARDED, AccountRules

RECOVERY_CODES: Final = 10
DRIFT: Final = 1
"""How many half minutes a phone may be slow or fast."""

_SIX: Final = re.compile(r"[0-9]{6}")


class Wanted(StrEnum):
    """Who needs one, as site.yaml says (`accounts`, `second_factor`)."""

    NOBODY = "nobody"
    SIGNERS = "signers"
    EVERYBODY = "everybody"


def must_have(rules: AccountRules, roles: Collection[str]) -> bool:
    """Whether somebody with these roles can do nothing without one. Signers are those of GUARDED."""
    wanted = Wanted(rules.second_factor)
    return wanted is Wanted.EVERYBODY or (wanted is Wanted.SIGNERS and not GUARDED.isdisjoint(roles))


def typed(code: str) -> str:
    """A code without what people put between its letters."""
    return re.sub(r"[\s-]", "", code).lower()


def is_of_phone(code: str) -> bool:
    """Whether it looks like one of a phone; else it is one on paper."""
    return _SIX.fullmatch(code) is not None


def commitment(sealed: str, digests: Iterable[str]) -> str:
    """SHA-256 over what is stored: the sealed secret of the phone, and the digests of the codes on paper."""
    told = "\n".join(["docctl second factor", sealed, *sorted(digests)])
    return hashlib.sha256(told.encode()).hexdigest()


def check_none(factor: str | None) -> None:
    """Raises WrongState for whoever has one already."""
    if factor is not None:
        raise WrongState("You have a second factor already. Turn it off first, then set up the new phone.")


def check_any(factor: str | None, login: str) -> None:
    """Raises WrongState where there is none."""
    if factor is None:
        raise WrongState("{login} has no second factor.", login=login)
