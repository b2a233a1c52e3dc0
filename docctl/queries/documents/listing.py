"""The part of the master list that was asked for: filtered, ordered and cut by the database.

Of a day in the past, where status is worked out from what was done until then, the whole list is read first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from docctl.door.context import Context
from docctl.models.configuration import DocumentRules
from docctl.models.documents import Document, Revision
from docctl.queries.desk.followed import Followed, rows_of, touched
from docctl.queries.desk.remembered import until_touched
from docctl.queries.documents.carded import card_of
from docctl.queries.documents.draft_readers import DraftReaders
from docctl.queries.documents.master_list import UNDER_WAY, coming_by_document, document_list, lines, stands
from docctl.queries.documents.standing_today import IS_ISSUED, SHOWN, STATUS, is_shown, shown, visible
from docctl.queries.picking import Known, picked, picks
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import numbering
from docctl.rules.documents.cards import Card, applies_to
from docctl.rules.documents.head import Head
from docctl.rules.documents.revisions import Status
from docctl.rules.text import printable
from docctl.rules.words import NOTHING
from docctl.standing import cards
from docctl.standing.rows import DOCUMENTS, DocumentRow

_ISSUED = frozenset({Status.ISSUED, Status.EFFECTIVE, Status.SUPERSEDED, Status.WITHDRAWN})
"""All that who reads no drafts is shown."""

Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A part of the master list of a day: an exact word for each choice, any part of number or title (DC-75).

    `status` is that of the revision which is shown, or of the one under way; `under-way` is any of those.
    `kind` is a class of documents, `applies` a department for which the document counts (DC-40).
    """

    on: date | None = None
    q: str = ""
    status: str = ""
    level: str = ""
    department: str = ""
    kind: str = ""
    keeper: str = ""
    applies: str = ""

    @property
    def of_card(self) -> bool:
        """Whether something is asked that the card of a document answers."""
        return bool(self.kind or self.keeper or self.applies)

    def agrees_with(self, card: Card, head: Head, owner: str) -> bool:
        """Whether a card does with what was asked of it."""
        return (
            self.kind in ("", card.kind)
            and self.keeper in ("", card.keeper)
            and (not self.applies or applies_to(self.applies, head, owner=owner))
        )


@dataclass(frozen=True, kw_only=True)
class Part:
    """Lines of the list, and of all that agree: how many, of which levels and departments.

    `following` is the number behind which the next part begins. `is_for_few`: whether the list of that day,
    whatever was asked, tells its reader of drafts.
    """

    lines: Sequence[Line]
    following: str | None
    total: int
    levels: Sequence[str]
    departments: Sequence[str]
    is_for_few: bool


