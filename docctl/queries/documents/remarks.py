"""What is wrong with what a text names, for whoever writes, signs, issues or reads it; and who names it.

The same remarks on every surface; only what they lead to differs. Asks nobody's permission: whoever shows
them has asked for the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypedDict

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents.finding import Severity
from docctl.rules.documents.remarks import Remark
from docctl.standing import cited
from docctl.standing.cited import InForce
from docctl.store.source import Procedure
from docctl.store.template import Template


class RemarkLine(TypedDict):
    """A remark as a command prints it. `number` is what the text names."""

    rule: str
    severity: Severity
    number: str
    message: Message


def remarks_on(
    ctx: Context, document: Document, revision: Revision, *, day: date | None = None, issuing: bool = False
) -> tuple[Remark, ...]:
    """The remarks on a revision, as if it were to govern work from a day (today) on. Raises Tampered."""
    names = cited.names_of(ctx.site, revision)
    found = cited.remarks(ctx.site, ctx.session, document.number, names, day or ctx.today(), issuing=issuing)
    return tuple(found)


def remarks_of(ctx: Context, content: Procedure | Template) -> tuple[Remark, ...]:
    """The remarks on a text that nobody has registered yet, against this site. Raises Forbidden."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    names = cited.names_in(content)
    return tuple(cited.remarks(ctx.site, ctx.session, content.number, names, ctx.today()))


def referring_to(ctx: Context, number: str) -> tuple[InForce, ...]:
    """The documents in force today that refer to this one, list it as a form, or are governed by it."""
    return tuple(cited.referring_to(ctx.site, ctx.session, number, ctx.today()))


def remark_lines(remarks: Iterable[Remark]) -> list[RemarkLine]:
    """The same as a command prints them."""
    return [
        RemarkLine(
            rule=r.rule,
            severity=r.severity,
            number=r.number,
            message=Message("{why}.", why=r.words),
        )
        for r in remarks
    ]


def outcome_remarks(ctx: Context, revision_id: int, *, issuing: bool = False) -> list[RemarkLine]:
    """What is to be told to whoever has just submitted or issued this revision."""
    revision = ctx.session.get_one(Revision, revision_id)
    document = ctx.session.get_one(Document, revision.document_id)
    day = revision.effective_day if issuing else None
    return remark_lines(remarks_on(ctx, document, revision, day=day, issuing=issuing))
