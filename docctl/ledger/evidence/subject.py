"""What a file is about, and whether the events of it are all there, as far as the ledger can tell.

Each row names the event that touched it before, so nothing can be missing in the middle. That nothing came
after the newest event of a row, up to the checkpoint, is what the signed manifest says; of a period it is
what the numbers of the events say.
"""

from __future__ import annotations

from typing import Any, Dict

from docctl.ledger.evidence.canonical import Broken
from docctl.ledger.evidence.rows import Rows, close

NAMES = {"document": "number", "record": "number", "copy": "number", "person": "login"}
PERIOD, PERSON, CUSTOMER = "period", "person", "customer"


def check_subject(rows: Rows, about: Dict[str, Any]) -> str:
    """Take into the scope what the file is about and all that belongs to it. Raises Broken."""
    kind, name = about["kind"], about["name"]
    for t, k in about["roots"]:
        row = rows.newest(t, k)
        if row is None:
            raise Broken("no event here made " + t + " " + str(k))
        if kind in NAMES and t == kind and row[NAMES[kind]] != name:
            raise Broken("the file is about " + name + ", and holds " + str(row[NAMES[kind]]))
        rows.want(t, k, t != "organisation")
    if kind in NAMES and kind not in [t for t, _ in about["roots"]]:
        raise Broken("the file is about " + name + ", and does not hold it")
    if kind == PERIOD:
        check_period(rows, about)
        rows.want_touched(about["first"], about["last"])
    if kind == PERSON:
        actor = next(k for t, k in about["roots"] if t == PERSON)
        rows.want_touched(1, about["size"], actor)
    close(rows, rows.children)
    many = check_chains(rows)
    check_counts(rows)
    return str(many) + " rows, each with every event that ever touched it"


def check_chains(rows: Rows) -> int:
    """Each row is there from its first event on, and each event found it as the one before left it."""
    many = 0
    for t, k in rows.db.execute("SELECT t, k FROM scope ORDER BY t, k").fetchall():
        images = rows.images(t, k)
        for newer, older in zip(images, [*images[1:], None]):
            if newer.prev != (older.seq if older else None):
                missing = newer.prev if newer.prev is not None else k >> 16
                raise Broken("event " + str(missing) + " of " + t + " " + str(k) + " is missing")
            if older is not None and newer.before != older.row:
                raise Broken(
                    "event " + str(newer.seq) + " found " + t + " " + str(k) + " otherwise than it was"
                )
        many += 1
    return many


def check_counts(rows: Rows) -> None:
    """Copies are numbered without a gap, and a revision knows how often it was handed in."""
    for document in rows.scoped("document"):
        if rows.is_whole("document", document["id"]):
            found = [rows.newest("copy", k) for k in rows.children("copy", "document_id", document["id"])]
            running = sorted(copy["running"] for copy in found if copy)
            if running != list(range(1, len(running) + 1)):
                raise Broken("copies of " + document["number"] + " are missing: their numbers have a gap")
    for revision in rows.scoped("revision"):
        if rows.is_whole("revision", revision["id"]):
            handed_in = len(rows.children("submission", "revision_id", revision["id"]))
            if handed_in != revision["submission"]:
                raise Broken("submissions of revision " + revision["label"] + " are missing")


def check_period(rows: Rows, about: Dict[str, Any]) -> None:
    """Every event of the period is there, and on both sides of it one that is outside."""
    first, last, size = about["first"], about["last"], about["size"]
    begin, end = about["from_at"], about["to_at"]
    asked = "SELECT seq, at FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq"
    at, expected = "", first
    for seq, at in rows.db.execute(asked, (first, last)):
        if seq != expected:
            break
        if not begin <= at < end:
            raise Broken("event " + str(seq) + " is not of the period")
        expected += 1
    if expected != last + 1 or first > last:
        raise Broken("event " + str(expected) + " of the period is missing")
    for seq in (first - 1, last + 1):
        if 1 <= seq <= size:
            found = rows.db.execute("SELECT at FROM event WHERE seq = ?", (seq,)).fetchone()
            if found is None or begin <= found[0] < end:
                raise Broken("event " + str(seq) + ", beside the period, is missing or belongs to it")
