"""The first page after signing in: what waits for this person, each thing one step from being done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.desk.columns import INBOX, PARTS, lines
from docctl.queries.desk.inbox import inbox
from docctl.queries.desk.items import Item
from docctl.queries.site.company import is_begun
from docctl.rules.actions import Action
from docctl.web.kit import export, here, words

bp = Blueprint("inbox", __name__)

_WAYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # The form of what is to be done, else the page of the thing.
        "to_unblock": ("revisions.sign", "documents.show"),
        "to_staff": ("records.show",),
        "account_told": ("people.own",),
        "to_sign": ("revisions.sign", "documents.show"),
        "to_answer": ("comments.index",),
        "returned": ("drafts.edit", "documents.show"),
        "to_issue": ("issuing.issue", "documents.show"),
        "trials": ("documents.show",),
        "to_confirm": ("people.confirm_roles",),
        "to_second": ("delegations.confirm",),
        "to_decide": ("changes.show",),
        "to_carry_out": ("changes.show",),
        "to_review": ("reviews.review", "documents.show"),
        "to_approve": ("copies.request_show",),
        "to_hand_out": ("copies.issue",),
        "to_read": ("documents.show",),
        "to_acknowledge": ("copies.acknowledge", "copies.show"),
        "to_hand_back": ("copies.show",),
        "to_collect": ("copies.return_copy", "copies.show"),
        "to_tell": ("copies.show",),
        "on_loan": ("copies.show",),
        "to_remind": ("copies.show",),
        "to_begin": ("records.open_form",),
        "to_fill": ("records.fill", "records.show"),
        "to_verify": ("records.verify", "records.show"),
        "to_close": ("records.close", "records.show"),
        "to_dispose": ("disposals.show",),
        "overdue": ("records.show",),
        "escalated": ("records.show",),
        "changes_told": ("changes.show",),
        "list_changes": ("copies.take_notice",),
        "drafts": ("drafts.edit", "documents.show"),
        "handed_in": ("documents.show",),
    }
)


_CALLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "to_hand_out": "document",
        "list_changes": "department",
        "to_confirm": "login",
        "account_told": "login",
        "to_begin": "template",
    }
)
"""What the page that is meant calls the number, where that is not `number`."""

_LONGEST_KEY: Final = 19
MOST: Final = 50
"""Lines of each part on the first page; more of one are on pages of their own."""


@bp.get("/inbox")
def show() -> ResponseReturnValue:
    """What waits, in parts; those without anything are left away. `?as=xlsx` is all of it as a workbook."""
    if export.is_wanted():
        return export.export(INBOX, lines(inbox(here.reading())))
    part, after = request.args.get("part"), request.args.get("after", "")
    only = part if part in PARTS else None
    waiting = inbox(here.reading(), only=only, after=_key(after) if only else 0, most=MOST + 1)
    return render_template(
        "desk/inbox.html",
        waiting=waiting,
        listed=INBOX,
        parts=PARTS,
        to=_to,
        most=MOST,
        only=only,
        setting_up=_sets_up(),
    )


def _sets_up() -> bool:
    """Whether the company is still to be set up, by this person: until a first document was issued."""
    may = here.may(Action.SITE_CONFIGURE) or here.may(Action.USER_ADD)
    return may and not is_begun(here.reading())


def _key(typed: str) -> int:
    """The key behind which a part goes on; of what is none, from the beginning."""
    return int(typed) if typed.isdecimal() and len(typed) < _LONGEST_KEY else 0


def _to(part: str, item: Item) -> str | None:
    asked = {_CALLED.get(part, "number"): item.number}
    if item.period is not None:
        asked |= {"period": item.period} | ({"subject": item.subject} if item.subject else {})
    ways = (words.way(endpoint, **asked) for endpoint in _WAYS[part])
    return next((way for way in ways if way is not None), None)
