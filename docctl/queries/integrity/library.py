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
from docctl.errors.message import Message, Typed
from docctl.ledger.finding import Finding, What
from docctl.queries.integrity.causes import LIBRARY
from docctl.queries.integrity.ledger import Rows
from docctl.queries.integrity.moment import Moment
from docctl.rules.documents.revisions import State
from docctl.store.inspection import Kind, Problem
from docctl.store.library import Library
from docctl.store.objects import blob_id

ATTRIBUTES = blob_id(b"* -text\n")
"""The library's .gitattributes, as a site is founded with it."""

_PLANTED = {
    Kind.PLANTED: Message("It was planted. Take it away, then check again."),
    Kind.CHANGED: Message("It is not as docctl wrote it. Take the change away, then check again."),
    Kind.MASKING: Message("It shows other content than it should. Take it away, then check again."),
}

Manifest = list[dict[str, Any]]

_OID = re.compile(r"[0-9a-f]{40}")
_PACK = re.compile(r"objects/pack/pack-[0-9a-f]{40}")
_LOOSE = re.compile(r"objects/([0-9a-f]{2})/([0-9a-f]{38})")
_BROKEN_LINK = re.compile(r"broken link from|\s+to ")
"""It names the object that leads to a damaged one."""
_REF = re.compile(r"refs/[^\s'\"]+")
_PARENT = re.compile(rb"tree [0-9a-f]{40}\nparent ([0-9a-f]{40})\n")
_TAG = re.compile(rb"object ([0-9a-f]{40})\ntype commit\ntag ([^\n]*)\ntagger ([^\n]*)\n\n(.*)", re.DOTALL)
_COMMIT = re.compile(
    rb"(?:tree|parent|author) [^\n]*\n(?:(?:parent|author) [^\n]*\n)*committer ([^\n]*)\n\n(.*)", re.DOTALL
)


def examine(site: Site, moment: Moment, rows: Rows, *, fsck: bool) -> Iterator[Finding]:
    """All that is wrong with the library."""
    for key in moment.pending:
        said = Message("References that this act moves are not where it put them.")
        yield Finding(What.PENDING, f"outbox_move {key}", said)
    if moment.broken is not None:
        yield Finding(What.OBJECT, LIBRARY, moment.broken)
        return
    yield from map(_placed, site.library.inspect(fsck=fsck))
    if moment.issued != moment.main:
        nothing = Message("nothing")
        said = Message(
            "It is at {there}, the database put it at {wanted}.",
            there=moment.issued or nothing,
            wanted=moment.main or nothing,
        )
        yield Finding(What.DIVERGED, outbox.MAIN, said)
    try:
        yield from _references(site.library, moment, rows)
        yield from _blobs(site.library, rows)
        yield from _issued(site.library, moment, rows)
    except (KeyError, TypeError, ValueError) as error:
        # Only an event that no docctl wrote can say this; what the ledger finds names it.
        said = Message("A row of the ledger cannot be understood ({error}).", error=repr(error))
        yield Finding(What.CONTENT, "ledger", said)


def _references(library: Library, moment: Moment, rows: Rows) -> Iterator[Finding]:
    expected = outbox.references(rows, moment.refs)
    for ref, commit in sorted(expected.items()):
        found = moment.refs.get(ref)
        if found is None:
            said = Message("It is missing; it has to lead to {wanted}.", wanted=commit)
            yield Finding(What.REF, ref, said)
            continue
        try:
            leads_to = _target(library, ref, found) if ref.startswith("refs/tags/") else found
        except Tampered as error:
            said = Message("{ref} cannot be followed. {why}", ref=ref, why=error.said)
            yield Finding(What.OBJECT, _object(error, found), said)
            continue
        if leads_to != commit:
            said = Message("It leads to {there}; it has to lead to {wanted}.", there=leads_to, wanted=commit)
            yield Finding(What.REF, ref, said)
    for ref in sorted(moment.refs.keys() - expected.keys() - {outbox.MAIN}):
        yield Finding(What.REF, ref, Message("No row of the ledger knows it."))


