"""All that is kept beside the ledger because it follows from controlled rows: made anew, and compared."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.standing import drawn, form_rules, record_words, turns


def keep_all(site: Site, session: Session) -> None:
    """Make all of it anew; what forms say comes before what is drawn from their records."""
    form_rules.keep_all(site, session)
    drawn.keep_all(site, session)
    turns.keep_all(site, session)
    record_words.keep_all(site, session)


def differing(site: Site, session: Session, only: Collection[int] | None = None) -> set[int]:
    """The records of which something else is kept than follows from them, and the issued forms."""
    return (
        turns.differing(site, session, only)
        | drawn.differing(site, session, only)
        | record_words.differing(site, session, only)
        | form_rules.differing(site, session)
    )
