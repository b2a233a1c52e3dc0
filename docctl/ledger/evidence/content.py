"""What a file holds beside the events: where each text, print and record lies, and what it must be."""

from __future__ import annotations

import json
from hashlib import sha1, sha256
from typing import Any, Dict, Iterator, List, Tuple

from docctl.ledger.evidence.archive import Archive
from docctl.ledger.evidence.canonical import Broken, canonical, loads
from docctl.ledger.evidence.former import Row
from docctl.ledger.evidence.page import value_text
from docctl.ledger.evidence.rows import Rows

KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
SEALED = "closed"
DESTROYED = "destroyed"
OF_A_STEP = "sign"
STRUCK = "struck"


def file_name(number: str) -> str:
    """A number or a label as the name of a file: `DF/ZY-GL 006` is `DF_2FZY-GL_20006`."""
    return "".join(chr(byte) if byte in KEPT else "_%02X" % byte for byte in number.encode("utf-8"))


def revision_folder(document: Row, revision: Row) -> str:
    """Where the files of a revision lie."""
    label = file_name(revision["label"].replace("/", "-"))
    return "documents/" + str(document["file_name"]) + "/" + label + "/"


def record_path(record: Row) -> str:
    """The path of a record's files, without its ending."""
    return "records/%04d/%s" % (record["year"], file_name(record["number"]))


def of_revisions(rows: Rows) -> Iterator[Tuple[Row, str]]:
    """The revisions that were issued, and where their files lie."""
    for revision in rows.scoped("revision"):
        if revision["issued_at"] is not None:
            document = rows.newest("document", revision["document_id"])
            if document is None:
                raise Broken("no event here made the document of revision " + revision["label"])
            yield revision, revision_folder(document, revision)


def entries_of(rows: Rows, record: Row) -> List[Row]:
    """The entries of a record that are in the scope, in the order in which they were made."""
    asked = "SELECT k FROM child JOIN scope USING (t, k) WHERE t = 'record_entry' AND parent = ? ORDER BY k"
    found = (rows.newest("record_entry", k) for (k,) in rows.db.execute(asked, (record["id"],)).fetchall())
    return [row for row in found if row is not None]


def attachments_of(rows: Rows, record: Row) -> List[Tuple[Row, str]]:
    """The files of a record that are in the scope, in the order in which they came, and where each lies."""
    asked = (
        "SELECT k FROM child JOIN scope USING (t, k) WHERE t = 'record_attachment' AND parent = ? ORDER BY k"
    )
    found = (
        rows.newest("record_attachment", k) for (k,) in rows.db.execute(asked, (record["id"],)).fetchall()
    )
    return [(row, record_path(record) + ".files/" + row["sha256"]) for row in found if row is not None]


def is_sealed(rows: Rows, record: Row) -> bool:
    """Whether the file holds the record as it was sealed: all of it is in the scope."""
    return record["state"] == SEALED and rows.is_whole("record", record["id"])


def is_gone(record: Row) -> bool:
    """Whether its values and files were destroyed: their seals and digests are all that is left of them."""
    return bool(record["state"] == DESTROYED)


def expected(rows: Rows) -> Iterator[str]:
    """The paths of all that belongs to the rows of the scope."""
    for revision, folder in of_revisions(rows):
        for each in json.loads(revision["manifest"]):
            yield folder + each["path"]
        if revision["pdf_sha256"] is not None:
            yield folder + "issued.pdf"
    for record in rows.scoped("record"):
        if is_gone(record):
            continue
        if entries_of(rows, record):
            yield record_path(record) + ".values.jsonl"
        if is_sealed(rows, record):
            yield record_path(record) + ".json"
        for name in sorted({name for _, name in attachments_of(rows, record)}):
            yield name


def check_revisions(archive: Archive, rows: Rows) -> str:
    """Texts and prints are those that the events name. Raises Broken."""
    many = 0
    for revision, folder in of_revisions(rows):
        for each in json.loads(revision["manifest"]):
            data = archive.read(folder + each["path"])
            blob = blob_id(data)
            if (sha256(data).hexdigest(), len(data), blob) != (each["sha256"], each["size"], each["blob"]):
                raise Broken(folder + each["path"] + " is not the text that the events name")
            many += 1
        if revision["pdf_sha256"] is not None:
            many += 1
            name = folder + "issued.pdf"
            if name not in archive.members or archive.members[name].sha256 != revision["pdf_sha256"]:
                raise Broken(name + " is not the print that the events name")
    return str(many) + " files of revisions are those that the events name"


def check_signatures(rows: Rows) -> str:
    """What was signed is what was handed in, and what was issued. Raises Broken."""
    many = 0
    for of in ("revision", "submission"):
        for row in rows.scoped(of):
            listed = canonical(json.loads(row["manifest"]))
            if sha256(listed).hexdigest() != row["content"]:
                raise Broken(of + " " + str(row["id"]) + ": content is not the digest of its list of files")
    for signature in rows.scoped("signature"):
        submission = rows.newest("submission", signature["submission_id"])
        if submission is None or signature["content"] != submission["content"]:
            raise Broken("signature " + str(signature["id"]) + " names other content than was handed in")
        revision = rows.newest("revision", submission["revision_id"])
        if revision is None:
            raise Broken("the revision of signature " + str(signature["id"]) + " is missing")
        counts = signature["voided_at"] is None and revision["submission"] == submission["number"]
        if counts and revision["issued_at"] is not None and signature["content"] != revision["content"]:
            raise Broken("signature " + str(signature["id"]) + " names other content than was issued")
        many += 1
    return str(many) + " signatures name the content that was handed in"


