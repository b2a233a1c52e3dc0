"""A person as a row of a table says it. Knows no account."""

from __future__ import annotations

from collections.abc import Mapping

from docctl.errors.message import Message, Typed
from docctl.rules.duties import duty_named
from docctl.rules.incoming import Row


def person(row: Row, departments: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Message]]:
    """What the row says, by the fields of the page; and what it says that nobody knows here, by field.

    `departments`: the key of each by all that it is called.
    """
    said = {
        "name": row["name"],
        "login": row["login"].lower(),
        "department": departments.get(row["department"].casefold(), ""),
        "duty": duty_named(row["duty"]) or "",
        "also": duty_named(row["also"]) or "",
    }
    unknown: dict[str, Message] = {}
    if row["department"] and not said["department"]:
        unknown["department"] = Message(
            "{text} is no department of the company", text=Typed(row["department"])
        )
    for field in ("duty", "also"):
        if row[field] and not said[field]:
            unknown[field] = Message(
                "{text} is nothing that people do here; choose it", text=Typed(row[field])
            )
    return said, unknown
