"""All tables of docctl, so that importing the package is knowing the whole schema."""

from __future__ import annotations

from docctl.models import (
    changes,
    comments,
    configuration,
    copies,
    delegations,
    disposals,
    documents,
    ledger,
    outsiders,
    people,
    readings,
    record_words,
    records,
    recurring,
    rerouting,
    sessions,
    shelves,
    turns,
)
from docctl.models.base import Base, add_checks, add_indexes

__all__ = [
    "changes",
    "comments",
    "configuration",
    "copies",
    "delegations",
    "disposals",
    "documents",
    "ledger",
    "outsiders",
    "people",
    "readings",
    "record_words",
    "records",
    "recurring",
    "rerouting",
    "sessions",
    "shelves",
    "turns",
]

add_checks(Base.metadata)
add_indexes(Base.metadata)
