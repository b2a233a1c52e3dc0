"""Files of a record: attached, struck out, compared with their original.

The bytes are looked at and kept in the vault before the transaction; the row comes after them. So nothing is
acknowledged that is not on disk, and what an abandoned attempt leaves is a file that nothing names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.records import AttachmentMark, Record, RecordAttachment
from docctl.render.preview import preview
from docctl.rules.actions import Action
from docctl.rules.records import attachments, filing
from docctl.rules.records.attachments import AttachmentFacts, Kind, Mark
from docctl.rules.records.filing import Place
from docctl.standing import find, namesakes
from docctl.standing.attachments import preview_name
from docctl.standing.loading import load
from docctl.standing.record import Executed
from docctl.store import sniffing
from docctl.store.sniffing import Upload
from docctl.usecases.records.recording import about


@dataclass(frozen=True)
class _Kept:
    sha256: str
    size: int
    media: str
    name: str


@retried(Action.RECORD_ATTACH)
def attach_record(
    ctx: Context,
    number: str,
    upload: Callable[[], Upload],
    *,
    to: str = "",
    signed: date | None = None,
    returned: date | None = None,
    reason: str = "",
) -> Record:
    """Attach a file: to a field that holds files, to a step of somebody outside, or to the whole record.

    `upload` is called when it is clear that the person may. `signed` and `returned` are the days of a paper
    that somebody outside signed. `reason` says why it comes late into a step that is signed.
    """
    before = load(ctx.site, ctx.session, find.record(ctx.session, number))
    place = filing.place_of(before.steps, before.fields, to)
    ctx.permit(Action.RECORD_ATTACH, before.about(place))
    before.check_place(place, ctx.actor.person_id)
    filing.check_moment(before.record.number, before.record.state, before.steps, place, reason)
    given = upload()
    kept = _kept(ctx, given)
    with ctx.act(Action.RECORD_ATTACH) as act:
        executed = about(act, number)
        place = filing.place_of(executed.steps, executed.fields, to)
        act.require(executed.about(place))
        executed.check_place(place, act.actor.person_id)
        record = executed.record
        filing.check_moment(record.number, record.state, executed.steps, place, reason)
        filing.check_days(place, signed, returned, act.today)
        row = _row(act, executed, place, kept)
        row.signed_day, row.returned_day, row.reason = signed, returned, reason.strip() or None
        act.add(row)
        if not ctx.site.vault.has(kept.sha256):  # another record with the same file was destroyed meanwhile
            ctx.site.vault.keep(given.data)
        told = {"number": row.running, **vars(kept)}
        act.record(record, reason=row.reason, to=to or None, attachment=told)
        return record


def _row(act: Act, executed: Executed, place: Place, kept: _Kept) -> RecordAttachment:
    """The file at its place. Raises Invalid where it does not go there."""
    schema = executed.fields[place.field] if place.field else None
    kind = attachments.kind_of(kept.media)
    filing.check_file(schema, kind, kept.sha256, executed.attachments, place)
    return RecordAttachment(
        record_id=executed.record.id,
        running=len(executed.attachments) + 1,
        step=place.step.name if place.step else None,
        field=place.field,
        by_id=act.actor.person_id,
        at=act.at,
        **vars(kept),
    )


@retried(Action.RECORD_STRIKE)
def strike_record(ctx: Context, number: str, attachment: int, *, reason: str) -> Record:
    """Strike an attachment out, with a reason. It stays readable, and counts no longer."""
    with ctx.act(Action.RECORD_STRIKE) as act:
        executed = about(act, number)
        record, one = executed.record, _one(executed, attachment)
        act.require(executed.about(_place(executed, one), by=one.by))
        filing.check_strike(record.number, record.state, record.closed_at, one, reason)
        return _marked(act, executed, one, Mark.STRUCK, reason.strip())


@retried(Action.RECORD_VOUCH)
def vouch_record(ctx: Context, number: str, attachment: int) -> Record:
    """Say that the copy was compared with its original and is true to it (DC-83)."""
    with ctx.act(Action.RECORD_VOUCH) as act:
        executed = about(act, number)
        record, one = executed.record, _one(executed, attachment)
        act.require(executed.about(_place(executed, one), by=one.by))
        filing.check_vouch(record.number, record.state, one)
        return _marked(act, executed, one, Mark.TRUE_COPY, None)


def _kept(ctx: Context, upload: Upload) -> _Kept:
    """The file in the vault, once it is known what it is. Raises Invalid."""
    sniffing.check_size(upload.data, ctx.site.settings.attachment_mb * 1_000_000)
    media = sniffing.media_type(upload.data)
    small = preview(upload.data) if attachments.kind_of(media) is Kind.IMAGE else None
    name = attachments.safe_name(upload.name, media)
    digest = ctx.site.vault.keep(upload.data)
    if small is not None:
        ctx.site.rendered.keep(preview_name(digest), small)
    return _Kept(digest, len(upload.data), media, name)


def _one(executed: Executed, running: int) -> AttachmentFacts:
    return attachments.by_running(executed.attachments, running, executed.record.number)


def _place(executed: Executed, one: AttachmentFacts) -> Place:
    step = next((s for s in executed.every_step if s.name == one.step), None)
    return Place(step, one.field)


def _marked(act: Act, executed: Executed, one: AttachmentFacts, meaning: Mark, reason: str | None) -> Record:
    mark = AttachmentMark(
        attachment_id=one.id,
        record_id=executed.record.id,
        meaning=meaning,
        person_id=act.actor.person_id,
        person_name=namesakes.signed_as(act),
        content=one.sha256,
        signed_at=act.at,
        reason=reason,
    )
    act.add(mark)
    act.record(executed.record, reason=reason, attachment=one.running, sha256=one.sha256, name=one.name)
    return executed.record
