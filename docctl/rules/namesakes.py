"""Two people of one name, or of names that look the same: told apart by their logins.

Knows the letters that people take for each other in names: wide and compatible forms by Unicode (NFKC, which
has the radicals of characters too), blanks and dots, and the Cyrillic and Greek twins of Latin letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

# Cyrillic, Greek, and figures that stand for letters.
_TWINS: Final = str.maketrans("асеіјкморѕтухԁԛԝвнαβεηικνορτυχ01", "aceijkmopstyxdqwbhabehikvoptuxol")
_BETWEEN: Final = frozenset("·・•‧∙.．,'’‘`-‐‑–—_")


def skeleton(name: str) -> str:
    """What names that look the same have in common."""
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name))
    bare = (c for c in flat if not unicodedata.combining(c) and not c.isspace() and c not in _BETWEEN)
    return "".join(bare).casefold().translate(_TWINS)


def as_signed(name: str, login: str, others: Iterable[str]) -> str:
    """The name beside a signature: with the login where somebody else is called so too."""
    return f"{name} ({login})" if any(others) else name
