"""The first page after signing in: what waits for this person, each thing one step from being done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from docctl.queries.desk.columns import INBOX, PARTS, lines
from docctl.queries.desk.inbox import inbox
from docctl.queries.desk.items import Item
from docctl.web.kit import export, here, words

bp = Blueprint("inbox", __name__)

_WAYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # The form of what is to be done, else the page of the thing.
        "to_unblock": ("revisions.sign", "documents.show"),
        "to_staff": ("records.show",),
        "to_sign": ("revisions.sign", "documents.show"),
        "returned": ("drafts.edit", "documents.show"),
        "to_issue": ("issuing.issue", "documents.show"),
        "to_acknowledge": ("copies.acknowledge", "copies.show"),
        "to_hand_back": ("copies.show",),
        "to_collect": ("copies.return_copy", "copies.show"),
        "to_remind": ("copies.show",),
        "to_fill": ("records.fill", "records.show"),
        "to_verify": ("records.verify", "records.show"),
        "to_close": ("records.close", "records.show"),
        "overdue": ("records.show",),
        "drafts": ("drafts.edit", "documents.show"),
        "handed_in": ("documents.show",),
    }
)


@bp.get("/inbox")
def show() -> ResponseReturnValue:
    """All that waits, in parts; those without anything are left away. `?as=xlsx` is it as a workbook."""
    waiting = inbox(here.reading())
    if export.is_wanted():
        return export.export(INBOX, lines(waiting))
    return render_template("desk/inbox.html", waiting=waiting, listed=INBOX, parts=PARTS, to=_to)


def _to(part: str, item: Item) -> str | None:
    ways = (words.way(endpoint, number=item.number) for endpoint in _WAYS[part])
    return next((way for way in ways if way is not None), None)
