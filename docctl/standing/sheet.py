"""What is printed of a revision, gathered from rows and approved bytes; and its PDF, kept in the vault.

The sheet is gathered twice: before the transaction, to lay it out, and from locked rows, to know that what
was laid out is what is issued. Opens no door and asks nobody's permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.errors import Busy
from docctl.models.changes import ChangeApplication
from docctl.models.documents import Document, Revision, Signature
from docctl.models.people import Person
from docctl.render import fonts, printed, renderer
from docctl.render.pdf import Job
from docctl.render.sheets import ChangeLine, RecordLine, Sheet, SignatureLine
from docctl.rules import names
from docctl.rules.documents import changes as rules_of_changes
from docctl.rules.documents import head, numbering, takeovers, trials
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.cards import card as card_of
from docctl.rules.documents.cards import interpretation
from docctl.rules.documents.cards import printed as printed_on_card
from docctl.rules.documents.revisions import State
from docctl.rules.words import NOTHING, Words
from docctl.standing import cards, changed, changes, cited, find
from docctl.standing.body import Body, body_of
from docctl.standing.form import form_of
from docctl.store.source import Procedure
from docctl.store.template import Template

if TYPE_CHECKING:
    from docctl.door.act import Act
    from docctl.door.context import Context
    from docctl.door.site import Site


class SheetChanged(Busy):
    """What is printed changed between laying it out and issuing it."""


@dataclass(frozen=True)
class Prepared:
    """A PDF in the vault and the digest of the sheet that it shows; empty where PDFs are off."""

    body: Body | None = None
    sheet: str = ""
    pdf_sha256: str | None = None

    def confirm(self, act: Act, document: Document, revision: Revision, effective: date) -> dict[str, Any]:
        """What the event says of the print. Raises SheetChanged where the locked rows show another sheet."""
        if self.body is None or self.pdf_sha256 is None:
            return {}
        days = {"issued": act.today, "effective": effective}
        made = sheet_of(act.turn.site, act.session, document, revision, self.body, **days)
        if made.digest != self.sheet:
            raise SheetChanged("what is printed changed while its PDF was made; nothing is issued: try again")
        return {"sheet": self.sheet, "pdf_sha256": self.pdf_sha256}


def sheet_of(
    site: Site,
    session: Session,
    document: Document,
    revision: Revision,
    body: Body,
    *,
    issued: date,
    effective: date,
) -> Sheet:
    """The sheet of a revision that is issued on day `issued`, as the rows of this session say."""
    departments, zone = find.names_of_departments(session), site.zone
    given = _valid(session, revision)
    this = ChangeLine(
        label=revision.label,
        change=find.submission(session, revision).reason,
        prepared=_names(given, Meaning.PREPARE),
        approved=_approved(given),
        issued=issued.isoformat(),
        effective=effective.isoformat(),
        application=_application(changes.under(session, [revision.id]).get(revision.id)),
    )
    return _sheet(
        site, session, document, revision, body, this, _signatures(session, given, departments, zone)
    )


def _sheet(
    site: Site,
    session: Session,
    document: Document,
    revision: Revision,
    body: Body,
    this: ChangeLine,
    signatures: Iterable[SignatureLine],
) -> Sheet:
    """`this`: its own line of the change record."""
    departments, rules = find.names_of_departments(session), cards.load(session)
    day = date.fromisoformat(this.effective)
    card = card_of(body.head, level=document.level, department=document.department, rules=rules)
    told = () if body.template else printed_on_card(card, rules, departments)
    number, label = document.number, revision.label
    trial = trials.trial_of(label, body.head, None)
    return Sheet(
        languages=body.languages,
        organisation=find.organisation(session).name,
        number=numbering.written(find.schemes(session), number, document.level, label),
        label=label,
        title=trials.titled(revision.title, trial),
        level=names.heading(names.level(document.level)),
        department=departments.get(document.department, Words.key(document.department)),
        card=(*told, *trials.shown(trial)),
        head=head.shown(body.head, departments),
        interpretation=interpretation(card, departments),
        cover_edition=card.cover_edition,
        issued=this.issued,
        effective=this.effective,
        content=revision.content,
        signatures=tuple(signatures),
        changes=_changes(site, session, document, revision, this),
        records=tuple(_record(session, number) for number in body.records),
        texts=body.texts,
        form=form_of(body.template, departments) if body.template else None,
        notes=tuple(_notes(site, session, document, body, day)),
    )


def prepare(
    ctx: Context, document: Document, revision: Revision, content: Procedure | Template, effective: date
) -> Prepared:
    """Lay out the revision as it would be issued today, and keep its PDF; nothing where PDFs are off.

    Raises Invalid for a character or figure that cannot be printed, PrinterMissing without pango.
    """
    if not ctx.site.settings.pdf:
        return Prepared()
    renderer.require_printer()
    body = body_of(content, document.file_name, ctx.session)
    days = {"issued": ctx.today(), "effective": effective}
    sheet = sheet_of(ctx.site, ctx.session, document, revision, body, **days)
    return Prepared(body, sheet.digest, ctx.site.vault.keep(_laid_out(ctx, sheet, body)))


def check_printable(
    ctx: Context, document: Document, draft: Revision, content: Procedure | Template, reason: str
) -> None:
    """Raises what `prepare` would raise at its issue, before anybody is asked to sign it."""
    if not ctx.site.settings.pdf:
        return
    renderer.require_printer()
    body = body_of(content, document.file_name, ctx.session)
    today, departments = ctx.today().isoformat(), find.names_of_departments(ctx.session)
    author = ctx.session.get_one(Person, ctx.actor.person_id)
    signed = SignatureLine(
        meaning=Meaning.PREPARE.words,
        name=ctx.name,
        department=departments.get(author.department, Words.key(author.department)),
        at=_instant(ctx.now(), ctx.site.zone),
        content=draft.content,
    )
    this = ChangeLine(draft.label, reason, ctx.name, "", today, today)
    _laid_out(ctx, _sheet(ctx.site, ctx.session, document, draft, body, this, [signed]), body)


def _laid_out(ctx: Context, sheet: Sheet, body: Body) -> bytes:
    """The one way to a print, so that what an issue refuses was refused when it was submitted."""
    html = printed.to_html(sheet)
    fonts.refuse_missing(html, body.source)
    return renderer.render(Job(html, ctx.today(), body.assets, body.attached))


def _signatures(
    session: Session, given: Sequence[Signature], departments: Mapping[str, Words], zone: tzinfo
) -> Iterator[SignatureLine]:
    """The lines of the sign-off table, each with its own date (DC-27)."""
    people = {p.id: p for p in session.scalars(_PEOPLE.where(Person.id.in_([_post_of(s) for s in given])))}
    for signature in given:
        # A part of a step is a department, or a role, which is not printed in its place.
        key = signature.part if signature.part in departments else people[_post_of(signature)].department
        yield SignatureLine(
            meaning=signature.meaning.words,
            name=signature.names,
            department=departments.get(key, Words.key(key)),
            at=_instant(signature.signed_at, zone),
            content=signature.content,
        )


_PEOPLE: Final = select(Person)


def _post_of(signature: Signature) -> int:
    """Whose post it was: of somebody who was away, where a delegate signed."""
    return signature.for_id or signature.person_id


def _valid(session: Session, revision: Revision) -> Sequence[Signature]:
    submitted = find.submission(session, revision)
    return [s for s in find.signatures(session, submitted.id) if s.voided_at is None]


def _changes(
    site: Site, session: Session, document: Document, revision: Revision, this: ChangeLine
) -> tuple[ChangeLine, ...]:
    """The change record: a line for each revision that was issued before this one, and its own."""
    known = find.revisions(session, document.id)
    earlier = [
        one
        for one in known
        if one.id < revision.id and one.state is State.ISSUED and one.issued_at is not None
    ]
    under = changes.under(session, [one.id for one in earlier])
    lines: list[ChangeLine] = []
    before = None
    for one in earlier:
        lines += _editions_on_paper(one)
        line = _line(session, one, site.zone, under.get(one.id))
        lines.append(replace(line, sections=changed.sections(site, before, one)))
        before = one
    lines += _editions_on_paper(revision)
    return (*lines, replace(this, sections=changed.sections(site, before, revision)))


def _editions_on_paper(of: Revision) -> Iterator[ChangeLine]:
    """Those before one that was taken over: their days as its paper says; nobody approved them here."""
    said = takeovers.MARK.stamped
    for one in takeovers.editions(of.head):
        yield ChangeLine(one.label, said, "", "", "", one.first.isoformat())


def _line(session: Session, other: Revision, zone: tzinfo, change: ChangeApplication | None) -> ChangeLine:
    assert other.issued_at is not None
    given = _valid(session, other)
    day = other.issued_at.astimezone(zone).date()
    return ChangeLine(
        label=other.label,
        change=find.submission(session, other).reason,
        prepared=_names(given, Meaning.PREPARE),
        approved=_approved(given),
        issued=day.isoformat(),
        effective=(other.effective_day or day).isoformat(),
        application=_application(change),
    )


def _application(change: ChangeApplication | None) -> Words:
    return NOTHING if change is None else rules_of_changes.printed(change.number, change.kind)


def _approved(given: Sequence[Signature]) -> str:
    if any(s.meaning is Meaning.TAKE_OVER for s in given):
        return ""  # whoever compared it with the paper did not approve it
    return _names(given, Meaning.APPROVE) or (given[-1].names if given else "")


def _names(given: Sequence[Signature], meaning: Meaning) -> str:
    return "、".join(s.names for s in given if s.meaning is meaning)


def _record(session: Session, number: str) -> RecordLine:
    """The template's title as it was issued last; none where it was never issued."""
    document = session.scalar(select(Document).where(Document.number_key == numbering.key(number)))
    known = find.revisions(session, document.id) if document else ()
    last = max((r for r in known if r.issued_seq), key=lambda r: r.issued_seq or 0, default=None)
    if last is None:
        # The templates of a procedure may be issued after it; what they are called is known already.
        last = known[-1] if known else None
    return RecordLine(number, last.title if last else NOTHING)


def _notes(site: Site, session: Session, document: Document, body: Body, day: date) -> Iterator[Words]:
    """What is to be known of the references; a form that is not registered is told in its own table."""
    for remark in cited.remarks(site, session, document.number, body.names, day):
        if remark.about in body.names.references:
            yield remark.words


def _instant(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    offset: Any = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"
