"""What is shown is what was recorded, or the page says what is not.

Rows are read raw and compared with the images in their events, files with their signed hashes. Looks at the
few rows and files that one answer is about; `docctl check` looks at everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import Enum
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import DocctlError, Forbidden, Invalid, NotFound, Tampered, see
from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.copies import Copy
from docctl.models.documents import Document, Revision
from docctl.models.records import Record
from docctl.queries.ledger import written
from docctl.queries.ledger.recorded_rows import rows_of_copy, rows_of_document, rows_of_record
from docctl.queries.ledger.rows import Rows, Told, broken, differing
from docctl.rules.copy_numbers import parse_copy_number
from docctl.rules.documents import numbering
from docctl.store.material import content_of, read_files

P = ParamSpec("P")
R = TypeVar("R")

_FILES: Final = "files as signed"
STUMBLES: Final = (DocctlError, SQLAlchemyError, ValueError, TypeError, LookupError, AttributeError)
"""What a query may end in that met a cell which nothing of ours would have written."""


class About(Enum):
    """What kind of thing the number names that a query is asked for."""

    DOCUMENT = "document"
    COPY = "copy"
    RECORD = "record"


class Around(Protocol):
    """What goes around the query of a number."""

    def __call__(
        self, query: Callable[Concatenate[Context, str, P], R], /
    ) -> Callable[Concatenate[Context, str, P], R]: ...


def as_recorded(
    about: About, *, texts: Callable[[Any], Collection[str]] = lambda _: (), tells: bool = False
) -> Around:
    """The query of a number answers only where all that it is about is as it was recorded; else Tampered.

    It asks for the right to read first: what is wrong is told to who may read the thing. Where it stumbles
    over what it reads, and that is not as recorded, that is what is told. `texts`: of which revisions the
    answer shows the text, by label. `tells`: the answer itself says what is wrong.
    """

    def around(
        query: Callable[Concatenate[Context, str, P], R],
    ) -> Callable[Concatenate[Context, str, P], R]:
        @wraps(query)
        def run(ctx: Context, number: str, /, *args: P.args, **named: P.kwargs) -> R:
            try:
                answer = query(ctx, number, *args, **named)
            except Forbidden:
                raise
            except STUMBLES:
                ctx.session.rollback()
                require_rows(ctx.site, ctx.session, rows_named(ctx.session, about, number))
                raise
            if not tells:
                require(ctx, about, number, texts(answer))
            return answer

        return run

    return around


def require_scanned(site: Site, session: Session, copy_id: int) -> None:
    """The same for a copy in the hands of a stranger, who has a code and no right."""
    require_rows(site, session, rows_of_copy(session, copy_id))


def require(ctx: Context, about: About, number: str, labels: Collection[str] = ()) -> None:
    """Raises Tampered where a row or a file of the thing of this number is not as it was recorded.

    Rows are not compared again by this connection before anybody has written something; files are looked at
    each time, and read again where the place that holds them was touched.
    """
    key = (about, number, tuple(labels))
    if ctx.has_begun:
        _require(ctx, key, written.known(ctx.session.connection()))
    else:
        with ctx.site.quickly.connection() as one:
            _require(ctx, key, written.QuicklyKnown(one))


def _require(ctx: Context, key: tuple[About, str, Collection[str]], known: written.Known) -> None:
    (about, number, labels), compared = key, known.get(key)
    if compared is not None and all(_untouched(ctx.site, content, blobs) for content, blobs in compared):
        return
    session, site = ctx.session, ctx.site
    rows = rows_named(session, about, number)
    require_rows(site, session, rows)
    shown = select(Revision).where(Revision.id.in_(rows.get("revision", ())))
    if about is not About.RECORD:
        shown = shown.where(Revision.label.in_(labels))
    revisions = session.scalars(shown).all()
    refuse([finding for revision in revisions for finding in file_differences(site, revision)])
    compared = known[key] = [(r.content, [entry["blob"] for entry in r.manifest]) for r in revisions]
    for content, blobs in compared:
        site.memory.keep(_FILES, (content, site.library.stamps(blobs)), True, most=500)


def _untouched(site: Site, content: str, blobs: Sequence[str]) -> bool:
    """Whether these files were read and compared as they lie there now."""
    key = (content, site.library.stamps(blobs))
    return site.memory.recall(_FILES, key, lambda: None, most=500) is not None


def rows_named(session: Session, about: About, number: str) -> Rows:
    """The rows of the thing of this number; nothing where there is none."""
    try:
        if about is About.RECORD:
            own = session.scalar(select(Record.id).where(Record.number == numbering.canonical(number)))
            return {} if own is None else rows_of_record(session, own)
        if about is About.DOCUMENT:
            mine = Document.number_key == numbering.key(number)
            own = session.scalar(select(Document.id).where(mine))
            return {} if own is None else rows_of_document(session, own)
        of, running = parse_copy_number(number)
        mine = Document.number_key == numbering.key(of)
        copy = select(Copy.id).join(Document, Document.id == Copy.document_id).where(mine)
        own = session.scalar(copy.where(Copy.running == running))
        return {} if own is None else rows_of_copy(session, own)
    except (Invalid, NotFound):
        return {}


def require_rows(site: Site, session: Session, rows: Rows) -> None:
    """Raises Tampered, with all that differs, where a row is not what its last event left."""
    told = Told(session)
    refuse([*differing(site, session, rows, told), *broken(told)])


def file_differences(site: Site, revision: Revision) -> list[Finding]:
    """What is wrong with the files of a revision, and with the list of them."""
    found = []
    try:
        read_files(site.library, revision.manifest)
    except Tampered as error:
        found.append(Finding(What.NOT_AS_SIGNED, revision.blob, error.said))
    except (DocctlError, LookupError, TypeError, ValueError) as error:
        said = Message("Its list of files cannot be read: {error}", error=repr(error))
        found.append(Finding(What.NOT_AS_SIGNED, revision.blob, said))
    if content_of(revision.manifest) != revision.content:
        where = f"revision {revision.id}"
        said = Message("The list of its files is not the one that was signed.")
        found.append(Finding(What.NOT_AS_SIGNED, where, said))
    return found


def refuse(findings: Sequence[Finding]) -> None:
    """Raises Tampered where there are any."""
    if not findings:
        return
    first, more = findings[0], len(findings) - 1
    said = Message("{where}: {said}", where=first.where, said=first.said)
    if more:
        error = Tampered(
            "{first} There are {more} more things that differ. Tell your administrator; run: {check}",
            first=said,
            more=more,
            check=see.CHECK,
        )
    else:
        error = Tampered("{first} Tell your administrator; run: {check}", first=said, check=see.CHECK)
    error.findings = tuple(findings)
    raise error
