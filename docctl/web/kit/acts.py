"""What was done, in the words of people and the language of the request."""

from __future__ import annotations

from docctl.queries.ledger.words import done
from docctl.web.kit import telling


def act(name: str) -> str:
    """The name of an event: `copy.recall`, `revision.sign.refused`."""
    return telling.told(done(name))
