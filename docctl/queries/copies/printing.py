"""The bytes that go to a printer: controlled copies, one or all in a run, and prints marked as uncontrolled.

A print is a controlled copy or says that it is none (DC-43); what is obsolete says so (DC-76). Lays nothing
out: it stamps what was issued.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from docctl.door.context import Context
from docctl.errors import NotFound, WrongState, see
from docctl.errors.message import Message
from docctl.models.copies import Copy
from docctl.models.documents import Document, Revision, called
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.render import fonts, stamp
from docctl.render.marks import Blank, Controlled, Mark, Obsolete, Uncontrolled
from docctl.rules import copies, stamps
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import Status
from docctl.rules.words import Own
from docctl.standing import address, control, facts, find
from docctl.standing import copy_print as prints
from docctl.standing.document import Readable, labelled, readable
from docctl.store.names import plain_name, plain_title
from docctl.store.template import Template


@dataclass(frozen=True)
class Print:
    """A PDF, and the name under which it is saved."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@as_recorded(About.DOCUMENT)
def document_print(ctx: Context, number: str, label: str | None = None) -> Print:
    """A print for reading: 非受控 with its time and expiry, or 作废 where it governs no work any more.

    A form that is to be filled in says so instead, and how to see whether it is still in force.

    Of the revision in force, or of another that was issued. Raises NotFound where nothing was issued.
    """
    read, status = _revision(ctx, number, label)
    base = read.pdf()
    now = ctx.now()
    url = prints.url_of_document(_address(ctx), read.document.number)
    mark: Mark = Uncontrolled(_instant(ctx, now), _instant(ctx, expires(ctx)), ctx.name, url)
    if isinstance(read.content(), Template):
        mark = Blank(_instant(ctx, now), ctx.name, url)
    if status not in {Status.ISSUED, Status.EFFECTIVE}:
        mark = Obsolete(_since(ctx, read, status), _instant(ctx, now))
    _refuse_missing(mark)
    return Print(_name(read, _UNCONTROLLED[status].primary), stamp.stamp(base, mark))


def expires(ctx: Context) -> datetime:
    """Until when a print for reading that is made now may be read, by the figure of document control."""
    return control.load(ctx.site, ctx.session).print_expires(ctx.now())


@as_recorded(About.COPY)
def copy_print(ctx: Context, copy_number: str) -> Print:
    """One copy again, the same bytes each time: 受控 while its holder has it, 作废留存 once it is kept."""
    copy = find.copy(ctx.session, copy_number)
    read = _of(ctx, copy)
    base = read.pdf()
    status = copies.state_on(facts.all_copies(ctx.session, [copy])[0], ctx.today())
    if status is copies.Status.KEPT:
        why = _since(ctx, read, _status(ctx, read))
        kept = Obsolete(why, _instant(ctx, ctx.now()), kept=copy.number)
        return Print(_name(read, f"{copy.running:03}", stamps.KEPT.primary), stamp.stamp(base, kept))
    made = stamp.stamp(base, _standing(_address(ctx), copy, status))
    if hashlib.sha256(made).hexdigest() != copy.pdf_sha256:
        raise WrongState(
            "the print of {number} would differ from the one that was handed out (has its public "
            "address changed?); give its holder a new one: {how}",
            how=see.EXCHANGE,
            number=copy.number,
        )
    return Print(_name(read, f"{copy.running:03}"), made)


def print_run(ctx: Context, copy_numbers: Sequence[str]) -> Print:
    """These copies in one file, in their order, for one walk to the printer. All are of one revision."""
    found = [find.copy(ctx.session, number) for number in copy_numbers]
    if not found or len({copy.revision_id for copy in found}) > 1:
        raise WrongState("a print run is of copies of one revision; print each revision by itself")
    read = _of(ctx, found[0])
    base = read.pdf()
    day, judged = ctx.today(), facts.all_copies(ctx.session, found)
    public = _address(ctx)
    many = [_standing(public, copy, copies.state_on(of, day)) for copy, of in zip(found, judged, strict=True)]
    return Print(_name(read, "copies"), stamp.print_run(base, many))


