"""What a change application says, clause by clause: read, and refused with all that is wrong (DC-69)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed

MOST_ROWS: Final = 50
LONGEST: Final = 2000
"""Characters of one cell."""


@dataclass(frozen=True)
class Row:
    """What is to be changed at a clause. No `old`: the clause is new; no `new`: it goes."""

    clause: str
    old: str
    new: str


def check_applied(
    reason: str, rows: Sequence[Row], clauses: Collection[str], kind_known: bool, executor_may: bool
) -> None:
    """Raises Invalid with all that is wrong. `clauses`: those of the text that is to be changed."""
    problems: dict[str, Message] = {}
    if not reason.strip():
        problems["reason"] = Message(
            "say why the change is wanted; an oral wish is written down here (DC-69)"
        )
    elif len(reason) > LONGEST:
        problems["reason"] = _too_long()
    if why := _problem_of_rows(rows, clauses):
        problems["what"] = why
    if not kind_known:
        problems["kind"] = Message("choose the class of the change")
    if not executor_may:
        problems["executor"] = _NO_EXECUTOR
    if problems:
        raise Invalid(problems)


def check_executor(executor_may: bool) -> None:
    """Raises Invalid for somebody who could not write the revision."""
    if not executor_may:
        raise Invalid({"executor": _NO_EXECUTOR})


_NO_EXECUTOR: Final = Message(
    "name an author of the document, or one of its department: they write and hand in the revision"
)


def _problem_of_rows(rows: Sequence[Row], clauses: Collection[str]) -> Message | None:
    if not rows:
        return Message("say clause by clause what is to be changed")
    if len(rows) > MOST_ROWS:
        return Message("no more than {most} clauses in one application", most=MOST_ROWS)
    for row in rows:
        if max(map(len, (row.clause, row.old, row.new))) > LONGEST:
            return _too_long()
        if not row.clause or not (row.old or row.new):
            return Message("each line names a clause, and what it says now or is to say")
        if row.old and row.clause not in clauses:
            return Message(
                "{clause} is no clause of the text; leave “from” empty for a new one",
                clause=Typed(row.clause),
            )
    return None


def _too_long() -> Message:
    return Message("no more than {most} characters; the rest belongs into the draft", most=LONGEST)


def parse_row(typed: str) -> Row:
    """`5.2.1: 24 hours => 12 hours`, as one types it on the command line. Raises Invalid."""
    found = _ROW.fullmatch(typed.strip())
    if found is None:
        raise Invalid(
            {
                "what": Message(
                    "write {typed} as CLAUSE: FROM => TO; FROM may be empty", typed=Typed(typed[:80])
                )
            }
        )
    return Row(*(part.strip() for part in found.groups()))


_ROW: Final = re.compile(r"([^:：]{1,100})[:：](.*?)(?:=>|→)(.*)", re.DOTALL)


def rows_to_data(rows: Iterable[Row]) -> list[dict[str, str]]:
    """For JSON: [{"clause": …, "from": …, "to": …}]."""
    return [{"clause": row.clause, "from": row.old, "to": row.new} for row in rows]


def rows_from_data(data: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """The reverse."""
    return tuple(Row(row["clause"], row["from"], row["to"]) for row in data)
