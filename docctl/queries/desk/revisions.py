"""What of the revisions under way waits for a person; and where those stand that they made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final

from docctl.door.context import Context
from docctl.queries.desk.items import Item
from docctl.queries.documents.under_way import UnderWay, every_one
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.revisions import Status
from docctl.rules.words import Own


def of_revisions(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """The parts of an inbox that are about revisions, by their names."""
    found: dict[str, list[Item]] = {}
    tells = unblocks(ctx)
    for one in every_one(ctx):
        for part in _parts(ctx, one):
            item = _item(one)
            found.setdefault(part, []).append(_asked(ctx, one, item) if part == "to_sign" else item)
        if one.gaps and tells:
            found.setdefault("to_unblock", []).append(_item(one))
    return {name: tuple(items) for name, items in found.items()}


def unblocks(ctx: Context) -> bool:
    """Who keeps the documents is told that one is stuck; who keeps the accounts can mend it."""
    return ctx.may(Action.REVISION_ISSUE, Subject()) or ctx.may(Action.USER_CHANGE_ROLES, Subject())


def _parts(ctx: Context, one: UnderWay) -> Iterator[str]:
    me = ctx.actor.person_id
    if one.status is Status.DRAFT:
        # Somebody of the department may edit too; but what was begun or returned waits for who wrote it.
        if me in (one.subject.authors or ()) and ctx.may(Action.DRAFT_SAVE, one.subject):
            yield "returned" if one.outcome == "rejected" else "drafts"
        return
    if one.status is Status.IN_REVIEW and ctx.actor.login in one.waiting_for:
        yield "to_sign"
    if one.status is Status.APPROVED and ctx.may(Action.REVISION_ISSUE, Subject()):
        yield "to_issue"
    if one.is_by(me):
        yield "handed_in"


def _asked(ctx: Context, one: UnderWay, item: Item) -> Item:
    """The line of somebody who is asked to sign: for whom, and who reminded them."""
    me = next((p for p in one.people if p.actor.person_id == ctx.actor.person_id), None)
    said = [_FOR.filled(name=me.acts_for)] if me and me.acts_for else []
    if one.urged is not None:
        by, at = one.urged
        said.append(_URGED.filled(name=by, at=local(at, ctx.site.zone)))
    note = _AND_THEN.filled(first=said[0], second=said[1]) if said[1:] else next(iter(said), None)
    return replace(item, note=note, marked=one.urged is not None)


_AND_THEN: Final = Own(zh="{first}；{second}", en="{first}; {second}")
_FOR: Final = Own(zh="代{name}签署", en="for {name}, who is away")
_URGED: Final = Own(zh="{name}于 {at} 催办", en="{name} reminded you on {at}")


def local(at: datetime, zone: tzinfo) -> str:
    """The instant as clocks at the site show it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _item(one: UnderWay) -> Item:
    return Item(
        number=one.number,
        title=one.title,
        document=one.number,
        revision=one.label,
        since=one.since.isoformat(),
        note=one.said,
        status=one.status,
        people=one.people,
        gaps=one.gaps,
    )
