"""The library against what the ledger says: main, tags, drafts, submissions, every blob of a manifest.

Each object is hashed again as it is read. Knows rows as the ledger tells them; reads no live row.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docctl.door import outbox
from docctl.door.site import Site
from docctl.errors import DocctlError, NotFound, Tampered
from docctl.ledger.finding import Finding
from docctl.queries.integrity.ledger import Rows
from docctl.queries.integrity.moment import Moment
from docctl.rules.documents.revisions import State
from docctl.store.library import Library
from docctl.store.objects import blob_id

PENDING = "move pending"
DIVERGED = "library diverged"
REF = "reference differs"
OBJECT = "object damaged"
CONTENT = "content differs"
PLANTED = "library planted"

ATTRIBUTES = blob_id(b"* -text\n")
"""The library's .gitattributes, as a site is founded with it."""

Manifest = list[dict[str, Any]]

_OID = re.compile(r"[0-9a-f]{40}")
_LOOSE = re.compile(r"objects/([0-9a-f]{2})/([0-9a-f]{38})")
_PARENT = re.compile(rb"tree [0-9a-f]{40}\nparent ([0-9a-f]{40})\n")
_TARGET = re.compile(rb"object ([0-9a-f]{40})\ntype commit\n")


def examine(site: Site, moment: Moment, rows: Rows, *, fsck: bool) -> Iterator[Finding]:
    """All that is wrong with the library."""
    for key in moment.pending:
        yield Finding(
            PENDING, f"outbox_move {key}", "References that this act moves are not where it put them."
        )
    if moment.broken:
        yield Finding(OBJECT, "library.git", moment.broken)
        return
    yield from map(_placed, site.library.inspect(fsck=fsck))
    if moment.issued != moment.main:
        message = f"It is at {moment.issued or 'nothing'}, the database put it at {moment.main or 'nothing'}."
        yield Finding(DIVERGED, outbox.MAIN, message)
    try:
        yield from _references(site.library, moment, rows)
        yield from _blobs(site.library, rows)
        yield from _issued(site.library, moment, rows)
    except (KeyError, TypeError, ValueError) as error:
        # Only an event that no docctl wrote can say this; what the ledger finds names it.
        yield Finding(CONTENT, "ledger", f"A row of the ledger cannot be understood ({error!r}).")


def _references(library: Library, moment: Moment, rows: Rows) -> Iterator[Finding]:
    expected = outbox.references(rows, moment.refs)
    for ref, commit in sorted(expected.items()):
        found = moment.refs.get(ref)
        if found is None:
            yield Finding(REF, ref, f"It is missing; it has to lead to {commit}.")
            continue
        try:
            leads_to = _target(library, found) if ref.startswith("refs/tags/") else found
        except Tampered as error:
            yield Finding(OBJECT, found, f"{ref} cannot be followed. {error.message}")
            continue
        if leads_to != commit:
            yield Finding(REF, ref, f"It leads to {leads_to}; it has to lead to {commit}.")
    for ref in sorted(moment.refs.keys() - expected.keys() - {outbox.MAIN}):
        yield Finding(REF, ref, "No row of the ledger knows it.")


def _target(library: Library, tag: str) -> str:
    found = _TARGET.match(library.read(tag, "tag"))
    if found is None:
        raise Tampered("The tag {tag} names no commit.", tag=tag)
    return found[1].decode()


def _blobs(library: Library, rows: Rows) -> Iterator[Finding]:
    """Every file that anybody drafted, submitted, signed or issued, and that a row still names."""
    seen: set[tuple[str, str]] = set()
    for table in ("revision", "submission"):
        for key, row in rows[table].items():
            for entry in _manifest(row):
                if (entry["blob"], entry["sha256"]) in seen:
                    continue
                seen.add((entry["blob"], entry["sha256"]))
                try:
                    data = library.read(entry["blob"])
                except DocctlError as error:
                    yield Finding(OBJECT, entry["blob"], f"{entry['path']} of {table} {key}: {error.message}")
                    continue
                if hashlib.sha256(data).hexdigest() != entry["sha256"]:
                    message = f"{entry['path']} of {table} {key} has another SHA-256 than was signed."
                    yield Finding(CONTENT, entry["blob"], message)


def _issued(library: Library, moment: Moment, rows: Rows) -> Iterator[Finding]:
    """Each issue is a commit of main with what was signed, and main holds the latest of each document."""
    if moment.main is None:
        return
    history = set()
    try:
        for commit in _history(library, moment.main):
            history.add(commit)
        yield from _on_main(library.tree(moment.main), rows)
    except DocctlError as error:
        yield Finding(
            OBJECT, moment.main, f"The history of main cannot be read to its beginning. {error.message}"
        )
        return
    for key, row in rows["revision"].items():
        if row["commit_id"] is None:
            continue
        if row["commit_id"] not in history:
            yield Finding(CONTENT, row["commit_id"], f"The commit that issued revision {key} is not on main.")
        yield from _in_commit(library, row["commit_id"], f"revision {key}", _manifest(row))


def _history(library: Library, commit: str) -> Iterator[str]:
    """A commit and all before it."""
    while True:
        yield commit
        found = _PARENT.match(library.read(commit, "commit"))
        if found is None:
            return
        commit = found[1].decode()


def _on_main(tree: Mapping[str, str], rows: Rows) -> Iterator[Finding]:
    expected = {".gitattributes": ATTRIBUTES} | {p: b for p, b in tree.items() if p.startswith("ledger/")}
    for entry in (e for row in _latest(rows).values() for e in _manifest(row)):
        expected[entry["path"]] = entry["blob"]
    for path in sorted(expected.keys() | tree.keys()):
        if tree.get(path) != expected.get(path):
            there, wanted = tree.get(path, "not there"), expected.get(path, "not there")
            yield Finding(
                CONTENT, f"main:{path}", f"On main it is {there}; by the ledger it has to be {wanted}."
            )


def _latest(rows: Rows) -> dict[int, Mapping[str, Any]]:
    """The last issued revision of each document that is not withdrawn."""
    latest: dict[int, Mapping[str, Any]] = {}
    for row in rows["revision"].values():
        document = row["document_id"]
        if row["state"] == State.ISSUED and rows["document"][document]["withdrawn_day"] is None:
            known = latest.get(document)
            if known is None or known["issued_seq"] < row["issued_seq"]:
                latest[document] = row
    return latest


def _in_commit(library: Library, commit: str, what: str, manifest: Manifest) -> Iterator[Finding]:
    for entry in manifest:
        try:
            found = blob_id(library.file(commit, entry["path"]))
        except NotFound:
            yield Finding(CONTENT, commit, f"{entry['path']} of {what} is not in the commit that issued it.")
        except Tampered as error:
            yield Finding(OBJECT, commit, f"{entry['path']} of {what}: {error.message}")
        else:
            if found != entry["blob"]:
                message = (
                    f"{entry['path']} of {what} is {found} in the commit that issued it, not {entry['blob']}."
                )
                yield Finding(CONTENT, commit, message)


def _manifest(row: Mapping[str, Any]) -> Manifest:
    found: Manifest = json.loads(row["manifest"])
    return found


def _placed(sentence: str) -> Finding:
    """What an inspection of the repository said, with the object, reference or file that it is about."""
    if not sentence.startswith("git fsck: "):
        return Finding(PLANTED, sentence.split(" ")[0], f"{sentence}. Take it away, then check again.")
    loose, oid = _LOOSE.search(sentence), _OID.search(sentence)
    where = loose[1] + loose[2] if loose else oid[0] if oid else "library.git"
    return Finding(OBJECT, where, sentence)
