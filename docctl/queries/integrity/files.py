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
from docctl.errors import DocctlError, see
from docctl.errors.message import Message
from docctl.ledger import keys
from docctl.ledger.checkpoint import vkey
from docctl.ledger.finding import Finding, What
from docctl.queries.integrity.ledger import Rows
from docctl.queries.integrity.moment import Moment
from docctl.rules.records.life import State
from docctl.store.values import seal

_STAMP: Select[Any] = (
    select(column("last_seq")).select_from(table("record")).where(column("id") == bindparam("record"))
)

Entries = list[tuple[int, Mapping[str, Any]]]


def examine(site: Site, moment: Moment, rows: Rows) -> Iterator[Finding]:
    """All that is wrong with the files of a site."""
    yield from _key(site, rows)
    yield from _address(site, rows)
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
            said = Message(
                "It names the key {ours}, the ledger {theirs}.",
                ours=str(site.settings.public_key),
                theirs=str(row["public_key"]),
            )
            yield Finding(What.KEY, "docctl.toml", said)
    try:
        public = vkey(site.settings.origin, keys.public_bytes(site.key))
    except DocctlError as error:
        yield Finding(What.KEY, "keys/site.pem", error.said)
    else:
        if public != site.settings.public_key:
            said = Message("It is not the key whose public half docctl.toml names.")
            yield Finding(What.KEY, "keys/site.pem", said)


def _address(site: Site, rows: Rows) -> Iterator[Finding]:
    """Where the codes on paper lead is what the site decided, whatever a file of the machine says now."""
    decided = [row["address"] for _, row in sorted(rows["public_address"].items())][-1:]
    ours = site.settings.public_url
    if ours and decided not in ([], [ours]):
        said = Message(
            "It names the address {ours}, the site decided {theirs}, which copies go on being printed with. "
            "Put it right, or decide on another public_address with: {how}",
            ours=ours,
            theirs=decided[0],
            how=see.CONFIGURE,
        )
        yield Finding(What.ADDRESS, "docctl.toml", said)


def _vault(site: Site, rows: Rows) -> Iterator[Finding]:
    kept = set(site.vault.all())
    files, gone = _attachments(rows, there=True), _attachments(rows, there=False)
    prints = {row["pdf_sha256"] for row in rows["revision"].values()}
    for digest in sorted(kept & gone.keys() - files.keys() - prints):
        for names in gone[digest]:
            yield Finding(What.FILE_UNKNOWN, f"vault/{digest}", _still_there(names["number"]))
    for digest in sorted(kept):
        try:
            site.vault.read(digest)
        except DocctlError as error:
            yield Finding(What.FILE_DAMAGED, f"vault/{digest}", error.said)
            for names in files.get(digest, ()):
                said = Message(
                    "Attachment {running} of record {number} ({name}) is not the file that was given.",
                    **names,
                )
                yield Finding(What.FILE_DAMAGED, f"vault/{digest}", said)
    for digest in sorted(files.keys() - kept):
        for names in files[digest]:
            said = Message(
                "Attachment {running} of record {number} ({name}) is missing. Restore it from a backup.",
                **names,
            )
            yield Finding(What.FILE_MISSING, f"vault/{digest}", said)
    for key, row in rows["revision"].items():
        if row["pdf_sha256"] is not None and row["pdf_sha256"] not in kept:
            said = Message(
                "The PDF of revision {key} is not in the vault. Restore it from a backup.", key=str(key)
            )
            yield Finding(What.FILE_MISSING, f"vault/{row['pdf_sha256']}", said)


def _attachments(rows: Rows, *, there: bool) -> dict[str, list[dict[str, str]]]:
    """What each file of a record is called, by its digest: one file may be attached in several places.

    `there`: of the records that were not destroyed, or of those that were.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows["record_attachment"].values():
        record = rows["record"].get(row["record_id"], {})
        if (record.get("state") == State.DESTROYED) is there:
            continue
        number = record.get("number", str(row["record_id"]))
        names = {"running": str(row["running"]), "number": str(number), "name": str(row["name"])}
        found.setdefault(row["sha256"], []).append(names)
    return found


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
            yield Finding(What.FILE_UNKNOWN, name, Message("No record of the ledger has this file."))


def _record(site: Site, row: Mapping[str, Any], entries: Entries) -> Iterator[Finding]:
    if row["state"] == State.DESTROYED:
        yield from _not_gone(site, row)
        return
    if row["sealed_sha256"] is not None:
        yield from _sealed(site, row)
        return
    year, number = row["year"], row["number"]
    path = site.values.working_path(year, number)
    where = path.relative_to(site.path).as_posix()
    if entries and not path.is_file():
        said = Message(
            "The values of record {number} are missing. Restore them from a backup.", number=number
        )
        yield Finding(What.FILE_MISSING, where, said)
        return
    values = site.values.read(year, number) if entries else {}
    for key, entry in entries:
        names = {"entry": str(key), "field": entry["field"], "number": number}
        if key not in values:
            said = Message(
                "The value of entry {entry} ({field}) of record {number} is not there, or cannot be read.",
                **names,
            )
            yield Finding(What.VALUE, where, said)
        elif seal(*values[key]) != entry["seal"]:
            said = Message(
                "The value of entry {entry} ({field}) of record {number} is not the one that was sealed.",
                **names,
            )
            yield Finding(What.VALUE, where, said)


def _still_there(number: str) -> Message:
    return Message(
        "Record {number} was destroyed, and this is still there. It goes when the destruction is witnessed.",
        number=number,
    )


def _not_gone(site: Site, row: Mapping[str, Any]) -> Iterator[Finding]:
    """Of a record that was destroyed nothing is there any more (Q9-10)."""
    of = row["year"], row["number"]
    for path in (site.values.working_path(*of), site.values.sealed_path(*of)):
        if path.is_file():
            where = path.relative_to(site.path).as_posix()
            yield Finding(What.FILE_UNKNOWN, where, _still_there(row["number"]))


def _sealed(site: Site, row: Mapping[str, Any]) -> Iterator[Finding]:
    path, number = site.values.sealed_path(row["year"], row["number"]), row["number"]
    where = path.relative_to(site.path).as_posix()
    if not path.is_file():
        said = Message("The sealed record {number} is missing. Restore it from a backup.", number=number)
        yield Finding(What.FILE_MISSING, where, said)
    elif hashlib.sha256(path.read_bytes()).hexdigest() != row["sealed_sha256"]:
        said = Message("The sealed record {number} is not what the ledger sealed.", number=number)
        yield Finding(What.FILE_DAMAGED, where, said)


def _moved_on(site: Site, key: int, row: Mapping[str, Any]) -> bool:
    """Whether an act changed the record while it was being checked: then its files are those of that act."""
    with site.reading() as session:
        return session.scalar(_STAMP, {"record": key}) not in (None, row["last_seq"])
