"""The sections of the page that come last: how records ended, who acted for whom, and who is named."""

from __future__ import annotations

from typing import List, Tuple

ENDINGS: List[Tuple[str, str, List[Tuple[str, str]]]] = [
    (
        "record_voidings",
        "record_voiding",
        [("record", "record_id"), ("record", "later_id"), ("text", "step")],
    ),
    (
        "record_holds",
        "record_hold",
        [
            ("record", "record_id"),
            ("text", "reason"),
            ("person", "entered_by_id"),
            ("text", "entered_at"),
            ("person", "revoked_by_id"),
            ("text", "revoked_at"),
            ("text", "answer"),
        ],
    ),
    (
        "disposals",
        "disposal",
        [("text", "number"), ("text", "keeper"), ("text", "reason"), ("word", "state")],
    ),
    (
        "disposal_items",
        "disposal_item",
        [
            ("disposal", "disposal_id"),
            ("record", "record_id"),
            ("text", "ended_day"),
            ("text", "kept_until"),
            ("text", "content"),
        ],
    ),
    (
        "disposal_signatures",
        "disposal_signature",
        [
            ("disposal", "disposal_id"),
            ("word", "meaning"),
            ("text", "person_name"),
            ("person", "person_id"),
            ("text", "signed_at"),
            ("text", "reason"),
            ("text", "content"),
        ],
    ),
    (
        "delegations",
        "delegation",
        [
            ("text", "number"),
            ("text", "absent_name"),
            ("person", "absent_id"),
            ("text", "delegate_name"),
            ("person", "delegate_id"),
            ("text", "roles"),
            ("text", "from_day"),
            ("text", "until_day"),
            ("text", "reason"),
            ("word", "state"),
            ("person", "entered_by_id"),
            ("text", "entered_at"),
            ("person", "answered_by_id"),
            ("text", "answered_at"),
            ("text", "answer"),
            ("person", "revoked_by_id"),
            ("text", "revoked_at"),
        ],
    ),
    (
        "people",
        "person",
        [("text", "login"), ("text", "name"), ("text", "department"), ("text", "active")],
    ),
    (
        "roles",
        "person_role",
        [("person", "person_id"), ("word", "role"), ("text", "granted_at"), ("text", "revoked_at")],
    ),
]
EVENTS = ["seq", "at", "act", "by", "object", "key", "why"]
FILES = ["path", "size", "sha256"]
