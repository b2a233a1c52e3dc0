"""Issue a revision, cancel an issue whose day is still ahead, withdraw a document.

All three change what `main` of the library shows: the latest issued text of each document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door import outbox
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.site import Site
from docctl.door.transaction import Act
from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.models.copies import Copy, Recall
from docctl.models.documents import Document, Revision, called
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.documents import issue, revisions, trials
from docctl.rules.documents.remarks import refused
from docctl.rules.recalls import Cause
from docctl.standing import cited, control, facts, find, indexed, sheet
from docctl.store import search
from docctl.store.library import Author, Prepared, RefMove, TagSpec
from docctl.store.material import parse, read_files
from docctl.store.names import label_name
from docctl.store.source import Procedure
from docctl.store.template import Template
from docctl.usecases.documents import carrying, indexing

Content = Procedure | Template


@retried(Action.REVISION_ISSUE)
def issue_revision(
    ctx: Context, number: str, *, effective: date | None = None, made: sheet.Prepared | None = None
) -> Revision:
    """Put the approved bytes on main under a tag, in force from `effective` (DC-33), or today (DC-34).

    Recalls every copy of this document that is out, from that day (DC-53). Its PDF is made first, unless it
    was `made` already; where what it shows has changed by the time of the act, it is made once more.
    """
    try:
        return _issue_revision(ctx, number, effective, made)
    except sheet.SheetChanged:
        ctx.session.rollback()
        return _issue_revision(ctx, number, effective, None)


def make_print(ctx: Context, number: str, *, effective: date | None = None) -> sheet.Prepared:
    """The PDF of an issue that is still to come, for `issue_revision`: many are made beside each other."""
    document, approved = _about(ctx.session, number)
    content = parse(read_files(ctx.site.library, approved.manifest))
    return sheet.prepare(ctx, document, approved, content, _day(approved, effective, ctx.today()))


def _issue_revision(
    ctx: Context, number: str, effective: date | None, made: sheet.Prepared | None
) -> Revision:
    document, approved = _about(ctx.session, number)
    ctx.permit(Action.REVISION_ISSUE, facts.subject(ctx.session, document, approved))
    day = _check_issue(ctx.session, document, approved, effective, ctx.today())
    files = read_files(ctx.site.library, approved.manifest)
    content = _checked(ctx.session, ctx.site, parse(files), approved, day)
    made = made or sheet.prepare(ctx, document, approved, content, day)
    texts = indexing.texts_of(content)
    tag = f"{document.file_name}/{label_name(approved.label)}"
    with ctx.site.lock:
        prepared = _prepare(ctx, document, files, f"Issue {document.number} {approved.label}", tag)
        with ctx.act(Action.REVISION_ISSUE) as act:
            document, approved = _about(act.session, number)
            act.require(facts.subject(act.session, document, approved))
            day = _check_issue(act.session, document, approved, effective, act.today)
            _checked(act.session, act.turn.site, content, approved, day)
            shown = made.confirm(act, document, approved, day)
            approved.state = revisions.after(approved.state, act.action)
            approved.issued_at, approved.issued_seq, approved.pdf_sha256 = act.at, act.seq, made.pdf_sha256
            approved.trial_until, approved.issued_by_id = facts.end_of_trial(approved), act.actor.person_id
            approved.effective_day, approved.commit_id = day, prepared.commit
            recalled = _recall(act, _out(act, document), day, Cause.SUPERSEDED, by=approved)
            _index(act, document, approved, texts)
            _move_main(act, prepared, RefMove(f"refs/tags/{tag}", None, str(prepared.tag_oid)))
            act.record(
                approved,
                key=called(document, approved),
                number=document.number,
                label=approved.label,
                content=approved.content,
                effective=day.isoformat(),
                blob=approved.blob,
                commit=prepared.commit,
                recalled=[c.number for c in recalled],
                change=carrying.issued(act, document, approved),
                **shown,
            )
            return approved


@retried(Action.REVISION_CANCEL)
def cancel_revision(ctx: Context, number: str, *, reason: str) -> Revision:
    """Take back an issue whose day is still ahead: its recalls are void, its label stays used.

    Copies of it that were handed out in advance are asked back today.
    """
    document, issued = _about(ctx.session, number)
    ctx.permit(Action.REVISION_CANCEL, facts.subject(ctx.session, document, issued))
    _check_cancel(issued, ctx.today(), reason)
    with ctx.site.lock:
        before = _issued_before(ctx.session, document, issued)
        files = read_files(ctx.site.library, before.manifest) if before else {}
        prepared = _prepare(ctx, document, files, f"Cancel {document.number} {issued.label}", None)
        with ctx.act(Action.REVISION_CANCEL) as act:
            document, issued = _about(act.session, number)
            act.require(facts.subject(act.session, document, issued))
            _check_cancel(issued, act.today, reason)
            issued.state = revisions.after(issued.state, act.action)
            issued.cancelled_at, issued.cancel_reason = act.at, reason
            for recall in act.session.scalars(select(Recall).where(Recall.revision_id == issued.id)):
                recall.voided_at = act.at
            recalled = _recall(act, _out(act, document, issued), act.today, Cause.CANCELLED, reason)
            search.remove(act.session.connection(), issued.id)
            carrying.cancelled(act, issued)
            _move_main(act, prepared)
            numbers = [c.number for c in recalled]
            act.record(
                issued,
                key=called(document, issued),
                reason=reason,
                number=document.number,
                label=issued.label,
                recalled=numbers,
            )
            return issued


@retried(Action.DOCUMENT_WITHDRAW)
def withdraw_document(ctx: Context, number: str, *, reason: str) -> Document:
    """Take a document out of use. Its last revision becomes obsolete today; its copies are recalled."""
    document = find.document(ctx.session, number)
    ctx.permit(Action.DOCUMENT_WITHDRAW, facts.subject(ctx.session, document))
    _check_withdraw(ctx.session, document, reason)
    with ctx.site.lock:
        prepared = _prepare(ctx, document, {}, f"Withdraw {document.number}", None)
        with ctx.act(Action.DOCUMENT_WITHDRAW) as act:
            document = find.document(act.session, number)
            act.require(facts.subject(act.session, document))
            _check_withdraw(act.session, document, reason)
            document.withdrawn_day, document.withdrawn_seq = act.today, act.seq
            document.withdrawn_by_id, document.withdrawn_reason = act.actor.person_id, reason
            recalled = _recall(act, _out(act, document), act.today, Cause.WITHDRAWN, reason)
            for gone in find.revisions(act.session, document.id):
                search.remove(act.session.connection(), gone.id)
            _move_main(act, prepared)
            act.record(document, reason=reason, recalled=[c.number for c in recalled])
            return document


def _about(session: Session, number: str) -> tuple[Document, Revision]:
    document = find.document(session, number)
    return document, find.newest_revision(session, document)


def _day(approved: Revision, effective: date | None, today: date) -> date:
    """From when it is in force. Raises Invalid for another day than the paper of one taken over says."""
    stated = facts.since_on_paper(approved)
    if stated is not None and effective not in (None, stated):
        raise Invalid(
            {
                "effective": Message(
                    "taken over from paper, it is in force since {day}; leave that", day=stated
                )
            }
        )
    return stated or effective or today


def _check_issue(
    session: Session, document: Document, approved: Revision, effective: date | None, today: date
) -> date:
    """The day from which it would be in force. Raises WrongState, Invalid."""
    day = _day(approved, effective, today)
    revisions.after(approved.state, Action.REVISION_ISSUE, f"{document.number} {approved.label}")
    issue.check_not_withdrawn(facts.document(document))
    if facts.since_on_paper(approved) is None:
        issue.check_effective(day, today, facts.revisions(find.revisions(session, document.id)))
    trials.check_issue(facts.trial(approved), day)
    return day


def _checked(session: Session, site: Site, content: Content, approved: Revision, day: date) -> Content:
    """What a submission refuses may have come about since: what it refers to was withdrawn. Raises Invalid.

    And a form is not issued under a procedure that does not list it on that day (DC-89). What is taken over
    says what the paper says, also of documents that are not here.
    """
    if facts.since_on_paper(approved) is not None:
        return content
    problems = control.lacking(session, content)
    names = cited.names_in(content)
    problems |= refused(cited.remarks(site, session, content.number, names, day, issuing=True))
    if problems:
        raise Invalid(problems)
    return content


def _check_cancel(issued: Revision, today: date, reason: str) -> None:
    issue.check_cancel(facts.of_revision(issued), today)
    if not reason.strip():
        raise Invalid({"reason": Message("say why the issue is cancelled; it is kept")})


def _check_withdraw(session: Session, document: Document, reason: str) -> None:
    issue.check_withdraw(facts.document(document), facts.revisions(find.revisions(session, document.id)))
    if not reason.strip():
        raise Invalid({"reason": Message("say why the document is withdrawn; it is kept")})


def _prepare(
    ctx: Context, document: Document, files: Mapping[str, bytes], message: str, tag: str | None
) -> Prepared:
    """The commit on main in which this document has just `files`: what it had beside them goes."""
    parent = outbox.head(ctx.site)
    changes: dict[str, bytes | None] = dict(files)
    shown = _shown_paths(ctx.session, document)
    changes |= dict.fromkeys(shown - changes.keys())
    return ctx.site.library.prepare(
        changes,
        parent=parent,
        author=Author(ctx.name, ctx.actor.login),
        when=ctx.now(),
        message=message,
        tag=TagSpec(tag, message) if tag else None,
    )


def _shown_paths(session: Session, document: Document) -> set[str]:
    """The paths that main holds of this document: those of its latest issued revision."""
    latest = _issued_before(session, document, None)
    return {entry["path"] for entry in latest.manifest} if latest else set()


def _issued_before(session: Session, document: Document, than: Revision | None) -> Revision | None:
    known = [r for r in find.revisions(session, document.id) if r.state is revisions.State.ISSUED]
    known = [r for r in known if than is None or r.id != than.id]
    return max(known, key=lambda r: r.issued_seq or 0, default=None)


def _move_main(act: Act, prepared: Prepared, *others: RefMove) -> None:
    main = RefMove(outbox.MAIN, outbox.head(act.turn.site), prepared.commit)
    act.move([main, *others], prepared, main=prepared.commit)


def _out(act: Act, document: Document, only: Revision | None = None) -> Sequence[Copy]:
    """The copies in somebody's hands, called back already or not: an earlier recall may become void."""
    wanted = select(Copy).where(Copy.document_id == document.id, Copy.state.in_(copies.OUT)).order_by(Copy.id)
    return act.session.scalars(wanted if only is None else wanted.where(Copy.revision_id == only.id)).all()


def _recall(
    act: Act,
    out: Sequence[Copy],
    day: date,
    cause: Cause,
    reason: str | None = None,
    *,
    by: Revision | None = None,
) -> Sequence[Copy]:
    """Ask these copies back from `day` on; `by` is the revision whose issue is the cause, if one is."""
    for copy in out:
        act.add(
            Recall(
                copy_id=copy.id,
                from_day=day,
                revision_id=by.id if by else None,
                cause=cause,
                reason=reason,
                by_id=act.actor.person_id,
                at=act.at,
            )
        )
    return out


def _index(act: Act, document: Document, issued: Revision, texts: Iterable[indexing.Text]) -> None:
    """Put the text into the index, and take out the revisions that govern no work any more."""
    connection = act.session.connection()
    known = find.revisions(act.session, document.id)
    wanted = indexed.to_be_found(document, known, act.today) | {issued.id}
    for old in known:
        if old.id not in wanted:
            search.remove(connection, old.id)
    indexing.put(act.turn.site, connection, document, issued, texts)
