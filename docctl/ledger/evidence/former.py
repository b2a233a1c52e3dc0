"""Rows as events of earlier versions tell of them, in the form that rows have now."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from docctl.ledger.evidence.canonical import text

Row = Dict[str, Any]


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
    if schema < 5 and t == "revision":
        row["head"] = "{}"
    if schema < 7 and t == "person":
        row["secret"] = None
    if schema < 7 and t == "copy":
        row["signed_size"] = row["signed_root"] = None
    if schema < 8 and t == "copy":
        row["place"], row["purpose"] = None, "use"
    if schema < 8 and t == "revision":
        row["trial_until"] = None
    if schema < 8 and t == "number_scheme":
        row["revision"] = None
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
