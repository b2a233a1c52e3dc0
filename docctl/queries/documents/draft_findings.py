"""What is wrong with a text that is being written, before anybody hands it in: on the page and by command.

The same checks as `docctl document lint`, against the documents of this site. Refuses nothing: what a
submission refuses is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypedDict

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.errors.message import Message, line_of
from docctl.models.documents import Document, Revision
from docctl.queries.documents.linting import text_findings
from docctl.queries.documents.naming import called
from docctl.rules.documents.conflicts import RULE
from docctl.rules.documents.finding import Severity
from docctl.rules.documents.remarks import Remark
from docctl.rules.words import Words
from docctl.standing import cards, cited, find
from docctl.standing.approvers import open_conflicts
from docctl.standing.document import readable
from docctl.standing.linked import dead_links
from docctl.store.problems import in_text
from docctl.store.source import Procedure
from docctl.store.template import Template


@dataclass(frozen=True)
class Placed:
    """A finding in the text, with its place as the editor and a refusal name it."""

    rule: str
    is_error: bool
    place: str
    message: Message


@dataclass(frozen=True)
class Findings:
    """`texts`: what is wrong within the texts; `remarks`: with what they name."""

    texts: tuple[Placed, ...] = ()
    remarks: tuple[Remark, ...] = ()


NO_FINDINGS: Final = Findings()


class FindingLine(TypedDict):
    """A finding as a command prints it. `place` is empty for what the text names."""

    rule: str
    severity: Severity
    place: str
    message: Message


def findings_of(ctx: Context, content: Procedure | Template) -> Findings:
    """All of them, in the order of the lines. Asks nobody's permission: who calls it shows the text."""
    names = cited.names_in(content)
    remarks = cited.remarks(ctx.site, ctx.session, content.number, names, ctx.today())
    texts = _texts(ctx, content) if isinstance(content, Procedure) else ()
    return Findings((*_of_level(ctx, content.level), *texts), tuple(remarks))


def _of_level(ctx: Context, level: str) -> Iterator[Placed]:
    """What of its approval nobody at the site has decided (DC-23)."""
    for one in open_conflicts(ctx.session):
        if one.level == level:
            yield Placed(RULE, is_error=False, place="level", message=one.words)


def saved_findings(ctx: Context, revision_id: int) -> list[FindingLine]:
    """Those of a draft that was just saved. Raises Tampered."""
    revision = ctx.session.get_one(Revision, revision_id)
    document = ctx.session.get_one(Document, revision.document_id)
    found = findings_of(ctx, readable(ctx, document, revision).content())
    return [*map(_of_text, found.texts), *map(_of_remark, found.remarks)]


def _texts(ctx: Context, content: Procedure) -> Iterator[Placed]:
    titles, rules, known = dict(_titles(ctx, content.records)), cards.load(ctx.session), called(ctx)
    for language in content.texts:
        dead = dead_links(ctx.session, content.texts[language])
        own = text_findings(content, language, titles, called=known, rules=rules)
        for found in sorted((*own, *dead), key=lambda each: each.line):
            place = in_text(language, line_of(found.line))
            yield Placed(found.rule, found.severity == "error", place, found.message)


def _titles(ctx: Context, numbers: Iterable[str]) -> Iterator[tuple[str, Words]]:
    """What the forms are called that are documents of this site."""
    for number in numbers:
        try:
            document = find.document(ctx.session, number)
        except NotFound:
            continue  # a remark says so
        yield number, find.newest_revision(ctx.session, document).title


def _of_text(found: Placed) -> FindingLine:
    severity: Severity = "error" if found.is_error else "warning"
    return FindingLine(rule=found.rule, severity=severity, place=found.place, message=found.message)


def _of_remark(found: Remark) -> FindingLine:
    said = Message("{why}.", why=found.words)
    return FindingLine(rule=found.rule, severity=found.severity, place="", message=said)
