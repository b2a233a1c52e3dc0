"""Documents as readers see them: one of them, the master list of a day, and what an act has led to.

Status is worked out for the day that is asked for (design 7). A staff member sees issued text only; what is
being made is shown to those who may read drafts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.models.copies import Copy, Recall
from docctl.models.documents import Document, Revision, Submission
from docctl.queries.desk.remembered import remembered
from docctl.queries.documents.carded import carded
from docctl.queries.documents.draft_readers import DraftReaders
from docctl.queries.documents.stand import Stand
from docctl.queries.documents.under_way import under_way, under_way_of
from docctl.queries.documents.under_way_told import told
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import takeovers
from docctl.rules.documents.revisions import Status
from docctl.standing import facts, find, signers
from docctl.standing.rows import DOCUMENTS, REVISIONS, DocumentRow, RevisionRow

_RECALLS = select(Copy.number, Recall.from_day).join(Recall, Recall.copy_id == Copy.id).order_by(Copy.running)

UNDER_WAY: Final = "under-way"


@as_recorded(About.DOCUMENT, texts=lambda line: [line["revision"]])
def document_show(ctx: Context, number: str, on: date | None = None) -> dict[str, Any]:
    """A document as it stands on a day (today), with the revision that is `next` for those who may see it.

    `title` is in the first language. `under_way`: where the revision stands that does not govern yet, with
    whom and since when; it may be the one shown, where nothing was issued. Raises NotFound for a day before
    the document was there, Forbidden where there is nothing but a draft and the reader may not read drafts.
    """
    stand, shown, coming = standing(ctx, number, on)
    being_made = None if stand.day < ctx.today() else under_way_of(ctx, stand.document.number)
    return carded(ctx)(stand.line(shown)) | {
        "next": coming and _next(ctx, stand.document, coming, stand),
        "under_way": being_made and told(being_made),
    }


def standing(
    ctx: Context, number: str, on: date | None = None
) -> tuple[Stand[Document, Revision], Revision, Revision | None]:
    """The document on a day (today), the revision that its reader is shown, and the one that comes next.

    Raises what `document_show` raises.
    """
    document = find.document(ctx.session, number)
    ctx.require(Action.DOCUMENT_READ, Subject())
    day, known = on or ctx.today(), find.revisions(ctx.session, document.id)
    newest = facts.subject(ctx.session, document, known[-1])
    drafts = ctx.may(Action.DRAFT_READ, newest)
    stand = Stand.of(document, known, day, _steps(ctx, known, day, document.id))
    if stand.shown(drafts=True) is None:
        _say_what_governed_on_paper(document, known, day)
        raise NotFound(
            "{number} was not there on {day}; it was registered later", number=document.number, day=day
        )
    shown = stand.shown(drafts=drafts)
    if shown is None:
        ctx.require(Action.DRAFT_READ, newest)
    assert shown is not None  # who may read drafts was shown one
    coming = None if day < ctx.today() else stand.coming(drafts=drafts)
    return stand, shown, coming


def _say_what_governed_on_paper(document: Document, known: Sequence[Revision], day: date) -> None:
    """Raises NotFound where the paper of a document taken over says what governed before."""
    for one in known:
        edition = takeovers.governed(one.head, day) if one.issued_at is not None else None
        if edition is not None:
            raise NotFound(
                "On {day} {edition} of {number} was in force, from {first} until {last}. So the paper says "
                "from which it was taken over; the text of that edition is on paper only.",
                day=day,
                edition=edition.label,
                number=document.number,
                first=edition.first,
                last=edition.last,
            )


def document_list(ctx: Context, on: date | None = None) -> list[dict[str, Any]]:
    """The master list of a day (today), by number (DC-07). At most fourteen queries, however many documents.

    `under_way` is the revision that does not govern yet, as far as the reader may know of it; today only.
    """
    ctx.require(Action.DOCUMENT_READ, Subject())
    lines = remembered(ctx, "master list", on, lambda _version: _list(ctx, on), most=20)
    return [dict(line) for line in lines]


def stands(line: Mapping[str, Any], status: str) -> bool:
    """Whether the revision of a line, or the one under way, has this status; `under-way` is any of those."""
    coming = line["under_way"]
    if status == UNDER_WAY:
        return coming is not None
    return status in {line["status"], coming["status"] if coming else None}


def revision_outcome(ctx: Context, revision_id: int) -> dict[str, Any]:
    """What has become of a revision, for the person who has just acted on it; `waiting_for` may sign now."""
    revision = ctx.session.get_one(Revision, revision_id)
    document = ctx.session.get_one(Document, revision.document_id)
    known, day = find.revisions(ctx.session, document.id), ctx.today()
    line = Stand.of(document, known, day, {}).line(revision)
    return line | {
        "content": revision.content,
        "commit": revision.commit_id,
        "pdf_sha256": revision.pdf_sha256,
        "waiting_for": signers.waiting_for(ctx.session, document, revision, ctx.now(), ctx.today()),
    }


def recalled_by(ctx: Context, revision_id: int) -> list[dict[str, Any]]:
    """The copies that the issue of a revision called back, and from which day."""
    rows = ctx.session.execute(_RECALLS.where(Recall.revision_id == revision_id))
    return [{"copy": row.number, "from": row.from_day.isoformat()} for row in rows]


def _list(ctx: Context, on: date | None) -> list[dict[str, Any]]:
    day = on or ctx.today()
    coming = {} if day < ctx.today() else coming_by_document(ctx)
    return lines(ctx, day, [*map(DocumentRow._make, ctx.session.execute(DOCUMENTS))], coming, everything=True)


def lines(
    ctx: Context,
    day: date,
    documents: Sequence[DocumentRow],
    coming: Mapping[int, dict[str, Any]],
    *,
    everything: bool = False,
) -> list[dict[str, Any]]:
    """The lines of these documents, which may be all there are, as far as their reader may see them.

    `coming` is what is under way, by document.
    """
    wanted = REVISIONS if everything else REVISIONS.where(Revision.document_id.in_([d.id for d in documents]))
    known = _by_document(map(RevisionRow._make, ctx.session.execute(wanted)))
    steps = _steps(ctx, [r for rows in known.values() for r in rows], day)
    readers, found, with_card = DraftReaders(ctx), [], carded(ctx)
    for document in documents:
        stand = Stand.of(document, known[document.id], day, steps)
        shown = stand.shown(drafts=False)
        if (shown is None or stand.status(shown) is Status.CANCELLED) and readers.admit(document):
            shown = stand.shown(drafts=True)
        if shown is not None:
            found.append(with_card(stand.line(shown)) | {"under_way": coming.get(document.id)})
    return found


def coming_by_document(ctx: Context) -> dict[int, dict[str, Any]]:
    """By document: what is being made of it, else what was issued and waits for its day."""
    found = sorted(under_way(ctx), key=lambda one: one.status is not Status.ISSUED)
    return {one.document_id: told(one) for one in found}


def _steps(
    ctx: Context, known: Iterable[Revision | RevisionRow], day: date, document_id: int | None = None
) -> dict[int, facts.Steps]:
    """The past of the revisions, by their keys; nothing for today, when what is stored holds."""
    if day >= ctx.today():
        return {}
    found = select(Submission).order_by(Submission.id)
    if document_id is not None:
        found = found.join(Revision, Revision.id == Submission.revision_id)
        found = found.where(Revision.document_id == document_id)
    handed_in: dict[int, list[Submission]] = {}
    for submission in ctx.session.scalars(found):
        handed_in.setdefault(submission.revision_id, []).append(submission)
    return {row.id: facts.history(row, handed_in.get(row.id, ()), ctx.site.zone) for row in known}


def _by_document(rows: Iterable[RevisionRow]) -> dict[int, list[RevisionRow]]:
    found: dict[int, list[RevisionRow]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return found


def _next(
    ctx: Context, document: Document, coming: Revision, stand: Stand[Document, Revision]
) -> dict[str, Any]:
    line = stand.line(coming)
    told = {name: line[name] for name in ("revision", "status", "effective")}
    return told | {"waiting_for": signers.waiting_for(ctx.session, document, coming, ctx.now(), ctx.today())}
