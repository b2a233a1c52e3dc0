"""The sealed file of a record, read back: salt and value of each entry. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from docctl.errors import Tampered, see
from docctl.models.records import Record

if TYPE_CHECKING:
    from docctl.door.site import Site


def entries_of(
    site: Site, record: Record, *, entries: Collection[int], files: Collection[int], signatures: int
) -> Mapping[int, tuple[bytes, Any]]:
    """By the key of the entry. `entries`, `files` and `signatures` are those that the database has.

    Raises Tampered where it has fewer than were sealed.
    """
    sealed = json.loads(site.values.read_sealed(record.year, record.number, str(record.sealed_sha256)))
    kept = {e["id"]: (bytes.fromhex(e["salt"]), e["value"]) for e in sealed["entries"]}
    lost = len(kept.keys() - set(entries))
    lost += max(0, len(sealed["signatures"]) - signatures)
    lost += len({a["id"] for a in sealed.get("attachments", ())} - set(files))
    if lost:
        raise Tampered(
            "{number}: {lost} entries, signatures or files are sealed, and not in the database any more. "
            "Run: {check}",
            number=record.number,
            lost=lost,
            check=see.CHECK,
        )
    return kept
