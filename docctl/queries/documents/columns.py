"""The columns of the master list (DC-07)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from docctl.errors.message import Holder, Joined, Level, Message, Value
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed, Surface, day, moment
from docctl.rules.documents import cards, head, trials
from docctl.rules.documents.head import HeadField
from docctl.rules.documents.revisions import Status
from docctl.rules.words import Words

Line = Mapping[str, Any]


def _coming(line: Line) -> Line:
    return line["under_way"] or {}


def _status(of: Line) -> Status | None:
    return Status(of["status"]) if of.get("status") else None


def _with(line: Line) -> list[Value]:
    """Who can do what comes next; and which parts of the chain nobody can sign."""
    coming = _coming(line)
    return [*(p["name"] for p in coming.get("people", ())), *coming.get("nobody_can_sign", ())]


def _under_way(line: Line) -> Joined | None:
    coming = _coming(line)
    return Joined((coming["revision"], Status(coming["status"])), "{first} {then}") if coming else None


def _title(line: Line) -> Words:
    title = Words.under("title", line)
    return title if line["trial"] is None else trials.titled(title, trials.Trial(day(line["trial"])))


def _control(line: Line) -> Words:
    return cards.CONTROLLED if line["controlled"] else cards.UNCONTROLLED


def _of_head(field: HeadField) -> Column:
    """A page has no room for it; the page of the document has."""

    def value(line: Line) -> list[Value]:
        said = field.read(line["head"])
        return list(map(Holder, said)) if field.of_departments else list(said)

    return Column(key=field.key, heading=Message("{all}", all=field.words), value=value, on=NOT_ON_PAGE)


MASTER_LIST: Final = Listed(
    title=Message("Master list"),
    columns=(
        Column(key="number", heading=Message("Document number"), shape="number"),
        Column(key="title", heading=Message("Title"), value=_title),
        Column(key="revision", heading=Message("Revision")),
        Column(key="status", heading=Message("Status"), value=_status),
        Column(key="effective", heading=Message("Effective date"), value=lambda line: day(line["effective"])),
        # A page has room for one column of what is under way, and says all of it there.
        Column(
            key="under_way",
            heading=Message("Under way"),
            value=_under_way,
            on=frozenset({Surface.PAGE}),
        ),
        Column(
            key="coming",
            heading=Message("Revision under way"),
            value=lambda line: _coming(line).get("revision"),
            on=NOT_ON_PAGE,
        ),
        Column(
            key="its_status",
            heading=Message("Its status"),
            value=lambda line: _status(_coming(line)),
            on=NOT_ON_PAGE,
        ),
        Column(key="with", heading=Message("With"), value=_with, on=NOT_ON_PAGE),
        Column(
            key="since",
            heading=Message("Since"),
            value=lambda line: moment(_coming(line).get("since")),
            on=NOT_ON_PAGE,
        ),
        Column(
            key="level", heading=Message("Level"), value=lambda line: Level(line["level"]), on=NOT_ON_PAGE
        ),
        Column(
            key="department",
            heading=Message("Department"),
            value=lambda line: Holder(line["department"]),
        ),
        Column(key="class", heading=Message("Class"), value=lambda line: Words.under("class_title", line)),
        # A page says it below the department that owns the document.
        Column(
            key="keeper",
            heading=Message("Kept by"),
            value=lambda line: Holder(line["keeper"]),
            on=NOT_ON_PAGE,
        ),
        Column(
            key="trial",
            heading=Message("Trial until"),
            value=lambda line: day(line["trial"]),
            on=NOT_ON_PAGE,
        ),
        Column(key="control", heading=Message("Controlled status"), value=_control, on=NOT_ON_PAGE),
        *(_of_head(field) for field in head.FIELDS if not field.apart),
    ),
)
