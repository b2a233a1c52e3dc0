"""What events say of rows, kept in a table on disk: however many there are, memory stays as it is.

A row is taken as the newest event that is here left it, in the form that rows have now.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

from docctl.ledger.evidence.canonical import Broken, text
from docctl.ledger.evidence.former import Row, upcast

TABLES = """
CREATE TABLE event (seq INTEGER PRIMARY KEY, at TEXT, act TEXT, actor INTEGER, line TEXT);
CREATE TABLE image (t TEXT, k INTEGER, seq INTEGER, prev INTEGER, "row" TEXT, before TEXT,
                    PRIMARY KEY (t, k, seq)) WITHOUT ROWID;
CREATE TABLE child (t TEXT, field TEXT, parent INTEGER, k INTEGER,
                    PRIMARY KEY (t, field, parent, k)) WITHOUT ROWID;
CREATE TABLE scope (t TEXT, k INTEGER, whole INTEGER, done INTEGER, PRIMARY KEY (t, k)) WITHOUT ROWID;
CREATE TABLE value (k INTEGER PRIMARY KEY, told TEXT);
CREATE INDEX waiting ON scope (done) WHERE done = 0;
"""

# What belongs to a row that is looked at whole: the tables that point at its own, and by which column.
DOWN = {
    "document": [
        ("revision", "document_id"),
        ("document_author", "document_id"),
        ("document_review", "document_id"),
        ("copy", "document_id"),
    ],
    "revision": [
        ("submission", "revision_id"),
        ("trial_extension", "revision_id"),
        ("review_comment", "revision_id"),
    ],
    "submission": [("signature", "submission_id"), ("reroute", "submission_id")],
    "copy": [("copy_step", "copy_id"), ("exchanged_print", "copy_id"), ("recall", "copy_id")],
    "record": [
        ("record_clock", "record_id"),
        ("record_entry", "record_id"),
        ("record_previous", "record_id"),
        ("record_signature", "record_id"),
        ("record_attachment", "record_id"),
        ("attachment_mark", "record_id"),
        ("record_voiding", "record_id"),
        ("record_hold", "record_id"),
        ("disposal_item", "record_id"),
    ],
    "disposal": [("disposal_signature", "disposal_id")],
    "person": [("person_role", "person_id")],
}
# What a row stands on: its columns, the table that each points at, and whether that is looked at whole.
UP = {
    "attachment_id": ("record_attachment", False),
    "calendar_id": ("calendar", False),
    "copy_id": ("copy", False),
    "delegation_id": ("delegation", False),
    "disposal_id": ("disposal", True),
    "document_id": ("document", False),
    "later_id": ("record", False),
    "previous_id": ("record", False),
    "procedure_revision_id": ("revision", True),
    "record_id": ("record", False),
    "revision_id": ("revision", False),
    "submission_id": ("submission", False),
    "template_revision_id": ("revision", True),
    "absent_id": ("person", False),
    "answered_by_id": ("person", False),
    "approved_by_id": ("person", False),
    "by_id": ("person", False),
    "delegate_id": ("person", False),
    "entered_by_id": ("person", False),
    "for_id": ("person", False),
    "issued_by_id": ("person", False),
    "opened_by_id": ("person", False),
    "outcome_by_id": ("person", False),
    "person_id": ("person", False),
    "registered_by_id": ("person", False),
    "revoked_by_id": ("person", False),
    "submitted_by_id": ("person", False),
    "to_id": ("person", False),
    "withdrawn_by_id": ("person", False),
    "witness_1_id": ("person", False),
    "witness_2_id": ("person", False),
}


class Image(NamedTuple):
    """A row as event `seq` left it, and the event before that touched it with the row as that had left it."""

    seq: int
    prev: Optional[int]
    row: Row
    before: Optional[Row]


class Rows:
    """Images of rows by their table and key, and which of them the file is about."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute("PRAGMA journal_mode = OFF")
        self.db.executescript(TABLES)

    def add(self, seq: int, body: Dict[str, Any]) -> None:
        """Take an event in. Raises Broken for one that is not made as events are."""
        try:
            actor, about = body["actor"], body["object"] or {"type": "", "key": ""}
            by = actor["name"] + " (" + actor["login"] + ")"
            line = [seq, body["at"], body["act"], by, about["type"], about["key"], body["why"] or ""]
            told = (seq, body["at"], body["act"], actor["id"], json.dumps(line, ensure_ascii=False))
            self.db.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)", told)
            for image in body["rows"]:
                self._add_image(seq, image, body["schema"])
        except (KeyError, TypeError, ValueError, AttributeError, sqlite3.Error):
            raise Broken("event " + str(seq) + " is not made as an event is") from None

    def _add_image(self, seq: int, image: Dict[str, Any], schema: int) -> None:
        t, k, row, prev = image["t"], image["k"], image["row"], image.get("prev")
        if row["last_seq"] != seq or row["id"] != k or (prev is None) != (k >> 16 == seq):
            raise ValueError(k)
        before = None
        if prev is not None:
            before = text(upcast(t, {**row, **image["was"], "last_seq": prev}, schema))
        made = (t, k, seq, prev, text(upcast(t, dict(row), schema)), before)
        self.db.execute("INSERT OR IGNORE INTO image VALUES (?, ?, ?, ?, ?, ?)", made)
        for children in DOWN.values():
            for child, field in children:
                if child == t:
                    parent = (t, field, row[field], k)
                    self.db.execute("INSERT OR IGNORE INTO child VALUES (?, ?, ?, ?)", parent)

    def has(self, seq: int) -> bool:
        """Whether this event was taken in."""
        return self.db.execute("SELECT 1 FROM event WHERE seq = ?", (seq,)).fetchone() is not None

    def newest(self, t: str, k: object) -> Optional[Row]:
        """A row as the newest event left it; None where none here made it."""
        asked = "SELECT row FROM image WHERE t = ? AND k = ? ORDER BY seq DESC LIMIT 1"
        found = self.db.execute(asked, (t, k)).fetchone()
        return None if found is None else dict(json.loads(found[0]))

    def images(self, t: str, k: int) -> List[Image]:
        """What each event left of a row, the newest first."""
        asked = "SELECT seq, prev, row, before FROM image WHERE t = ? AND k = ? ORDER BY seq DESC"
        return [
            Image(seq, prev, json.loads(row), None if before is None else json.loads(before))
            for seq, prev, row, before in self.db.execute(asked, (t, k))
        ]

    def children(self, t: str, field: str, parent: int) -> List[int]:
        """The keys of the rows of a table that point at this one."""
        asked = "SELECT k FROM child WHERE t = ? AND field = ? AND parent = ? ORDER BY k"
        return [k for (k,) in self.db.execute(asked, (t, field, parent))]

    def keep_value(self, k: int, told: str) -> None:
        """Keep what the value of an entry of a record is shown as."""
        self.db.execute("INSERT OR REPLACE INTO value VALUES (?, ?)", (k, told))

    def value(self, k: int) -> str:
        """It, by the key of the entry."""
        found = self.db.execute("SELECT told FROM value WHERE k = ?", (k,)).fetchone()
        return "" if found is None else str(found[0])

    # The scope: the rows that the file is about.

    def want(self, t: str, k: int, whole: bool) -> None:
        """Take a row into the scope; `whole` with all that belongs to it."""
        known = self.db.execute("SELECT whole FROM scope WHERE t = ? AND k = ?", (t, k)).fetchone()
        if known is None or (whole and not known[0]):
            self.db.execute("INSERT OR REPLACE INTO scope VALUES (?, ?, ?, 0)", (t, k, int(whole)))

    def want_touched(self, first: int, last: int, actor: Optional[int] = None) -> None:
        """Take in all rows that these events touched, of those of one actor if one is named."""
        asked = "SELECT DISTINCT t, k FROM image JOIN event USING (seq) WHERE seq BETWEEN ? AND ?"
        of = () if actor is None else (actor,)
        for t, k in self.db.execute(asked + (" AND actor = ?" if of else ""), (first, last, *of)).fetchall():
            self.want(t, k, False)

    def waiting(self, most: int) -> List[Tuple[str, int, int]]:
        """Rows of the scope of which it was not asked yet what else they bring."""
        return self.db.execute("SELECT t, k, whole FROM scope WHERE done = 0 LIMIT ?", (most,)).fetchall()

    def done(self, t: str, k: int) -> None:
        """It was asked."""
        self.db.execute("UPDATE scope SET done = 1 WHERE t = ? AND k = ?", (t, k))

    def is_whole(self, t: str, k: int) -> bool:
        """Whether a row is in the scope with all that belongs to it."""
        return bool(self.db.execute("SELECT whole FROM scope WHERE t = ? AND k = ?", (t, k)).fetchone()[0])

    def scoped(self, t: str) -> Iterator[Row]:
        """The rows of a table that are in the scope, by key."""
        for (k,) in self.db.execute("SELECT k FROM scope WHERE t = ? ORDER BY k", (t,)):
            row = self.newest(t, k)
            if row is not None:
                yield row


def close(
    rows: Rows,
    children: Callable[[str, str, int], Iterable[int]],
    load: Callable[[List[Tuple[str, int]]], None] = lambda keys: None,
) -> None:
    """Take into the scope what the rows of the scope stand on, and what belongs to those that are whole.

    `children` gives the keys of the rows of a table that point by a column at a key. `load` is told of rows
    before they are looked at.
    """
    while waiting := rows.waiting(500):
        load([(t, k) for t, k, _ in waiting])
        for t, k, _ in waiting:
            rows.done(t, k)
            whole = rows.is_whole(t, k)  # as it is by now: a row before it may have asked for more
            row = rows.newest(t, k)
            if row is None:
                raise Broken("no event here made " + t + " " + str(k) + ", which others point at")
            for field, (other, needed) in UP.items():
                if row.get(field) is not None:
                    rows.want(other, row[field], needed or (t, field) == ("copy", "revision_id"))
            for child, field in DOWN.get(t, []) if whole else []:
                for key in children(child, field, k):
                    rows.want(child, key, True)