def check_values(archive: Archive, rows: Rows) -> str:
    """Values and files are those that were sealed and given, sealed records say what the events say."""
    many = 0
    for record in rows.scoped("record"):
        entries = entries_of(rows, record)
        if is_gone(record):
            if rows.is_whole("record", record["id"]):
                check_marks(rows, record, entries)
            continue
        name = record_path(record) + ".values.jsonl"
        lines = [loads(line, name) for line in archive.lines(name)] if entries else []
        if [line.get("entry") for line in lines] != [entry["id"] for entry in entries]:
            raise Broken(name + " does not hold the entries of " + record["number"] + " that the events name")
        for line, entry in zip(lines, entries):
            if sha256(bytes.fromhex(line["salt"]) + canonical(line["value"])).hexdigest() != entry["seal"]:
                raise Broken(name + ": the value of " + entry["field"] + " is not the one that was sealed")
            rows.keep_value(entry["id"], value_text(line["value"]))
            many += 1
        if rows.is_whole("record", record["id"]):
            check_marks(rows, record, entries)
        if is_sealed(rows, record):
            check_sealed(archive, rows, record, lines)
    files = check_attachments(archive, rows)
    return str(many) + " values are those that were sealed, " + str(files) + " files those that were given"


def check_attachments(archive: Archive, rows: Rows) -> int:
    """How many files the records have: all as they were given; what is said of one names it."""
    many = 0
    for record in rows.scoped("record"):
        for row, name in [] if is_gone(record) else attachments_of(rows, record):
            member = archive.members.get(name)
            if member is None or (member.sha256, member.size) != (row["sha256"], row["size"]):
                raise Broken(name + " (" + row["name"] + ") is not the file that the events name")
            many += 1
    for mark in rows.scoped("attachment_mark"):
        about = rows.newest("record_attachment", mark["attachment_id"])
        if about is None or about["sha256"] != mark["content"] or about["record_id"] != mark["record_id"]:
            raise Broken("what is said in attachment_mark " + str(mark["id"]) + " names another file")
    return many


def attached_then(rows: Rows, record: Row, k: int) -> List[List[Any]]:
    """The files that counted when event of row `k` was made, as a signature names them."""
    struck = set()
    for each in rows.children("attachment_mark", "record_id", record["id"]):
        mark = rows.newest("attachment_mark", each)
        if mark is not None and mark["meaning"] == STRUCK and each >> 16 <= k >> 16:
            struck.add(mark["attachment_id"])
    named: List[List[Any]] = []
    for each in rows.children("record_attachment", "record_id", record["id"]):
        row = rows.newest("record_attachment", each)
        if row is not None and each >> 16 <= k >> 16 and each not in struck:
            named.append(["attachment", row["step"], row["field"], each, row["sha256"]])
    return named


def check_marks(rows: Rows, record: Row, entries: List[Row]) -> None:
    """Who completed, verified or closed a record named the entries that counted then. Raises Broken."""
    for k in rows.children("record_signature", "record_id", record["id"]):
        mark = rows.newest("record_signature", k)
        if mark is None or mark["meaning"] == OF_A_STEP:
            continue  # a step names the entries of its own fields, which the template tells
        counting = {entry["field"]: entry for entry in entries if entry["id"] >> 16 <= k >> 16}
        named: List[Any] = [[field, e["id"], e["seal"]] for field, e in sorted(counting.items())]
        named += attached_then(rows, record, k)
        if sha256(canonical(named)).hexdigest() != mark["content"]:
            raise Broken("signature " + str(k) + " of " + record["number"] + " names other entries")


def check_sealed(archive: Archive, rows: Rows, record: Row, lines: List[Dict[str, Any]]) -> None:
    """A sealed record is the one whose digest was signed, and says the same as the events. Raises Broken."""
    name = record_path(record) + ".json"
    data = archive.read(name)
    if sha256(data).hexdigest() != record["sealed_sha256"]:
        raise Broken(name + " is not the record that was sealed")
    told = loads(data, name)
    values = [{"entry": e["id"], "salt": e["salt"], "value": e["value"]} for e in told["entries"]]
    if told["number"] != record["number"] or values != lines:
        raise Broken(name + " does not hold the values of " + record["number"])
    for entry in told["entries"]:
        row = rows.newest("record_entry", entry["id"]) or {}
        same = {
            "field": row.get("field"),
            "seal": row.get("seal"),
            "at": row.get("at"),
            "corrects": row.get("corrects_id"),
        }
        # Before schema 4 the cause stood in the reason, as the beginning of a sentence.
        reasons = (row.get("reason"), "sent back: " + str(row.get("reason")))
        if {key: entry[key] for key in same} != same or entry["reason"] not in reasons:
            raise Broken(name + ": the entry of " + entry["field"] + " is not what the events say")
    marks = [rows.newest("record_signature", k) for k in _signed(rows, record)]
    sealed_at = max(_signed(rows, record))
    files = [row for row, _ in attachments_of(rows, record) if row["id"] < sealed_at]
    if [(a["id"], a["sha256"]) for a in told.get("attachments", [])] != [
        (a["id"], a["sha256"]) for a in files
    ]:
        raise Broken(name + ": the files are not those of the events")
    ours = [(m["meaning"], m["step"], m["signed_at"], m["content"], m["person_name"]) for m in marks if m]
    theirs = [(s["meaning"], s["step"], s["at"], s["content"], s["by"]["name"]) for s in told["signatures"]]
    if ours != theirs:
        raise Broken(name + ": the signatures are not those of the events")


def _signed(rows: Rows, record: Row) -> List[int]:
    return rows.children("record_signature", "record_id", record["id"])


def blob_id(data: bytes) -> str:
    """The name of these bytes in git; that they are these bytes is said by SHA-256 beside it."""
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324
