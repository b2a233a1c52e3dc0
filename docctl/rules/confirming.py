"""Which acts need the password in the same request: what writes a signature, changes a chain, or ends a life.

Told from what an act writes, not from a list beside it: the door looks at the rows, whichever act made them.
So a page that asks for nothing cannot be forgotten (21 CFR 11.200). Knows rows as the ledger tells them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from docctl.rules import copies, delegating, seconding
from docctl.rules.documents import changes, comments, revisions
from docctl.rules.records import life

SIGNATURES: Final = frozenset(
    {
        "signature",
        "record_signature",
        "trial_extension",
        "document_review",
        "change_signature",
        "attachment_mark",
        "duty_excuse",
        "reroute",
        "shelf_check",
        "record_hold",
        "disposal_signature",
    }
)
"""Tables whose rows say that a person signed, that their signature does not count, or who signs instead."""

CHAINS: Final = MappingProxyType(
    {"document": "chain", "approval_chain": "steps", "change_application": "chain"}
)
"""Where it stands who signs, by table: of one document, and of all of a level."""

ENDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "revision": frozenset({revisions.State.ISSUED, revisions.State.CANCELLED}),
        "copy": frozenset({copies.State.DESTROYED, copies.State.LOST}),
        "change_application": frozenset({changes.State.REFUSED}),
        "review_comment": frozenset({comments.State.REFUSED}),
        "delegation": frozenset({delegating.State.STANDING, delegating.State.REFUSED}),
        "role_proposal": frozenset({seconding.State.CONFIRMED, seconding.State.REFUSED}),
        "record": life.ENDED,
    }
)
"""States that cannot be left again, by table. A draft that is thrown away never was evidence."""


def needs_password(images: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of these row images (docs/ledger.md) is a signature, another chain, or an end."""
    return any(
        image["t"] in SIGNATURES
        or CHAINS.get(image["t"]) in image.get("was", ())
        or _ends(image["t"], image["row"], image.get("was"))
        for image in images
    )


def _ends(table: str, row: Mapping[str, Any], was: Mapping[str, Any] | None) -> bool:
    if table == "document":
        return row["withdrawn_day"] is not None and "withdrawn_day" in (was or {})
    return row.get("state") in ENDS.get(table, ()) and (was is None or "state" in was)
