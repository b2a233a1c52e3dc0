"""What a signature under a record names: a hash over its entries and files. Knows no row and no session."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from docctl.rules.records import attachments
from docctl.rules.records.attachments import AttachmentFacts
from docctl.rules.records.entries import EntryFacts
from docctl.store import values as store


def digest(
    counting: Mapping[str, EntryFacts], files: Iterable[AttachmentFacts], fields: Iterable[str] | None
) -> str:
    """The SHA-256 over field, entry and seal of what counts in `fields`, and their files; None: in all."""
    wanted = set(counting if fields is None else fields)
    named: list[store.Json] = [
        [field, e.id, e.seal] for field, e in sorted(counting.items()) if field in wanted
    ]
    named += [
        ["attachment", one.step, one.field, one.id, one.sha256]
        for one in attachments.counting(files)
        if fields is None or one.field in wanted
    ]
    return hashlib.sha256(store.canonical(named)).hexdigest()


def with_live(content: str, live: Mapping[str, Any]) -> str:
    """The same with what is worked out and not entered yet, where there is any."""
    return hashlib.sha256(store.canonical([content, dict(live)])).hexdigest() if live else content
