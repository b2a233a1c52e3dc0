"""Where what is only read is reached. There is no function: docctl.queries makes it, by several for each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from docctl.rules.actions import Action
from docctl.rules.surface import Surface

READS: Final[Mapping[Action, Surface]] = MappingProxyType(
    {
        Action.DOCUMENT_READ: Surface(
            None,
            "document show",
            web="documents.index",
            also=("document list", "document due", "document print", "revision diff", "distribution show"),
        ),
        Action.DOCUMENT_SEARCH: Surface(None, "search", web="search.index"),
        Action.DRAFT_READ: Surface(
            None,
            "comment list",
            web="documents.show_revision",
        ),
        Action.DELEGATION_READ: Surface(None, "delegation show", web="delegations.show"),
        Action.COPY_READ: Surface(
            None, "copy list", web="copies.index", also=("copy reconcile", "request list")
        ),
        Action.CHANGE_READ: Surface(None, "change list", web="changes.index", also=("change show",)),
        Action.READING_READ: Surface(None, "reading list", web="documents.readers"),
        Action.OUTSIDER_READ: Surface(None, "outsider show", web="copies.outsider_show"),
        Action.COPY_CHECK: Surface(None, "copy check", web="scan.check"),
        Action.RECORD_READ: Surface(
            None,
            "record show",
            web="records.show",
            also=(
                "record list",
                "record file",
                "record print",
                "record dossier",
                "record dossiers",
                "duty list",
                "indicator list",
                "indicator show",
            ),
        ),
        Action.DISPOSAL_READ: Surface(None, "disposal show", web="disposals.show"),
        Action.TRACE_READ: Surface(None, "trace", web="trace.index"),
        Action.TRAIL_READ: Surface(None, "ledger list", web="ledger.index", also=("trail", "ledger receipt")),
        Action.USER_READ: Surface(None, "user list", web="people.index"),
        Action.LEDGER_CHECK: Surface(None, "check", web="ledger.check", also=("system",)),
        Action.EVIDENCE_EXPORT: Surface(None, "evidence export", web="evidence.index"),
    }
)
