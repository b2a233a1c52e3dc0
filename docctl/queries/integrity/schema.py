"""What a check says of the tables, columns, keys, indexes and constraints of the database.

A unique index that somebody dropped is found here before the first double row is in, and a CHECK that
somebody weakened before the first illegal cell.
"""

from __future__ import annotations

from collections.abc import Iterator

from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.schema import Difference, Schema
from docctl.store import search_index


def missing(live: Schema) -> list[Finding]:
    """Tables and columns that are not there: without them nothing else can be compared."""
    said = Message(
        "It is not there. Nothing was compared; restore the database, or rebuild the site from its library."
    )
    return [Finding(What.SCHEMA, where, said) for where in live.missing()]


def differences(live: Schema) -> Iterator[Finding]:
    """Everything that is not as the models have it, in the tables that are there."""
    of_search = search_index.TABLES[live.dialect.name]
    for name in sorted(live.tables.keys() - live.models.tables.keys() - of_search):
        yield Finding(What.SCHEMA, name, Message("This table is not docctl's."))
    for name in sorted(of_search - live.tables.keys()):
        yield Finding(What.SCHEMA, name, Message("This table of the search index is missing."))
    for found in live.differences():
        yield Finding(What.SCHEMA, f"{found.table} {found.part}", _said(found))


def _said(found: Difference) -> Message:
    if not found.theirs:
        return Message("It is missing.")
    if not found.ours:
        return Message("It is not docctl's.")
    return Message("It is {theirs}; it has to be {ours}.", theirs=found.theirs, ours=found.ours)
