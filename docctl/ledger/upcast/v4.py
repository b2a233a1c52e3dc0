"""Schema 4: the cause of a recall, and of a value entered anew, is a word; `reason` is what was typed.

Before, the program's own causes stood in `reason` as the beginning of an English sentence. A row does not
say whether somebody typed that very beginning: it was read as the program's then, and is so now.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row

WITHDRAWN, CANCELLED, SENT_BACK = "withdrawn: ", "cancelled: ", "sent back: "


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """The cause in a column, and out of the reason."""
    if table == "recall":
        row["cause"], row["reason"] = _of_recall(row)
    elif table == "record_entry":
        row["cause"], row["reason"] = _of_entry(row)
    yield table, row


def _of_recall(row: Row) -> tuple[str, str | None]:
    reason = str(row["reason"])
    if row["revision_id"] is not None:  # only an issue names a revision
        return "superseded", None
    if reason.startswith(WITHDRAWN):
        return "withdrawn", reason.removeprefix(WITHDRAWN)
    if reason.startswith(CANCELLED):
        return "cancelled", reason.removeprefix(CANCELLED)
    return "by-hand", reason


def _of_entry(row: Row) -> tuple[str | None, str | None]:
    if row["reason"] is None:
        return None, None
    reason = str(row["reason"])
    if reason.startswith(SENT_BACK):
        return "sent-back", reason.removeprefix(SENT_BACK)
    return "corrected", reason