def document_part(ctx: Context, asked: Asked, *, after: str = "", most: int | None = None) -> Part:
    """All that agrees with what was asked, or `most` behind the number `after`. Raises Forbidden."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    if asked.on is not None and asked.on < ctx.today():
        return _past(ctx, asked, after, most)
    coming, admitted = coming_by_document(ctx), _admitted(ctx)
    made = tuple(key for key, one in coming.items() if asked.status in (one["status"], UNDER_WAY))
    question = (asked, after, most, made, admitted)
    found = until_touched(
        ctx,
        "master list found",
        (Document, Revision, DocumentRules),
        lambda: _found(ctx, asked, after, most, made, admitted),
        asked=question,
        most=100,
    )
    here = found.documents[:most]
    return Part(
        lines=lines(ctx, asked.on or ctx.today(), here, coming, everything=most is None),
        following=here[-1].number if len(found.documents) > len(here) else None,
        total=sum(number for _, _, number in found.groups),
        levels=sorted({level for level, _, _ in found.groups}),
        departments=sorted({department for _, department, _ in found.groups}),
        is_for_few=found.drafts or any(one["status"] not in _ISSUED for one in coming.values()),
    )


class _Found(NamedTuple):
    """The documents of a part and perhaps one more; how many there are in all, by level and department."""

    documents: Sequence[DocumentRow]
    groups: Sequence[tuple[str, str, int]]
    drafts: bool


def _found(
    ctx: Context, asked: Asked, after: str, most: int | None, made: Sequence[int], admitted: Sequence[int]
) -> _Found:
    day, seen = {"day": asked.on or ctx.today()}, visible(admitted)
    agrees = and_(seen, *_agreeing(ctx, asked, admitted, made))
    counted = select(Document.level, Document.department, func.count(Document.id)).where(agrees)
    groups = ctx.session.execute(counted.group_by(Document.level, Document.department), day)
    behind = agrees if not after else and_(agrees, Document.number_key > numbering.key(printable(after)))
    wanted = DOCUMENTS.where(behind).limit(None if most is None else most + 1)
    drafts = ctx.session.scalar(select(Document.id).where(seen, ~IS_ISSUED).limit(1), day)
    return _Found(
        documents=tuple(map(DocumentRow._make, ctx.session.execute(wanted, day))),
        groups=tuple((level, department, number) for level, department, number in groups),
        drafts=drafts is not None,
    )


def _admitted(ctx: Context) -> tuple[int, ...]:
    """Few: nothing was ever issued of them. Whether a draft may be read no query can tell."""
    readers = DraftReaders(ctx)
    return tuple(key for key, document in sorted(UNISSUED.now(ctx).items()) if readers.admit(document))


def _unissued(ctx: Context, keys: Collection[int] | None) -> Mapping[int, DocumentRow]:
    asked = DOCUMENTS.where(~IS_ISSUED)
    rows = ctx.session.execute(asked if keys is None else asked.where(Document.id.in_(keys)))
    return {row.id: row for row in map(DocumentRow._make, rows)}


def _agreeing(
    ctx: Context,
    asked: Asked,
    admitted: Sequence[int],
    made: Sequence[int],
) -> Iterator[ColumnElement[bool]]:
    """An exact word for each choice, any part of number or title (DC-75). `made`: those under way so."""
    day = asked.on or ctx.today()
    if asked.level:
        yield Document.level == printable(asked.level)
    if asked.department:
        yield Document.department == printable(asked.department)
    if asked.status:
        stood = select(SHOWN.id).where(SHOWN.id == shown(admitted), STATUS.in_([printable(asked.status)]))
        yield or_(Document.id.in_(made), stood.correlate(Document).exists())
    if asked.of_card:
        yield Document.id.in_(_with_card(ctx, asked, admitted, day))
    if part := asked.q.strip():
        # Not by the query: no database folds the letters of all languages alike.
        yield Document.id.in_(picked(part, _names(ctx, day, admitted)))


def _names(ctx: Context, day: date, admitted: Sequence[int]) -> Iterable[tuple[int, Known]]:
    """What each document is called that the reader is shown. What was issued is called so for everybody."""
    if day != ctx.today():
        return _called(ctx, day, admitted, visible(admitted)).items()
    drafts = _called(ctx, day, admitted, Document.id.in_(admitted)) if admitted else {}
    return chain(NAMES.now(ctx).items(), drafts.items())


def _called(
    ctx: Context, day: date, admitted: Sequence[int], where: ColumnElement[bool]
) -> Mapping[int, Known]:
    titles = select(Document.id, Document.number, SHOWN.title, SHOWN.head)
    titles = titles.join(SHOWN, is_shown(shown(admitted))).where(where)
    return {
        key: Known((number, *title.values(), *head.get("aliases", ())))
        for key, number, title, head in ctx.session.execute(titles, {"day": day})
    }


def _of_documents(ctx: Context, keys: Collection[int] | None) -> Mapping[int, Known]:
    seen = visible(()) if keys is None else and_(visible(()), Document.id.in_(keys))
    return _called(ctx, ctx.today(), (), seen)


_OF_DOCUMENTS: Final = (touched(Document, Document.id), touched(Revision, Revision.document_id))
UNISSUED: Final = Followed(what="unissued", rows=_OF_DOCUMENTS, whole=rows_of(), make=_unissued)
NAMES: Final = Followed(what="names", rows=_OF_DOCUMENTS, whole=rows_of(), make=_of_documents)


def _with_card(ctx: Context, asked: Asked, admitted: Sequence[int], day: date) -> list[int]:
    """Not by the query: what a head leaves out is said by the rules of the site."""
    heads = select(Document.id, Document.level, Document.department, SHOWN.head)
    heads = heads.join(SHOWN, is_shown(shown(admitted))).where(visible(admitted))
    rules = cards.load(ctx.session)
    return [
        row.id
        for row in ctx.session.execute(heads, {"day": day})
        if asked.agrees_with(card_of(row._asdict(), rules), row.head, row.department)
    ]


def _past(ctx: Context, asked: Asked, after: str, most: int | None) -> Part:
    everything, rules = document_list(ctx, asked.on), cards.load(ctx.session)
    found = [
        line
        for line in everything
        if _agrees(line, asked) and asked.agrees_with(card_of(line, rules), line["head"], line["department"])
    ]
    key = numbering.key(printable(after)) if after else ""
    rest = [line for line in found if numbering.key(line["number"]) > key]
    return Part(
        lines=rest[:most],
        following=rest[most - 1]["number"] if most is not None and len(rest) > most else None,
        total=len(found),
        levels=sorted({line["level"] for line in found}),
        departments=sorted({line["department"] for line in found}),
        is_for_few=any(line["status"] not in _ISSUED for line in everything),
    )


def _agrees(line: Line, asked: Asked) -> bool:
    part, told = asked.q.strip(), ("number", *NOTHING.keys_of("title"))
    return (
        (not asked.status or stands(line, asked.status))
        and asked.level in ("", line["level"])
        and asked.department in ("", line["department"])
        and (
            not part or picks(part, [*(line[name] or "" for name in told), *line["head"].get("aliases", ())])
        )
    )
