"""Files beside the library: the vault, the records, the site's key. Each is hashed again.

Knows rows as the ledger tells them. What an abandoned attempt left in a known place is no finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Select, bindparam, column, select, table

from docctl.door.site import Site
from docctl.errors import DocctlError
from docctl.ledger import keys
from docctl.ledger.checkpoint import vkey
from docctl.ledger.finding import Finding
from docctl.queries.integrity.ledger import MISSING, Rows
from docctl.queries.integrity.moment import Moment
from docctl.store.values import seal

DAMAGED = "file damaged"
UNKNOWN = "file unknown"
VALUE = "value differs"
KEY = "key differs"

_STAMP: Select[Any] = (
    select(column("last_seq")).select_from(table("record")).where(column("id") == bindparam("record"))
)

Entries = list[tuple[int, Mapping[str, Any]]]


def examine(site: Site, moment: Moment, rows: Rows) -> Iterator[Finding]:
    """All that is wrong with the files of a site."""
    yield from _key(site, rows)
    yield from _vault(site, rows)
    yield from _unknown(site, moment, rows)
    entries: dict[int, Entries] = {}
    for key, row in rows["record_entry"].items():
        entries.setdefault(row["record_id"], []).append((key, row))
    for key, row in rows["record"].items():
        found = list(_record(site, row, entries.get(key, [])))
        if found and not _moved_on(site, key, row):
            yield from found


def _key(site: Site, rows: Rows) -> Iterator[Finding]:
    """The key that signs must be the one that the ledger names."""
    for row in rows["organisation"].values():
        if row["public_key"] != site.settings.public_key:
            message = f"docctl.toml names {site.settings.public_key}, the ledger {row['public_key']}."
            yield Finding(KEY, "docctl.toml", message)
    try:
        public = vkey(site.settings.origin, keys.public_bytes(site.key))
    except DocctlError as error:
        yield Finding(KEY, "keys/site.pem", error.message)
    else:
        if public != site.settings.public_key:
            yield Finding(KEY, "keys/site.pem", "It is not the key whose public half docctl.toml names.")


def _vault(site: Site, rows: Rows) -> Iterator[Finding]:
    kept = set(site.vault.all())
    for digest in sorted(kept):
        try:
            site.vault.read(digest)
        except DocctlError as error:
            yield Finding(DAMAGED, f"vault/{digest}", error.message)
    for key, row in rows["revision"].items():
        if row["pdf_sha256"] is not None and row["pdf_sha256"] not in kept:
            message = f"The PDF of revision {key} is not in the vault. Restore it from a backup."
            yield Finding(MISSING, f"vault/{row['pdf_sha256']}", message)


def _unknown(site: Site, moment: Moment, rows: Rows) -> Iterator[Finding]:
    known = {
        path.relative_to(site.path).as_posix()
        for row in rows["record"].values()
        for path in (
            site.values.working_path(row["year"], row["number"]),
            site.values.sealed_path(row["year"], row["number"]),
        )
    }
    for name in moment.records:
        if name not in known and not PurePosixPath(name).name.startswith(".tmp-"):
            yield Finding(UNKNOWN, name, "No record of the ledger has this file.")


def _record(site: Site, row: Mapping[str, Any], entries: Entries) -> Iterator[Finding]:
    year, number = row["year"], row["number"]
    if row["sealed_sha256"] is not None:
        path = site.values.sealed_path(year, number)
        where = path.relative_to(site.path).as_posix()
        if not path.is_file():
            yield Finding(MISSING, where, f"The sealed record {number} is missing. Restore it from a backup.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row["sealed_sha256"]:
            yield Finding(DAMAGED, where, f"The sealed record {number} is not what the ledger sealed.")
        return
    path = site.values.working_path(year, number)
    where = path.relative_to(site.path).as_posix()
    if entries and not path.is_file():
        yield Finding(
            MISSING, where, f"The values of record {number} are missing. Restore them from a backup."
        )
        return
    values = site.values.read(year, number) if entries else {}
    for key, entry in entries:
        what = f"entry {key} ({entry['field']}) of record {number}"
        if key not in values:
            yield Finding(VALUE, where, f"The value of {what} is not there, or cannot be read.")
        elif seal(*values[key]) != entry["seal"]:
            yield Finding(VALUE, where, f"The value of {what} is not the one that was sealed.")


def _moved_on(site: Site, key: int, row: Mapping[str, Any]) -> bool:
    """Whether an act changed the record while it was being checked: then its files are those of that act."""
    with site.reading() as session:
        return session.scalar(_STAMP, {"record": key}) not in (None, row["last_seq"])