def _target(library: Library, ref: str, tag: str) -> str:
    """The commit of a tag, which says nothing that the commit, whose id the ledger knows, does not say."""
    found = _TAG.fullmatch(library.read(tag, "tag"))
    if found is None:
        raise Tampered("The tag {tag} names no commit.", tag=tag)
    commit = found[1].decode()
    said = _COMMIT.fullmatch(library.read(commit, "commit"))
    if said is None or ref != f"refs/tags/{found[2].decode()}" or found.group(3, 4) != said.group(1, 2):
        raise Tampered("The tag {tag} says something else than the commit of that issue.", tag=tag)
    return commit


def _blobs(library: Library, rows: Rows) -> Iterator[Finding]:
    """Every file that anybody drafted, submitted, signed or issued, and that a row still names."""
    seen: set[tuple[str, str]] = set()
    for table in ("revision", "submission"):
        for key, row in rows[table].items():
            for entry in _manifest(row):
                if (entry["blob"], entry["sha256"]) not in seen:
                    seen.add((entry["blob"], entry["sha256"]))
                    yield from _blob(library, entry, f"{table} {key}")


def _blob(library: Library, entry: Mapping[str, Any], of: str) -> Iterator[Finding]:
    try:
        data = library.read(entry["blob"])
    except DocctlError as error:
        said = Message("{path} of {row}: {why}", path=entry["path"], row=of, why=error.said)
        yield Finding(What.OBJECT, entry["blob"], said)
    else:
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            said = Message("{path} of {row} has another SHA-256 than was signed.", path=entry["path"], row=of)
            yield Finding(What.CONTENT, entry["blob"], said)


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
        said = Message("The history of main cannot be read to its beginning. {why}", why=error.said)
        yield Finding(What.OBJECT, _object(error, moment.main), said)
        return
    for key, row in rows["revision"].items():
        if row["commit_id"] is None:
            continue
        if row["commit_id"] not in history:
            said = Message("The commit that issued {row} is not on main.", row=f"revision {key}")
            yield Finding(What.CONTENT, row["commit_id"], said)
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
            absent = Message("not there")
            said = Message(
                "On main it is {there}; by the ledger it has to be {wanted}.",
                there=tree.get(path, absent),
                wanted=expected.get(path, absent),
            )
            yield Finding(What.CONTENT, f"main:{path}", said)


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
            said = Message(
                "{path} of {row} is not in the commit that issued it.", path=entry["path"], row=what
            )
            yield Finding(What.CONTENT, commit, said)
        except Tampered as error:
            said = Message("{path} of {row}: {why}", path=entry["path"], row=what, why=error.said)
            yield Finding(What.OBJECT, _object(error, commit), said)
        else:
            if found != entry["blob"]:
                said = Message(
                    "{path} of {row} is {there} in the commit that issued it, not {wanted}.",
                    path=entry["path"],
                    row=what,
                    there=found,
                    wanted=entry["blob"],
                )
                yield Finding(What.CONTENT, commit, said)


def _manifest(row: Mapping[str, Any]) -> Manifest:
    found: Manifest = json.loads(row["manifest"])
    return found


def _object(error: DocctlError, other: str) -> str:
    """The object that could not be read; `other` where the error names none."""
    return str(error.said.values.get("oid", other))


def _placed(problem: Problem) -> Finding:
    """What an inspection said, with the pack, object, reference or file that it is about."""
    if problem.kind is not Kind.GIT:
        return Finding(What.PLANTED, problem.where, _PLANTED[problem.kind])
    pack, loose, oid, ref = (found.search(problem.where) for found in (_PACK, _LOOSE, _OID, _REF))
    whole = None if _BROKEN_LINK.match(problem.where) else pack or oid or ref
    where = loose[1] + loose[2] if loose else whole[0] if whole else LIBRARY
    return Finding(What.OBJECT, where, Message("git says: {line}", line=Typed(problem.where, longest=300)))
