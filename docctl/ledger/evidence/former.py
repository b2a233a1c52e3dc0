"""Rows as events of earlier versions tell of them, in the form that rows have now."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from docctl.ledger.evidence.canonical import text

Row = Dict[str, Any]

# Columns that came with a version: before which, of which table, and what rows of before have in them.
ADDED: List[Tuple[int, str, Row]] = [
    (5, "revision", {"head": "{}"}),
    (7, "person", {"secret": None}),
    (7, "copy", {"signed_size": None, "signed_root": None}),
    (8, "copy", {"place": None, "purpose": "use"}),
    (8, "revision", {"trial_until": None}),
    (8, "number_scheme", {"revision": None}),
    (10, "person", {"came": 1, "factor": None}),
    (12, "signature", {"for_id": None, "for_name": None, "delegation_id": None}),
]


def upcast(t: str, row: Row, schema: int) -> Row:
    """The row in the form of today; `schema` is that of its event."""
    if schema < 2 and t in ("department", "revision"):
        zh, en = row.pop("title_zh"), row.pop("title_en")
        said = {"zh": zh} if not en or (t, en) == ("department", zh) else {"en": en, "zh": zh}
        row["title"] = text(said)
    if schema < 4 and t == "recall":
        row["cause"], row["reason"] = _recalled(row)
    if schema < 4 and t == "record_entry":
        row["cause"], row["reason"] = _entered(row)
    for before, table, cells in ADDED:
        if schema < before and t == table:
            row.update(cells)
    return row


def _recalled(row: Row) -> Tuple[str, Optional[str]]:
    if row["revision_id"] is not None:
        return "superseded", None
    for cause in ("withdrawn", "cancelled"):
        if row["reason"].startswith(cause + ": "):
            return cause, row["reason"][len(cause) + 2 :]
    return "by-hand", row["reason"]


def _entered(row: Row) -> Tuple[Optional[str], Optional[str]]:
    reason = row["reason"]
    if reason is None:
        return None, None
    if reason.startswith("sent back: "):
        return "sent-back", reason[len("sent back: ") :]
    return "corrected", reason
