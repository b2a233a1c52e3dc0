"""The files of a record, for who may read the record: as lines, and their bytes (DC-83, DC-99, DC-102)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from docctl.door.context import Context
from docctl.errors import DocctlError
from docctl.models.people import Person
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import attachments, filing
from docctl.rules.records.attachments import AttachmentFacts, MarkFacts
from docctl.rules.records.filing import Place
from docctl.rules.text import instant
from docctl.standing import find
from docctl.standing.attachments import bytes_of, preview_of
from docctl.standing.loading import load
from docctl.standing.record import Executed


@dataclass(frozen=True)
class File:
    """A file as it is handed out."""

    name: str
    media: str
    sha256: str
    data: bytes


def line_of(executed: Executed, one: AttachmentFacts, by: Person) -> dict[str, Any]:
    """An attachment as pages and the command line tell it. `late`: it was filed after the closing."""
    closed = executed.record.closed_at
    return {
        "number": one.running,
        "name": one.name,
        "kind": one.kind.value,
        "media": one.media,
        "size": one.size,
        "sha256": one.sha256,
        "step": one.step,
        "field": one.field,
        "by": by.login,
        "by_name": by.name,
        "at": instant(one.at),
        "signed": one.signed_day.isoformat() if one.signed_day else None,
        "returned": one.returned_day.isoformat() if one.returned_day else None,
        "late": closed is not None and one.at > closed,
        "reason": one.reason,
        "struck": _mark(one.struck),
        "true_copy": _mark(one.true_copy),
    }


def _mark(mark: MarkFacts | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {"by_name": mark.by_name, "at": instant(mark.at), "reason": mark.reason}


def attachment_file(ctx: Context, number: str, running: int) -> File:
    """The file as it was given. Raises NotFound, Forbidden, Tampered."""
    executed, one = _read(ctx, number, running)
    return File(one.name, one.media, one.sha256, bytes_of(ctx.site, executed.record.number, one))


def attachment_preview(ctx: Context, number: str, running: int) -> tuple[bytes | None, str]:
    """A picture made small, and the digest of what it shows; None for what is no picture."""
    executed, one = _read(ctx, number, running)
    return preview_of(ctx.site, executed.record.number, one), one.sha256


def _read(ctx: Context, number: str, running: int) -> tuple[Executed, AttachmentFacts]:
    """Neither values nor other files are read for one."""
    executed = load(ctx.site, ctx.session, find.record(ctx.session, number))
    ctx.require(Action.RECORD_READ, executed.readers())
    return executed, attachments.by_running(executed.attachments, running, executed.record.number)


def require_attach(ctx: Context, number: str, to: str) -> tuple[Executed, Place]:
    """The record and the place, for the form. Raises what the act itself would say now."""
    executed = load(ctx.site, ctx.session, find.record(ctx.session, number))
    ctx.require(Action.RECORD_READ, executed.readers())
    place = filing.place_of(executed.steps, executed.fields, to)
    ctx.require(Action.RECORD_ATTACH, executed.about(place))
    executed.check_place(place, ctx.actor.person_id)
    record = executed.record
    filing.check_moment(record.number, record.state, executed.steps, place, reason="?")
    return executed, place


def places(ctx: Context, executed: Executed) -> tuple[str, ...]:
    """Where this person can attach something now: names of fields and steps, and "" for the whole record."""
    names = ["", *(s.name for s in executed.steps if s.by)]
    names += [f for s in executed.steps for f in s.fields if attachments.holds_files(executed.fields[f])]
    return tuple(_possible(ctx, executed, names))


def _possible(ctx: Context, executed: Executed, names: Iterable[str]) -> Iterable[str]:
    record = executed.record
    for name in names:
        place = filing.place_of(executed.steps, executed.fields, name)
        try:
            filing.check_moment(record.number, record.state, executed.steps, place, reason="?")
            executed.check_place(place, ctx.actor.person_id)
        except DocctlError:
            continue
        if ctx.may(Action.RECORD_ATTACH, executed.about(place)):
            yield name


def markable(ctx: Context, executed: Executed) -> dict[int, frozenset[Action]]:
    """What this person can say of each attachment now, by its number."""
    return {one.running: frozenset(_acts(ctx, executed, one)) for one in executed.attachments}


def _acts(ctx: Context, executed: Executed, one: AttachmentFacts) -> Iterable[Action]:
    record, subject = executed.record, _subject(executed, one)
    checks: tuple[tuple[Action, Callable[[], None]], ...] = (
        (
            Action.RECORD_STRIKE,
            lambda: filing.check_strike(record.number, record.state, record.closed_at, one, "?"),
        ),
        (Action.RECORD_VOUCH, lambda: filing.check_vouch(record.number, record.state, one)),
    )
    for action, check in checks:
        try:
            check()
        except DocctlError:
            continue
        if ctx.may(action, subject):
            yield action


def attachment_before(ctx: Context, number: str, running: int, action: Action) -> AttachmentFacts:
    """The attachment for the form that asks for `action`. Raises what the act itself would say now."""
    executed, one = _read(ctx, number, running)
    record = executed.record
    ctx.require(action, _subject(executed, one))
    if action is Action.RECORD_STRIKE:
        filing.check_strike(record.number, record.state, record.closed_at, one, "?")
    else:
        filing.check_vouch(record.number, record.state, one)
    return one


def _subject(executed: Executed, one: AttachmentFacts) -> Subject:
    step = next((s for s in executed.every_step if s.name == one.step), None)
    return executed.about(Place(step, one.field), by=one.by)
