"""One line of an inbox. Knows no page: it says what it is and what could be done."""

from __future__ import annotations

from dataclasses import dataclass

from docctl.rules.documents.revisions import Status
from docctl.rules.documents.signers import Gap
from docctl.rules.people import Bearer
from docctl.rules.words import Words


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that waits. `number` names the document, copy or record; `revision` is one of `document`.

    `since` is the instant or the day from which it waits; `note` a reason, a holder, or the step of a record
    or what is overdue there. `holder` is the key of one who holds a copy.
    `status` and `people`: where a revision stands, and with whom; `gaps` what of it nobody can sign. `posts`:
    one of these would be needed for the step of a record. `due`: the last day in time for what is asked of
    the holder of a copy, `late`: how many days that is past. `period`: a day of the one for which a record is
    due, `subject` the record of what it is for. `key`: behind it the
    next ones begin, where a part is read in pieces.
    """

    number: str
    title: Words
    document: str | None = None
    revision: str | None = None
    since: str | None = None
    note: str | Words | None = None
    holder: str | None = None
    status: Status | None = None
    people: tuple[Bearer, ...] = ()
    gaps: tuple[Gap, ...] = ()
    posts: tuple[str, ...] = ()
    due: str | None = None
    late: int = 0
    period: str | None = None
    subject: str | None = None
    key: int = 0
    marked: bool = False
    """Somebody reminded of it; `note` says who."""
