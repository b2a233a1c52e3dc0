"""A document and its revisions on one day: what a reader is shown, what comes next, its line in a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from docctl.models.documents import Document, Revision
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import RevisionFacts, Status
from docctl.standing import facts
from docctl.standing.rows import DocumentRow, RevisionRow

D = TypeVar("D", Document, DocumentRow)
R = TypeVar("R", Revision, RevisionRow)


@dataclass(frozen=True)
class Stand(Generic[D, R]):
    """A document and its revisions, in the order in which they were begun, on one day."""

    document: D
    revisions: Sequence[tuple[R, RevisionFacts]]
    day: date

    @classmethod
    def of(cls, document: D, known: Iterable[R], day: date, steps: Mapping[int, facts.Steps]) -> Stand[D, R]:
        """`steps`: the past of the revisions; needed for a day in the past only."""
        return cls(document, [(r, facts.of_revision(r, steps.get(r.id, ()))) for r in known], day)

    def shown(self, *, drafts: bool) -> R | None:
        """What a reader is shown: in force, else the newest that was issued, else (`drafts`) the newest.

        Who may not see drafts is shown a cancelled issue, where there is nothing else.
        """
        governing = revisions.in_force(self.facts, self.day, document=facts.document(self.document))
        if governing is not None:
            return next(row for row, known in self.revisions if known.id == governing.id)
        there = [(row, self.status(row)) for row, _ in reversed(self.revisions)]
        issued = [row for row, status in there if status in _WITH_ISSUED_TEXT]
        begun = [row for row, status in there if status is not None]
        taken_back = [row for row, status in there if status is Status.CANCELLED]
        return next(iter(issued or (begun if drafts else taken_back)), None)

    def coming(self, *, drafts: bool) -> R | None:
        """What comes after: the revision that is being made, else one that is issued and not yet in force."""
        there = [(row, self.status(row)) for row, _ in reversed(self.revisions)]
        made = [row for row, _ in there if row.state in revisions.OPEN] if drafts else []
        issued = [row for row, status in there if status is Status.ISSUED]
        shown = self.shown(drafts=drafts)
        for row in made + issued:
            if row is not shown:
                return row
        return None

    def status(self, row: R) -> Status | None:
        """Where a revision stands on the day; None before it was begun."""
        of = next(known for other, known in self.revisions if other.id == row.id)
        return revisions.status_on(of, self.facts, self.day, document=facts.document(self.document))

    def line(self, row: R) -> dict[str, Any]:
        """The line of the master list that shows this revision."""
        status, trial = self.status(row), facts.trial(row)
        return {
            "number": self.document.number,
            **row.title.keys_of("title"),
            "revision": row.label,
            "status": status and status.value,
            "effective": row.effective_day and row.effective_day.isoformat(),
            "blob": row.blob,
            "level": self.document.level,
            "department": self.document.department,
            "trial": trial and (trial.until.isoformat() if trial.until else ""),
            "head": dict(row.head),
        }

    @property
    def facts(self) -> list[RevisionFacts]:
        return [known for _, known in self.revisions]


_WITH_ISSUED_TEXT = frozenset({Status.ISSUED, Status.EFFECTIVE, Status.SUPERSEDED, Status.WITHDRAWN})
