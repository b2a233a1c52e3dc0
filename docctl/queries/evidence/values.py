"""The values of a record as they lie in its files, whatever becomes of the record."""

from __future__ import annotations

import json
from collections.abc import Mapping

from docctl.door.site import Site
from docctl.store.values import Json


def values_of(site: Site, year: int, number: str, sealed: str | None) -> Mapping[int, tuple[bytes, Json]]:
    """Salt and value of each entry by its id: of the sealed file, or of the working one. Raises Tampered."""
    if sealed is None:
        return site.values.read(year, number)
    told = json.loads(site.values.read_sealed(year, number, sealed))
    return {entry["id"]: (bytes.fromhex(entry["salt"]), entry["value"]) for entry in told["entries"]}
