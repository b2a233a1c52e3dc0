"""The columns of an inbox, and what its parts are called. A page has a table for each part."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from docctl.errors.message import Holder, Joined, Message, Post, Value, either
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed, day, moment
from docctl.queries.desk.inbox import Inbox
from docctl.queries.desk.items import Item

PARTS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "to_unblock": Message("Nobody can sign"),
        "to_staff": Message("Records that nobody can go on with"),
        "account_told": Message("What others did to your account"),
        "escalated": Message("Overdue in your department"),
        "overdue": Message("Overdue"),
        "to_sign": Message("To sign"),
        "to_answer": Message("Review comments to answer"),
        "returned": Message("Returned to you"),
        "to_issue": Message("To issue"),
        "trials": Message("Trial issues to confirm, prolong or withdraw"),
        "to_confirm": Message("Roles to confirm"),
        "to_second": Message("Delegates to confirm"),
        "to_decide": Message("Change applications to decide on"),
        "to_carry_out": Message("Changes to carry out"),
        "to_review": Message("Documents to review"),
        "to_approve": Message("Requests for copies to decide on"),
        "to_hand_out": Message("Copies to hand out"),
        "to_read": Message("To read and confirm"),
        "to_acknowledge": Message("Copies to acknowledge"),
        "to_hand_back": Message("Copies to hand back"),
        "to_collect": Message("Recalled copies still out"),
        "to_tell": Message("Holders outside to be told, and their copies replaced"),
        "on_loan": Message("Copies on loan to be given back"),
        "to_remind": Message("Copies not signed for in time"),
        "to_begin": Message("Records that are due"),
        "to_fill": Message("Records to fill"),
        "to_verify": Message("Records to verify"),
        "to_close": Message("Records to close"),
        "to_dispose": Message("Destruction of records to decide on or carry out"),
        "changes_told": Message("Changes of documents that concern your department"),
        "list_changes": Message("Changes of the departments' lists"),
        "drafts": Message("Your drafts"),
        "handed_in": Message("Submitted by you"),
    }
)
"""In the order in which they are read: what keeps others waiting first, what one only wants to know last."""


class Waiting(NamedTuple):
    """A line of the inbox: in which part it stands, and what waits."""

    part: str
    item: Item


def lines(of: Inbox) -> list[Waiting]:
    """All parts below each other."""
    return [Waiting(part, item) for part in PARTS for item in getattr(of, part)]


def _number(line: Waiting) -> Value:
    if line.part == "list_changes":
        return Post(line.item.number)  # whose list it is
    return " ".join(filter(None, (line.item.number, line.item.revision)))


def _note(line: Waiting) -> Value | None:
    item = line.item
    if item.gaps:
        return [gap.said for gap in item.gaps]
    if item.posts:
        return Message("no account of {posts} can sign in", posts=either(map(Post, item.posts)))
    if item.status is not None and line.part != "to_sign":
        return Joined((item.status, [person.name for person in item.people]), "{first} {then}")
    return Holder(item.holder, str(item.note or "")) if item.holder else item.note


def _since(line: Waiting) -> Value | None:
    since = line.item.since or ""
    return moment(since) if len(since) > len("2026-11-29") else day(since)


INBOX: Final = Listed(
    title=Message("Inbox"),
    columns=(
        Column(
            key="part",
            heading=Message("What is to be done"),
            value=lambda line: PARTS[line.part],
            on=NOT_ON_PAGE,
        ),
        Column(key="number", heading=Message("Number"), value=_number, shape="number"),
        Column(key="title", heading=Message("Title"), value=lambda line: line.item.title),
        Column(key="note", heading=Message("Note"), value=_note),
        Column(key="since", heading=Message("Since"), value=_since),
        Column(key="due", heading=Message("Due"), value=lambda line: day(line.item.due), shape="day"),
    ),
)