_UNCONTROLLED: Final = dict.fromkeys(Status, stamps.OBSOLETE) | dict.fromkeys(
    (Status.ISSUED, Status.EFFECTIVE), stamps.UNCONTROLLED
)
_SUPERSEDED: Final = Own(zh="自 {day} 起被 {label} 替代", en="superseded by {label}")
_PRINTABLE: Final = {Status.ISSUED, Status.EFFECTIVE, Status.SUPERSEDED, Status.WITHDRAWN, Status.CANCELLED}


def _standing(public: str, copy: Copy, status: copies.Status | None) -> Controlled:
    if status is None or not status.in_use:
        raise WrongState(
            "{number} is {status}; only a copy that is in use is printed as controlled",
            number=copy.number,
            status=Message("not issued yet") if status is None else status,
        )
    return prints.mark_of(public, copy)


def _address(ctx: Context) -> str:
    return address.printed(ctx.session, ctx.site.settings)


def _revision(ctx: Context, number: str, label: str | None) -> tuple[Readable, Status]:
    """The revision meant, which was issued; without a label the one in force, else the one to come."""
    document = find.document(ctx.session, number)
    if label is not None:
        read = labelled(ctx, document, label)
        return read, _status(ctx, read)
    known = [r for r in find.revisions(ctx.session, document.id) if r.issued_at is not None]
    governing = revisions.in_force(facts.revisions(known), ctx.today(), document=facts.document(document))
    known = [r for r in known if governing is not None and r.id == governing.id] or _newest(known)
    if not known:
        raise NotFound(
            "{number} has no issued revision; see: {where}",
            number=document.number,
            where=see.document(document.number),
        )
    read = readable(ctx, document, known[0])
    return read, _status(ctx, read)


def _newest(issued: list[Revision]) -> list[Revision]:
    """The last one, as a page shows it: one that was taken back only where there is no other."""
    return [r for r in issued if r.state is revisions.State.ISSUED][-1:] or issued[-1:]


def _status(ctx: Context, read: Readable) -> Status:
    judged = facts.revisions(find.revisions(ctx.session, read.document.id))
    of = next(known for known in judged if known.id == read.revision.id)
    found = revisions.status_on(of, judged, ctx.today(), document=facts.document(read.document))
    if found not in _PRINTABLE:
        what = called(read.document, read.revision)
        raise WrongState("{what} was never issued, so there is nothing to print", what=what)
    return found


def _since(ctx: Context, read: Readable, status: Status) -> str:
    """Why a revision governs no work any more, in one line of a stamp."""
    if status is Status.WITHDRAWN and read.document.withdrawn_day is not None:
        return f"{read.document.withdrawn_day} {status.words.stamped}"
    known = facts.revisions(find.revisions(ctx.session, read.document.id))
    later = revisions.successor(facts.of_revision(read.revision), known)
    if status is Status.SUPERSEDED and later is not None:
        return _SUPERSEDED.filled(day=later.effective, label=later.label).stamped
    return status.words.stamped


def _of(ctx: Context, copy: Copy) -> Readable:
    """What a copy is of, for who hands copies out."""
    document = ctx.session.get_one(Document, copy.document_id)
    ctx.require(Action.COPY_ISSUE, Subject(name=document.number, department=document.department))
    return readable(ctx, document, ctx.session.get_one(Revision, copy.revision_id))


def _refuse_missing(mark: Mark) -> None:
    if isinstance(mark, Uncontrolled | Blank):
        fonts.refuse_missing_in(mark.by, "name")


def _name(read: Readable, *more: str) -> str:
    """`LX-CX-2019-001_A-0_售后服务文件控制程序_007.pdf`, without what a file system would mind."""
    called = (plain_name(read.document.number), plain_name(read.revision.label))
    return "_".join([*called, plain_title(read.revision.title.primary), *more]) + ".pdf"


def _instant(ctx: Context, at: datetime) -> str:
    local = at.astimezone(ctx.site.zone)
    return f"{local:%Y-%m-%d %H:%M} {local.strftime('%z')[:3]}:{local.strftime('%z')[3:]}"
